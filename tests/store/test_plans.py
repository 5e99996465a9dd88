"""What becomes of check-ins when sessions move, go and come back."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.plans import REPLAN, Plans
from bot.sessions import Noted, Sessions, Trouble, When
from bot.store import persons
from bot.store import sessions as store
from bot.store.check_ins import Kept
from bot.store.database import Database
from bot.store.episodes import Episode, by_ids
from bot.store.persons import Person
from bot.timers import Timers
from conversations import events as ev
from conversations.model import Session, State, Unheld
from conversations.moving import reminds_at
from conversations.schedule import Later, QuietHours
from tests.store.people import NOW, House, session_of

TOMORROW = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """The use cases in one test's database, whose client K-17 has a check-in planned for now."""

    house: House
    timers: Timers
    check_ins: CheckIns
    plans: Plans
    sessions: Sessions

    async def therapist(self, tx: AsyncConnection) -> Person:
        return (await persons.by_ids(tx, [self.house.therapist]))[self.house.therapist]

    async def episode(self, tx: AsyncConnection) -> Episode:
        return (await by_ids(tx, self.house.ring, [self.house.episode]))[self.house.episode]

    async def enter(self, tx: AsyncConnection, starts_at: datetime) -> Session:
        noted = await self.sessions.enter(tx, await self.episode(tx), When(starts_at), NOW)
        assert isinstance(noted, Noted)
        return noted.session

    async def asked(self, tx: AsyncConnection) -> Session:
        """Let K-17 be asked about the session this morning."""
        await self.check_ins.tick(tx, NOW)
        session = await store.get(tx, session_of(await self.house.kept(tx)))
        assert session is not None
        return session

    async def kept(self, tx: AsyncConnection, session: Session, now: datetime = NOW) -> Kept:
        kept = await self.plans.of(tx, session.id, now)
        assert kept is not None
        return kept

    async def cancel(self, tx: AsyncConnection, session: Session, now: datetime = NOW) -> object:
        return await self.sessions.cancel(tx, await self.therapist(tx), session.id, now)

    async def move(self, tx: AsyncConnection, session: Session, starts_at: datetime) -> Noted:
        moved = await self.sessions.move(tx, await self.therapist(tx), session.id, starts_at, NOW)
        assert isinstance(moved, tuple)
        return moved[0]


@pytest.fixture
def desk(house: House) -> Desk:
    check_ins = CheckIns(house.ring, house.practice)
    timers = Timers()
    plans = house.plans(timers)
    return Desk(house, timers, check_ins, plans, Sessions(house.ring, plans))


async def test_a_moved_session_takes_its_check_in_along(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        session = await desk.enter(tx, TOMORROW)
        before = await desk.kept(tx, session)
        moved = await desk.move(tx, session, TOMORROW + timedelta(days=2))
        assert moved.session.starts_at == TOMORROW + timedelta(days=2)
        assert moved.check_in == (await desk.kept(tx, session)).check_in
        assert (moved.check_in.id, moved.check_in.state) == (before.check_in.id, State.SCHEDULED)
        assert moved.check_in.due_at == before.check_in.due_at + timedelta(days=2)


async def test_what_was_asked_before_the_session_moved_is_called_off_and_asked_anew(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        session = await desk.asked(tx)
        first = await desk.kept(tx, session)
        moved = await desk.move(tx, session, TOMORROW)
        assert moved.check_in is not None
        assert (moved.check_in.id != first.check_in.id, moved.check_in.state) == (True, State.SCHEDULED)
        old = await desk.check_ins.get(tx, first.check_in.id, NOW)
        assert old is not None
        assert old.check_in.state is State.CANCELLED


async def test_a_cancelled_session_says_why_and_can_be_put_back(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        therapist = await desk.therapist(tx)
        session = await desk.enter(tx, TOMORROW)
        assert await desk.sessions.restore(tx, therapist, session.id, NOW) is Trouble.ALREADY_THERE
        await desk.cancel(tx, session)
        gone = await store.get(tx, session.id)
        assert gone is not None
        assert (gone.unheld, (await desk.kept(tx, session)).check_in.state) == (Unheld.CALLED_OFF, State.CANCELLED)
        assert await desk.cancel(tx, session) is Trouble.ALREADY_UNDONE
        back = await desk.sessions.restore(tx, therapist, session.id, NOW)
        assert isinstance(back, Noted)
        assert (back.session, back.check_in and back.check_in.state) == (session, State.SCHEDULED)


async def test_a_session_that_comes_closer_shortens_what_is_open_but_leaves_an_hour(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        await desk.check_ins.tick(tx, NOW)
        assert (await desk.house.kept(tx)).check_in.expires_at == NOW + timedelta(hours=72)
        session = await desk.enter(tx, NOW + timedelta(hours=60))
        assert (await desk.house.kept(tx)).check_in.expires_at == NOW + timedelta(hours=48)
        await desk.move(tx, session, NOW + timedelta(hours=8))
        assert (await desk.house.kept(tx)).check_in.expires_at == NOW + timedelta(hours=1)
        await desk.cancel(tx, session)
        assert (await desk.house.kept(tx)).check_in.expires_at == NOW + timedelta(hours=72)


async def test_a_screen_whose_moment_the_practices_quiet_hours_move_is_drawn_again(
    database: Database, desk: Desk
) -> None:
    timers = desk.timers
    timers.answer({REPLAN: desk.plans.go_off})
    async with database.writing() as tx:
        await desk.check_ins.tick(tx, NOW)
        number = (await desk.house.kept(tx)).check_in.id
        for event in (ev.LaterAsked(), ev.Snoozed(Later.HOUR)):
            await desk.check_ins.event(tx, number, event, NOW)
        before = (await desk.house.kept(tx)).check_in.reminder_at
        assert before is not None
        practice = desk.house.practice
        practice.rules = replace(
            practice.rules, quiet_hours=QuietHours(time(15, 30), time(23))
        )  # it is 15:00 in Berlin
        await timers.set(tx, REPLAN, desk.house.therapist, desk.house.episode, NOW)
        (timer,) = [one for one in await timers.due(tx, NOW, 10) if one.kind == REPLAN]
        await timers.go_off(tx, timer, NOW)
        after = (await desk.house.kept(tx)).check_in.reminder_at
        assert after is not None
        assert after > before
        assert list(timers.work.screens) == [number]


async def test_the_wish_to_be_asked_later_outlasts_a_nearer_session_that_is_undone(
    database: Database, desk: Desk
) -> None:
    async with database.writing() as tx:
        await desk.check_ins.tick(tx, NOW)
        number = (await desk.house.kept(tx)).check_in.id
        for event in (ev.LaterAsked(), ev.Snoozed(Later.TOMORROW)):
            await desk.check_ins.event(tx, number, event, NOW)
        wished = (await desk.house.kept(tx)).check_in.reminder_at
        session = await desk.enter(tx, NOW + timedelta(hours=20))
        assert reminds_at((await desk.house.kept(tx)).check_in) is None
        await desk.cancel(tx, session)
        assert reminds_at((await desk.house.kept(tx)).check_in) == wished is not None


async def test_the_coming_sessions_of_a_therapist_leave_out_what_is_not_held(database: Database, desk: Desk) -> None:
    async with database.writing() as tx:
        later = await desk.enter(tx, TOMORROW + timedelta(days=1))
        sooner = await desk.enter(tx, TOMORROW)
        await desk.cancel(tx, await desk.enter(tx, TOMORROW + timedelta(hours=3)))
        await desk.enter(tx, TOMORROW + timedelta(days=20))
        found = await store.of_therapist(tx, desk.house.therapist, NOW, NOW + timedelta(days=14))
        assert found == [sooner, later]
