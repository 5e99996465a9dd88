"""At most 30 new messages a second over all chats, and about one a second in one chat (Bot API FAQ, broadcasting).

Both rules are kept so that Telegram can never count one message too many, however long a request travels. When a
message arrived there is unknown, but it was before its acknowledgement, less the shortest time an acknowledgement has
ever taken to come back; so a new message waits until one second after that moment of the 30th before it. Edits and
toasts are free.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

PER_SECOND = 30
SPACING = 1 / PER_SECOND
CHAT_BURST = 3
"""Messages one chat may get at once; Telegram tolerates short bursts."""
CHAT_INTERVAL = 1.0
_CHATS_REMEMBERED = 10_000
_SURELY = 0.8
"""The part of the shortest round trip that is counted on: the shortest ways there and back need not have met."""


class Pacer:
    """Says when the next new message may go out. Times are seconds on the clock it was given."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._acknowledged: deque[float] = deque(maxlen=PER_SECOND)
        self._under_way = 0
        self._slot = float("-inf")
        self._paused_until = float("-inf")
        self._chats: OrderedDict[int, float] = OrderedDict()
        self._landed = asyncio.Event()
        self._queue = asyncio.Lock()
        self._shortest = float("inf")

    def pause(self, seconds: float) -> None:
        """Telegram said RetryAfter: nobody is sent to earlier."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    def chat_wait(self, chat_id: int) -> float:
        """How many seconds a chat still has to wait for its next message."""
        return max(0.0, self._chats.get(chat_id, float("-inf")) - self._monotonic())

    def _open_at(self) -> float:
        """When the next message may start; the 30th before it must have arrived a second ago."""
        place = PER_SECOND - self._under_way
        if not 0 < place <= len(self._acknowledged):
            return max(self._slot, self._paused_until)
        surely_back = _SURELY * self._shortest if self._shortest < float("inf") else 0.0
        return max(self._acknowledged[-place] - surely_back + 1.0, self._slot, self._paused_until)

    async def turn(self, chat_id: int) -> float:
        """Wait for a place and take it, first come first served; gives the start, with which `landed` must follow."""
        async with self._queue:
            while (wait := self._open_at() - self._monotonic()) > 0 or self._under_way >= PER_SECOND:
                await self._wait(wait)
            started = self._monotonic()
            self._slot = max(self._slot, started - SPACING) + SPACING  # a late start does not delay the next
            self._under_way += 1
            self._charge(chat_id)
            return started

    async def _wait(self, seconds: float) -> None:
        """Sleep, but not past an acknowledgement when every place is under way."""
        if seconds > 0:
            await asyncio.sleep(seconds)
            return
        self._landed.clear()
        await self._landed.wait()

    def landed(self, started: float | None = None) -> None:
        """A message was acknowledged, or is known not to have been taken."""
        now = self._monotonic()
        if started is not None:
            self._shortest = min(self._shortest, now - started)
        self._under_way -= 1
        self._acknowledged.append(now)
        self._landed.set()

    def _charge(self, chat_id: int) -> None:
        """Count a message against its chat: a burst, then one an interval."""
        now = self._monotonic()
        allowed_at = self._chats.pop(chat_id, float("-inf"))
        full_at = max(allowed_at, now - (CHAT_BURST - 1) * CHAT_INTERVAL)
        self._chats[chat_id] = full_at + CHAT_INTERVAL
        while len(self._chats) > _CHATS_REMEMBERED:
            self._chats.popitem(last=False)
