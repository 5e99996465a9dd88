"""A therapist's calendar being read into a database, as the bot does it."""

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.calendars import Calendars, Comparison, Count, Source
from bot.ics.reading import read
from bot.ics.slots import Wanted
from bot.sessions import Sessions
from bot.store import persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import check_ins, sessions
from bot.telegram.calendar_steps import PLAINLY, How, Outcome, apply
from bot.timers import Timers
from bot.use_cases import UseCases
from tests.store.people import House

BERLIN = ZoneInfo("Europe/Berlin")
BEFORE = datetime(2027, 3, 12, 9, tzinfo=UTC)
WANTED = Wanted(BEFORE, datetime(2027, 6, 1, tzinfo=UTC), BERLIN, frozenset({"K-17", "K-18"}))


class Desk:
    """A therapist's calendar being read into one database."""

    def __init__(self, database: Database, house: House) -> None:
        self.sessions = Sessions(house.ring, house.plans(Timers()))
        self.calendars = Calendars(house.ring, self.sessions)
        self._database, self._house = database, house

    async def therapist(self) -> Person:
        async with self._database.reading() as tx:
            return (await persons.by_ids(tx, [self._house.therapist]))[self._house.therapist]

    async def compare(self, content: bytes, source: Source = Source.FILE) -> Comparison:
        therapist = await self.therapist()
        async with self._database.reading() as tx:
            return await self.calendars.compare(tx, therapist, read(content, WANTED), source, BEFORE)

    async def outcome(
        self, content: bytes, source: Source = Source.FILE, how: How = PLAINLY, now: datetime = BEFORE
    ) -> Outcome:
        """Apply a calendar."""
        world = SimpleNamespace(
            reading=self._database.reading, writing=self._database.writing, calendars=self.calendars
        )
        return await apply(cast("UseCases", world), await self.therapist(), read(content, WANTED), source, now, how)

    async def take(self, content: bytes, source: Source = Source.FILE) -> Counter[Count]:
        """Apply a calendar; give what became of its appointments."""
        return +(await self.outcome(content, source)).counts

    async def due(self, episode: int) -> list[str]:
        """Give when the waiting check-ins of an episode fall due, on Berlin's wall."""
        waiting = select(check_ins.c.due_at).where(check_ins.c.episode_id == episode, check_ins.c.state == "scheduled")
        async with self._database.reading() as tx:
            moments = [row.due_at for row in await tx.execute(waiting.order_by(check_ins.c.due_at))]
        return [f"{moment.astimezone(BERLIN):%m-%d %H:%M}" for moment in moments if moment > BEFORE]

    async def held(self, episode: int) -> dict[str, int]:
        """Give the held sessions of an episode from this day on: when they are, on Berlin's wall, and their ids."""
        chosen = select(sessions.c.id, sessions.c.starts_at).where(
            sessions.c.episode_id == episode, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > BEFORE
        )
        async with self._database.reading() as tx:
            rows = list(await tx.execute(chosen.order_by(sessions.c.starts_at)))
        return {f"{row.starts_at.astimezone(BERLIN):%m-%d %H:%M}": row.id for row in rows}
