"""The agenda before a session: it comes once, shortly before, where something is open."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import KIND, Agendas
from bot.check_ins import CheckIns
from bot.discussions import Discussions, Turn
from bot.mornings import Mornings
from bot.plans import Plans
from bot.reports import Reports
from bot.sessions import Noted, Sessions, When
from bot.store import episodes, persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import deliveries
from bot.timers import Timers
from conversations.model import State, Step
from conversations.preferences import Preferences
from tests.store.people import NOW, House, become, in_review

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
START = NOW + timedelta(days=6)
GOOD, LOW = (9, 9, 9, 9), (9, 9, 9, 2)


class Desk:
    """A therapist's agendas: the client has answered, sessions are entered, time passes."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house, self.timers = tx, house, Timers()
        self.check_ins = CheckIns(house.ring, house.practice)
        self.agendas = Agendas(self.check_ins, Reports(house.ring, self.check_ins), self.timers)
        self.timers.answer({KIND: self.agendas.go_off})
        mornings = Mornings(house.ring, Timers())
        plans = Plans(house.ring, house.practice, self.check_ins, mornings, self.agendas)
        self.sessions = Sessions(house.ring, plans)

    async def therapist(self) -> Person:
        return (await persons.by_ids(self.tx, [self.house.therapist]))[self.house.therapist]

    async def answer(self, ratings: tuple[int, ...], *, talk: bool = False) -> None:
        kept = await self.house.kept(self.tx)
        ready = in_review(kept.check_in, self.house.version)
        answers = dict(zip(("bond", "goals", "tasks", "overall"), ratings, strict=True))
        sent = replace(ready, answers=answers, note=None, talk=talk, state=State.COMPLETED, step=Step.SENT)
        sent = replace(sent, closed_at=NOW, reminder_at=None, auto_send_at=None, expires_at=None)
        await become(self.tx, self.house.ring, kept, sent)

    async def enter(self, starts_at: datetime, now: datetime = NOW) -> int:
        episode = (await episodes.by_ids(self.tx, self.house.ring, [self.house.episode]))[self.house.episode]
        noted = await self.sessions.enter(self.tx, episode, When(starts_at), now)
        assert isinstance(noted, Noted)
        return noted.session.id

    async def time_is(self, now: datetime) -> None:
        while due := await self.timers.due(self.tx, now, 10):
            for timer in due:
                await self.timers.go_off(self.tx, timer, now)

    async def shown(self) -> list[datetime]:
        mine = select(deliveries.c.not_before).where(deliveries.c.kind == "agenda").order_by(deliveries.c.id)
        return list((await self.tx.execute(mine)).scalars())


async def test_what_is_open_comes_half_an_hour_before_the_session_and_once(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(LOW)
        await desk.enter(START)
        await desk.time_is(START - 31 * MINUTE)
        assert await desk.shown() == []
        for minutes in (30, 29, 10, -60):
            await desk.time_is(START - minutes * MINUTE)
        assert await desk.shown() == [START - 30 * MINUTE]
        assert await desk.timers.next_at(tx) is None


@pytest.mark.parametrize(("ratings", "talk", "count"), [(GOOD, False, 0), (GOOD, True, 1), (LOW, False, 1)])
async def test_it_comes_for_a_wish_to_talk_or_what_moved_and_not_for_nothing(
    database: Database, house: House, ratings: tuple[int, ...], talk: bool, count: int
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(ratings, talk=talk)
        await desk.enter(START)
        await desk.time_is(START - 30 * MINUTE)
        assert len(await desk.shown()) == count


async def test_what_was_talked_about_or_was_asked_for_already_does_not_come_again(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(LOW)
        await desk.enter(START)
        kept = await house.kept(tx)
        await Discussions().remind_before_session(tx, await desk.therapist(), kept, NOW)
        await desk.time_is(START - 30 * MINUTE)
        assert len(await desk.shown()) == 1
        await desk.enter(START + timedelta(days=7), START)
        await Discussions().take_turn(tx, kept, Turn.TALKED, START)
        await desk.time_is(START + timedelta(days=7) - 30 * MINUTE)
        assert len(await desk.shown()) == 1


async def test_it_goes_with_a_session_that_moves_or_is_called_off(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(LOW)
        number = await desk.enter(START)
        await desk.sessions.move(tx, await desk.therapist(), number, START - 3 * HOUR, NOW)
        await desk.time_is(START - 3 * HOUR - 30 * MINUTE)
        assert await desk.shown() == [START - 3 * HOUR - 30 * MINUTE]
        later = await desk.enter(START + timedelta(days=7), START)
        await desk.sessions.cancel(tx, await desk.therapist(), later, START)
        await desk.time_is(START + timedelta(days=7))
        assert len(await desk.shown()) == 1


async def test_it_comes_when_the_therapist_wants_it_or_never(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(LOW)
        await desk.enter(START)
        for minutes, moment in ((60, START - HOUR), (0, None), (15, START - 15 * MINUTE)):
            await persons.set_preferences(tx, house.therapist, Preferences(agenda_minutes=minutes))
            await desk.agendas.again(tx, await desk.therapist(), NOW)
            timer = await desk.timers.find(tx, KIND, house.therapist, 0)
            assert (timer and timer.due_at) == moment
        await desk.agendas.again(tx, await desk.therapist(), START - 5 * MINUTE)
        await desk.time_is(START - 5 * MINUTE)
        assert await desk.shown() == [START - 5 * MINUTE]


async def test_after_downtime_it_comes_late_but_not_once_the_session_has_begun(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.answer(LOW)
        await desk.enter(START)
        await desk.time_is(START + MINUTE)
        assert await desk.shown() == []
        assert await desk.timers.next_at(tx) is None
