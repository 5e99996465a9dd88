"""Speaks after the commit: shows each changed screen once, and sends what waits in the outbox at Telegram's pace.

Screens are level-triggered: however many presses came, the newest state is drawn and the message edited once. A
delivery is claimed by being under way here (one process owns the database), sent, and its end recorded. A crash
between sending and recording repeats that one message; nothing is ever left out.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.check_ins import Kept
from bot.clock import Clock
from bot.outbox import Outcome, Parcel
from bot.stop_points import stop_point
from bot.telegram import wire
from bot.telegram.letters import Letter, NotYet
from bot.telegram.messages import render
from bot.telegram.pacer import Pacer
from bot.telegram.replies import Replies, Say, Toast
from bot.telegram.screens import Screens
from bot.telegram.transport import Telegram, wait_of
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_BATCH = 30
_IDLE = 30.0
_SAYS_AT_ONCE = 20
_LOOK_AGAIN = 0.02
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
_GONE = ("message to delete not found", "message can't be deleted", "message to edit not found")


@dataclass(frozen=True, slots=True)
class _Result:
    """How one attempt ended. `message_id` is the new message's, if there is one."""

    outcome: Outcome
    message_id: int | None = None


class Sender:
    """One per bot token. `run` sends until cancelled; the rest may be called at any time."""

    def __init__(self, cases: UseCases, telegram: Telegram, clock: Clock, bot_name: str) -> None:
        self._cases = cases
        self._telegram = telegram
        self._clock = clock
        self._bot_name = bot_name
        self._pacer = Pacer(clock.monotonic)
        self._wake = asyncio.Event()
        self._busy: set[int] = set()
        self._resting: dict[int, float] = {}
        self._saying = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.screens = Screens(cases, telegram, clock)

    # ---- what a transaction wanted said ----

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
            self._start(self._leave(chat_id))
        for kept in replies.screens.values():
            self.screens.show(kept, replies.chats.get(kept.client_id))
        self.wake()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._wake.set()

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
        await self._pacer.turn(say.chat_id)
        try:
            await _tolerate(wire.send(self._telegram.bot, say.chat_id, Letter(say.view)))
        finally:
            self._pacer.landed()
            self._saying -= 1

    async def _leave(self, chat_id: int) -> None:
        await _tolerate(self._telegram.bot.leave_chat(chat_id))

    # ---- the outbox ----

    async def run(self) -> None:
        """Send what waits, for ever. Faults are logged and tried again, never fatal."""
        while True:
            self._wake.clear()
            try:
                pause = await self._round()
            except Exception:
                log.exception("sender_round_failed")
                pause = 1.0
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=min(seconds, _IDLE))
        except TimeoutError:
            return

    async def _round(self) -> float:
        """Start what may start now; give the seconds until something else may."""
        now = self._clock.now()
        self._resting = {person: until for person, until in self._resting.items() if until > self._clock.monotonic()}
        async with self._cases.reading() as tx:
            parcels = await self._cases.outbox.ready(tx, now, _BATCH, self._busy | self._resting.keys())
            next_at = await self._cases.outbox.next_at(tx, now)
        waits = [] if next_at is None else [(next_at - now).total_seconds()]
        for parcel in parcels:
            if wait := self._pacer.chat_wait(parcel.chat_id):
                self._resting[parcel.person.id] = self._clock.monotonic() + wait
                continue
            await self._pacer.turn(parcel.chat_id)
            self._busy.add(parcel.person.id)
            self._start(self._deliver(parcel))
        waits += [until - self._clock.monotonic() for until in self._resting.values()]
        return 0.0 if parcels else max(0.001, min(waits, default=_IDLE))

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            await self._attempt(parcel)
        except Exception:
            log.exception("delivery_failed", delivery_id=parcel.delivery.id)
            await self._put_off(parcel, _LONGEST_WAIT)
        finally:
            self._busy.discard(parcel.person.id)
            self.wake()

    async def _attempt(self, parcel: Parcel) -> None:
        try:
            letter, result = await self._render_and_send(parcel)
        finally:
            self._pacer.landed()
        if result is not None:
            await self._record(parcel, letter, result)

    async def _render_and_send(self, parcel: Parcel) -> tuple[Letter | None, _Result | None]:
        """Send one parcel; the result is None where it was put off."""
        if parcel.person.unreachable:
            return None, _Result(Outcome.UNREACHABLE)
        now = self._clock.now()
        async with self._cases.reading() as tx:
            rendered = await render(tx, self._cases, parcel, now, self._bot_name)
        if rendered is None:
            return None, _Result(Outcome.DROPPED)
        if isinstance(rendered, NotYet):
            await self._put_off(parcel, rendered.until - now, count=False)
            return None, None
        stop_point("before_send")
        result = await self._try(parcel, rendered)
        stop_point("after_send")
        return rendered, result

    async def _try(self, parcel: Parcel, letter: Letter) -> _Result | None:
        try:
            return _Result(Outcome.SENT, await wire.send(self._telegram.bot, parcel.chat_id, letter))
        except RetryAfter as error:
            wait = wait_of(error)
            self._pacer.pause(wait)
            await self._put_off(parcel, timedelta(seconds=wait), count=False)
        except Forbidden:
            return _Result(Outcome.UNREACHABLE)
        except BadRequest as error:
            gone = any(sign in error.message.lower() for sign in _GONE)
            if not gone:
                log.warning("delivery_refused", delivery_id=parcel.delivery.id, kind=parcel.delivery.kind)
            return _Result(Outcome.DROPPED if gone else Outcome.FAILED)
        except TelegramError:  # the network, or a proxy's 404 or 409, which look like a wrong token and a rival bot
            await self._put_off(parcel, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(parcel.delivery.attempts, 10)))
        return None

    async def _put_off(self, parcel: Parcel, wait: timedelta, *, count: bool = True) -> None:
        async with self._cases.writing() as tx:
            await self._cases.outbox.put_off(tx, parcel.delivery, self._clock.now() + wait, count=count)

    async def _record(self, parcel: Parcel, letter: Letter | None, result: _Result) -> None:
        """Write the end of a delivery; a message that is a screen now takes over from the one before."""
        replaced: set[int] = set()
        now = self._clock.now()
        async with self._cases.writing() as tx:
            await self._cases.outbox.finish(tx, parcel.delivery, result.outcome, now, result.message_id)
            if letter and letter.screen and result.message_id:
                replaced = await self._replaced(tx, parcel, letter.screen, result.message_id, now)
            if result.outcome is Outcome.DROPPED:
                await self._cases.outbox.stayed(tx, parcel.delivery, now)
            if result.outcome is Outcome.UNREACHABLE:
                await self._cases.roster.lost(tx, parcel.person, now)
        for message_id in replaced:
            await _tolerate(wire.strip(self._telegram.bot, parcel.chat_id, message_id))
        if replaced:
            await self.screens.catch_up()  # a press may have moved on while the new copy travelled

    async def _replaced(
        self, tx: AsyncConnection, parcel: Parcel, kept: Kept, message_id: int, now: datetime
    ) -> set[int]:
        """Make the new message the screen; give every older copy."""
        older = {await self._cases.outbox.moved_to(tx, kept, message_id, now), _number(parcel.delivery.detail)}
        return {number for number in older if number is not None} - {message_id}

    # ---- rest ----

    @property
    def idle(self) -> bool:
        """Whether nothing is under way here."""
        return not self._busy and not self._tasks and self.screens.idle

    async def finish(self) -> None:
        """Let what is under way end, and record it."""
        while not self.idle:
            await self.screens.flush()
            await asyncio.sleep(_LOOK_AGAIN)

    async def settle(self) -> None:
        """Wait until everything that may be said now has been said (for a steered clock and a clean end)."""
        self.wake()
        while not (self.idle and await self._nothing_waits()):
            await self.screens.flush()
            await asyncio.sleep(_LOOK_AGAIN)

    async def _nothing_waits(self) -> bool:
        async with self._cases.reading() as tx:
            return not await self._cases.outbox.ready(tx, self._clock.now(), 1, ())


async def _tolerate(call: Coroutine[Any, Any, Any]) -> None:
    """Let a nicety fail: a toast, the buttons of an old copy. What must arrive is a delivery."""
    try:
        await call
    except TelegramError as error:
        log.info("nicety_failed", reason=type(error).__name__)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
