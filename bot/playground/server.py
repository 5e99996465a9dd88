"""The HTTP side: `/bot<token>/<method>` and `/file/bot<token>/<path>` as one plain ASGI application.

The path of a call stays short, because the benchmark counts what this server costs: no routing, no request
object, one function call from body to answer. `/control/...` goes to a Starlette application.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.playground.bodies import parameters
from bot.playground.checks import METHODS, read
from bot.playground.methods import HANDLERS
from bot.playground.refusals import WEBHOOK_ACTIVE, Refusal
from bot.playground.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ENCODE = json.JSONEncoder(separators=(",", ":")).encode
JSON = (b"content-type", b"application/json")


class Protocol(HttpToolsProtocol):
    """HTTP of uvicorn, with the connection in the scope so that a fault can drop it."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]


class BotApi:
    """The ASGI application.

    Args:
        world: what the server knows.
        control: the application that answers `/control/...`.
    """

    def __init__(self, world: World, control: App) -> None:
        self.world = world
        self.control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/bot"):
            await self.call(path, scope, receive, send)
        elif scope["type"] == "http" and path.startswith("/file/bot"):
            await self.download(path, send)
        else:
            await self.control(scope, receive, send)

    async def call(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call of a method."""
        token, _, name = path[4:].partition("/")
        body = await _body(receive)
        world = self.world
        known = METHODS.get(name.lower())
        if token != world.token or known is None:
            refusal = Refusal(401, "Unauthorized") if token != world.token else Refusal(404, "Not Found")
            await _answer(send, refusal.code, self.refused(name, {}, refusal))
            return
        method = known[0]
        fault = None
        if world.faults:
            await asyncio.sleep(world.faults.delay(method))
            fault = world.faults.take(method)
        if fault and fault.drop != "after":
            world.journal.count(method, None, wanted=True)
            if fault.drop:
                await _hang_up(scope)
            else:
                await _wrong_answer(send, *fault.answer())
            return
        status, answer = await self.run(method, scope, body)
        if fault:
            await _hang_up(scope)
        else:
            await _answer(send, status, answer)

    async def run(self, method: str, scope: Scope, body: bytes) -> tuple[int, bytes]:
        """Check a call and do it; returns the status and the body of the answer."""
        params: dict[str, Any] = {}
        try:
            raw = parameters(scope["query_string"], _content_type(scope), body)
            params, faults = read(method, raw)
            if faults:
                raise Refusal(400, f"Bad Request: {faults[0]}")
            if method == "getUpdates":
                return 200, await self.updates(params, scope)
            given = dict(params)
            result = HANDLERS[method](self.world, params)
        except Refusal as refusal:
            return refusal.code, self.refused(method, params, refusal)
        message_id = result.get("message_id") if type(result) is dict else None
        journal = self.world.journal
        journal.add(self.world.now(), "call", method, given, None, message_id)
        journal.requests[method] += 1
        return 200, b'{"ok":true,"result":%b}' % ENCODE(result).encode()

    async def updates(self, params: dict[str, Any], scope: Scope) -> bytes:
        """Answer getUpdates."""
        if self.world.webhook.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self.world.journal.requests["getUpdates"] += 1
        return b'{"ok":true,"result":%b}' % await self.world.updates.fetch(params, scope["transport"].is_closing)

    def refused(self, method: str, params: dict[str, Any], refusal: Refusal) -> bytes:
        """Note a refusal and return its JSON."""
        journal = self.world.journal
        journal.add(self.world.now(), "call", method, params, refusal)
        journal.count(method, refusal)
        answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            answer["parameters"] = refusal.parameters
        return ENCODE(answer).encode()

    async def download(self, path: str, send: Send) -> None:
        """Answer a download of a file."""
        token, _, file_path = path[9:].partition("/")
        file = self.world.files.by_path.get(file_path)
        if token != self.world.token or file is None:
            await _answer(send, 404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
        else:
            await _answer(send, 200, file.content, (b"content-type", b"application/octet-stream"))


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind: str = value.decode("latin-1")
            return kind
    return ""


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _answer(send: Send, status: int, body: bytes, kind: tuple[bytes, bytes] = JSON) -> None:
    headers = [kind, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _wrong_answer(send: Send, body: dict[str, Any] | bytes, status: int) -> None:
    if isinstance(body, bytes):
        await _answer(send, status, body, (b"content-type", b"text/html"))
    else:
        await _answer(send, status, ENCODE(body).encode())


async def _hang_up(scope: Scope) -> None:
    """Close the connection without an answer; two turns of the loop let uvicorn notice."""
    scope["transport"].abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
