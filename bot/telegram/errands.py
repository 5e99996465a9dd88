"""Runs errands: fetches what lies outside, then lets it be handled in one transaction with the errand's end.

One after another, the longest waiting first. What cannot be fetched now is tried again a few times; what cannot be
handled is told and forgotten, so that it holds up no other.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram.error import BadRequest, TelegramError

from bot.access import may
from bot.clock import Clock
from bot.errands import Errand
from bot.outside import Outside
from bot.roster import Newcomer, Person
from bot.telegram import calendars, feeds, past_scores
from bot.telegram.asked import Asked
from bot.telegram.incoming import Sender as From
from bot.telegram.incoming import Wrote
from bot.telegram.replies import Replies
from bot.telegram.sender import Sender
from bot.telegram.transport import Telegram, TooBig
from bot.telegram.upload import Upload, Visit
from bot.telegram.uploads import UPLOADS
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_KINDS: dict[str, Upload | Visit] = {**UPLOADS, **calendars.AGAIN, **past_scores.AGAIN, **feeds.VISITS}
_IDLE = 30.0
_WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60))
_LOOK_AGAIN = 0.02


@dataclass(frozen=True, slots=True)
class _Lost:
    """What to say in place of what could not be had."""

    sentence: str


class Porter:
    """Runs errands until cancelled."""

    def __init__(
        self, cases: UseCases, telegram: Telegram, sender: Sender, clock: Clock, outside: Outside | None = None
    ) -> None:
        self._outside = outside or Outside()
        self._cases = cases
        self._telegram = telegram
        self._sender = sender
        self._clock = clock
        self._wake = asyncio.Event()
        self._under_way = False

    def wake(self) -> None:
        """Look for errands now."""
        self._wake.set()

    async def run(self) -> None:
        """Run what there is, for ever. Faults are logged and tried again, never fatal."""
        while True:
            self._wake.clear()
            try:
                while await self._one():
                    pass
                pause = await self._pause()
            except Exception:
                log.exception("errands_failed")
                pause = 1.0
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(min(max(seconds, 0.1), _IDLE)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _pause(self) -> float:
        async with self._cases.reading() as tx:
            next_at = await self._cases.errands.next_at(tx)
        return _IDLE if next_at is None else (next_at - self._clock.now()).total_seconds()

    async def settle(self) -> None:
        """Wait until no errand may be run now (for a steered clock)."""
        while self._under_way or await self._due():
            self.wake()
            await asyncio.sleep(_LOOK_AGAIN)

    async def _due(self) -> bool:
        return await self._pause() <= 0

    async def _one(self) -> bool:
        """Run the errand that has waited longest; False where there is none."""
        async with self._cases.reading() as tx:
            errand = await self._cases.errands.first(tx, self._clock.now())
        if errand is None:
            return False
        self._under_way = True
        try:
            await self._go(errand)
        finally:
            self._under_way = False
        return True

    async def _go(self, errand: Errand) -> None:
        upload = _KINDS.get(errand.kind)
        try:
            allowed = upload is not None and may(errand.person, upload.action)
            found: Any = await self._fetch(errand, upload) if upload and allowed else _Lost("upload.unknown")
        except TelegramError as error:
            log.warning("errand_waits", kind=errand.kind, reason=type(error).__name__)
            await self._again(errand)
            return
        except Exception:
            log.exception("errand_failed", kind=errand.kind)
            found = _Lost("upload.broke")
        try:
            await self._take(errand, upload, found)
        except Exception:
            log.exception("errand_failed", kind=errand.kind)
            await self._give_up(errand, upload)

    async def _give_up(self, errand: Errand, upload: Upload | Visit | None) -> None:
        """Say that it went wrong; where not even that can be said, forget it, or no other would ever be run."""
        try:
            await self._take(errand, upload, _Lost("upload.broke"))
        except Exception:
            log.exception("errand_forgotten", kind=errand.kind)
            async with self._cases.writing() as tx:
                await self._cases.errands.end(tx, errand)

    async def _fetch(self, errand: Errand, kind: Upload | Visit) -> Any:
        if isinstance(kind, Visit):
            return await kind.go(self._cases, self._outside, errand.person, self._clock.now())
        return await self._download(errand, kind)

    async def _download(self, errand: Errand, upload: Upload) -> Any:
        """Fetch a file and read it; a fault that may pass is raised while there are attempts left."""
        try:
            content = await self._telegram.download(errand.detail, upload.most)
        except TooBig:
            return _Lost(upload.too_big)
        except TelegramError as error:
            if isinstance(error, BadRequest) or errand.attempts >= len(_WAITS):
                return _Lost("upload.lost")
            raise
        return await upload.read(self._cases, errand.person, content, self._clock.now())

    async def _again(self, errand: Errand) -> None:
        async with self._cases.writing() as tx:
            await self._cases.errands.put_off(
                tx, errand, self._clock.now() + _WAITS[min(errand.attempts, len(_WAITS) - 1)]
            )

    async def _take(self, errand: Errand, upload: Upload | Visit | None, found: Any) -> None:
        """Handle what was fetched, in one transaction with the end of the errand; speak after the commit."""
        replies = Replies(queued=True)
        async with self._cases.writing() as tx:
            if not await self._cases.errands.end(tx, errand):
                return
            people = await self._cases.roster.people(tx, [errand.person.id])
            asked = self._asked(tx, errand, people[errand.person.id], replies)
            if isinstance(found, _Lost):
                await asked.deliver("sentence", detail=found.sentence)
            elif upload is not None and may(asked.who.person, upload.action):
                await upload.take(asked, found)
        self._sender.speak(replies)

    def _asked(self, tx: AsyncConnection, errand: Errand, person: Person, replies: Replies) -> Asked:
        chat = self._cases.roster.telegram_id(person)
        update = Wrote(errand.id, From(chat, person.language), errand.message_id)
        return Asked(tx, self._cases, replies, self._clock.now(), update, Newcomer(chat, person.language, person))
