"""Keeps each check-in's message showing its newest state: one edit at a time per screen, always the latest revision."""

import asyncio
from dataclasses import dataclass, field

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.check_ins import Kept
from bot.clock import Clock
from bot.telegram.edits import Drawings, edit_body
from bot.telegram.records import Records
from bot.telegram.replies import Edit
from bot.telegram.transport import Telegram, wait_of
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_RETRY_AFTER = (0.5, 1, 2, 5, 10, 30)


@dataclass(slots=True)
class _Shelf:
    """What waits to be drawn for one check-in, and whether an edit is under way."""

    kept: Kept | None = None
    chat_id: int | None = field(default=None, repr=False)
    failures: int = 0


class Screens:
    """Edits messages to what their check-in should show, and records what they do show."""

    def __init__(self, cases: UseCases, telegram: Telegram, clock: Clock, records: Records) -> None:
        self._cases = cases
        self._telegram = telegram
        self._clock = clock
        self._records = records
        self._drawings = Drawings()
        self._shelves: dict[int, _Shelf] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        """Whether every screen that can be shown is shown."""
        return not self._shelves

    def show(self, kept: Kept, chat_id: int | None) -> None:
        """Draw a check-in's newest state; an older one that still waits is left out."""
        if kept.screen.message_id is None or not kept.running:
            return
        number = kept.check_in.id
        shelf = self._shelves.get(number)
        if shelf is not None:
            shelf.kept, shelf.chat_id = kept, chat_id or shelf.chat_id
            return
        self._shelves[number] = _Shelf(kept, chat_id)
        task = asyncio.create_task(self._work(number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, number: int) -> None:
        """Edit until nothing newer waits."""
        shelf = self._shelves[number]
        try:
            while (kept := shelf.kept) is not None:
                shelf.kept = None
                await self._edit(shelf, kept)
        except Exception:
            log.exception("screen_failed", check_in_id=number)
        finally:
            del self._shelves[number]

    async def _edit(self, shelf: _Shelf, kept: Kept) -> None:
        if shelf.chat_id is None:
            shelf.chat_id = await self._chat(kept)
        try:
            await self._telegram.edit(self._body(kept, shelf.chat_id))
        except RetryAfter as error:
            await self._again(shelf, kept, wait_of(error))
        except Forbidden:
            self._record(kept)
        except BadRequest:
            await self._lost(kept)
        except TelegramError:
            await self._again(shelf, kept, _RETRY_AFTER[min(shelf.failures, len(_RETRY_AFTER) - 1)])
        else:
            shelf.failures = 0
            self._record(kept)

    async def _again(self, shelf: _Shelf, kept: Kept, seconds: float) -> None:
        """Wait and try the newest once more; after a while the ticker takes over."""
        shelf.failures += 1
        await asyncio.sleep(seconds)
        if shelf.kept is None and shelf.failures <= len(_RETRY_AFTER):
            shelf.kept = kept

    async def _lost(self, kept: Kept) -> None:
        """The message was deleted or is too old to edit: the state goes out once more as a new one."""
        self._record(kept)
        async with self._cases.writing() as tx:
            await self._cases.outbox.resend(tx, kept, self._clock.now())

    def _body(self, kept: Kept, chat_id: int) -> bytes:
        return self._drawings.body(kept, self._cases.check_ins.terms(kept), chat_id, self._clock.now())

    async def _chat(self, kept: Kept) -> int:
        async with self._cases.reading() as tx:
            people = await self._cases.roster.people(tx, [kept.client_id])
        return self._cases.roster.telegram_id(people[kept.client_id])

    async def edit_plain(self, edit: Edit) -> None:
        """Edit a message that is no screen; if it fails the old look stays, and its buttons still tell the truth."""
        try:
            await self._telegram.edit(edit_body(edit.chat_id, edit.message_id, edit.view))
        except TelegramError as error:
            log.info("edit_failed", reason=type(error).__name__)

    def _record(self, kept: Kept) -> None:
        self._records.drawn(kept.check_in.id, (kept.screen.wanted_rev, kept.screen.message_id))

    async def catch_up(self) -> None:
        """Draw every screen that was left behind, by a crash or by Telegram being away.

        Nothing is recorded meanwhile: what is shown by now stands in the database that is read, or in memory.
        """
        async with self._records.held(), self._cases.reading() as tx:
            behind = await self._cases.outbox.behind(tx, self._clock.now())
        for number, kept in behind.items():
            drawn = (kept.screen.wanted_rev, kept.screen.message_id)
            if number not in self._shelves and not self._records.is_drawn(number, drawn):
                self.show(kept, None)
