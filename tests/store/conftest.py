"""Every test here runs twice: on a SQLite file and on a real PostgreSQL."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.crypto import KeyRing
from bot.store import schema
from bot.store.database import Database
from bot.store.tables import metadata
from tests.postgres import new_database, running_postgres
from tests.store.calendar_desk import Desk
from tests.store.people import House, move_in


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate once; tests get copies."""
    path = tmp_path_factory.mktemp("migrated") / "attune.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_address(postgres: str) -> Iterator[str]:
    """Migrate a database of the server once; tests get it one after another, emptied (copies take ten times longer)."""
    with asyncio.Runner() as runner:
        database = new_database(postgres)
        address = runner.run(database.__aenter__())
        runner.run(_migrate(address))
        yield address
        runner.run(database.__aexit__(None, None, None))


async def _migrate(address: str) -> None:
    async with _opened(address) as database, database.writing() as tx:
        await schema.upgrade(tx)


@contextlib.asynccontextmanager
async def _opened(address: str) -> AsyncIterator[Database]:
    database = Database(address)
    try:
        yield database
    finally:
        await database.close()


@dataclass(frozen=True)
class Origin:
    """Where a test's database comes from; `server` is None for SQLite, `migrated` a file or an address."""

    server: str | None
    migrated: str


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def origin(kind: str, request: pytest.FixtureRequest) -> Origin:
    if kind == "sqlite":
        return Origin(None, str(request.getfixturevalue("migrated_file")))
    return Origin(request.getfixturevalue("postgres"), request.getfixturevalue("migrated_address"))


@pytest.fixture
async def empty_address(origin: Origin, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without tables."""
    if origin.server is None:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    async with new_database(origin.server) as address:
        yield address


@pytest.fixture
async def address(origin: Origin, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database with tables and nothing in them."""
    if origin.server is None:
        shutil.copy(origin.migrated, tmp_path / "attune.db")
        yield f"sqlite:///{tmp_path / 'attune.db'}"
        return
    yield origin.migrated
    async with _opened(origin.migrated) as database, database.writing() as tx:
        await tx.execute(text(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}"))


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    async with _opened(address) as database:
        yield database


@pytest.fixture
async def second(address: str) -> AsyncIterator[Database]:
    """The same database, as another process has it open."""
    async with _opened(address) as database:
        yield database


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.parse(KeyRing.generate_entry("k1"))


@pytest.fixture
async def house(database: Database, ring: KeyRing) -> House:
    """A therapist with one client, and a session after which a check-in is planned."""
    async with database.writing() as tx:
        return await move_in(tx, ring)


@pytest.fixture
def desk(database: Database, house: House) -> Desk:
    """The therapist's calendar, being read."""
    return Desk(database, house)
