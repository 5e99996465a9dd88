"""A calendar that was read, in the store: check-ins at the right local minute; a second reading changes little."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from bot.calendars import Calendars, Comparison, Count, Source
from bot.ics.reading import read
from bot.ics.slots import Wanted
from bot.sessions import Sessions
from bot.store import persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import check_ins
from bot.timers import Timers
from tests.ics.exports import EXPORTS, GOOGLE
from tests.store.people import House, client_of

BERLIN = ZoneInfo("Europe/Berlin")
BEFORE = datetime(2027, 3, 12, 9, tzinfo=UTC)
WANTED = Wanted(BEFORE, datetime(2027, 6, 1, tzinfo=UTC), BERLIN, frozenset({"K-17", "K-18"}))
WEEKLY = ["03-16 17:50", "03-23 17:50", "03-31 19:20", "04-13 17:50", "04-20 17:50"]
"""Two hours after the end of each session, on Berlin's wall, before and after the clocks change on 28 March."""


@pytest.fixture
def calendars(house: House) -> Calendars:
    return Calendars(house.ring, Sessions(house.ring, house.plans(Timers())))


class Desk:
    """A therapist's calendar being read into one database."""

    def __init__(self, database: Database, house: House, calendars: Calendars) -> None:
        self._database, self._house, self._calendars = database, house, calendars

    async def _therapist(self) -> Person:
        async with self._database.reading() as tx:
            return (await persons.by_ids(tx, [self._house.therapist]))[self._house.therapist]

    async def compare(self, content: bytes, source: Source = Source.FILE) -> Comparison:
        therapist = await self._therapist()
        async with self._database.reading() as tx:
            return await self._calendars.compare(tx, therapist, read(content, WANTED), source, BEFORE)

    async def take(self, content: bytes, source: Source = Source.FILE) -> Counter[Count]:
        """Apply a calendar; give what became of its appointments."""
        therapist, found = await self._therapist(), await self.compare(content, source)
        counts = Counter({Count.KEPT: found.kept})
        async with self._database.writing() as tx:
            for change in found.changes:
                if change.known is None and change.episode is not None:
                    counts.update(await self._calendars.enter(tx, therapist, change.episode, [change], BEFORE))
                else:
                    counts[(await self._calendars.apply(tx, therapist, change, BEFORE))[0]] += 1
        return +counts

    async def due(self, episode: int) -> list[str]:
        """Give when the waiting check-ins of an episode fall due, on Berlin's wall."""
        waiting = select(check_ins.c.due_at).where(check_ins.c.episode_id == episode, check_ins.c.state == "scheduled")
        async with self._database.reading() as tx:
            moments = [row.due_at for row in await tx.execute(waiting.order_by(check_ins.c.due_at))]
        return [f"{moment.astimezone(BERLIN):%m-%d %H:%M}" for moment in moments if moment > BEFORE]


@pytest.fixture
async def desk(database: Database, house: House, calendars: Calendars) -> Desk:
    return Desk(database, house, calendars)


@pytest.mark.parametrize("program", EXPORTS)
async def test_clients_are_asked_at_the_right_local_minute_whoever_wrote_the_calendar(
    database: Database, house: House, desk: Desk, program: str
) -> None:
    async with database.writing() as tx:
        _, other = await client_of(tx, house.ring, house.therapist, 710_000_002, "K-18")
    expected = [at for at in WEEKLY if program != "outlook" or at != "04-13 17:50"]
    assert await desk.take(EXPORTS[program]) == {Count.NEW: len(expected) + 1}
    assert await desk.due(house.episode) == expected
    assert await desk.due(other) == ["04-01 13:00"]
    assert await desk.take(EXPORTS[program]) == {Count.KEPT: len(expected) + 1}
    assert await desk.due(house.episode) == expected


async def test_a_moved_instance_takes_its_check_in_along_and_a_deleted_one_drops_it(house: House, desk: Desk) -> None:
    await desk.take(GOOGLE)
    later = GOOGLE.replace(b"20270331T163000", b"20270331T183000").replace(b"20270331T172000", b"20270331T192000")
    fewer = later.replace(b"Berlin:20270406T150000", b"Berlin:20270406T150000,20270413T150000")
    assert await desk.take(fewer) == {Count.KEPT: 3, Count.MOVED: 1, Count.CANCELLED: 1}
    assert await desk.due(house.episode) == ["03-16 17:50", "03-23 17:50", "03-31 21:20", "04-20 17:50"]
    assert await desk.take(GOOGLE) == {Count.KEPT: 3, Count.MOVED: 1, Count.NEW: 1}
    assert await desk.due(house.episode) == WEEKLY


async def test_what_a_feed_no_longer_has_is_off_and_what_another_file_lacks_is_not(house: House, desk: Desk) -> None:
    empty = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    await desk.take(GOOGLE)
    assert await desk.take(empty) == {}
    assert await desk.take(empty, Source.FEED) == {}
    await desk.take(GOOGLE, Source.FEED)
    assert await desk.take(empty, Source.FEED) == {Count.CANCELLED: 5}
    assert await desk.due(house.episode) == []


async def test_what_could_not_be_read_this_time_is_not_taken_for_gone(house: House, desk: Desk) -> None:
    await desk.take(GOOGLE, Source.FEED)
    spoiled = GOOGLE.replace(b"RRULE:FREQ=WEEKLY;UNTIL=20270420T215959Z", b"RRULE:FREQ=SECONDLY")
    assert await desk.take(spoiled, Source.FEED) == {}
    assert await desk.due(house.episode) == WEEKLY


async def test_nothing_of_a_calendar_is_kept_but_hashes_and_times(database: Database, desk: Desk) -> None:
    await desk.take(GOOGLE)
    async with database.reading() as tx:
        rows = [repr(row) for row in await tx.execute(text("SELECT * FROM imports"))]
    assert len(rows) == 5
    assert not any(words in row for row in rows for words in ("google", "session", "K-17", "K-18"))


async def test_double_entries_of_one_client_are_one_session(house: House, desk: Desk) -> None:
    twice = (
        GOOGLE.replace(b"SUMMARY:k", b"SUMMARY:K-17 k")
        .replace(b"20270401T08", b"20270323T14")
        .replace(b"20270401T09", b"20270323T15")
    )
    both = twice.replace("k\N{EN DASH}18".encode(), b"again")
    assert await desk.take(both) == {Count.NEW: 5, Count.DOUBLE: 1}
    assert await desk.due(house.episode) == WEEKLY
    assert (await desk.compare(both)).kept == 5
