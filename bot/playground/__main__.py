"""`python -m bot.playground`: run the local Bot API server until Ctrl-C."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from bot.playground.calls import Calls
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
    # asyncio switches Nagle's delay off only for sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(2048)
    app = BotApi(Calls(world), application(Control(world)))
    config = uvicorn.Config(
        app, http=Protocol, interface="asgi3", ws="none", lifespan="off", proxy_headers=False,
        access_log=False, log_level="warning", timeout_keep_alive=75, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Server(config)
    server.world = world
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # nearly everything here lives on, and searching it for garbage is in vain
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _after_signal)  # uvicorn stops on them, and raises them again when it has
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


class _Server(uvicorn.Server):
    """uvicorn that answers everybody who waits before it stops."""

    world: World

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every wait, then stop."""
        self.world.updates.wake()
        for chat in self.world.chats.values():
            chat.wake()
        await super().shutdown(sockets)


def _after_signal(number: int, frame: FrameType | None) -> None:
    """Let the work after `serve` happen: the state is still to be saved."""


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
