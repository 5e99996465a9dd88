"""The list of the day's sessions that therapists are shown each morning: when it comes, and what is on it.

One timer a therapist rings on the next morning with sessions. Whatever makes a session calls `watch`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store import deliveries as outbox
from bot.store import episodes, persons
from bot.store import sessions as store
from bot.store.deliveries import Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations import mornings
from conversations.model import Session, Unheld
from conversations.wall_clock import day_of

KIND = "morning"


@dataclass(frozen=True, slots=True)
class Line:
    """One session on the list, with whose it is."""

    session: Session
    episode: Episode


@dataclass(frozen=True, slots=True)
class Mornings:
    """The use cases of the morning list. Every method works inside the caller's transaction."""

    ring: KeyRing
    timers: Timers

    async def watch(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        """See to it that the list of a session's day comes; too late for it, nothing does."""
        moment = mornings.morning_of(day_of(session.starts_at, therapist.zone), therapist.zone)
        set_already = await self.timers.find(tx, KIND, therapist.id, 0)
        if moment > now and (set_already is None or moment < set_already.due_at):
            await self.timers.set(tx, KIND, therapist.id, 0, moment)

    async def again(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Reckon the next list anew, because the therapist's time zone has changed."""
        coming = await self._next(tx, therapist, now)
        if coming is None:
            await self.timers.drop(tx, KIND, therapist.id, 0)
        else:
            await self.timers.set(tx, KIND, therapist.id, 0, coming)

    async def _next(self, tx: AsyncConnection, therapist: Person, now: datetime) -> datetime | None:
        """Give the next morning with sessions."""
        coming = await store.first_start(tx, therapist.id, mornings.search_from(now, therapist.zone))
        return None if coming is None else mornings.morning_of(day_of(coming, therapist.zone), therapist.zone)

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Send today's list where it is of use, and name the next morning with sessions."""
        therapist = (await persons.by_ids(tx, [timer.person_id])).get(timer.person_id)
        if therapist is None or not therapist.is_therapist:
            return None
        if (day := mornings.due_day(now, therapist.zone)) is not None:
            await self._send(tx, therapist, day, now)
        return await self._next(tx, therapist, now)

    async def _send(self, tx: AsyncConnection, therapist: Person, day: date, now: datetime) -> None:
        if await self.is_of_use(tx, therapist, day, now):
            key = f"{KIND}:{therapist.id}:{day.isoformat()}"
            message = outbox.new(therapist.id, KIND, Lane.DIGEST, now, detail=day.isoformat(), dedupe_key=key)
            await outbox.queue(tx, [message], now)

    async def is_of_use(self, tx: AsyncConnection, therapist: Person, day: date, now: datetime) -> bool:
        """Say whether the list of a day is wanted, is due and still helps."""
        if not therapist.preferences.morning_list or mornings.due_day(now, therapist.zone) != day:
            return False
        return mornings.is_of_use([line.session for line in await self.lines(tx, therapist, day)], now)

    async def lines(self, tx: AsyncConnection, therapist: Person, day: date) -> list[Line]:
        """Give the day's sessions, the earliest first; of those called off, what was so after the list had come."""
        found = await store.between(tx, therapist.id, *mornings.span_of(day, therapist.zone))
        morning = mornings.morning_of(day, therapist.zone)
        shown = [one for one in found if _is_shown(one, morning)]
        whose = await episodes.by_ids(tx, self.ring, [one.episode_id for one in shown])
        return [Line(one, whose[one.episode_id]) for one in shown]


def _is_shown(session: Session, morning: datetime) -> bool:
    """Say whether a session stands on its day's list: it is held, or was called off since the list came."""
    if session.cancelled_at is None:
        return True
    return session.unheld is Unheld.CALLED_OFF and session.cancelled_at >= morning
