"""A desk at which a test closes check-ins, enters sessions and lets time pass, to see what comes before a session."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import KIND, Agenda
from bot.sessions import Noted, Sessions, When
from bot.store import check_ins, episodes, persons
from bot.store.persons import Person
from bot.store.tables import deliveries
from bot.timers import Timers
from conversations.goals import Goal
from conversations.model import Answers, CheckIn, Note, State, Visibility
from tests.store.people import NOW, House, become

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NEXT = NOW + 7 * DAY
GOOD: Answers = {"bond": 9, "goals": 9, "tasks": 9, "overall": 9}
LOW: Answers = {"bond": 4, "goals": 8, "tasks": 8, "overall": 8}
SECRET = Note("the letter to my sister", Visibility.BEFORE)


class Desk:
    """A client's check-ins are closed as a test wants them; sessions are entered; time passes."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house = tx, house
        self.timers = Timers()
        self.agendas = house.agendas(self.timers)
        self.timers.answer({KIND: self.agendas.go_off})
        self.sessions = Sessions(house.ring, house.plans(self.timers))

    async def therapist(self) -> Person:
        return (await persons.by_ids(self.tx, [self.house.therapist]))[self.house.therapist]

    async def prefer(self, minutes: int) -> None:
        mine = (await self.therapist()).preferences
        await persons.set_preferences(self.tx, self.house.therapist, replace(mine, agenda_minutes=minutes))

    async def enter(self, starts_at: datetime = NEXT, now: datetime = NOW) -> Noted:
        episode = (await episodes.by_ids(self.tx, self.house.ring, [self.house.episode]))[self.house.episode]
        noted = await self.sessions.enter(self.tx, episode, When(starts_at), now)
        assert isinstance(noted, Noted)
        return noted

    async def close(
        self, number: int, answers: Answers, at: datetime = NOW, *, talk: bool = False, note: Note | None = None
    ) -> None:
        kept = (await check_ins.load(self.tx, self.house.ring, NOW, ids=[number]))[number]
        closed: CheckIn = replace(
            kept.check_in,
            state=State.COMPLETED if answers else State.EXPIRED,
            version_id=self.house.version,
            prompted_at=at,
            closed_at=at,
            answers=answers,
            talk=talk,
            note=note,
        )
        await become(self.tx, self.house.ring, kept, closed)

    async def time_is(self, now: datetime) -> None:
        for timer in await self.timers.due(self.tx, now, 10):
            await self.timers.go_off(self.tx, timer, now)

    async def goals(self, session_id: int) -> Sequence[Goal]:
        found = await self.agenda(session_id)
        return found.goals if found else ()

    async def sent(self) -> list[tuple[int, datetime]]:
        rows = await self.tx.execute(select(deliveries).where(deliveries.c.kind == KIND).order_by(deliveries.c.id))
        return [(row.about_id, row.created_at) for row in rows]

    async def agenda(self, session_id: int, now: datetime = NEXT - 30 * MINUTE) -> Agenda | None:
        return await self.agendas.of(self.tx, await self.therapist(), session_id, now)
