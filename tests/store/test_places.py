"""Slots of series that give way to another session: they come back, make way again, and keep their wall time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import AGAIN, OUT
from bot.sessions import Noted, Trouble, When
from bot.store import persons
from bot.store import sessions as session_store
from bot.store.database import Database
from bot.store.tables import deliveries
from conversations.model import Session, State, Unheld
from conversations.series import Rhythm
from tests.store.people import BERLIN, NOW, House
from tests.store.series_desk import Desk, desk_of

MISTAKE = datetime(2026, 11, 17, 14, 20, tzinfo=UTC)
"""Within the second of the Tuesdays at 15:00 in Berlin."""


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house)


async def told(tx: AsyncConnection) -> list[str]:
    rows = await tx.execute(select(deliveries.c.kind).where(deliveries.c.kind.in_((AGAIN, OUT))))
    return [kind for (kind,) in rows]


async def all_held(tx: AsyncConnection, desk: Desk) -> list[Session]:
    begin = datetime(2026, 11, 17, tzinfo=UTC)
    return await session_store.of_therapist(tx, desk.house.therapist, begin, begin + timedelta(days=1))


@pytest.mark.parametrize("how", ["cancel", "undo", "move", "end"])
async def test_a_slot_takes_place_again_once_nothing_is_in_its_way(database: Database, desk: Desk, how: str) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        if how == "end":
            other = await desk.start(tx, Rhythm(date(2026, 11, 17), time(15, 20), 50, 1, date(2026, 11, 17)))
            single = other.sessions[0]
        else:
            single = await desk.enter(tx, MISTAKE)
        assert (await desk.start(tx)).left_out == [Unheld.DOUBLE]
        if how == "cancel":
            await desk.sessions.cancel(tx, me, single.id, NOW)
        elif how == "undo":
            await desk.sessions.undo(tx, me, single.id, NOW)
        elif how == "end":
            await desk.repeats.end(tx, me, single.id, NOW)
        else:
            await desk.sessions.move(tx, me, single.id, MISTAKE + timedelta(days=1), NOW)
        (back,) = await all_held(tx, desk)
        assert back.slot == date(2026, 11, 17)
        kept = await desk.plans.of(tx, back.id, NOW)
        assert kept is not None
        assert kept.check_in.state is State.SCHEDULED
        assert await told(tx) == [AGAIN]


async def test_a_slot_stays_left_out_while_anything_else_is_in_its_way_or_it_is_off(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        early, late = await desk.enter(tx, MISTAKE - timedelta(minutes=60)), await desk.enter(tx, MISTAKE)
        await desk.start(tx)
        await desk.sessions.cancel(tx, me, early.id, NOW)
        assert await all_held(tx, desk) == [late]
        off = await desk.holidays.take(tx, me, date(2026, 11, 17), date(2026, 11, 17), NOW)
        await desk.sessions.cancel(tx, me, late.id, NOW)
        assert await all_held(tx, desk) == []
        assert await desk.holidays.drop(tx, me, off.holiday.id, NOW) == 1
        assert len(await all_held(tx, desk)) == 1


async def test_a_single_session_that_takes_place_after_all_has_its_place_again(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, single = await desk.therapist(tx), await desk.enter(tx, MISTAKE)
        await desk.start(tx)
        for _ in range(2):
            await desk.sessions.cancel(tx, me, single.id, NOW)
            (back,) = await all_held(tx, desk)
            assert back.series_id is not None
            assert isinstance(await desk.sessions.restore(tx, me, single.id, NOW), Noted)
            assert await all_held(tx, desk) == [single]
        assert await told(tx) == [AGAIN, OUT] * 2


async def test_no_other_single_session_makes_way(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, single = await desk.therapist(tx), await desk.enter(tx, MISTAKE)
        await desk.sessions.cancel(tx, me, single.id, NOW)
        other = await desk.enter(tx, MISTAKE + timedelta(minutes=10))
        assert await desk.sessions.restore(tx, me, single.id, NOW) is Trouble.DOUBLE
        assert await all_held(tx, desk) == [other]


async def test_days_off_that_end_leave_a_slot_out_that_is_taken_until_its_place_is_free(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        await desk.start(tx)
        off = await desk.holidays.take(tx, me, date(2026, 11, 17), date(2026, 11, 17), NOW)
        single = await desk.enter(tx, MISTAKE)
        assert await desk.holidays.drop(tx, me, off.holiday.id, NOW) == 0
        await desk.sessions.cancel(tx, me, single.id, NOW)
        assert len(await all_held(tx, desk)) == 1
        assert await told(tx) == [OUT, AGAIN]


async def test_nothing_comes_back_to_a_client_who_has_ended_or_in_a_series_that_has(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, single = await desk.therapist(tx), await desk.enter(tx, MISTAKE)
        started = await desk.start(tx)
        await desk.repeats.end(tx, me, started.sessions[0].id, NOW)
        await desk.sessions.cancel(tx, me, single.id, NOW)
        assert await all_held(tx, desk) == []
        assert await told(tx) == []


async def test_what_a_series_leaves_out_says_why(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        await desk.holidays.take(tx, me, date(2026, 11, 23), date(2026, 12, 4), NOW)
        await desk.enter(tx, MISTAKE)
        started = await desk.start(tx)
        assert sorted(started.left_out) == [Unheld.DOUBLE, Unheld.HOLIDAY, Unheld.HOLIDAY]
        known = await desk.repeats.known(tx, me, started.series.id, NOW)
        assert known is not None
        assert sorted(known.left_out) == sorted(started.left_out)


async def test_a_slot_that_is_planned_later_and_left_out_is_told_of(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        await desk.enter(tx, datetime(2027, 1, 5, 14, 20, tzinfo=UTC))
        assert await told(tx) == []
        await desk.a_week_later(tx, started, NOW + timedelta(weeks=1))
        await desk.a_week_later(tx, started, NOW + timedelta(weeks=1))
        assert await told(tx) == [OUT]


async def test_the_session_in_the_way_is_named_by_its_own_start(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        single, mine = await desk.enter(tx, MISTAKE), await desk.mine(tx)
        wanted = When(MISTAKE + timedelta(minutes=30))
        assert await desk.sessions.in_the_way(tx, mine, wanted) is Trouble.DOUBLE
        assert await desk.sessions.there(tx, mine, wanted, None) == single
        assert await desk.sessions.there(tx, mine, wanted, single.id) is None


# ---- another zone ----


async def test_what_is_left_out_keeps_its_wall_time_in_another_zone_too(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        off = await desk.holidays.take(tx, me, date(2026, 11, 17), date(2026, 11, 17), NOW)
        called_off = (await desk.start(tx)).sessions[3]
        await desk.sessions.cancel(tx, me, called_off.id, NOW)
        new_york = ZoneInfo("America/New_York")
        await persons.change(tx, me.id, zone="America/New_York")
        me = await desk.therapist(tx)
        await desk.repeats.rezone(tx, me, BERLIN, NOW)
        assert await desk.holidays.drop(tx, me, off.holiday.id, NOW) == 1
        assert isinstance(await desk.sessions.restore(tx, me, called_off.id, NOW), Noted)
        held = await desk.held(tx)
        assert len(held) == 8
        assert {one.starts_at.astimezone(new_york).time() for one in held} == {time(15)}


async def test_a_slot_that_was_double_takes_place_where_the_zone_parts_the_two(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, single = await desk.therapist(tx), await desk.enter(tx, MISTAKE)
        await desk.start(tx)
        into = await desk.enter(tx, datetime(2026, 11, 24, 20, tzinfo=UTC))
        await persons.change(tx, me.id, zone="America/New_York")
        await desk.repeats.rezone(tx, await desk.therapist(tx), BERLIN, NOW)
        starts = {one.starts_at for one in await desk.held(tx)}
        assert single.starts_at.replace(hour=20, minute=0) in starts
        assert into.starts_at not in starts, "there a single session is in the way now"
        assert len(starts) == 7
        assert {moment.hour for moment in starts} == {20}
        assert sorted(await told(tx)) == [AGAIN, OUT]
