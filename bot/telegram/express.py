"""A few kept-alive connections for the two calls that are nearly all of the traffic: edits and toasts.

aiohttp spends about twice as much on such a call as on everything else it causes here (`make bench`), because it can do
everything. This can do one thing: POST a small JSON body to one host over HTTP/1.1 and give status and body. Parsing is
httptools'. Everything else Attune says goes through aiohttp. See docs/decisions/0005.
"""

import asyncio
import ssl
import time
from collections import deque
from urllib.parse import urlsplit

import httptools
from telegram.error import NetworkError, TimedOut

CONNECTIONS = 32
PATIENCE = 20.0
"""Seconds an answer may take."""


class _Wire(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.used = 0
        self.deadline = float("inf")
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a request may be written."""
        return self.transport is not None and not self.transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Write a request; the future gives status and body, or NetworkError."""
        assert self.transport is not None  # noqa: S101 - the caller looked
        self._answer = asyncio.get_running_loop().create_future()
        self.deadline = time.monotonic() + PATIENCE
        self.used += 1
        self.transport.write(request)
        return self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (asyncio.Protocol)."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - streams are
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Feed the parser (asyncio.Protocol)."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(NetworkError(type(error).__name__))

    def connection_lost(self, _error: Exception | None) -> None:
        """End (asyncio.Protocol)."""
        self.transport = None
        self._fail(NetworkError("connection lost"))

    def give_up(self) -> None:
        """Stop waiting for an answer that does not come."""
        self._fail(TimedOut())

    def close(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.close()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    # ---- what httptools calls ----

    def on_message_begin(self) -> None:
        """Forget the answer before."""
        self._body.clear()

    def on_body(self, body: bytes) -> None:
        """Collect."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Give the answer; a connection the server will close is not used again."""
        self.deadline = float("inf")
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))


class Express:
    """POSTs small JSON bodies to one server."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._path = parts.path
        self._head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
        self._idle: deque[_Wire] = deque()
        self._all: set[_Wire] = set()
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._watch: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return "Express()"

    async def post(self, method: str, body: bytes) -> tuple[int, bytes]:
        """POST to a method of the base address; give status and body.

        Raises:
            TimedOut: where no answer came in time (it may have been done all the same).
            NetworkError: where the connection failed.
        """
        request = f"POST {self._path}{method}{self._head}{len(body)}\r\n\r\n".encode() + body
        async with self._places:
            wire = await self._wire()
            try:
                answer = await wire.ask(request)
            except TimedOut:
                raise
            except NetworkError:
                if wire.used == 1:
                    raise
                wire = await self._fresh()  # a kept connection the server had closed: once more, on a new one
                answer = await wire.ask(request)
            if wire.is_open:
                self._idle.append(wire)
            return answer

    async def _wire(self) -> _Wire:
        while self._idle:
            wire = self._idle.pop()
            if wire.is_open:
                return wire
            self._all.discard(wire)
        return await self._fresh()

    async def _fresh(self) -> _Wire:
        if self._watch is None:
            self._watch = asyncio.create_task(self._watch_deadlines())
        tls = ssl.create_default_context() if self._tls else None
        try:
            async with asyncio.timeout(PATIENCE):
                loop = asyncio.get_running_loop()
                _, wire = await loop.create_connection(_Wire, self._host, self._port, ssl=tls)
        except TimeoutError:
            raise TimedOut from None
        except OSError as error:
            raise NetworkError(type(error).__name__) from None
        self._all.add(wire)
        return wire

    async def _watch_deadlines(self) -> None:
        """Look once a second for answers that do not come: cheaper than a timer for each call."""
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            self._all = {wire for wire in self._all if wire.is_open}
            for wire in self._all:
                if wire.deadline < now:
                    wire.give_up()

    async def close(self) -> None:
        """Close every connection."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        for wire in self._all:
            wire.close()
        self._all.clear()
        self._idle.clear()
