"""Slots of series that another session is in the way of: they take place once nothing is, and make way again.

The therapist is told each time, whatever it was that freed or took the place.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.plans import Plans, begun, joined
from bot.store import deliveries as outbox
from bot.store import series as series_store
from bot.store import sessions as store
from bot.store.deliveries import Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.store.series import Holiday
from conversations.model import Session, Unheld
from conversations.wall_clock import day_of

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

AGAIN = "session_again"
OUT = "session_out"
"""What a therapist is told: sessions of series that were left out take place, or are left out for another."""
LEFT_OUT = (Unheld.HOLIDAY, Unheld.DOUBLE)
"""Why a slot of a series is left out without anybody having said so of this one."""


class Places:
    """The use cases of the place a session has in time. Every method works inside the caller's transaction."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    async def come_back(self, tx: AsyncConnection, therapist: Person, episode: Episode, now: datetime) -> Work:
        """Let the coming slots take place that nothing is in the way of any more; call it when a place was freed."""
        displaced = [] if episode.ended_at else await store.displaced(tx, episode.id, now)
        return await self.settle(tx, therapist, displaced, now, told=True)

    async def settle(
        self, tx: AsyncConnection, therapist: Person, slots: Sequence[Session], now: datetime, *, told: bool = False
    ) -> Work:
        """Hold slots that are not held, or leave them out for days off or another session."""
        since = min((one.slot for one in slots if one.slot), default=day_of(now, therapist.zone))
        off = await series_store.holidays_of(tx, therapist.id, since) if slots else []
        work, back = Work(), list[Session]()
        for session in slots:
            why = await self._why_not(tx, session, off)
            if why is None:
                await store.restore(tx, session.id)
                again = (await store.by_ids(tx, [session.id]))[session.id]
                work = joined(work, await self._plans.follow(tx, again, "session_again", now))
                back.append(session)
            elif why is not session.unheld:
                await store.cancel(tx, session.id, why, now)
        if back and told:
            log.info("sessions_back", episode_id=back[0].episode_id, count=len(back))
            work = joined(work, await self._tell(tx, therapist, AGAIN, back, now))
        return work

    async def _why_not(self, tx: AsyncConnection, session: Session, off: Collection[Holiday]) -> Unheld | None:
        if await store.overlapping(tx, session.episode_id, session.starts_at, session.ends_at, besides=session.id):
            return Unheld.DOUBLE
        return Unheld.HOLIDAY if any(session.slot in holiday for holiday in off if session.slot) else None

    async def make_way(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> bool:
        """Leave out the coming slots of series in the way of a single session; say whether its place is free then."""
        there = await store.all_overlapping(tx, session.episode_id, session.starts_at, session.ends_at)
        if session.series_id is not None or not there:
            return not there
        if not all([await self._can_give_way(tx, one, now) for one in there]):
            return False
        for one in there:
            await self._plans.unhold(tx, one, Unheld.DOUBLE, now)
        await self._tell(tx, therapist, OUT, there, now)
        return True

    async def _can_give_way(self, tx: AsyncConnection, session: Session, now: datetime) -> bool:
        kept = await self._plans.of(tx, session.id, now)
        return session.series_id is not None and session.starts_at > now and not (kept and begun(kept.check_in))

    async def tell_of_left_out(
        self, tx: AsyncConnection, therapist: Person, sessions: Sequence[Session], now: datetime
    ) -> None:
        """Tell the therapist of the slots among these that another session is in the way of."""
        if out := [one for one in sessions if one.unheld is Unheld.DOUBLE]:
            await self._tell(tx, therapist, OUT, out, now)

    async def _tell(
        self, tx: AsyncConnection, therapist: Person, kind: str, about: Sequence[Session], now: datetime
    ) -> Work:
        message = outbox.new(therapist.id, kind, Lane.ALERT, now, about_id=about[0].id, detail=str(len(about)))
        await outbox.queue(tx, [message], now)
        return Work(queued=True)
