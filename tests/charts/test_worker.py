import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bot.charts import Charts
from bot.drawing import worker
from bot.drawing.orders import Order
from bot.drawing.pipe import READY, framed, opened
from tests.charts.histories import usual, weekly, words

TREND = weekly(usual(8))
WORDS = words(TREND)


@pytest.fixture
async def own() -> AsyncIterator[Charts]:
    charts = Charts()
    yield charts
    await charts.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(pid: int) -> bool:
    for _ in range(400):
        if not alive(pid):
            return True
        await asyncio.sleep(0.025)
    return False


def pid_of(charts: Charts) -> int:
    assert charts.pid is not None
    return charts.pid


async def test_the_worker_starts_with_the_first_picture(own: Charts) -> None:
    assert own.pid is None
    assert await own.trend(TREND, WORDS) is not None
    assert alive(pid_of(own))


async def test_one_worker_draws_all_pictures_that_are_wanted_at_once(own: Charts) -> None:
    pictures = await asyncio.gather(*(own.trend(TREND, WORDS) for _ in range(10)))
    assert len(set(pictures)) == 1
    assert pictures[0] is not None


async def test_an_idle_worker_is_ended_and_the_next_picture_starts_another() -> None:
    charts = Charts(idle=0.05)
    first = await charts.trend(TREND, WORDS)
    before = pid_of(charts)
    assert await gone(before)
    assert charts.pid is None
    assert await charts.trend(TREND, WORDS) == first
    await charts.close()


async def test_a_killed_worker_is_replaced_and_the_picture_still_comes(own: Charts) -> None:
    first = await own.trend(TREND, WORDS)
    before = pid_of(own)
    os.kill(before, signal.SIGKILL)
    assert await own.trend(TREND, WORDS) == first
    assert pid_of(own) != before


async def test_a_worker_killed_while_it_draws_is_replaced(own: Charts) -> None:
    await own.trend(TREND, WORDS)
    before = pid_of(own)
    os.kill(before, signal.SIGSTOP)
    drawing = asyncio.create_task(own.trend(TREND, WORDS))
    await asyncio.sleep(0.05)
    os.kill(before, signal.SIGKILL)
    assert await drawing is not None
    assert pid_of(own) != before


async def test_a_worker_that_hangs_is_ended_and_the_text_goes_out_alone(
    own: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own.trend(TREND, WORDS)
    before = pid_of(own)
    monkeypatch.setattr(worker, "_DRAW_SECONDS", 0.1)
    os.kill(before, signal.SIGSTOP)
    assert await own.trend(TREND, WORDS) is None
    assert await gone(before)
    monkeypatch.undo()
    assert await own.trend(TREND, WORDS) is not None


async def test_a_machine_that_cannot_start_the_worker_gets_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    charts = Charts()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await charts.trend(TREND, WORDS) is None
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert await charts.trend(TREND, WORDS) is None
    monkeypatch.undo()
    assert await charts.trend(TREND, WORDS) is not None
    await charts.close()


async def test_what_cannot_be_drawn_costs_one_picture_and_no_worker(own: Charts) -> None:
    await own.trend(TREND, WORDS)
    before = pid_of(own)
    nonsense: Order = {"draw": "multiples", "panels": [], "words": {}}
    assert await own._draw(nonsense) is None
    assert await own.trend(TREND, WORDS) is not None
    assert pid_of(own) == before


async def test_more_pictures_than_the_queue_holds_are_not_drawn() -> None:
    charts = Charts(most_waiting=3)
    pictures = await asyncio.gather(*(charts.trend(TREND, WORDS) for _ in range(5)))
    assert [picture is not None for picture in pictures] == [True, True, True, False, False]
    assert await charts.trend(TREND, WORDS) is not None
    await charts.close()


async def test_whoever_waits_too_long_goes_without() -> None:
    charts = Charts(patience=0.001)
    assert await charts.trend(TREND, WORDS) is None
    await charts.close()
    assert charts.pid is None


async def test_a_caller_that_gives_up_leaves_no_half_answer_to_the_next(own: Charts) -> None:
    first = await own.trend(TREND, WORDS)
    other = weekly(usual(20, seed=5))
    impatient = asyncio.create_task(own.trend(other, words(other)))
    await asyncio.sleep(0.001)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await own.trend(TREND, WORDS) == first


async def test_closing_ends_the_worker() -> None:
    charts = Charts()
    await charts.trend(TREND, WORDS)
    before = pid_of(charts)
    await charts.close()
    assert not alive(before)


def test_the_worker_ends_by_itself_when_the_bot_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.drawing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=worker.surroundings()
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.read(len(framed(READY))) == framed(READY)
        child.send_signal(signal.SIGINT)  # Ctrl-C in the terminal reaches it too, and is the bot's to decide on
        child.stdin.close()
        assert child.wait(10) == 0


def test_the_worker_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_BOT_TOKEN", "DATA_KEYS", "DATABASE_URL"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in worker.surroundings().values()


def test_the_process_that_asks_never_imports_matplotlib() -> None:
    program = """
import asyncio, sys
from pathlib import Path
from bot import app
from bot.charts import Charts
from tests.charts.histories import DIGEST_WORDS, panels, usual, weekly, words

def memory():
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 if statm.exists() else 0

async def main():
    charts = Charts()
    trend = weekly(usual(52))
    assert await charts.trend(trend, words(trend))
    before = memory()
    for _ in range(20):
        assert await charts.trend(trend, words(trend))
    assert await charts.multiples(panels(50), DIGEST_WORDS)
    grown = memory() - before
    await charts.close()
    heavy = {"matplotlib", "numpy", "PIL", "multiprocessing.resource_tracker"} & set(sys.modules)
    assert not heavy, heavy
    assert grown < 8_000_000, grown

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own lines
    assert done.returncode == 0, done.stderr


def test_a_frame_from_a_pipe_that_lost_its_place_is_not_believed() -> None:
    with pytest.raises(ValueError, match="lost its place"):
        opened(b"\x89PNG\r")
    with pytest.raises(ValueError, match="lost its place"):
        opened(b"P\xff\xff\xff\xff")
