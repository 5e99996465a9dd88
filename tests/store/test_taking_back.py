"""Taking back a series or a move of its rest: only as long as nothing has come of it, and then wholly."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.repeats import KIND, Started
from bot.sessions import Trouble
from bot.store.database import Database
from conversations.model import Session, State
from conversations.series import Rhythm
from tests.store.people import NOW, House
from tests.store.series_desk import TUESDAYS, WEEK, Desk, desk_of

TWO_DAYS_ON = timedelta(days=2, hours=1)


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house)


async def moved_from(tx: AsyncConnection, desk: Desk, session: Session) -> Started:
    """Move a session and all after it to another day and hour."""
    onto = session.starts_at + TWO_DAYS_ON
    moved = await desk.repeats.move_rest(tx, await desk.therapist(tx), session.id, onto, NOW)
    assert isinstance(moved, tuple)
    return moved[0]


async def test_the_rest_of_a_series_that_was_moved_goes_back_and_goes_on(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        third = started.sessions[2]
        moved = await moved_from(tx, desk, third)
        await desk.a_week_later(tx, started, NOW + WEEK)  # it has ended, and its timer with it
        back = await desk.taking_back.move(tx, me, moved.series.id, third.id, None, NOW)
        assert isinstance(back, tuple)
        assert await desk.held(tx) == list(started.sessions)
        asked = [await desk.plans.of(tx, one.id, NOW) for one in started.sessions]
        assert [kept.check_in.state for kept in asked if kept] == [State.SCHEDULED] * 8
        assert await desk.timers.find(tx, KIND, me.id, started.series.id) is not None
        await desk.a_week_later(tx, started, NOW + 3 * WEEK)
        assert len(await desk.held(tx)) == 11, "the week that passed while it had ended is not forgotten"


async def test_a_series_that_goes_back_keeps_its_end_its_days_off_and_what_was_called_off(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        off = await desk.holidays.take(tx, me, date(2026, 11, 24), date(2026, 11, 26), NOW)
        last = date(2026, 12, 15)
        started = await desk.start(tx, Rhythm(TUESDAYS.first_day, time(15), 50, 1, last))
        await desk.sessions.cancel(tx, me, started.sessions[2].id, NOW)
        before = await desk.held(tx)
        moved = await moved_from(tx, desk, started.sessions[0])
        assert await desk.holidays.drop(tx, me, off.holiday.id, NOW) == 1, "of the series that goes on"
        await desk.holidays.take(tx, me, date(2026, 11, 24), date(2026, 11, 24), NOW)
        assert isinstance(
            await desk.taking_back.move(tx, me, moved.series.id, started.sessions[0].id, last, NOW), tuple
        )
        assert await desk.held(tx) == before
        await desk.a_week_later(tx, started, NOW + 5 * WEEK)
        assert await desk.held(tx) == before


async def test_a_move_is_not_taken_back_once_what_came_of_it_has_begun_or_changed(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        third = started.sessions[2]
        moved = await moved_from(tx, desk, third)
        held = await desk.held(tx)
        then = moved.sessions[0].starts_at + timedelta(minutes=1)
        assert await desk.taking_back.move(tx, me, moved.series.id, third.id, None, then) is Trouble.CHANGED
        assert await desk.held(tx) == held
        await desk.repeats.end(tx, me, moved.sessions[3].id, NOW)
        assert await desk.taking_back.move(tx, me, moved.series.id, third.id, None, NOW) is Trouble.CHANGED
        assert len(await desk.held(tx)) == 5


async def test_a_series_whose_rest_goes_on_elsewhere_is_not_taken_back_as_a_whole(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        await moved_from(tx, desk, started.sessions[0])
        held = await desk.held(tx)
        assert await desk.taking_back.series(tx, me, started.series.id, NOW) is Trouble.CHANGED
        assert await desk.held(tx) == held


async def test_a_series_that_has_begun_is_neither_taken_back_nor_begun_a_week_later(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx, Rhythm(TUESDAYS.first_day, time(15), 50, 2))
        held, then = await desk.held(tx), started.sessions[0].starts_at
        assert await desk.taking_back.series(tx, me, started.series.id, then) is Trouble.CHANGED
        assert await desk.repeats.later(tx, me, started.series.id, then) is Trouble.CHANGED
        assert await desk.held(tx) == held


async def test_a_series_nothing_has_come_of_is_taken_back_once(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        assert not isinstance(await desk.taking_back.series(tx, me, started.series.id, NOW), Trouble)
        assert await desk.held(tx) == []
        assert await desk.taking_back.series(tx, me, started.series.id, NOW) is Trouble.CHANGED


async def test_days_off_that_are_dropped_bring_back_nothing_of_a_series_that_has_ended(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        off = await desk.holidays.take(tx, me, date(2026, 12, 1), date(2026, 12, 1), NOW)
        started = await desk.start(tx)
        await desk.repeats.end(tx, me, started.sessions[1].id, NOW)
        assert await desk.holidays.drop(tx, me, off.holiday.id, NOW) == 0
        assert await desk.held(tx) == [started.sessions[0]]


async def test_a_slot_that_is_taken_meanwhile_is_left_out_when_a_series_goes_back(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        second = started.sessions[1]
        moved = await moved_from(tx, desk, second)
        single = await desk.enter(tx, second.starts_at + timedelta(minutes=20))
        back = await desk.taking_back.move(tx, me, moved.series.id, second.id, None, NOW)
        assert isinstance(back, tuple)
        assert len(back[0].left_out) == 1
        assert second not in await desk.held(tx)
        await desk.sessions.cancel(tx, me, single.id, NOW)
        assert await desk.held(tx) == list(started.sessions)


async def test_a_move_is_not_taken_back_once_a_session_it_moved_away_would_be_over(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, first = await desk.therapist(tx), (await desk.start(tx)).sessions[0]
        moved = await moved_from(tx, desk, first)
        day_after = first.starts_at + timedelta(days=1)
        back = await desk.taking_back.move(tx, me, moved.series.id, first.id, None, day_after)
        assert back is Trouble.CHANGED
        assert await desk.held(tx) == list(moved.sessions)
