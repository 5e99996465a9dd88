"""The bot's end of the drawing worker: starting it, asking it, ending it."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Self

from bot.drawing.pipe import FAULT, HEAD, ORDER, READY, framed, opened

_START_SECONDS = 15.0  # the first start on a machine reads every font there
_DRAW_SECONDS = 5.0
_PASSED_ON = (
    "PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR",
)  # fmt: skip
"""What the worker may know of the bot's surroundings: never the token, the keys or the database."""


class WorkerGone(Exception):
    """The worker has ended, or speaks no sense."""


class Undrawable(Exception):
    """The worker lives but could not draw this one. The message is the error's type, nothing of the client."""


class Worker:
    """One running worker. It draws one picture at a time, so ask it one at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @classmethod
    async def start(cls) -> Self:
        """Start a worker and wait until it has loaded everything.

        Raises:
            WorkerGone: if it ended instead.
            TimeoutError: if it takes too long.
            OSError: if the system starts no process.
        """
        worker = cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.drawing", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=surroundings()
            )
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker._ready()
        except BaseException:
            await asyncio.shield(worker.end())
            raise
        return worker

    async def _ready(self) -> None:
        kind, _ = await self._hear()
        if kind != READY:
            raise WorkerGone

    async def draw(self, order: bytes) -> bytes:
        """Have one order drawn.

        Raises:
            Undrawable: if this one cannot be drawn; the worker can go on.
            WorkerGone: if the worker ended.
            TimeoutError: if it takes too long; the worker must be ended.
        """
        async with asyncio.timeout(_DRAW_SECONDS):
            kind, body = await self._ask(order)
        if kind == FAULT:
            raise Undrawable(body.decode())
        return body

    async def _ask(self, order: bytes) -> tuple[bytes, bytes]:
        speak = self._process.stdin
        assert speak is not None  # noqa: S101 - it was started with a pipe
        try:
            speak.write(framed(ORDER, order))
            await speak.drain()
        except ConnectionError:
            raise WorkerGone from None
        return await self._hear()

    async def _hear(self) -> tuple[bytes, bytes]:
        listen = self._process.stdout
        assert listen is not None  # noqa: S101 - it was started with a pipe
        try:
            kind, length = opened(await listen.readexactly(HEAD.size))
            return kind, await listen.readexactly(length)
        except (EOFError, ConnectionError, ValueError):
            raise WorkerGone from None

    async def end(self) -> None:
        """End it at once, it has nothing to lose, and wait until the system has forgotten it."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


def surroundings() -> dict[str, str]:
    """Return the worker's environment. One thread will do, and each further one of OpenBLAS takes memory."""
    passed = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    return {**passed, "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
