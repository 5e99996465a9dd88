"""The HTTP side: `/bot<token>/<method>` straight off the wire, everything else as an ASGI application.

A benchmark drives thousands of calls a second into this server, and the cost of the server must not hide the cost
of the bot. So a call is answered inside the HTTP protocol, with one write to the socket and no task, unless it has
to wait. `/control/...` goes the usual way to a Starlette application.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.playground.calls import Answer, Call, Calls

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)

STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass
class BotApi:
    """The application behind one address.

    Args:
        calls: answers calls of the Bot API.
        control: answers `/control/...`.
    """

    calls: Calls
    control: App = field(repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is not a call."""
        path: str = scope.get("path", "")
        if not path.startswith("/file/bot"):
            await self.control(scope, receive, send)
            return
        status, body, kind = self.calls.download(path[9:])
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Protocol(HttpToolsProtocol):
    """HTTP of uvicorn, with a short cut for calls of the Bot API."""

    app: BotApi

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: list[bytes] | None = None  # the body of the call being read; None: an ordinary request
        self.keep: bool = True
        self.waiting: deque[tuple[Call, bool]] = deque()
        self.busy: asyncio.Task[None] | None = None

    def on_headers_complete(self) -> None:
        """Decide which way this request goes."""
        if not self.url.startswith(b"/bot"):
            self.parts = None
            super().on_headers_complete()
            return
        self.parts = []
        self.keep = self.parser.should_keep_alive()
        if self.expect_100_continue:
            self.transport.write(CONTINUE)

    def on_body(self, body: bytes) -> None:
        """Collect the body of a call."""
        if self.parts is None:
            super().on_body(body)
        else:
            self.parts.append(body)

    def on_message_complete(self) -> None:
        """Answer a call that is complete."""
        if self.parts is None:
            super().on_message_complete()
            return
        path, _, query = self.url[4:].partition(b"?")
        kind = next((value for name, value in self.headers if name == b"content-type"), b"")
        call = Call(path.decode("latin-1"), query, kind.decode("latin-1"), b"".join(self.parts), self.gone)
        if self.busy:
            self.waiting.append((call, self.keep))
        else:
            self.begin(call, keep=self.keep)

    def gone(self) -> bool:
        """Tell whether the client has closed its connection."""
        return bool(self.transport.is_closing())

    def begin(self, call: Call, *, keep: bool) -> None:
        """Answer a call now, or start waiting for its answer."""
        if self.app.calls.must_wait(call):
            self.busy = self.loop.create_task(self.later(call, keep=keep))
            self.tasks.add(self.busy)
            self.busy.add_done_callback(self.tasks.discard)
        else:
            self.respond(self.answer(call), keep=keep)

    def answer(self, call: Call) -> Answer:
        """Answer a call; a bug here must not look like the bot's."""
        try:
            return self.app.calls.answer(call)
        except Exception:
            logger.exception("local_server_failed")
            return 500, b"", b"text/plain"

    async def later(self, call: Call, *, keep: bool) -> None:
        """Answer a call when its time has come, then those that came after it on this connection."""
        answer = await self.app.calls.answer_later(call)
        self.busy = None
        if answer is None:
            self.transport.abort()
            return
        self.respond(answer, keep=keep)
        if self.waiting:
            following, keep = self.waiting.popleft()
            self.begin(following, keep=keep)

    def respond(self, answer: Answer, *, keep: bool) -> None:
        """Write an answer in one piece."""
        status, body, kind = answer
        head = STATUS_LINES[status] + b"content-type: %b\r\ncontent-length: %d\r\n" % (kind, len(body))
        self.transport.write(head + (b"\r\n" if keep else b"connection: close\r\n\r\n") + body)
        if not keep:
            self.transport.close()
