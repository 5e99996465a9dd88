"""Flood control: how fast a bot may create messages.

Telegram documents about 30 messages a second over all chats, about one a second in one chat with short bursts
tolerated, and 20 a minute in a group. Beyond that it answers 429 and says how many seconds to wait.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from bot.playground.refusals import Refusal

IN_A_SECOND = 30
BURST = 5
GROUP_BURST = 20
GROUP_RATE = 20 / 60  # messages a second


@dataclass(slots=True)
class Flood:
    """Counts sends: a sliding second over all chats, a token bucket for each chat."""

    on: bool = True
    sent: deque[float] = field(default_factory=deque)
    buckets: dict[int, tuple[float, float]] = field(default_factory=dict)  # chat -> (tokens, seconds since 1970)

    def admit(self, chat_id: int, now: float) -> None:
        """Count one send.

        Args:
            chat_id: where it goes; negative for groups.
            now: seconds since 1970 on the server's clock.

        Raises:
            Refusal: 429 with `retry_after` in whole seconds.
        """
        if not self.on:
            return
        while self.sent and not now - 1 < self.sent[0] <= now:
            self.sent.popleft()
        tokens, rate = self._tokens(chat_id, now)
        if len(self.sent) >= IN_A_SECOND:
            raise too_many(self.sent[0] + 1 - now)
        if tokens < 1:
            raise too_many((1 - tokens) / rate)
        self.sent.append(now)
        self.buckets[chat_id] = tokens - 1, now

    def _tokens(self, chat_id: int, now: float) -> tuple[float, float]:
        size, rate = (GROUP_BURST, GROUP_RATE) if chat_id < 0 else (BURST, 1.0)
        tokens, since = self.buckets.get(chat_id, (size, now))
        return min(size, tokens + max(now - since, 0) * rate), rate


def too_many(seconds: float) -> Refusal:
    """Return the 429 that asks to wait."""
    wait = max(1, math.ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
