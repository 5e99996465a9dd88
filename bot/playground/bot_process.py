"""The real bot in a process of its own, its clock steered over standard input (see `bot.steering`)."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any


class BotEnded(RuntimeError):
    """The bot process ended while somebody waited for it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the bot answers once nothing is left to do: its time, and when the next thing falls due."""

    now: datetime
    next_at: datetime | None


Spawn = Callable[..., Awaitable[Any]]
"""Starts a process, as `asyncio.create_subprocess_exec` does."""


class BotProcess:
    """One `attune run --steered`. It can be killed and started again on the same database; its clock goes on."""

    def __init__(
        self, env: Mapping[str, str], log: Path | None = None, spawn: Spawn = asyncio.create_subprocess_exec
    ) -> None:
        self._env = dict(env)
        self._log_path = log
        self._log: IO[bytes] | None = None
        self._spawn = spawn
        self._child: asyncio.subprocess.Process | None = None
        self._shift = timedelta(0)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._child is not None and self._child.returncode is None

    async def start(self, at: datetime | None = None, **more: str) -> Settled:
        """Start the process, its clock as far ahead as before or `at` a moment. Gives the first settled state."""
        if at is not None:
            self._shift = at - datetime.now(UTC)
        self._log = self._log_path.open("ab") if self._log_path else None
        begin_at = (datetime.now(UTC) + self._shift).isoformat()
        self._child = await self._spawn(
            *(sys.executable, "-m", "bot", "run", "--steered", "--begin-at", begin_at),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log or asyncio.subprocess.DEVNULL,
            env={**_plain_environment(), **self._env, **more},
        )
        return await self._answer()

    def wind(self, moment: datetime) -> None:
        """Let the next start find the clock at this moment, or later if it was moved further."""
        self._shift = max(self._shift, moment - datetime.now(UTC))

    async def move_to(self, moment: datetime | None = None) -> Settled:
        """Move the clock (not at all without a moment) and wait until everything due is done and said."""
        if moment is not None:
            self.wind(moment)
        command = {} if moment is None else {"move_to": moment.isoformat()}
        assert self._child is not None and self._child.stdin is not None  # noqa: S101, PT018 - started with a pipe
        self._child.stdin.write(json.dumps(command).encode() + b"\n")
        return await self._answer()

    async def settle(self) -> Settled:
        """Wait until everything due is done and said."""
        return await self.move_to()

    async def _answer(self) -> Settled:
        assert self._child is not None and self._child.stdout is not None  # noqa: S101, PT018 - started with a pipe
        async with asyncio.timeout(120):  # wait_for can lose a cancelling (3.11), as of Ctrl-C
            line = await self._child.stdout.readline()
        if not line:
            raise BotEnded(f"the bot ended with {await self._child.wait()}")
        answer: dict[str, Any] = json.loads(line)
        next_at = answer["next_at"]
        return Settled(datetime.fromisoformat(answer["now"]), datetime.fromisoformat(next_at) if next_at else None)

    async def kill(self) -> None:
        """End it as kill -9 does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it as a service manager does; gives the exit code."""
        return await self._end(signal.SIGTERM)

    async def wait(self) -> int:
        """Wait until it ends by itself."""
        assert self._child is not None  # noqa: S101 - started
        return await self._child.wait()

    async def _end(self, how: signal.Signals) -> int:
        if self._child is None:
            return 0
        if self._child.returncode is None:
            self._child.send_signal(how)
        async with asyncio.timeout(20):
            code = await self._child.wait()
        if self._log:
            self._log.close()
        return code


def _plain_environment() -> dict[str, str]:
    """What a program needs from its surroundings, and none of the settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}


@contextlib.asynccontextmanager
async def running_bot(
    env: Mapping[str, str], log: Path | None = None, spawn: Spawn = asyncio.create_subprocess_exec
) -> AsyncIterator[BotProcess]:
    """Run a bot until the block ends."""
    process = BotProcess(env, log, spawn)
    try:
        await process.start()
        yield process
    finally:
        if process.running:
            await process.kill()
