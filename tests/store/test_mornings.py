from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mornings import KIND, Mornings
from bot.sessions import Noted, Sessions, When
from bot.store import episodes, persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import deliveries
from bot.timers import Timers
from tests.store.people import NOW, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = date(2026, 11, 4)


class Desk:
    """A therapist's mornings: sessions are entered, time passes, lists come."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house = tx, house
        self.timers = Timers()
        self.mornings = Mornings(house.ring, self.timers)
        self.timers.answer({KIND: self.mornings.go_off})
        self.sessions = Sessions(house.ring, house.plans(self.timers))

    async def therapist(self) -> Person:
        return (await persons.by_ids(self.tx, [self.house.therapist]))[self.house.therapist]

    async def enter(self, starts_at: datetime, now: datetime = NOW) -> int:
        episode = (await episodes.by_ids(self.tx, self.house.ring, [self.house.episode]))[self.house.episode]
        noted = await self.sessions.enter(self.tx, episode, When(starts_at), now)
        assert isinstance(noted, Noted)
        return noted.session.id

    async def time_is(self, now: datetime) -> None:
        while due := await self.timers.due(self.tx, now, 10):
            for timer in due:
                await self.timers.go_off(self.tx, timer, now)

    async def lists(self) -> list[tuple[str, datetime]]:
        rows = await self.tx.execute(
            select(deliveries.c.detail, deliveries.c.created_at)
            .where(deliveries.c.kind == KIND)
            .order_by(deliveries.c.created_at)
        )
        return [(row.detail, row.created_at) for row in rows]


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


async def test_each_morning_with_sessions_gets_one_list_and_no_other_does(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        for days, hour in ((3, 10), (1, 9), (1, 15), (8, 9)):
            await desk.enter(utc(TODAY + days * DAY, hour))
        for hours in range(24 * 10):
            await desk.time_is(NOW + hours * HOUR)
        came = [(TODAY + days * DAY).isoformat() for days in (1, 3, 8)]
        assert [day for day, _ in await desk.lists()] == came
        assert await desk.timers.next_at(tx) is None


async def test_the_list_comes_at_half_past_seven_on_both_days_the_clocks_change(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
        for day in (spring, autumn):
            await desk.enter(utc(day, 12), utc(day - 5 * DAY, 12))
            await desk.time_is(utc(day, 4, 0))
            await desk.time_is(utc(day, 5, 29))
            await desk.time_is(utc(day, 5, 30))
            await desk.time_is(utc(day, 6, 30))
        assert await desk.lists() == [
            (spring.isoformat(), utc(spring, 5, 30)),
            (autumn.isoformat(), utc(autumn, 6, 30)),
        ]


@pytest.mark.parametrize(("hour", "came"), [(7, True), (13, True), (15, False), (19, False), (23, False), (27, False)])
async def test_after_downtime_it_comes_on_its_own_day_while_it_helps(
    database: Database, house: House, hour: int, came: bool
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter(utc(TODAY + DAY, 14))
        await desk.enter(utc(TODAY + 9 * DAY, 14))
        await desk.time_is(utc(TODAY + DAY, 0) + hour * HOUR)
        assert bool(await desk.lists()) == came
        coming = await desk.timers.find(tx, KIND, house.therapist, 0)
        assert coming is not None
        assert coming.due_at == utc(TODAY + 9 * DAY, 6, 30)


async def test_a_list_is_not_sent_twice_when_a_session_is_added_after_it_came(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter(utc(TODAY + DAY, 9))
        await desk.time_is(utc(TODAY + DAY, 6, 30))
        await desk.enter(utc(TODAY + DAY, 16), utc(TODAY + DAY, 7))
        await desk.time_is(utc(TODAY + DAY, 8))
        assert len(await desk.lists()) == 1


async def test_who_does_not_want_it_gets_none_and_gets_it_again_after_changing_that(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        usual = (await desk.therapist()).preferences
        await desk.enter(utc(TODAY + DAY, 9))
        await desk.enter(utc(TODAY + 2 * DAY, 9))
        await persons.set_preferences(tx, house.therapist, replace(usual, morning_list=False))
        await desk.time_is(utc(TODAY + DAY, 7))
        await persons.set_preferences(tx, house.therapist, usual)
        await desk.time_is(utc(TODAY + 2 * DAY, 7))
        assert [day for day, _ in await desk.lists()] == [(TODAY + 2 * DAY).isoformat()]


@pytest.mark.parametrize(
    ("zone", "came"), [("Asia/Tokyo", utc(TODAY + DAY, 6, 30)), ("America/New_York", utc(TODAY + DAY, 12, 30))]
)
async def test_a_therapist_who_has_moved_gets_it_in_the_morning_of_the_new_place(
    database: Database, house: House, zone: str, came: datetime
) -> None:
    """In Tokyo half past seven is over when the old timer rings; it comes at once, once."""
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter(utc(TODAY + DAY, 13))
        await persons.change(tx, house.therapist, zone=zone)
        for minutes in range(0, 24 * 60, 30):
            await desk.time_is(utc(TODAY + DAY, 0) + timedelta(minutes=minutes))
        assert await desk.lists() == [((TODAY + DAY).isoformat(), came)]


async def test_the_list_shows_what_is_called_off_after_it_came_and_not_what_was_before(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk, day = Desk(tx, house), TODAY + DAY
        me = await desk.therapist()
        gone, later, held = [await desk.enter(utc(day, hour)) for hour in (9, 11, 13)]
        await desk.sessions.cancel(tx, me, gone, NOW)
        await desk.sessions.cancel(tx, me, later, utc(day, 10))
        lines = await desk.mornings.lines(tx, me, day)
        assert [(line.session.id, line.episode.code) for line in lines] == [(later, "K-17"), (held, "K-17")]
        await desk.sessions.cancel(tx, me, held, utc(day, 10))
        assert not await desk.mornings.is_of_use(tx, me, day, utc(day, 10))


async def test_a_second_morning_of_the_same_day_brings_no_second_list(database: Database, house: House) -> None:
    """The therapist flies west after breakfast: half past seven comes again."""
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter(utc(TODAY + DAY, 20))
        await desk.time_is(utc(TODAY + DAY, 6, 30))
        await persons.change(tx, house.therapist, zone="America/New_York")
        await desk.mornings.again(tx, await desk.therapist(), utc(TODAY + DAY, 9))
        await desk.time_is(utc(TODAY + DAY, 12, 30))
        assert len(await desk.lists()) == 1
