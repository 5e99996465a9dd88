"""The use cases around series, and what there is of one, for the tests of the store."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.holidays import Holidays
from bot.plans import Plans
from bot.repeats import KIND, Repeats, Started
from bot.sessions import Noted, Sessions, When
from bot.store import persons
from bot.store import sessions as session_store
from bot.store.episodes import Episode, by_ids
from bot.store.persons import Person
from bot.store.tables import check_ins as check_in_rows
from bot.taking_back import TakingBack
from bot.timers import Timers
from conversations.model import Session, State
from conversations.series import Rhythm
from tests.store.people import NOW, House

TUESDAYS = Rhythm(date(2026, 11, 10), time(15), 50, 1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Desk:
    house: House
    timers: Timers
    check_ins: CheckIns
    plans: Plans
    sessions: Sessions
    repeats: Repeats
    holidays: Holidays
    taking_back: TakingBack

    async def therapist(self, tx: AsyncConnection) -> Person:
        return (await persons.by_ids(tx, [self.house.therapist]))[self.house.therapist]

    async def mine(self, tx: AsyncConnection) -> Episode:
        return (await by_ids(tx, self.house.ring, [self.house.episode]))[self.house.episode]

    async def enter(self, tx: AsyncConnection, starts_at: datetime) -> Session:
        noted = await self.sessions.enter(tx, await self.mine(tx), When(starts_at), NOW)
        assert isinstance(noted, Noted)
        return noted.session

    async def start(self, tx: AsyncConnection, rhythm: Rhythm = TUESDAYS, now: datetime = NOW) -> Started:
        started = await self.repeats.start(tx, await self.therapist(tx), await self.mine(tx), rhythm, now)
        assert isinstance(started, Started)
        return started

    async def a_week_later(self, tx: AsyncConnection, started: Started, now: datetime) -> datetime | None:
        timer = await self.timers.find(tx, KIND, self.house.therapist, started.series.id)
        assert timer is not None
        return await self.repeats.go_off(tx, timer, now)

    async def held(self, tx: AsyncConnection) -> list[Session]:
        found = await session_store.of_therapist(tx, self.house.therapist, NOW, NOW + 52 * WEEK)
        return [one for one in found if one.series_id is not None]

    async def states(self, tx: AsyncConnection) -> Counter[State]:
        all_of_them = (await tx.execute(select(check_in_rows.c.state))).scalars()
        return Counter(State(state) for state in all_of_them)


def desk_of(house: House) -> Desk:
    """Build the use cases around series."""
    timers, asking = Timers(), CheckIns(house.ring, house.practice)
    plans = house.plans(timers)
    sessions = Sessions(house.ring, plans)
    repeats = Repeats(plans, sessions, timers)
    holidays, taking_back = Holidays(plans, sessions), TakingBack(plans, sessions, repeats)
    return Desk(house, timers, asking, plans, sessions, repeats, holidays, taking_back)
