"""Robots: people that answer at once, for benchmarks.

`concurrency` robots are active at a time. An active robot presses Start, and then, whenever the bot edits its
message or sends one with a keyboard, at once the button its script names, until the script is done or the message
has no keyboard. Then the next robot starts.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground import keyboards, people
from bot.playground.chats import Chat, Message
from bot.playground.world import World

Step = list[str]  # labels to look for, the first one found is pressed


@dataclass(slots=True)
class Robot:
    """One automatic person in a private chat."""

    robots: "Robots"
    chat: Chat
    message_id: int
    start: str
    script: Iterator[Step]

    def begin(self) -> None:
        """Press Start."""
        self.chat.watcher = self.seen
        message = self.chat.messages[self.message_id]
        self.press(message, self.start)

    def press(self, message: Message, data: str) -> None:
        """Press a button."""
        self.robots.presses += 1
        assert self.chat.person is not None  # noqa: S101 - robots live in private chats
        people.queue_press(self.robots.world, self.chat, self.chat.person, message, data)

    def seen(self, message: Message) -> None:
        """React to a message of the bot that is new or was edited."""
        if not keyboards.rows(message) and message["message_id"] != self.message_id:
            return
        self.message_id = message["message_id"]
        self.robots.answered += 1
        self.robots.last = time.perf_counter()
        labels = next(self.script, None) if keyboards.rows(message) else None
        found = (keyboards.find(message, label) for label in labels or ())
        button = next((button for button in found if button), None)
        if button is None:
            self.chat.watcher = None
            self.robots.finish()
        else:
            self.press(message, button["callback_data"])


@dataclass(slots=True)
class Robots:
    """The robots of one benchmark round."""

    world: World
    waiting: deque[Robot] = field(default_factory=deque)
    started: int = 0
    finished: int = 0
    wanted: int = 0
    presses: int = 0
    answered: int = 0
    first: float = 0.0
    last: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, body: dict[str, Any]) -> None:
        """Place the robots' first messages and let the first ones begin.

        Args:
            body: `user_ids`, or `count` and `first_id`; `concurrency`; `start` with `text` and either `keyboard`
                (inline_keyboard rows) or `callback_data`, and optionally `message_ids` and `callback_datas` by
                user_id; `script`, a list of labels or lists of labels; or `labels` for every step, and `steps`.
        """
        ids = body.get("user_ids") or range(body["first_id"], body["first_id"] + body["count"])
        self.waiting.clear()
        self.started = self.finished = self.presses = self.answered = 0
        self.wanted = len(ids)
        self.done.clear()
        for user_id in ids:
            self.waiting.append(self._placed(user_id, body))
        self.first = self.last = time.perf_counter()
        for _ in range(body.get("concurrency", 1)):
            self.next()

    def _placed(self, user_id: int, body: dict[str, Any]) -> Robot:
        people.create(self.world, {"id": user_id})
        chat = self.world.chats[user_id]
        chat.closed = None
        start = body["start"]
        data = start.get("callback_datas", {}).get(str(user_id), start.get("callback_data", "start"))
        rows = start.get("keyboard") or [[{"text": "Start", "callback_data": data}]]
        message_id = start.get("message_ids", {}).get(str(user_id)) or self.world.message_id()
        self.world.last_message_id = max(self.world.last_message_id, message_id)
        now = self.world.now()
        message = {
            "message_id": message_id, "from": self.world.bot, "chat": chat.about, "date": int(now),
            "text": start.get("text", "Ready."), "reply_markup": {"inline_keyboard": rows},
        }  # fmt: skip
        chat.show(message, now)
        first = rows[0][0]["callback_data"]
        return Robot(self, chat, message_id, first, _steps(body))

    def next(self) -> None:
        """Let the next robot begin."""
        if self.waiting:
            self.started += 1
            self.waiting.popleft().begin()

    def finish(self) -> None:
        """Count a robot that is through, and let the next one begin."""
        self.finished += 1
        if self.finished >= self.wanted:
            self.done.set()
        self.next()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the caller is an HTTP request
        """Wait until all are finished, at most `timeout` seconds."""
        if self.wanted > self.finished:
            await asyncio.wait([asyncio.ensure_future(self.done.wait())], timeout=timeout)

    def figures(self) -> dict[str, Any]:
        """Return the counts; times are seconds of a monotonic clock."""
        return {
            "wanted": self.wanted, "started": self.started, "finished": self.finished, "presses": self.presses,
            "answered": self.answered, "first": self.first, "last": self.last, "elapsed": self.last - self.first,
        }  # fmt: skip


def _steps(body: dict[str, Any]) -> Iterator[Step]:
    if "script" in body:
        return iter([[step] if isinstance(step, str) else step for step in body["script"]])
    return iter([body["labels"]] * body.get("steps", 1000))
