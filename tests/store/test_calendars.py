"""A calendar that was read, in the store: check-ins at the right local minute; a second reading changes little."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.calendars import Count, Source
from bot.store.database import Database
from conversations.model import Unheld
from tests.ics.exports import EXPORTS, GOOGLE
from tests.store.calendar_desk import BEFORE, BERLIN, Desk
from tests.store.people import House, client_of
from tests.store.test_calendar_changes import calendar, entry

WEEKLY = ["03-16 17:50", "03-23 17:50", "03-31 19:20", "04-13 17:50", "04-20 17:50"]
"""Two hours after the end of each session, on Berlin's wall, before and after the clocks change on 28 March."""


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


async def test_a_session_that_did_not_happen_is_not_entered_again_when_its_entry_is_put_right_afterwards(
    database: Database, house: House, desk: Desk
) -> None:
    today, over = datetime(2027, 3, 12, 11, tzinfo=BERLIN), BEFORE + timedelta(hours=2)
    await desk.take(calendar(entry("a", today)), Source.FEED)
    (number,) = (await desk.held(house.episode)).values()
    async with database.writing() as tx:
        await desk.sessions.cancel(tx, await desk.therapist(), number, over, Unheld.NO_SHOW)
    late = calendar(entry("a", today + timedelta(minutes=5)))
    assert (await desk.outcome(late, Source.FEED, now=over)).counts[Count.NEW] == 0
    assert await desk.held(house.episode) == {}
    assert await desk.due(house.episode) == []
