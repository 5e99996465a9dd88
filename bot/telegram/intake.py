"""The long-poll loop: fetch raw updates, handle the batch in one transaction, and only then confirm it.

Nothing ends this loop but cancelling it. A network fault, a proxy's 404, a 409 or a 5xx waits and asks again. A batch
whose transaction fails is tried one update at a time; an update that still fails is parked with the name of its fault,
so that it can never block the others. A fault of the database is nobody's fault: nothing is confirmed until it is back.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from telegram.error import TelegramError

from bot.clock import Clock
from bot.stop_points import stop_point
from bot.telegram.batch import handle
from bot.telegram.errands import Porter
from bot.telegram.incoming import Incoming, Malformed, parse, update_id_of
from bot.telegram.replies import Replies
from bot.telegram.sender import Sender
from bot.telegram.transport import Telegram
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

PRESSES_KEPT = timedelta(seconds=150)
"""How long Telegram keeps a press while the bot is away; afterwards open questions are shown again."""
_WAITS = (0.1, 0.5, 1.0, 2.0, 5.0)
_DATABASE_DOWN = (OperationalError, InterfaceError, OSError)


class Intake:
    """Fetches and handles updates until cancelled."""

    def __init__(self, cases: UseCases, telegram: Telegram, sender: Sender, porter: Porter, clock: Clock) -> None:
        self._cases = cases
        self._telegram = telegram
        self._sender = sender
        self._porter = porter
        self._clock = clock
        self._offset: int | None = None
        self._failures = 0
        self._in_touch = False
        self._heard_at: datetime | None = None

    async def run(self) -> None:
        """Poll for ever."""
        self._heard_at = await self._cases.last_poll()
        while True:
            try:
                await self._poll()
                self._failures = 0
            except (TelegramError, *_DATABASE_DOWN) as error:
                log.warning("poll_failed", reason=type(error).__name__)
                await self._wait()
            except Exception:
                log.exception("poll_broke")
                await self._wait()

    async def _wait(self) -> None:
        self._in_touch = False
        await asyncio.sleep(_WAITS[min(self._failures, len(_WAITS) - 1)])
        self._failures += 1

    async def _poll(self) -> None:
        stop_point("before_confirm")
        raws = await self._telegram.get_updates(self._offset, at_once=not self._in_touch)
        stop_point("after_confirm")
        self._in_touch = True
        await self._after_outage()
        if raws:
            await self._take(raws)

    async def _after_outage(self) -> None:
        """Show open questions again if Telegram was out of reach for longer than it keeps presses."""
        now, heard_at = self._clock.now(), self._heard_at
        self._heard_at = now
        if heard_at is not None and now - heard_at > PRESSES_KEPT:
            async with self._cases.writing() as tx:
                shown = await self._cases.outbox.show_again(tx, now)
            log.info("open_questions_shown_again", count=shown)
            self._sender.wake()

    def hopped(self) -> None:
        """The clock was moved by hand: the time skipped over is no outage."""
        if self._heard_at is not None:
            self._heard_at = self._clock.now()

    @property
    def heard_at(self) -> datetime | None:
        """When Telegram last answered."""
        return self._heard_at

    async def _take(self, raws: Sequence[Any]) -> None:
        """Handle one answer of getUpdates; the next offset is set only when all of it is committed."""
        updates = await self._parse(raws)
        if updates:
            await self._handle(updates)
        numbers = [number for raw in raws if (number := _number(raw)) is not None]
        if numbers:
            self._offset = max(numbers) + 1

    async def _parse(self, raws: Sequence[Any]) -> list[Incoming]:
        """Parse each update alone, park what makes no sense, sort, and keep each id once."""
        updates: dict[int, Incoming] = {}
        for raw in raws:
            try:
                update = parse(raw)
                updates[update.update_id] = update
            except Malformed as error:
                await self._park(_number(raw), f"Malformed {error}")
        return [updates[number] for number in sorted(updates)]

    async def _park(self, number: int | None, fault: str) -> None:
        log.error("update_parked", update_id=number, reason=fault.split(maxsplit=1)[0])
        if number is not None:
            await self._cases.park(number, fault, self._clock.now())

    async def _handle(self, updates: list[Incoming]) -> None:
        try:
            replies = await handle(self._cases, updates, self._clock.now())
        except _DATABASE_DOWN:
            raise
        except Exception:  # noqa: BLE001 - one of them is poison; each is now tried alone
            log.warning("batch_failed", count=len(updates))
            for update in updates:
                await self._alone(update)
        else:
            self._speak(replies)

    def _speak(self, replies: Replies) -> None:
        self._sender.speak(replies)
        if replies.fetching:
            self._porter.wake()

    async def _alone(self, update: Incoming) -> None:
        try:
            self._speak(await handle(self._cases, [update], self._clock.now()))
        except _DATABASE_DOWN:
            raise
        except Exception as error:
            log.exception("update_failed", update_id=update.update_id)
            await self._park(update.update_id, type(error).__name__)


def _number(raw: Any) -> int | None:
    try:
        return update_id_of(raw)
    except Malformed:
        return None
