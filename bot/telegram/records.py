"""Writes what was sent and shown, many at a time: a burst of messages and edits costs one commit, not one each.

It is written within a blink, so that a crash repeats next to nothing: what is under way in a chat is at most one
message, and a drawing repeated changes nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.clock import Clock
from bot.outbox import Delivery, Drawn, Outcome, Parcel
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_COLLECT = 0.05
"""Seconds in which ends are collected before they are written together."""


@dataclass(slots=True)
class Ending:
    """How a delivery ended. `message_id` is the new message's; `screen` is the check-in that now lives in it.

    `then` is what comes after it.
    """

    parcel: Parcel
    outcome: Outcome
    message_id: int | None = None
    screen: Kept | None = None
    then: Delivery | None = None
    older: set[int] = field(default_factory=set)
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Records:
    """Collects ends and drawings, and writes them together."""

    def __init__(self, cases: UseCases, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock
        self._drawn: dict[int, Drawn] = {}
        self._endings: list[Ending] = []
        self._writing = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._drawn and not self._endings and not self._writing.locked()

    def drawn(self, number: int, drawn: Drawn) -> None:
        """A screen shows this revision in this message by now."""
        self._drawn[number] = drawn
        self._write_soon()

    def is_drawn(self, number: int, drawn: Drawn) -> bool:
        """Whether this is what waits to be written of a screen."""
        return self._drawn.get(number) == drawn

    async def ended(self, ending: Ending) -> set[int]:
        """Write how a delivery ended; gives older copies of its screen, which must lose their buttons."""
        self._endings.append(ending)
        self._write_soon()
        await ending.written
        return ending.older

    def _write_soon(self) -> None:
        if self._soon is None:
            self._soon = asyncio.create_task(self._collect_and_write())

    async def _collect_and_write(self) -> None:
        await asyncio.sleep(_COLLECT)
        self._soon = None
        try:
            await self.flush()
        except Exception:
            log.exception("record_failed")

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Let nothing be written meanwhile: what is shown stands in the database, or in memory."""
        async with self._writing:
            yield

    async def flush(self) -> None:
        """Write everything now, in one transaction."""
        async with self._writing:
            drawn, self._drawn = self._drawn, {}
            endings, self._endings = self._endings, []
            if not drawn and not endings:
                return
            try:
                async with self._cases.writing() as tx:
                    await self._write(tx, drawn, endings)
            except BaseException as error:
                _tell(endings, error)
                raise
            _tell(endings, None)

    async def _write(self, tx: AsyncConnection, drawn: dict[int, Drawn], endings: list[Ending]) -> None:
        if drawn:
            await self._cases.outbox.shown(tx, drawn)
        for ending in endings:
            await self._end(tx, ending)

    async def _end(self, tx: AsyncConnection, ending: Ending) -> None:
        """Write one end; a message that is a screen now takes over from the one before."""
        outbox, now, delivery = self._cases.outbox, self._clock.now(), ending.parcel.delivery
        await outbox.finish(tx, delivery, ending.outcome, now, ending.message_id)
        if ending.then is not None:
            await outbox.queue(tx, [ending.then], now)
        if ending.screen and ending.message_id:
            older = {await outbox.moved_to(tx, ending.screen, ending.message_id), _number(delivery.detail)}
            ending.older = {number for number in older if number is not None} - {ending.message_id}
        if ending.outcome is Outcome.DROPPED:
            await outbox.stayed(tx, delivery, now)
        if ending.outcome is Outcome.UNREACHABLE:
            await self._cases.roster.lost(tx, ending.parcel.person, now)


def _tell(endings: list[Ending], error: BaseException | None) -> None:
    for ending in endings:
        if not ending.written.done():
            ending.written.set_exception(error) if error else ending.written.set_result(None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
