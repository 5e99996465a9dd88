"""A therapist's days off: series skip them, and take their place again when the days off are dropped."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.plans import Plans, joined
from bot.sessions import Noted, Sessions
from bot.sessions import Trouble as SessionTrouble
from bot.store import series as store
from bot.store import sessions as session_store
from bot.store.persons import Person
from bot.store.series import Holiday
from conversations.model import Session, Unheld
from conversations.wall_clock import day_of, from_wall

__all__ = ["Holiday", "Holidays", "Skipped", "Trouble", "read_days"]

LONGEST = timedelta(days=366)


class Trouble(StrEnum):
    """Why days off were not entered; each has a sentence in the locale files."""

    BAD = "holidays.bad"
    BACKWARDS = "holidays.backwards"
    PAST = "holidays.past"
    LONG = "holidays.long"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Days off that were entered: how many sessions of series they take out, and the single ones that stay."""

    holiday: Holiday
    count: int
    staying: int
    work: Work


def read_days(words: list[str], today: date) -> tuple[date, date] | Trouble:
    """Read `YYYY-MM-DD [YYYY-MM-DD]`, the first and the last day off."""
    try:
        days = [date.fromisoformat(word) for word in words if word.lower() not in ("-", "to", "until")]
    except ValueError:
        return Trouble.BAD
    if len(days) not in (1, 2):
        return Trouble.BAD
    first, last = days[0], days[-1]
    if last < first:
        return Trouble.BACKWARDS
    if last < today:
        return Trouble.PAST
    return (first, last) if last - first <= LONGEST else Trouble.LONG


class Holidays:
    """The use cases around days off. Every method works inside the caller's transaction."""

    def __init__(self, plans: Plans, sessions: Sessions) -> None:
        self._plans = plans
        self._sessions = sessions

    async def coming(self, tx: AsyncConnection, therapist: Person, now: datetime) -> list[Holiday]:
        """Give the days off that are not over."""
        return await store.holidays_of(tx, therapist.id, day_of(now, therapist.zone))

    async def take(
        self, tx: AsyncConnection, therapist: Person, first_day: date, last_day: date, now: datetime
    ) -> Skipped:
        """Enter days off. Sessions of series in them are not held; single ones were entered on purpose and stay."""
        holiday = await store.add_holiday(tx, therapist.id, first_day, last_day, now)
        count, staying, work = 0, 0, Work()
        for session in await self._within(tx, therapist, holiday, now):
            if session.cancelled_at is not None:
                continue
            done = await self._plans.unhold(tx, session, Unheld.HOLIDAY, now) if session.series_id else None
            count, staying = (count, staying + 1) if done is None else (count + 1, staying)
            work = joined(work, done or Work())
            work = joined(work, await self._plans.again(tx, session.episode_id, "holiday", now))
        return Skipped(holiday, count, staying, work)

    async def drop(self, tx: AsyncConnection, therapist: Person, holiday_id: int, now: datetime) -> int | None:
        """Take days off back; give how many sessions are held again. None where they are not this therapist's."""
        mine = {one.id: one for one in await store.holidays_of(tx, therapist.id, date.min)}
        holiday = mine.pop(holiday_id, None)
        if holiday is None:
            return None
        await store.drop_holiday(tx, holiday.id)
        back = 0
        for session in await self._within(tx, therapist, holiday, now):
            still_off = any(session.slot in other for other in mine.values() if session.slot)
            if session.unheld is Unheld.HOLIDAY and not still_off:
                outcome = await self._sessions.restore(tx, therapist, session.id, now)
                back += isinstance(outcome, Noted)
                if outcome is SessionTrouble.DOUBLE:
                    await self._leave_out(tx, therapist, session, now)
        return back

    async def _leave_out(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        """What could take place again but for another session does so once that one goes."""
        await session_store.cancel(tx, session.id, Unheld.DOUBLE, now)
        gone = replace(session, unheld=Unheld.DOUBLE)
        await self._sessions.places.tell_of_left_out(tx, therapist, [gone], now)

    async def _within(self, tx: AsyncConnection, therapist: Person, holiday: Holiday, now: datetime) -> list[Session]:
        """Give the sessions ahead that start on these days."""
        begin = from_wall(holiday.first_day, time(), therapist.zone)
        end = from_wall(holiday.last_day + timedelta(days=1), time(), therapist.zone)
        return await session_store.between(tx, therapist.id, max(begin, now), end)
