"""`python -m bot.playground`: run the local Bot API server until Ctrl-C."""

import asyncio
import contextlib
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from bot.playground.control import Control, application
from bot.playground.server import BotApi, Protocol
from bot.playground.state import restore, save
from bot.playground.webhook import deliver
from bot.playground.world import World


async def serve(world: World, port: int, *, with_parent: bool = False) -> None:
    """Serve one world on this machine only.

    Args:
        world: what the server knows.
        port: 0 for any free one; the line "Listening: ..." names it.
        with_parent: end when standard input closes, that is when the parent process ends.
    """
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    app = BotApi(world, application(Control(world)))
    config = uvicorn.Config(
        app, http=Protocol, lifespan="off", access_log=False, log_level="warning", ws="none",
        timeout_keep_alive=75, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    print(f"Listening: http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - read by the parent
    webhook = asyncio.create_task(deliver(world))
    if with_parent:
        await _end_with_parent(server)
    try:
        await server.serve(sockets=[listener])
    finally:
        webhook.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await webhook


async def _end_with_parent(server: uvicorn.Server) -> None:
    class _Watch(asyncio.Protocol):
        def eof_received(self) -> None:
            server.should_exit = True

        def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
            server.should_exit = True

    await asyncio.get_running_loop().connect_read_pipe(_Watch, sys.stdin)


def run(
    token: Annotated[str, typer.Option(envvar="PLAYGROUND_TOKEN", help="The bot's token.")],
    port: Annotated[int, typer.Option(help="0 takes any free port.")] = 0,
    journal: Annotated[Path | None, typer.Option(help="Append every call and act to this file.")] = None,
    state: Annotated[Path | None, typer.Option(help="Keep everything in this file over a restart.")] = None,
    *,
    flood: Annotated[bool, typer.Option(help="Whether flood control is on.")] = True,
    with_parent: Annotated[bool, typer.Option(help="End when standard input closes.")] = False,
) -> None:
    """Run a local Bot API server."""
    world = World(token, flood=flood, journal_path=journal)
    if state and state.exists():
        restore(world, state)
    asyncio.run(serve(world, port, with_parent=with_parent))
    if state:
        save(world, state)


if __name__ == "__main__":
    typer.run(run)
