"""One pass over everything that has fallen due. APScheduler only calls it; the rows decide.

Restarts, sleep, clock changes and double ticks are harmless: what is due is a row with a moment, handled in one
transaction by the same reducer as a press, and what it says is a delivery with a key that exists once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.check_ins import Work
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AT_ONCE = 200
_TIDY_EVERY = timedelta(hours=1)


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
        await self._tidy(now)
        return moved

    async def _tidy(self, now: datetime) -> None:
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            await self._cases.tidy(now)
