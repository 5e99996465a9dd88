"""Starts the same programs as `python -m ...`, but from a process that has imported everything already.

A start costs over a second of imports, and a test that kills the bot thirty times would wait for nothing else. One
process per test run imports the program once and forks for every start: each child is a process of its own, with its
own environment, running the same `__main__`, that can be killed as any other. Where the system knows no pidfd the
ordinary way is taken.
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping
from typing import IO, Any, NoReturn

# ---- the side of the tests ----


class Child:
    """A forked program, as far as it is used like `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.returncode: int | None = None
        self._ended: asyncio.Task[int]

    def watch(self, report: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wait for the news of its end."""
        self._ended = asyncio.create_task(self._end(report, writer))

    async def _end(self, report: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        line = await report.readline()
        self.returncode = int(line) if line else -signal.SIGKILL
        writer.close()
        self.stdin.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it lives."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait until it has ended."""
        return await asyncio.shield(self._ended)


class _Nursery:
    """The process that forks, from this side."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.nursery", str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603 - ourselves
        theirs.close()
        atexit.register(self.close)

    def ask(self, order: Mapping[str, Any], files: list[int]) -> None:
        socket.send_fds(self._socket, [json.dumps(order).encode()], files)

    def close(self) -> None:
        self._socket.close()
        self._process.wait(10)


_nursery: list[_Nursery] = []


async def spawn(*command: str, env: Mapping[str, str], stderr: IO[bytes] | int | None = None, **_pipes: Any) -> Any:
    """Start `python -m MODULE ARGUMENTS` with pipes for its standard input and output."""
    if not hasattr(os, "pidfd_open"):
        return await asyncio.create_subprocess_exec(*command, env=env, stderr=stderr, **_pipes)
    if not _nursery:
        _nursery.append(_Nursery())
    (stdin, to_stdin), (from_stdout, stdout) = os.pipe(), os.pipe()
    ours, theirs = socket.socketpair()
    errors = os.open(os.devnull, os.O_WRONLY) if stderr == subprocess.DEVNULL else _number(stderr)
    _nursery[0].ask({"argv": command[2:], "env": dict(env)}, [stdin, stdout, errors, theirs.fileno()])
    for number in (stdin, stdout, *([errors] if stderr == subprocess.DEVNULL else [])):
        os.close(number)
    theirs.close()
    report, writer = await asyncio.open_unix_connection(sock=ours)
    pid = int(await report.readline())
    child = Child(pid, await _writer(to_stdin), await _reader(from_stdout))
    child.watch(report, writer)
    return child


def _number(file: IO[bytes] | int | None) -> int:
    if isinstance(file, int):
        return file
    return 2 if file is None else file.fileno()


async def _writer(number: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(number, "wb", 0)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _reader(number: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(number, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


# ---- the process that forks ----

WARM = (
    "bot.__main__",
    "bot.playground.__main__",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
    "alembic.command",
    "asyncio.unix_events",
)


def run(control: socket.socket) -> None:
    """Fork for every order until the tests end; tell how each child ended."""
    for name in WARM:
        importlib.import_module(name)
    gc.freeze()
    watched = selectors.DefaultSelector()
    watched.register(control, selectors.EVENT_READ)
    while True:
        for key, _ in watched.select():
            if key.data is not None:
                _reap(watched, key.fd, *key.data)
            elif not _order(control, watched):
                return


def _order(control: socket.socket, watched: selectors.BaseSelector) -> bool:
    message, files, _, _ = socket.recv_fds(control, 1 << 20, 4)
    if not message:
        return False
    stdin, stdout, errors, report = files
    pid = os.fork()
    if pid == 0:
        _become(json.loads(message), (stdin, stdout, errors))
    for number in (stdin, stdout, errors):
        os.close(number)
    os.write(report, b"%d\n" % pid)
    watched.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, report))
    return True


def _reap(watched: selectors.BaseSelector, pidfd: int, pid: int, report: int) -> None:
    watched.unregister(pidfd)
    os.close(pidfd)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        os.write(report, b"%d\n" % code)
    os.close(report)


def _become(order: dict[str, Any], files: tuple[int, int, int]) -> NoReturn:
    """Be the program: its files, its environment, its arguments, and nothing of the nursery's."""
    for place, number in enumerate(files):
        os.dup2(number, place)
    os.closerange(3, 4096)
    os.environ.clear()
    os.environ.update(order["env"])
    module, *sys.argv[1:] = order["argv"]
    importlib.reload(sys.modules["bot.stop_points"])  # the only module that reads the environment when imported
    code = 1
    try:
        sys.modules.pop(f"{module}.__main__", None)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the interpreter would print it and end, and so do we
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run(socket.socket(fileno=int(sys.argv[1])))
