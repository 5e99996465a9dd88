"""A client of one local Bot API server: its clock, faults, figures, journal, robots."""

import io
import json
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.playground.sights import Trouble


class Remote:
    """One local Bot API server.

    Args:
        url: its address, `http://127.0.0.1:PORT`.
        token: the bot's token, if the caller wants to find it here; never shown in a repr.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self.token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._session:
            await self._session.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def base_url(self) -> str:
        """Return what python-telegram-bot calls `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """Return what python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"

    async def post(self, path: str, **body: Any) -> Any:
        """POST to `/control/<path>`; the JSON of the answer."""
        content = io.BytesIO(json.dumps(body).encode())  # a stream: a large file in it must not hold up the loop
        return await self._request("POST", path, data=content, headers={"Content-Type": "application/json"})

    async def get(self, path: str, **query: Any) -> Any:
        """GET `/control/<path>`; the JSON of the answer."""
        return await self._request("GET", path, params=query)

    async def _request(self, verb: str, path: str, **how: Any) -> Any:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=660))
        async with self._session.request(verb, f"{self.url}/control/{path}", **how) as answer:
            if answer.content_type != "application/json":
                return await answer.read()
            content = await answer.json()
            if answer.status >= 400:
                raise Trouble(f"{path}: {content.get('error', answer.status)}")
            return content

    async def now(self) -> datetime:
        """Return the server's clock."""
        return datetime.fromtimestamp((await self.get("clock"))["now"], UTC)

    async def set_clock(self, moment: datetime) -> None:
        """Set the server's clock."""
        await self.post("clock", set=moment.timestamp())

    async def advance(self, seconds: float) -> None:
        """Move the server's clock forward."""
        await self.post("clock", advance=seconds)

    async def fault(self, method: str = "*", *, times: int = 1, **fault: Any) -> None:
        """Order a fault for the next `times` calls of a method.

        Args:
            method: its name, or `*` for any.
            times: how many calls it hits.
            fault: `status` (404, 500, 502, 409, or 429 with `retry_after`) and optionally `body`, or
                `drop` ("before" or "after" the work is done); `after`: so many calls pass unharmed before.
        """
        await self.post("faults", method=method, times=times, **fault)

    async def latency(self, seconds: float, method: str = "*") -> None:
        """Make every answer to a method later by this much."""
        await self.post("faults", method=method, latency=seconds)

    async def redeliver(self, *, seed: int = 0, most: int = 4, shuffle: bool = True) -> None:
        """Deliver each update 1 to `most` times, each getUpdates answer shuffled."""
        await self.post("faults", redelivery={"seed": seed, "most": most, "shuffle": shuffle})

    async def heal(self) -> None:
        """Take all faults away."""
        await self.post("faults", clear=True)

    async def flood(self, *, on: bool) -> None:
        """Switch flood control."""
        await self.post("flood", on=on)

    async def inject(self, update: Any, *, raw: bool = False) -> None:
        """Queue any JSON as an update; it gets an `update_id` unless `raw`."""
        await self.post("updates", update=update, raw=raw)

    async def figures(self) -> dict[str, Any]:
        """Return the counts of the server."""
        return dict(await self.get("figures"))

    async def queue(self) -> dict[str, int]:
        """Return how many updates wait, were delivered, confirmed, dropped."""
        return dict(await self.get("queue"))

    async def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the calls of the bot and the acts of people after entry `since`."""
        return list((await self.get("journal", since=since))["entries"])

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the journal's entries of one method."""
        return [entry for entry in await self.journal() if entry["what"] == method]

    async def bot(self) -> dict[str, Any]:
        """Return the bot's commands, names, descriptions and menu buttons."""
        return dict(await self.get("bot"))

    async def file(self, file_id: str) -> bytes:
        """Return the content of a file in a chat."""
        return bytes(await self.get(f"files/{file_id}"))

    async def robots(self, **orders: Any) -> dict[str, Any]:
        """Start robots; see `bot.playground.robots.Robots.start`."""
        return dict(await self.post("robots", **orders))

    async def robots_done(self, timeout: float = 60) -> dict[str, Any]:  # noqa: ASYNC109 - the server waits
        """Wait until all robots are finished."""
        return dict(await self.get("robots/wait", timeout=timeout))

    async def reset(self) -> None:
        """Forget everything."""
        await self.post("reset")
