"""The local Bot API server in a process of its own, so that it shares nothing with the bot it serves."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.playground.phones import Telegram

PREFIX = b"Listening: "


@contextlib.asynccontextmanager
async def running_server(
    token: str,
    *,
    flood: bool = True,
    journal_path: Path | None = None,
    state_path: Path | None = None,
    port: int = 0,
    spawn: Callable[..., Awaitable[Any]] = asyncio.create_subprocess_exec,
) -> AsyncIterator[Telegram]:
    """Run a server until the block ends; it also ends when this process does, however that happens.

    Args:
        token: the bot's token, handed over in the environment so that process lists do not show it.
        flood: whether flood control is on.
        journal_path: file to append every call and act to, as JSON lines.
        state_path: file that keeps everything over a restart.
        port: 0 takes any free port.
        spawn: starts a process, as `asyncio.create_subprocess_exec` does.
    """
    options = ["--port", str(port), "--flood" if flood else "--no-flood", "--with-parent"]
    for name, path in (("--journal", journal_path), ("--state", state_path)):
        options += [name, str(path)] if path else []
    child = await spawn(
        sys.executable, "-m", "bot.playground", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PLAYGROUND_TOKEN": token},
        start_new_session=True,  # Ctrl-C in a terminal is for the parent, who ends this one when it is done with it
    )  # fmt: skip
    try:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        async with asyncio.timeout(30):  # wait_for can lose a cancelling (3.11), as of Ctrl-C
            line = await child.stdout.readline()
        if not line.startswith(PREFIX):
            raise RuntimeError("the local Bot API server did not start")
        async with Telegram(line.removeprefix(PREFIX).decode().strip(), token) as telegram:
            yield telegram
    finally:
        await _end(child)


async def _end(child: asyncio.subprocess.Process) -> None:
    """End the server: politely, then not."""
    if child.returncode is None:
        child.terminate()
    try:
        async with asyncio.timeout(10):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
    if child.stdin:
        child.stdin.close()
