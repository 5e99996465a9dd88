import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.playground_story.conftest import Told

ROOT = Path(__file__).parents[2]
BY_CHANCE = re.compile(r"start[= ][\w-]{22}|(?<=/4  )(?:Sam|Kim|Lee|Alex) [^\n]*")
"""What differs from run to run: links, and the order of the stories of a reflection."""


@asynccontextmanager
async def demo(tmp_path: Path, out: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `attune demo --headless` with a place of its own for temporary files."""
    (tmp_path / "temporary").mkdir()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background job, and whatever that starts
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--headless", "--out", str(out)),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary"), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def children(pid: int) -> dict[int, str]:
    """The processes started by a process, with their command lines."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child): Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in found}


async def started(process: asyncio.subprocess.Process, is_there: Callable[[str], bool]) -> int:
    """Wait until a child with such a command line runs, and a moment more; gives its number."""
    async with asyncio.timeout(30):
        while not (found := [c for c, line in children(process.pid).items() if is_there(line)]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    return found[0]


def lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


async def test_a_bot_that_dies_is_told_in_a_sentence_with_the_end_of_its_log(tmp_path: Path) -> None:
    async with demo(tmp_path, tmp_path / "out") as process:
        os.kill(await started(process, lambda line: "--steered" in line), signal.SIGKILL)
        said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert "The story broke off: the bot ended" in said
    assert "The end of the bot's log:" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_it_and_leaves_no_process_and_no_temporary_file(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with demo(tmp_path, tmp_path / "out") as process:
        await started(process, lambda line: "--steered" in line)
        family = list(children(process.pid))
        process.send_signal(number)
        said = (await process.communicate())[0].decode()
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped. Nothing is left running."
    assert len(family) == 2
    assert not any(lives(pid) for pid in family)
    assert not list((tmp_path / "temporary").iterdir())


async def test_a_place_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    async with demo(tmp_path, tmp_path / "out") as process:
        said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert said.startswith("The story cannot be left in")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.long
async def test_two_runs_read_the_same_but_for_what_chance_decides(tmp_path: Path, told: Told) -> None:
    async with demo(tmp_path, tmp_path / "out") as process:
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert said.splitlines()[:-1] == told.lines[:-1]
    for path in told.directory.glob("*.txt"):
        again = (tmp_path / "out" / path.name).read_text(encoding="utf-8")
        assert BY_CHANCE.sub("", again) == BY_CHANCE.sub("", path.read_text(encoding="utf-8")), path.name
    assert {path.name for path in told.directory.iterdir()} == {path.name for path in (tmp_path / "out").iterdir()}
