"""The page's own server: its files, what it hears, and what its buttons do. It answers this machine only."""

import base64
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.playground.files import MOST_FETCHED
from bot.playground.live import Live
from bot.playground.residents import Resident
from bot.playground.sights import Trouble
from bot.playground.stage import Stage

PAGE = Path(__file__).with_name("page")
RULES = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
MOST_UPLOADED = MOST_FETCHED
HOPS = {"hours": timedelta(hours=2), "week": timedelta(weeks=1)}

Body = dict[str, Any]
Act = Callable[[Body], Awaitable[Any]]


class Acts:
    """What the buttons of the page do; each takes the JSON of its request."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def _who(self, body: Body) -> Resident:
        return self._stage.residents.of(int(body["who"]))

    async def say(self, body: Body) -> Body:
        """Let somebody write a text."""
        return {"message_id": await self._who(body).phone.say(str(body["text"]))}

    async def press(self, body: Body) -> Body:
        """Let somebody press a button under a message."""
        phone = self._who(body).phone
        query_id = await phone.press_data(int(body["message_id"]), str(body["data"]), forged=False)
        return {"query_id": query_id}

    async def open(self, body: Body) -> Body:
        """Open a link that somebody sees in the phone it is for; `mine` opens it in the same phone."""
        seen_by = self._who(body)
        if body.get("mine"):
            await seen_by.phone.open(str(body["link"]))
            return {"who": seen_by.id}
        return {"who": (await self._stage.open_link(str(body["link"]), seen_by)).id}

    async def upload(self, body: Body) -> Body:
        """Let somebody send a file; `content` is base64."""
        content = base64.b64decode(str(body["content"]), validate=True)
        kind = "photo" if _picture(content) else "document"
        await self._who(body).phone.upload(str(body["name"]), content, kind=kind)
        return {}

    async def hop(self, body: Body) -> Body:
        """Move the clock by `hours` (two), to the next `morning`, or by a `week`."""
        by = str(body["by"])
        now = await self._stage.telegram.now()
        target = await self._stage.next_morning() if by == "morning" else now + HOPS[by]
        return {"stops": [moment.timestamp() for moment in await self._stage.hop(target)]}

    async def client(self, _body: Body) -> Body:
        """Add another client."""
        return {"who": (await self._stage.add_client()).id}

    async def kill(self, _body: Body) -> Body:
        """Kill the bot."""
        await self._stage.kill_bot()
        return {}

    async def start(self, _body: Body) -> Body:
        """Start the bot again."""
        await self._stage.start_bot()
        return {}


def application(stage: Stage, live: Live) -> Starlette:
    """Return the Starlette application of the page."""
    acts = Acts(stage)

    async def index(_request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers=RULES)

    async def events(_request: Request) -> Response:
        return StreamingResponse(live.listen(), media_type="text/event-stream", headers=RULES)

    async def commands(request: Request) -> Response:
        with contextlib.suppress(Trouble, KeyError, ValueError):
            resident = stage.residents.of(int(request.query_params["who"]))
            return JSONResponse(await stage.commands(resident), headers=RULES)
        return JSONResponse([], 404, headers=RULES)

    async def file(request: Request) -> Response:
        try:
            content = await stage.telegram.file(request.path_params["file_id"])
        except Trouble:
            return Response(status_code=404)
        kind = _picture(content)
        headers = RULES if kind else {**RULES, "Content-Disposition": "attachment"}
        return Response(content, media_type=kind or "application/octet-stream", headers=headers)

    known = (acts.say, acts.press, acts.open, acts.upload, acts.hop, acts.client, acts.kill, acts.start)
    return Starlette(
        routes=[
            Route("/", index),
            Route("/events", events),
            Route("/commands", commands),
            Route("/files/{file_id}", file),
            *(Route(f"/act/{act.__name__}", _answering(act), methods=["POST"]) for act in known),
            Mount("/page", _Page(directory=PAGE)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


class _Page(StaticFiles):
    """The files of the page, never kept by the browser: the next version of the product may differ."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(RULES)
        return response


def _answering(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of an act. Only this page can call it: other sites cannot send JSON here unasked."""

    async def answer(request: Request) -> Response:
        if request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "JSON, please"}, 415)
        if int(request.headers.get("content-length", MOST_UPLOADED * 2)) >= MOST_UPLOADED * 2:
            return JSONResponse({"error": "That file is too big: 20 MB is the most that a bot can fetch."}, 413)
        try:
            return JSONResponse(await act(await request.json()), headers=RULES)
        except Trouble as trouble:
            return JSONResponse({"error": str(trouble)}, 409)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return answer


def _picture(content: bytes) -> str | None:
    """Return the media type of a picture that pages can show, None for everything else."""
    return next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)
