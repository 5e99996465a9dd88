"""The bots under test, each in a process of its own, and what a process costs."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.phones import Telegram
from tests.bench.check_in import TOKEN
from tests.bench.seeding import Population

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a process so far (user and system): all of it, and what its main thread used."""

    total: float = 0.0
    main: float = 0.0

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.total - other.total, self.main - other.main)


def cost(pid: int) -> Cost:
    """Read what a process has used, from /proc; nothing where there is none (macOS)."""
    try:
        return Cost(_cpu(Path(f"/proc/{pid}/stat")), _cpu(Path(f"/proc/{pid}/task/{pid}/stat")))
    except OSError:
        return Cost()


def _fields(stat: Path) -> list[str]:
    """Split what follows the command's name, which may hold anything; the first is field 3 of proc(5)."""
    return stat.read_text().rpartition(")")[2].split()


def _cpu(stat: Path) -> float:
    return sum(int(ticks) for ticks in _fields(stat)[11:13]) / _TICKS


def children() -> list[int]:
    """List the pids of this process's children, the youngest last."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(_fields(stat)[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return sorted(found)


@contextlib.asynccontextmanager
async def running(module: list[str], env: Mapping[str, str], server: Telegram, log: Path) -> AsyncIterator[int]:
    """Run `python -m MODULE ...` from its first poll until the block ends, then end it as a service manager does."""
    with log.open("wb") as out:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, env={**_surroundings(), **env}, stdout=out, stderr=out
        )
    try:
        await _first_poll(server, child, log)
        yield child.pid
    finally:
        if child.returncode is None:
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), 20)
        except TimeoutError:
            child.kill()
            await child.wait()


def _surroundings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}


def _end_of(log: Path) -> str:
    return log.read_text()[-2000:]


async def _first_poll(server: Telegram, child: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not (await server.figures())["requests"].get("getUpdates"):
            if child.returncode is not None:
                raise RuntimeError(f"the bot ended with {child.returncode}:\n{_end_of(log)}")
            await asyncio.sleep(0.05)


def attune_environment(server: Telegram, database: Path, population: Population) -> dict[str, str]:
    """Settings of the real bot: the last answer sends at once, no night."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_KEYS": population.data_keys,
        "TAKE_BACK": "0s",
        "QUIET_HOURS": "off",
        "LOG_LEVEL": "INFO",
    }
