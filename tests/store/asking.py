"""A practice that asks a second set, for the tests of occasions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.before_sessions import KIND
from bot.check_ins import CheckIns
from bot.occasions import Occasions
from bot.plans import Plans
from bot.question_sets import Choice, QuestionSets, Set
from bot.sessions import Noted, Sessions, When
from bot.store import check_ins as store
from bot.store import persons, practice
from bot.store.check_ins import Kept
from bot.store.episodes import Episode, by_ids
from bot.store.persons import Person
from bot.store.tables import check_ins as rows
from bot.timers import Timers
from conversations import events as ev
from conversations.events import Event
from conversations.model import Session, State
from conversations.occasions import EACH, Occasion
from tests.store.people import NOW, House

WEEK: dict[str, Any] = {
    "name": "week",
    "number": 1,
    "title": {"en": "Week"},
    "licence": "CC0-1.0",
    "source": "our own wording",
    "languages": ["en"],
    "questions": [
        {"id": "mood", "kind": "rating", "text": {"en": "How was it?"}, "label": {"en": "Mood"}},
        {"id": "sleep", "kind": "rating", "text": {"en": "How did you sleep?"}, "label": {"en": "Sleep"}},
    ],
}
BEFORE: Choice = (Occasion.BEFORE, EACH)
DONE: tuple[Event, ...] = (ev.Started(), ev.Answered(0, 3), ev.Answered(1, 4), ev.Sent())
"""A client answers all of it."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Asking:
    """The use cases in one test's database; K-17's check-in after this morning's session is planned for now."""

    house: House
    check_ins: CheckIns
    plans: Plans
    sessions: Sessions
    question_sets: QuestionSets
    occasions: Occasions
    timers: Timers

    @classmethod
    def of(cls, house: House) -> "Asking":
        check_ins, timers = CheckIns(house.ring, house.practice), Timers()
        plans = Plans(
            house.ring, house.practice, check_ins, timers, house.plans(timers)._mornings, house.agendas(timers)
        )
        timers.answer({KIND: plans.before.go_off})
        sessions = Sessions(house.ring, plans)
        occasions = Occasions(house.practice, check_ins)
        return cls(house, check_ins, plans, sessions, QuestionSets(house.practice), occasions, timers)

    async def person(self, tx: AsyncConnection, number: int) -> Person:
        return (await persons.by_ids(tx, [number]))[number]

    async def therapist(self, tx: AsyncConnection) -> Person:
        return await self.person(tx, self.house.therapist)

    async def episode(self, tx: AsyncConnection) -> Episode:
        return (await by_ids(tx, self.house.ring, [self.house.episode]))[self.house.episode]

    async def week(self, tx: AsyncConnection) -> Set:
        """Give the second set, published."""
        await practice.publish(tx, WEEK, NOW)
        await self.house.practice.read(tx)
        found = await self.question_sets.named(tx, "week")
        assert found is not None
        return found

    async def assign(self, tx: AsyncConnection, choice: Choice = BEFORE, about_id: int = 0) -> Set:
        """Let the second set be asked."""
        known = await self.week(tx)
        assert await self.question_sets.assign(tx, await self.therapist(tx), known, about_id, choice, NOW) is None
        return known

    async def enter(self, tx: AsyncConnection, starts_at: datetime, now: datetime = NOW) -> Session:
        noted = await self.sessions.enter(tx, await self.episode(tx), When(starts_at), now)
        assert isinstance(noted, Noted)
        return noted.session

    async def on(self, tx: AsyncConnection, occasion: Occasion, now: datetime = NOW) -> list[Kept]:
        """Give the client's check-ins of an occasion, the earliest due first."""
        mine = select(rows.c.id).where(rows.c.episode_id == self.house.episode, rows.c.occasion == occasion.value)
        found = await store.load(tx, self.house.ring, now, ids=(await tx.execute(mine)).scalars().all())
        return sorted(found.values(), key=lambda kept: (kept.check_in.due_at, kept.check_in.id))

    async def states(self, tx: AsyncConnection, occasion: Occasion) -> list[State]:
        return [kept.check_in.state for kept in await self.on(tx, occasion)]

    async def tick(self, tx: AsyncConnection, now: datetime) -> None:
        while (await self.check_ins.tick(tx, now)).screens:
            pass
        for timer in await self.timers.due(tx, now, 100):
            if timer.kind == KIND:
                await self.timers.go_off(tx, timer, now)

    async def do(self, tx: AsyncConnection, kept: Kept, now: datetime, *events: Event) -> Kept:
        for event in events:
            await self.check_ins.event(tx, kept.check_in.id, event, now)
        after = await self.check_ins.get(tx, kept.check_in.id, now)
        assert after is not None
        return after

    async def done_with_the_morning(self, tx: AsyncConnection) -> None:
        """Let this morning's session be answered."""
        await self.tick(tx, NOW)
        for kept in await self.on(tx, Occasion.AFTER):
            if kept.check_in.state is State.OPEN:
                await self.do(tx, kept, NOW, ev.Skipped())


def one(found: Sequence[Kept]) -> Kept:
    assert len(found) == 1
    return found[0]
