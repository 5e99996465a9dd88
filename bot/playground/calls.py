"""One call of the Bot API: read it, check it, do it, note it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.bodies import parameters
from bot.playground.checks import read
from bot.playground.faults import Fault
from bot.playground.fields import METHODS
from bot.playground.methods import HANDLERS
from bot.playground.refusals import WEBHOOK_ACTIVE, Refusal
from bot.playground.world import World

Answer = tuple[int, bytes, bytes]  # HTTP status, body, media type
ENCODE = json.JSONEncoder(separators=(",", ":")).encode
JSON = b"application/json"
BINARY = b"application/octet-stream"
UNAUTHORIZED = Refusal(401, "Unauthorized")
NOT_FOUND = Refusal(404, "Not Found")


@dataclass(slots=True)
class Call:
    """A request as it came off the wire.

    Args:
        path: what stands behind `/bot`: `<token>/<method>`.
        query: the query string.
        content_type: the header of that name, or "".
        body: the whole body.
        gone: tells whether the client has hung up.
    """

    path: str = field(repr=False)
    query: bytes
    content_type: str
    body: bytes
    gone: Callable[[], bool]

    @property
    def method(self) -> str:
        """Return the name of the method, as the bot spelt it."""
        return self.path.rpartition("/")[2]


class Calls:
    """Answers calls against one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def must_wait(self, call: Call) -> bool:
        """Tell whether a call cannot be answered at once: a poll, or a fault is ordered."""
        return bool(self.world.faults) or call.path.endswith("/getUpdates") or call.method.lower() == "getupdates"

    def answer(self, call: Call) -> Answer:
        """Answer a call at once."""
        method, params = call.method, None
        try:
            method = self.known(call)
            params = self.checked(method, call)
            given = call.body if call.content_type == "application/json" and not call.query else dict(params)
            result = HANDLERS[method](self.world, params)
        except Refusal as refusal:
            return self.refused(method, params, refusal)
        message_id = result.get("message_id") if type(result) is dict else None
        encoded = self.world.chats[result["chat"]["id"]].encoded[message_id] if message_id else ENCODE(result)
        journal = self.world.journal
        journal.add(self.world.now(), "call", method, given, None, message_id)
        journal.requests[method] += 1
        return 200, b'{"ok":true,"result":%b}' % encoded.encode(), JSON

    def known(self, call: Call) -> str:
        """Return the method's name as the Bot API spells it.

        Raises:
            Refusal: 401 for a wrong token, 404 for a method this server does not have.
        """
        token, _, name = call.path.partition("/")
        if token != self.world.token:
            raise UNAUTHORIZED
        method = METHODS.get(name.lower())
        if method is None:
            raise NOT_FOUND
        return method[0]

    def checked(self, method: str, call: Call) -> dict[str, Any]:
        """Return the parameters of a call.

        Raises:
            Refusal: 400 with the first thing that is wrong with them; 409 for a poll beside a webhook.
        """
        params, faults = read(method, parameters(call.query, call.content_type, call.body))
        if faults:
            raise Refusal(400, f"Bad Request: {faults[0]}")
        if method == "getUpdates" and self.world.webhook.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        return params

    async def answer_later(self, call: Call) -> Answer | None:
        """Answer a call that waits or meets a fault; None: hang up without an answer."""
        fault = await self.meet(call) if self.world.faults else None
        if fault and fault.drop != "after":
            self.world.journal.count(call.method, None, wanted=True)
            return None if fault.drop else self.wrong(fault)
        answer = await self.poll(call) if call.method.lower() == "getupdates" else self.answer(call)
        if fault:
            self.world.journal.outcomes["faults"] += 1
        return None if fault else answer

    async def meet(self, call: Call) -> Fault | None:
        """Wait as long as was ordered, and return the fault that hits this call."""
        try:
            method = self.known(call)
        except Refusal:
            return None
        await asyncio.sleep(self.world.faults.delay(method))
        return self.world.faults.take(method)

    def wrong(self, fault: Fault) -> Answer:
        """Return the wrong answer that was ordered."""
        body, status = fault.answer()
        return (status, body, b"text/html") if isinstance(body, bytes) else (status, ENCODE(body).encode(), JSON)

    async def poll(self, call: Call) -> Answer:
        """Answer getUpdates."""
        method, params = "getUpdates", None
        try:
            self.known(call)
            params = self.checked(method, call)
            self.world.journal.requests[method] += 1
            updates = await self.world.updates.fetch(params, call.gone)
        except Refusal as refusal:
            return self.refused(method, params, refusal)
        return 200, b'{"ok":true,"result":%b}' % updates, JSON

    def refused(self, method: str, params: dict[str, Any] | None, refusal: Refusal) -> Answer:
        """Note a refusal and return its JSON."""
        journal = self.world.journal
        journal.add(self.world.now(), "call", method, params or {}, refusal)
        journal.count(method, refusal)
        answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            answer["parameters"] = refusal.parameters
        return refusal.code, ENCODE(answer).encode(), JSON

    def download(self, path: str) -> Answer:
        """Answer a download: `path` is what stands behind `/file/bot`."""
        token, _, file_path = path.partition("/")
        file = self.world.files.by_path.get(file_path)
        if token != self.world.token or file is None:
            refusal = NOT_FOUND if token == self.world.token else UNAUTHORIZED
            return self.refused("download", None, refusal)
        return 200, file.content, BINARY
