"""What charts cost: `python -m tests.bench.charts [--rounds 60]` prints milliseconds and memory.

The milliseconds are those the bot waits, from the call to the bytes of the PNG: order, pipe, drawing, compression and
pipe again. Beside them stands the worker's own processor time, which other work on the machine changes less. Memory is
read from /proc (Linux): what is resident, and of that what no other process shares.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import bot.app  # noqa: F401 - the bot's process has everything of the bot loaded
from bot.charts import Charts
from tests.charts.histories import DIGEST_WORDS, Ratings, panels, usual, weekly, with_gaps, with_goals, words

Draw = Callable[[], Awaitable[bytes | None]]
_TICKS = os.sysconf("SC_CLK_TCK")


async def main(rounds: int) -> None:
    """Print one line a picture."""
    charts = Charts()
    own = os.getpid()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, {rounds} rounds")  # noqa: T201
    print(f"bot process before:  {_memory(own)}")  # noqa: T201
    pictures = _pictures(charts)
    await _cold(pictures["trend, 8 check-ins"])
    print(f"{'':28}{'median':>8}{'min':>8}{'max':>8}{'CPU of worker':>15}{'PNG kB':>8}")  # noqa: T201
    for name, draw in pictures.items():
        print(f"{name:28}{await _warm(charts, draw, rounds)}")  # noqa: T201
    assert charts.pid is not None
    print(f"worker after:        {_memory(charts.pid)}")  # noqa: T201
    print(f"bot process after:   {_memory(own)}")  # noqa: T201
    await charts.close()


def _pictures(charts: Charts) -> dict[str, Draw]:
    histories: dict[str, list[Ratings]] = {
        "trend, 2 check-ins": usual(2),
        "trend, 8 check-ins": usual(8),
        "trend, 52 check-ins": usual(52),
        "trend, a year with gaps": with_gaps(52),
        "trend, all 10": [[10.0] * 4] * 8,
    }
    trends = {name: weekly(history) for name, history in histories.items()}
    trends["trend, a year with 3 goals"] = with_goals(trends["trend, a year with gaps"], 3)
    drawn: dict[str, Draw] = {name: partial(charts.trend, trend, words(trend)) for name, trend in trends.items()}
    many = {f"multiples, {count} clients": panels(count) for count in (1, 6, 50)}
    return drawn | {name: partial(charts.multiples, group, DIGEST_WORDS) for name, group in many.items()}


async def _cold(draw: Draw) -> None:
    started = time.perf_counter()
    assert await draw() is not None
    print(f"cold, worker started: {1000 * (time.perf_counter() - started):.0f} ms")  # noqa: T201


async def _warm(charts: Charts, draw: Draw, rounds: int) -> str:
    picture = await draw()  # lays the background
    assert picture is not None
    assert charts.pid is not None
    taken, before = [], _cpu(charts.pid)
    for _ in range(rounds):
        started = time.perf_counter()
        await draw()
        taken.append(1000 * (time.perf_counter() - started))
    cpu = (_cpu(charts.pid) - before) / rounds
    times = f"{statistics.median(taken):8.1f}{min(taken):8.1f}{max(taken):8.1f}"
    return f"{times}{cpu:12.1f} ms{len(picture) / 1000:8.0f}"


def _cpu(pid: int) -> float:
    """Milliseconds of processor time a process has used, from proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * sum(int(ticks) for ticks in fields[11:13]) / _TICKS


def _memory(pid: int) -> str:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(amount.split()[0]) for name, amount in (line.split(":") for line in lines)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return f"{kilobytes['Rss'] / 1024:.1f} MB resident, {private / 1024:.1f} MB of it its own"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What charts cost.")
    parser.add_argument("--rounds", type=int, default=60)
    asyncio.run(main(parser.parse_args().rounds))
