"""At most 30 new messages a second over all chats, and about one a second in one chat (Bot API FAQ, broadcasting).

Both rules are kept so that Telegram can never count one message too many, however long a request travels: a new
message waits until one second after the 30th before it was *acknowledged*, not sent. Edits and toasts are free.
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

    def pause(self, seconds: float) -> None:
        """Telegram said RetryAfter: nobody is sent to earlier."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    def chat_wait(self, chat_id: int) -> float:
        """How many seconds a chat still has to wait for its next message."""
        return max(0.0, self._chats.get(chat_id, float("-inf")) - self._monotonic())

    def _open_at(self) -> float:
        """When the next message may start; the 30th before it must have been acknowledged a second ago."""
        place = PER_SECOND - self._under_way
        window = self._acknowledged[-place] + 1.0 if 0 < place <= len(self._acknowledged) else float("-inf")
        return max(window, self._slot, self._paused_until)

    async def turn(self, chat_id: int) -> None:
        """Wait for a place and take it; `landed` must follow."""
        while True:
            wait = self._open_at() - self._monotonic()
            if wait <= 0 and self._under_way < PER_SECOND:
                break
            await self._wait(wait)
        self._slot = max(self._slot, self._monotonic() - SPACING) + SPACING  # a late start does not delay the next
        self._under_way += 1
        self._charge(chat_id)

    async def _wait(self, seconds: float) -> None:
        """Sleep, but not past an acknowledgement when every place is under way."""
        if seconds > 0:
            await asyncio.sleep(seconds)
            return
        self._landed.clear()
        await self._landed.wait()

    def landed(self) -> None:
        """A message was acknowledged, or is known not to have been taken."""
        self._under_way -= 1
        self._acknowledged.append(self._monotonic())
        self._landed.set()

    def _charge(self, chat_id: int) -> None:
        """Count a message against its chat: a burst, then one an interval."""
        now = self._monotonic()
        allowed_at = self._chats.pop(chat_id, float("-inf"))
        full_at = max(allowed_at, now - (CHAT_BURST - 1) * CHAT_INTERVAL)
        self._chats[chat_id] = full_at + CHAT_INTERVAL
        while len(self._chats) > _CHATS_REMEMBERED:
            self._chats.popitem(last=False)
