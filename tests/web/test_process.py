import asyncio
import contextlib
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests.web.conftest import PREFIX

pytestmark = pytest.mark.asyncio(loop_scope="session")


def children_of(pid: int, command: str = "") -> list[int]:
    """The processes that a process has started, oldest first, whose command line has these words."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if int(parent) == pid and command in words:
                found.append(int(place.name))
    return sorted(found)


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


async def _gone(pids: list[int]) -> bool:
    for _ in range(200):
        if not any(map(_alive, pids)):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_the_playground_leaves_no_process_behind(
    how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"), stdout=asyncio.subprocess.PIPE
    )
    assert demo.stdout
    while not (await asyncio.wait_for(demo.stdout.readline(), 60)).decode().startswith(PREFIX):
        pass
    children = children_of(demo.pid)
    assert len(children) == 2  # the server and the bot
    demo.send_signal(how)
    code = await asyncio.wait_for(demo.wait(), 30)
    assert await _gone(children)
    if how is not signal.SIGKILL:
        assert code == 0
        assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - one look


async def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port)),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, error = await demo.communicate()
    server.close()
    assert demo.returncode == 1
    assert error.decode().startswith(f"Port {port} cannot be used")
    assert "Traceback" not in error.decode()
