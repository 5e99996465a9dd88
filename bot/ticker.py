"""One pass over everything that has fallen due. APScheduler only calls it; the rows decide.

Restarts, sleep, clock changes and double ticks are harmless: what is due is a row with a moment, handled in one
transaction by the same reducer as a press, and what it says is a delivery with a key that exists once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.check_ins import Work
from bot.timers import Timer
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AT_ONCE = 200
_TIDY_EVERY = timedelta(hours=1)
_AFTER_START = timedelta(minutes=1)


class Ticker:
    """Lets time pass. `show` takes what a pass has changed on screens."""

    def __init__(self, cases: UseCases, show: Callable[[Work], None]) -> None:
        self._cases = cases
        self._show = show
        self._tidied_at: datetime | None = None

    async def tick(self, now: datetime) -> int:
        """Handle everything due by `now`; give how many check-ins moved."""
        moved = 0
        while True:
            async with self._cases.writing() as tx:
                work = await self._cases.check_ins.tick(tx, now, _AT_ONCE)
            self._show(work)
            if not work.screens:
                break
            moved += len(work.screens)
        await self._timers(now)
        await self._tidy(now)
        return moved

    async def _timers(self, now: datetime) -> None:
        """Let every timer go off whose moment has come, each in a transaction of its own."""
        while due := await self._cases.due_timers(now, _AT_ONCE):
            for timer in due:
                await self._go_off(timer, now)

    async def _go_off(self, timer: Timer, now: datetime) -> None:
        try:
            async with self._cases.writing() as tx:
                await self._cases.timers.go_off(tx, timer, now)
            self._show(self._cases.timers.work)
        except Exception:  # one that fails holds up no other
            log.exception("timer_failed", kind=timer.kind)
            async with self._cases.writing() as tx:
                await self._cases.timers.put_off(tx, timer, now)

    async def _tidy(self, now: datetime) -> None:
        if self._tidied_at is None:  # a start does only what cannot wait
            self._tidied_at = now - _TIDY_EVERY + _AFTER_START
        elif now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            await self._cases.tidy(now)
