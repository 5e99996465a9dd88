"""Takes what waits in the outbox to its people, at Telegram's pace.

A delivery is claimed by being under way here (one process owns the database), rendered, sent, and its end recorded;
at most one is under way to a person. A crash between sending and recording repeats that one message; nothing is ever
left out.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.clock import Clock
from bot.outbox import Outcome, Parcel
from bot.stop_points import stop_point
from bot.telegram import wire
from bot.telegram.letters import Letter, NotYet
from bot.telegram.messages import render
from bot.telegram.pacer import Pacer
from bot.telegram.records import Ending, Records
from bot.telegram.screens import Screens
from bot.telegram.transport import Telegram, wait_of
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AT_ONCE = 12
"""Deliveries under way together: enough for Telegram's pace, few enough that an alert need not wait long."""
_IDLE = 30.0
_BREATH = 0.1
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
_GONE = ("message to delete not found", "message can't be deleted", "message to edit not found")


class Postman:
    """Delivers until cancelled."""

    def __init__(self, cases: UseCases, telegram: Telegram, clock: Clock, pacer: Pacer, bot_name: str) -> None:
        self._cases = cases
        self._telegram = telegram
        self._clock = clock
        self._pacer = pacer
        self._bot_name = bot_name
        self.records = Records(cases, clock)
        self.screens = Screens(cases, telegram, clock, self.records)
        self._wake = asyncio.Event()
        self._busy: set[int] = set()
        self._resting: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way or waits to be recorded."""
        return not self._busy and self.screens.idle and self.records.idle

    def wake(self) -> None:
        """Look into the outbox now."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver what waits, for ever. Faults are logged and tried again, never fatal."""
        while True:
            self._wake.clear()
            try:
                pause = await self._round()
            except Exception:
                log.exception("postman_round_failed")
                pause = 1.0
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        """Wait for something new, or for the time to look again; while deliveries are under way, a breath."""
        longest = _BREATH if self._busy else _IDLE
        try:
            async with asyncio.timeout(min(max(seconds, _BREATH), longest)):  # wait_for can lose a cancelling (3.11)
                await self._wake.wait()
        except TimeoutError:
            return

    async def _round(self) -> float:
        """Start what may start now; give the seconds until something else may."""
        now, room = self._clock.now(), _AT_ONCE - len(self._busy)
        if room <= 0:
            return _IDLE
        self._resting = {person: until for person, until in self._resting.items() if until > self._clock.monotonic()}
        async with self._cases.reading() as tx:
            parcels = await self._cases.outbox.ready(tx, now, room, self._busy | self._resting.keys())
            next_at = None if parcels else await self._cases.outbox.next_at(tx, now)
        for parcel in parcels:
            self._start(parcel)
        waits = [until - self._clock.monotonic() for until in self._resting.values()]
        if next_at is not None:
            waits.append((next_at - now).total_seconds())
        return _BREATH if parcels else min(waits, default=_IDLE)

    def _start(self, parcel: Parcel) -> None:
        """Begin a delivery, unless its chat has to wait."""
        if wait := self._pacer.chat_wait(parcel.chat_id):
            self._resting[parcel.person.id] = self._clock.monotonic() + wait
            return
        self._busy.add(parcel.person.id)
        task = asyncio.create_task(self._deliver(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            ending = await self._attempt(parcel)
            if ending is not None:
                await self._finish(ending)
        except Exception:
            log.exception("delivery_failed", delivery_id=parcel.delivery.id)
            await self._put_off(parcel, _LONGEST_WAIT)
        finally:
            self._busy.discard(parcel.person.id)
            if not self._busy:
                self.wake()

    async def _finish(self, ending: Ending) -> None:
        older = await self.records.ended(ending)
        for message_id in older:
            await self._strip(ending.parcel.chat_id, message_id)
        if older:
            await self.screens.catch_up()  # a press may have moved on while the new copy travelled

    async def _strip(self, chat_id: int, message_id: int) -> None:
        try:
            await wire.strip(self._telegram.bot, chat_id, message_id)
        except TelegramError as error:
            log.info("strip_failed", reason=type(error).__name__)

    async def _attempt(self, parcel: Parcel) -> Ending | None:
        """Render and send one parcel; None where it was put off."""
        if parcel.person.unreachable:
            return Ending(parcel, Outcome.UNREACHABLE)
        now = self._clock.now()
        async with self._cases.reading() as tx:
            rendered = await render(tx, self._cases, parcel, now, self._bot_name)
        if rendered is None:
            log.info("delivery_dropped", **_about(parcel), reason="no_longer_useful")
            return Ending(parcel, Outcome.DROPPED)
        if isinstance(rendered, NotYet):
            async with self._cases.writing() as tx:
                await self._cases.outbox.keep_quiet(tx, parcel.delivery, rendered.until, now)
            log.info("delivery_put_off", **_about(parcel), reason="quiet_hours")
            return None
        return await self._send(parcel, rendered)

    async def _send(self, parcel: Parcel, letter: Letter) -> Ending | None:
        """Send at Telegram's pace; what makes no new message need not wait for its turn."""
        paced = letter.delete is None and letter.menu is None
        started = await self._pacer.turn(parcel.chat_id) if paced else None
        stop_point("before_send")
        try:
            return await self._try(parcel, letter)
        finally:
            stop_point("after_send")
            if started is not None:
                self._pacer.landed(started)

    async def _try(self, parcel: Parcel, letter: Letter) -> Ending | None:
        try:
            message_id = await wire.send(self._telegram.bot, parcel.chat_id, letter)
            return Ending(parcel, Outcome.SENT, message_id, letter.screen, letter.then)
        except RetryAfter as error:
            wait = wait_of(error)
            self._pacer.pause(wait)
            await self._put_off(parcel, timedelta(seconds=wait), count=False)
        except Forbidden:
            return Ending(parcel, Outcome.UNREACHABLE)
        except BadRequest as error:
            return self._refused(parcel, error)
        except TelegramError:  # the network, or a proxy's 404 or 409, which look like a wrong token and a rival bot
            await self._put_off(parcel, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(parcel.delivery.attempts, 10)))
        return None

    def _refused(self, parcel: Parcel, error: BadRequest) -> Ending:
        if any(sign in error.message.lower() for sign in _GONE):
            return Ending(parcel, Outcome.DROPPED)
        log.warning("delivery_refused", delivery_id=parcel.delivery.id, kind=parcel.delivery.kind)
        return Ending(parcel, Outcome.FAILED)

    async def _put_off(self, parcel: Parcel, wait: timedelta, *, count: bool = True) -> None:
        async with self._cases.writing() as tx:
            await self._cases.outbox.put_off(tx, parcel.delivery, self._clock.now() + wait, count=count)

    async def nothing_waits(self) -> bool:
        """Whether no delivery may go out now."""
        async with self._cases.reading() as tx:
            return not await self._cases.outbox.ready(tx, self._clock.now(), 1, ())


def _about(parcel: Parcel) -> dict[str, Any]:
    return {"delivery_id": parcel.delivery.id, "kind": parcel.delivery.kind}
