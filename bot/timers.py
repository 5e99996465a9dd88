"""Timers: what goes off at a moment, and who answers to it.

A use case sets one in the transaction of its cause. When it goes off the handler of its kind runs in one transaction
with the timer's end, so a crash in between repeats it whole and nothing is done twice. A handler gives the next
moment, or None where the timer has served. One that fails is tried again in a while, and holds up no other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.store import timers as store
from bot.store.timers import Timer

__all__ = ["Handler", "Timer", "Timers"]

Handler = Callable[[AsyncConnection, Timer, datetime], Awaitable[datetime | None]]

AGAIN_AFTER = timedelta(minutes=5)
"""How long a timer whose handler failed is left alone."""


class Timers:
    """The timers and their handlers by kind. Every method works inside the caller's transaction."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self.work = Work()

    def moved(self, work: Work) -> None:
        """Take over the screens that a handler has moved; they are shown when its transaction is committed."""
        self.work = work

    def answer(self, handlers: Mapping[str, Handler]) -> None:
        """Name who answers to a kind; a kind has one handler."""
        twice = self._handlers.keys() & handlers.keys()
        if twice:
            raise ValueError(f"two handlers for the timers {sorted(twice)}")
        self._handlers.update(handlers)

    async def set(self, tx: AsyncConnection, kind: str, person_id: int, about_id: int, due_at: datetime) -> None:
        """Let a timer go off at a moment; one that is set already is moved."""
        await store.put(tx, kind, person_id, about_id, due_at)

    async def drop(self, tx: AsyncConnection, kind: str, person_id: int, about_id: int) -> None:
        """Take a timer back, if it is set."""
        await store.drop(tx, kind, person_id, about_id)

    async def find(self, tx: AsyncConnection, kind: str, person_id: int, about_id: int) -> Timer | None:
        """Give a timer that is set, or None."""
        return await store.find(tx, kind, person_id, about_id)

    async def due(self, tx: AsyncConnection, now: datetime, limit: int) -> Sequence[Timer]:
        """Give what has to go off by now, the earliest first."""
        return await store.due(tx, now, limit)

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> bool:
        """Do what a timer is for and end or move it; False where it was taken back or moved meanwhile.

        A kind that nobody answers to (any more) ends here. A handler may set or drop its own timer: that stands.
        """
        self.work = Work()
        if not await store.still(tx, timer):
            return False
        handler = self._handlers.get(timer.kind)
        moment = None if handler is None else await handler(tx, timer, now)
        if not await store.still(tx, timer):
            return True
        if moment is None:
            await store.remove(tx, timer)
        else:
            await store.move(tx, timer, moment)
        return True

    async def put_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> None:
        """Try a timer again in a while, because its handler failed."""
        if await store.still(tx, timer):
            await store.move(tx, timer, now + AGAIN_AFTER)

    async def next_at(self, tx: AsyncConnection) -> datetime | None:
        """When the next timer goes off."""
        return await store.next_at(tx)
