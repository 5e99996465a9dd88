"""What open pages hear, as server-sent events: each subject's newest state, once it has changed.

A page that is slow is sent the newest state only, so nothing piles up. A page that opens late is sent everything.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from bot.playground.phones import Phone
from bot.playground.sights import Trouble

MOST_MESSAGES = 200
MOST_TOASTS = 20
LONG_WAIT = 60.0  # seconds that one question to the server lasts at most
STILL_HERE = 20.0  # seconds after which a page is told that the line is open


class Live:
    """The newest state of every subject, and the pages that want to hear of it."""

    def __init__(self) -> None:
        self._newest: dict[str, str] = {}
        self._pages: list[dict[str, str]] = []  # per page: what it has not been sent yet
        self._news = asyncio.Condition()
        self._open = True

    async def tell(self, subject: str, state: Any) -> None:
        """Tell every page a subject's new state, unless it is the old one."""
        said = f"event: {subject}\ndata: {json.dumps(state, separators=(',', ':'))}\n\n"
        name = f"{subject} {state.get('id', '')}"
        async with self._news:
            if self._newest.get(name) == said:
                return
            self._newest[name] = said
            for unsent in self._pages:
                unsent[name] = said
            self._news.notify_all()

    async def listen(self) -> AsyncIterator[str]:
        """Yield what one page is to be sent, until `close`."""
        unsent = dict(self._newest)
        self._pages.append(unsent)
        try:
            while self._open:
                said = "".join(unsent.values())
                unsent.clear()  # before the page takes it: what comes meanwhile is sent next
                yield said or ": still here\n\n"
                await self._wait(unsent)
        finally:
            self._pages.remove(unsent)

    async def _wait(self, unsent: dict[str, str]) -> None:
        async with self._news:
            try:
                async with asyncio.timeout(STILL_HERE):
                    await self._news.wait_for(lambda: unsent or not self._open)
            except TimeoutError:
                return

    async def close(self) -> None:
        """End all streams."""
        async with self._news:
            self._open = False
            self._news.notify_all()


async def follow(phone: Phone, live: Live) -> None:
    """Tell the pages about one chat, for ever: the server says when something has happened in it."""
    while True:
        chat = await phone.chat()
        shown = {
            "id": phone.user_id,
            "closed": chat["closed"],
            "messages": chat["messages"][-MOST_MESSAGES:],
            "toasts": chat["toasts"][-MOST_TOASTS:],
        }
        await live.tell("chat", shown)
        try:
            await phone.telegram.get("wait", chat_id=phone.user_id, after=chat["events"], timeout=LONG_WAIT)
        except Trouble:
            return
