"""The queue of updates between people and the bot: getUpdates, confirmation, redelivery, age."""

import asyncio
import itertools
import json
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.refusals import OTHER_POLLER, Refusal

PRESS_LIFE = 150.0  # seconds a button press waits for the bot
LIFE = 24 * 3600.0  # seconds any other update waits
KINDS_BY_DEFAULT = {"message", "edited_message", "callback_query", "my_chat_member"}
ENCODE = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(slots=True)
class Queued:
    """One update on its way: its JSON, and how often it still has to be delivered."""

    id: int
    kind: str
    born: float
    chat_id: int
    body: bytes
    fetched: int = 0
    owes: int = 1


@dataclass(slots=True)
class Redelivery:
    """A mode in which each update arrives 1 to `most` times and each answer is shuffled."""

    random: random.Random
    most: int = 4
    shuffle: bool = True


@dataclass(slots=True)
class Updates:
    """All updates the bot has not confirmed.

    Args:
        now: the server's clock, seconds since 1970.
    """

    now: Callable[[], float]
    next_id: int = 100_000_001
    pending: deque[Queued] = field(default_factory=deque)
    owed: list[Queued] = field(default_factory=list)  # confirmed, but the redelivery mode owes more
    allowed: list[str] = field(default_factory=list)
    redelivery: Redelivery | None = None
    poll: asyncio.Future[bool] | None = None  # True: there is news; False: another poller came
    pushed: bool = False  # a webhook is set
    arrived: asyncio.Event = field(default_factory=asyncio.Event)  # news for the webhook
    counts: Counter[str] = field(default_factory=Counter)

    def put(self, kind: str, content: Any, chat_id: int) -> int:
        """Queue one update; returns its id, 0 if the bot did not ask for this kind.

        Args:
            kind: the field of Update: `message`, `callback_query` ...
            content: the object in that field, or its JSON.
            chat_id: where it happened.
        """
        if kind not in (self.allowed or KINDS_BY_DEFAULT):
            self.counts["unwanted"] += 1
            return 0
        text = content if isinstance(content, str) else ENCODE(content)
        return self._append(f'{{"update_id":{self.next_id},"{kind}":{text}}}', kind, chat_id)

    def put_raw(self, update: Any, kind: str = "raw", chat_id: int = 0) -> int:
        """Queue any JSON as an update, however malformed."""
        return self._append(ENCODE(update), kind, chat_id)

    def _append(self, update: str, kind: str, chat_id: int) -> int:
        owes = self.redelivery.random.randint(1, self.redelivery.most) if self.redelivery else 1
        queued = Queued(self.next_id, kind, self.now(), chat_id, update.encode(), 0, owes)
        self.pending.append(queued)
        self.next_id += 1
        self.counts["queued"] += 1
        self.wake()
        return queued.id

    def wake(self, *, news: bool = True) -> None:
        """End a waiting poll: with news, or because another poller came."""
        if self.poll and not self.poll.done():
            self.poll.set_result(news)
        self.poll = None
        if news and self.pushed:
            self.arrived.set()

    def confirm(self, offset: int) -> None:
        """Forget updates before `offset`; a negative one keeps only the last `-offset`."""
        if offset < 0:
            keep = min(-offset, len(self.pending))
            offset = self.pending[-keep].id if keep else self.next_id
        while self.pending and self.pending[0].id < offset:
            self.forget(self.pending.popleft())

    def forget(self, queued: Queued) -> None:
        """Count an update as confirmed; the redelivery mode may bring it back all the same."""
        self.counts["confirmed"] += 1
        if queued.owes > 0 and self.redelivery and queued.fetched:
            self.owed.append(queued)

    def expire(self) -> None:
        """Drop what is too old and was never fetched."""
        now = self.now()
        if not self.pending or now - self.pending[0].born <= PRESS_LIFE:
            return
        fresh = [q for q in self.pending if not self._too_old(q, now)]
        self.counts["dropped"] += len(self.pending) - len(fresh)
        self.pending = deque(fresh)

    def _too_old(self, queued: Queued, now: float) -> bool:
        life = PRESS_LIFE if queued.kind == "callback_query" else LIFE
        return not queued.fetched and now - queued.born > life

    def batch(self, limit: int) -> list[Queued]:
        """Return what the next getUpdates answer holds, oldest first."""
        self.expire()
        ready = self.owed[:limit] + list(itertools.islice(self.pending, limit))
        return ready[:limit]

    def hand_over(self, batch: list[Queued]) -> bytes:
        """Count a delivery of each update and return the JSON array."""
        mode = self.redelivery
        for queued in batch:
            queued.fetched += 1
            queued.owes -= 1
        if mode:
            self.owed = [queued for queued in self.owed if queued.owes > 0]
            if mode.shuffle:
                mode.random.shuffle(batch)
        self.counts["delivered"] += len(batch)
        return b"[" + b",".join([queued.body for queued in batch]) + b"]"

    async def fetch(self, params: dict[str, Any], gone: Callable[[], bool]) -> bytes:
        """Answer getUpdates.

        Args:
            params: `offset`, `limit` (1-100), `timeout` (at most 50 seconds), `allowed_updates` of the request.
            gone: tells whether the poller has closed its connection; then nothing counts as delivered.

        Returns:
            A JSON array of updates.

        Raises:
            Refusal: 409 if another poller came meanwhile.
        """
        self.wake(news=False)
        if params.get("offset"):
            self.confirm(params["offset"])
        if "allowed_updates" in params:
            self.allowed = params["allowed_updates"]
        limit = min(max(params.get("limit", 100), 1), 100)
        batch = self.batch(limit)
        timeout = min(params.get("timeout", 0), 50)
        if not batch and timeout > 0 and not gone():
            await self.wait(timeout)
            batch = self.batch(limit)
        return b"[]" if gone() else self.hand_over(batch)

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the word of the Bot API
        """Wait for an update, at most `timeout` seconds."""
        self.poll = poll = asyncio.get_running_loop().create_future()
        timer = asyncio.get_running_loop().call_later(timeout, self.give_up, poll)
        try:
            if not await poll:
                raise Refusal(409, OTHER_POLLER)
        finally:
            timer.cancel()

    def give_up(self, poll: asyncio.Future[bool]) -> None:
        """End a poll whose time is over."""
        if not poll.done():
            poll.set_result(True)
        if self.poll is poll:
            self.poll = None
