"""Speaks after the commit: toasts, edits, screens, words that leave no row; the outbox is the postman's.

Screens are level-triggered: however many presses came, the newest state is drawn and the message edited once.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.clock import Clock
from bot.telegram import wire
from bot.telegram.letters import Letter
from bot.telegram.pacer import Pacer
from bot.telegram.postman import Postman
from bot.telegram.replies import Replies, Say, Toast
from bot.telegram.transport import Telegram
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_SAYS_AT_ONCE = 20
_LOOK_AGAIN = 0.02


class Sender:
    """One per bot token. `run` sends until cancelled; the rest may be called at any time."""

    def __init__(self, cases: UseCases, telegram: Telegram, clock: Clock, bot_name: str) -> None:
        self._telegram = telegram
        self._pacer = Pacer(clock.monotonic)
        self._postman = Postman(cases, telegram, clock, self._pacer, bot_name)
        self.screens = self._postman.screens
        self._saying = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver what waits in the outbox, for ever."""
        await self._postman.run()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._postman.wake()

    def speak(self, replies: Replies) -> None:
        """Say everything a committed transaction collected."""
        for toast in replies.toasts:
            self._start(self._toast(toast))
        for edit in replies.edits:
            self._start(self.screens.edit_plain(edit))
        for keys in replies.keys:
            self._start(_tolerate(wire.put_keys(self._telegram.bot, keys)))
        for say in replies.says:
            self._start(self._say(say))
        for chat_id in replies.leave:
            self._start(_tolerate(self._telegram.bot.leave_chat(chat_id)))
        for kept in replies.screens.values():
            self.screens.show(kept, replies.chats.get(kept.client_id))
        if replies.queued:
            self.wake()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _toast(self, toast: Toast) -> None:
        await _tolerate(self._telegram.toast(toast.query_id, toast.text))

    async def _say(self, say: Say) -> None:
        """Say what leaves no row; in a flood of strangers the excess is dropped, so that clients need not wait."""
        if self._saying >= _SAYS_AT_ONCE:
            log.info("saying_dropped")
            return
        self._saying += 1
        started = await self._pacer.turn(say.chat_id)
        try:
            await _tolerate(wire.send(self._telegram.bot, say.chat_id, Letter(say.view, reply_to=say.reply_to)))
        finally:
            self._pacer.landed(started)
            self._saying -= 1

    # ---- coming to rest ----

    @property
    def idle(self) -> bool:
        """Whether nothing is under way here."""
        return not self._tasks and self._postman.idle

    async def finish(self) -> None:
        """Let what is under way end, and record it."""
        while not self.idle:
            await self._postman.records.flush()
            await asyncio.sleep(_LOOK_AGAIN)

    async def settle(self) -> None:
        """Wait until everything that may be said now has been said (for a steered clock and a clean end)."""
        self.wake()
        while not (self.idle and await self._postman.nothing_waits()):
            await self._postman.records.flush()
            await asyncio.sleep(_LOOK_AGAIN)


async def _tolerate(call: Coroutine[Any, Any, Any]) -> None:
    """Let a nicety fail: a toast, the buttons of an old copy. What must arrive is a delivery."""
    try:
        await call
    except TelegramError as error:
        log.info("nicety_failed", reason=type(error).__name__)
