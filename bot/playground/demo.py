"""`attune demo`: a local Bot API server, the real bot, and one page with everybody's phone, until Ctrl-C."""

import asyncio
import contextlib
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from bot.crypto import KeyRing
from bot.playground.bot_process import BotProcess
from bot.playground.live import Live, follow
from bot.playground.opening import PRACTICE, ZONE, first_morning, play_opening
from bot.playground.phones import Telegram
from bot.playground.process import running_server
from bot.playground.stage import Stage
from bot.playground.web import application


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to `demo`, which has processes to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def demo(port: int) -> None:
    """Show the playground until SIGINT or SIGTERM.

    Args:
        port: 0 for any free one; the line "Playground: ..." names it.

    Raises:
        OSError: if the port is taken.
    """
    listener = socket.create_server(("127.0.0.1", port))
    print("A made-up practice is getting ready; this takes a few seconds.", flush=True)  # noqa: T201
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    live = Live()
    with tempfile.TemporaryDirectory(prefix="attune-demo-") as place, _signalled() as stopping:
        async with _running(Path(place), live) as stage:
            if not await _opened(stage, stopping):
                return
            config = uvicorn.Config(
                application(stage, live), lifespan="off", ws="none", access_log=False, log_level="critical",
                timeout_graceful_shutdown=2,
            )  # fmt: skip
            server = _Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            print(f"Playground: {address}\nCtrl-C ends it.", flush=True)  # noqa: T201 - for whoever started it
            await stopping.wait()
            await live.close()
            server.should_exit = True
            await serving


@contextlib.contextmanager
def _signalled() -> Iterator[asyncio.Event]:
    """Give an event that a signal sets."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield stopping
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def _running(place: Path, live: Live) -> AsyncIterator[Stage]:
    """Run the server and whatever bot is started on the stage; end them all afterwards."""
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)}"
    async with running_server(token) as telegram:
        changed = asyncio.Event()
        bot = BotProcess(_environment(telegram, place), place / "log", _apart)
        stage = Stage(telegram, bot, ZONE, changed.set)
        teller = asyncio.create_task(_tell(stage, changed, live))
        try:
            yield stage
        finally:
            teller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await teller
            await stage.stop_bot()


async def _opened(stage: Stage, stopping: asyncio.Event) -> bool:
    """Play the opening; False if a signal came first."""
    opening = asyncio.create_task(play_opening(stage, first_morning(datetime.now(UTC))))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({opening, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done():
        stopped.cancel()
        opening.result()
        return True
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    return False


async def _apart(*command: str, **how: Any) -> asyncio.subprocess.Process:
    """Start a process that Ctrl-C in the terminal does not reach: it is ended in order, after the page."""
    return await asyncio.create_subprocess_exec(*command, **how, start_new_session=True)


def _environment(telegram: Telegram, place: Path) -> dict[str, str]:
    """Return the settings of the bot."""
    return {
        **PRACTICE,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": f"sqlite:///{place}/attune.db",
        "DATA_KEYS": KeyRing.generate_entry("k1"),
    }


async def _tell(stage: Stage, changed: asyncio.Event, live: Live) -> None:
    """Tell the pages about the stage whenever it changes, and about the chat of everybody on it."""
    async with asyncio.TaskGroup() as followers:
        followed = 0
        while True:
            await changed.wait()
            changed.clear()
            await live.tell("stage", await stage.shown())
            for resident in stage.residents.all[followed:]:
                followers.create_task(follow(resident.phone, live))
            followed = len(stage.residents.all)
