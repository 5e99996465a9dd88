"""Series of sessions in the database: planned ahead and never doubled, skipping days off, ended and moved."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.sessions import Trouble, When
from bot.store import episodes, persons
from bot.store import sessions as session_store
from bot.store.database import Database
from bot.store.episodes import by_ids
from bot.store.tables import sessions as rows
from conversations import events as ev
from conversations.model import State, Unheld
from conversations.series import LOOK_AGAIN, Rhythm
from tests.store.people import BERLIN, NOW, House, client_of, person
from tests.store.series_desk import TUESDAYS, WEEK, Desk, desk_of


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house)


async def test_a_series_is_planned_eight_weeks_ahead_with_a_check_in_each(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        assert [one.slot for one in started.sessions] == [TUESDAYS.first_day + week * WEEK for week in range(8)]
        assert await desk.held(tx) == list(started.sessions)
        assert {one.starts_at.astimezone(BERLIN).time() for one in started.sessions} == {time(15)}
        assert await desk.states(tx) == {State.SCHEDULED: 9}


async def test_planning_again_adds_only_what_is_missing(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        assert await desk.a_week_later(tx, started, NOW) == NOW + LOOK_AGAIN
        assert len(await desk.held(tx)) == 8
        await desk.a_week_later(tx, started, NOW + WEEK)
        await desk.a_week_later(tx, started, NOW + WEEK)
        assert len(await desk.held(tx)) == 9
        await desk.a_week_later(tx, started, NOW + 5 * WEEK)
        assert len(await desk.held(tx)) == 13


async def test_a_series_keeps_its_wall_time_when_the_clocks_change(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        then = datetime(2027, 3, 1, tzinfo=UTC)
        started = await desk.start(tx, Rhythm(date(2027, 3, 2), time(2, 30), 50, 1), then)
        sundays = await desk.start(tx, Rhythm(date(2027, 3, 7), time(2, 30), 50, 1), then)
        assert {one.starts_at.astimezone(BERLIN).time() for one in started.sessions} == {time(2, 30)}
        shown = {one.slot: one.starts_at.astimezone(BERLIN).time() for one in sundays.sessions}
        assert shown.pop(date(2027, 3, 28)) == time(3)
        assert set(shown.values()) == {time(2, 30)}


async def test_a_series_ends_with_its_last_day_and_its_timer_with_it(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx, Rhythm(date(2026, 11, 10), time(15), 50, 2, last_day=date(2026, 12, 8)))
        days = [date(2026, 11, 10), date(2026, 11, 24), date(2026, 12, 8)]
        assert [one.slot for one in started.sessions] == days
        assert await desk.a_week_later(tx, started, NOW + WEEK) is None


async def test_a_series_of_an_episode_that_ended_plans_nothing_more(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        await session_store.cancel(tx, started.sessions[0].id, Unheld.CALLED_OFF, NOW)
        await episodes.end(tx, desk.house.episode, "stopped", NOW)
        assert await desk.a_week_later(tx, started, NOW + WEEK) is None


async def test_a_series_on_top_of_another_session_is_refused_and_a_later_clash_is_left_out(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        episode = (await by_ids(tx, desk.house.ring, [desk.house.episode]))[desk.house.episode]
        single = When(datetime(2026, 11, 17, 14, 30, tzinfo=UTC))
        await desk.sessions.enter(tx, episode, single, NOW)
        started = await desk.start(tx)
        assert len(started.sessions) == 7
        again = await desk.repeats.start(tx, await desk.therapist(tx), episode, TUESDAYS, NOW)
        assert again is Trouble.DOUBLE


async def test_an_exception_stays_an_exception_when_more_is_planned(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        gone, moved = started.sessions[1], started.sessions[2]
        await desk.sessions.cancel(tx, me, gone.id, NOW)
        await desk.sessions.move(tx, me, moved.id, moved.starts_at + timedelta(days=1), NOW)
        await desk.a_week_later(tx, started, NOW + WEEK)
        held = {one.slot: one.starts_at for one in await desk.held(tx)}
        assert gone.slot not in held
        assert held[moved.slot] == moved.starts_at + timedelta(days=1)
        assert len(held) == 8


async def test_ending_a_series_takes_what_is_ahead_and_leaves_what_was(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        assert isinstance(await desk.repeats.end(tx, me, started.sessions[3].id, NOW), tuple)
        assert [one.slot for one in await desk.held(tx)] == [one.slot for one in started.sessions[:3]]
        assert await desk.states(tx) == {State.SCHEDULED: 4, State.CANCELLED: 5}
        assert await desk.a_week_later(tx, started, NOW + WEEK) is None
        assert len(await desk.held(tx)) == 3
        assert await desk.repeats.end(tx, me, started.sessions[3].id, NOW) is Trouble.NO_SERIES


async def test_an_end_pressed_on_an_old_screen_leaves_what_was_held_since(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        second = started.sessions[1]
        assert isinstance(await desk.repeats.end(tx, me, started.sessions[0].id, second.ends_at), tuple)
        assert await desk.held(tx) == [second]


async def test_the_rest_of_a_series_moves_to_another_day_and_time(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        session = started.sessions[2]
        assert await desk.repeats.move_rest(tx, me, session.id, session.starts_at, NOW) is Trouble.ALREADY_THERE
        thursday = session.starts_at + timedelta(days=2, hours=1)
        moved = await desk.repeats.move_rest(tx, me, session.id, thursday, NOW)
        assert isinstance(moved, tuple)
        held = [one.starts_at for one in await desk.held(tx)]
        assert held == [one.starts_at for one in started.sessions[:2]] + [thursday + week * WEEK for week in range(5)]


async def test_the_rest_of_a_series_may_move_onto_its_own_time_but_not_onto_another(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        await desk.start(tx, Rhythm(date(2026, 11, 12), time(9), 50, 1))
        session = started.sessions[0]
        onto = datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
        assert await desk.repeats.move_rest(tx, me, session.id, onto, NOW) is Trouble.DOUBLE
        assert len(await desk.held(tx)) == 15, "nothing was half done"
        moved = await desk.repeats.move_rest(tx, me, session.id, session.starts_at + timedelta(minutes=15), NOW)
        assert isinstance(moved, tuple)
        assert len(moved[0].sessions) == 8


async def test_the_rest_of_a_series_that_cannot_go_on_where_it_is_wanted_stays_where_it_is(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        before, third = await desk.held(tx), started.sessions[2]
        for onto in (started.sessions[0], started.sessions[1]):  # what was before it stays, and is in the way
            outcome = await desk.repeats.move_rest(tx, me, third.id, onto.starts_at + timedelta(minutes=10), NOW)
            assert outcome is Trouble.DOUBLE
        assert await desk.held(tx) == before
        assert await desk.states(tx) == {State.SCHEDULED: len(before) + 1}
        assert await desk.a_week_later(tx, started, NOW + WEEK) is not None


async def test_a_session_its_client_has_begun_to_answer_about_is_in_the_way_of_the_rest(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        first, after = started.sessions[0], started.sessions[0].ends_at + timedelta(hours=3)
        await desk.check_ins.tick(tx, after)
        asked = await desk.plans.of(tx, first.id, after)
        assert asked is not None
        await desk.check_ins.event(tx, asked.check_in.id, ev.Started(), after)
        before = await desk.held(tx)
        onto = first.starts_at + timedelta(minutes=10)
        assert await desk.repeats.move_rest(tx, me, first.id, onto, after) is Trouble.DOUBLE
        assert await desk.held(tx) == before


async def test_what_was_asked_about_a_session_that_moves_with_the_rest_is_taken_back_on_the_screen(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        first, after = started.sessions[0], started.sessions[0].ends_at + timedelta(hours=3)
        await desk.check_ins.tick(tx, after)
        asked = await desk.plans.of(tx, first.id, after)
        assert asked is not None
        assert asked.check_in.state is State.OPEN
        moved = await desk.repeats.move_rest(tx, me, first.id, first.starts_at + timedelta(days=1), after)
        assert isinstance(moved, tuple)
        assert asked.check_in.id in moved[1].screens


async def test_the_last_session_of_a_series_moves_past_its_end_and_is_held(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        started = await desk.start(tx, Rhythm(date(2026, 11, 10), time(15), 50, 2, date(2026, 12, 8)))
        last = started.sessions[-1]
        thursday = last.starts_at + timedelta(days=2)
        assert isinstance(await desk.repeats.move_rest(tx, me, last.id, thursday, NOW), tuple)
        assert [one.starts_at for one in await desk.held(tx)][-1] == thursday
        assert len(await desk.held(tx)) == 3


async def test_what_a_client_has_begun_to_answer_outlives_the_end_of_its_series(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me, started = await desk.therapist(tx), await desk.start(tx)
        after = started.sessions[0].ends_at + timedelta(hours=3)
        await desk.check_ins.tick(tx, after)
        asked = await desk.plans.of(tx, started.sessions[0].id, after)
        assert asked is not None
        await desk.check_ins.event(tx, asked.check_in.id, ev.Started(), after)
        await desk.repeats.end(tx, me, started.sessions[0].id, after)
        kept = await desk.plans.of(tx, started.sessions[0].id, after)
        assert kept is not None
        assert kept.check_in.state is State.OPEN


async def test_another_therapists_series_is_out_of_reach(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        number = await person(tx, desk.house.ring, 700_000_009)
        await client_of(tx, desk.house.ring, number, 710_000_009, "K-17")
        stranger = (await persons.by_ids(tx, [number]))[number]
        session = started.sessions[0]
        assert await desk.repeats.end(tx, stranger, session.id, NOW) is None
        assert await desk.repeats.move_rest(tx, stranger, session.id, NOW, NOW) is None
        holiday = await desk.holidays.take(tx, await desk.therapist(tx), date(2026, 11, 9), date(2026, 11, 30), NOW)
        assert await desk.holidays.drop(tx, stranger, holiday.holiday.id, NOW) is None


# ---- days off ----


async def test_days_off_take_sessions_of_series_out_and_leave_single_ones(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        episode = (await by_ids(tx, desk.house.ring, [desk.house.episode]))[desk.house.episode]
        await desk.sessions.enter(tx, episode, When(datetime(2026, 11, 18, 9, tzinfo=UTC)), NOW)
        await desk.start(tx)
        skipped = await desk.holidays.take(tx, me, date(2026, 11, 17), date(2026, 11, 24), NOW)
        assert (skipped.count, skipped.staying) == (2, 1)
        assert len(await desk.held(tx)) == 6
        assert await desk.states(tx) == {State.SCHEDULED: 8, State.CANCELLED: 2}


async def test_a_series_entered_or_planned_later_skips_days_off_and_gets_them_back(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        skipped = await desk.holidays.take(tx, me, date(2026, 11, 16), date(2026, 11, 20), NOW)
        later = await desk.holidays.take(tx, me, date(2027, 1, 4), date(2027, 1, 8), NOW)
        started = await desk.start(tx)
        assert len(started.sessions) == 7
        await desk.a_week_later(tx, started, NOW + WEEK)
        assert len(await desk.held(tx)) == 7
        assert await desk.holidays.drop(tx, me, skipped.holiday.id, NOW) == 1
        assert await desk.holidays.drop(tx, me, later.holiday.id, NOW) == 1
        assert len(await desk.held(tx)) == 9
        assert await desk.holidays.coming(tx, me, NOW) == []


async def test_what_two_holidays_share_stays_off_until_both_are_gone(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        me = await desk.therapist(tx)
        await desk.start(tx)
        first = await desk.holidays.take(tx, me, date(2026, 11, 10), date(2026, 11, 20), NOW)
        second = await desk.holidays.take(tx, me, date(2026, 11, 16), date(2026, 11, 30), NOW)
        assert (first.count, second.count) == (2, 1)
        assert await desk.holidays.drop(tx, me, first.holiday.id, NOW) == 1
        assert await desk.holidays.drop(tx, me, second.holiday.id, NOW) == 2


# ---- another zone ----


async def test_a_therapist_who_moves_keeps_the_wall_times_of_series(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        started = await desk.start(tx)
        moved = started.sessions[1]
        await desk.sessions.move(tx, await desk.therapist(tx), moved.id, moved.starts_at + timedelta(hours=2), NOW)
        await persons.change(tx, desk.house.therapist, zone="Europe/Lisbon")
        await desk.repeats.rezone(tx, await desk.therapist(tx), BERLIN, NOW)
        lisbon = ZoneInfo("Europe/Lisbon")
        walls = [one.starts_at.astimezone(lisbon).time() for one in await desk.held(tx)]
        assert walls == [time(15), time(17), *[time(15)] * 6]


async def test_a_slot_cannot_have_two_rows(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        await desk.start(tx)
        found = (await tx.execute(select(rows.c.series_id, rows.c.slot).where(rows.c.slot.is_not(None)))).all()
        assert len(found) == len(set(found)) == 8


async def test_a_series_that_cannot_begin_a_week_later_stays_as_it_is(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        episode = (await by_ids(tx, desk.house.ring, [desk.house.episode]))[desk.house.episode]
        started = await desk.start(tx, Rhythm(date(2026, 11, 10), time(15), 50, 2))
        await desk.sessions.enter(tx, episode, When(datetime(2026, 11, 17, 14, 30, tzinfo=UTC)), NOW)
        before = await desk.held(tx)
        assert await desk.repeats.later(tx, await desk.therapist(tx), started.series.id, NOW) is Trouble.DOUBLE
        assert await desk.held(tx) == before
        assert await desk.states(tx) == {State.SCHEDULED: len(before) + 2}
