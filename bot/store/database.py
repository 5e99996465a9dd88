"""Two ways into the database: `writing()`, one at a time and all or nothing, and `reading()`, beside it.

SQLite knows one writer. Two tasks on one connection lose rows to each other's rollback, and a transaction that
begins as a reader fails at once when it wants to write, whatever busy_timeout says. So there is one writer
connection behind a lock, it says BEGIN IMMEDIATE, and readers have connections of their own.

PostgreSQL is held to the same promise: what a transaction has loaded, nobody changes before it saves. Each writing
transaction takes one advisory lock first, so two replicas take turns, and a reader gets one snapshot for all it asks.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)

_TAKE_TURN = text("SELECT pg_advisory_xact_lock(4787245)")
"""One number for all of Attune; PostgreSQL counts such locks per database and drops them with the transaction."""


class Database:
    """Engines for one database address (`sqlite:///path` or `postgresql://...`)."""

    def __init__(self, address: str) -> None:
        url = driver_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self._writer = _engine(url, "BEGIN IMMEDIATE" if self.is_sqlite else None, one=True)
        self._reader = _engine(url, "BEGIN" if self.is_sqlite else None, one=False)
        if not self.is_sqlite:
            self._reader = self._reader.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give the writer connection in a transaction: committed at the end, rolled back on any exception."""
        async with self._turn, self._writer.begin() as connection:
            if not self.is_sqlite:
                await connection.execute(_TAKE_TURN)
            yield connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a reader connection that sees one consistent state."""
        async with self._reader.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection; on SQLite the write-ahead log is folded in."""
        await self._reader.dispose()
        await self._writer.dispose()


def driver_url(address: str) -> URL:
    """Name the async driver for an address.

    Raises:
        ValueError: for an address that is neither SQLite nor PostgreSQL; the message shows no password.
    """
    url = make_url(address)
    if url.drivername not in _DRIVERS:
        raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url.set(drivername=_DRIVERS[url.drivername])


def _engine(url: URL, begin: str | None, *, one: bool) -> AsyncEngine:
    pool: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if one else {"pool_size": 2, "max_overflow": 6}
    if url.database in (None, "", ":memory:"):
        pool = {"poolclass": NullPool}
    engine = create_async_engine(url, **pool)
    if begin is not None:
        _begin_with(engine, begin)
    return engine


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    """Take BEGIN away from the sqlite3 module (it defers it) and say it ourselves (SQLAlchemy's own recipe)."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def _broken_off(connection: Any, _record: ConnectionPoolEntry, _error: BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):  # outside the loop the collector is at work, and lets go of it too
            task = asyncio.get_running_loop().create_task(_let_go(connection.driver_connection))
            _letting_go.add(task)
            task.add_done_callback(_letting_go.discard)

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


_letting_go: set[asyncio.Task[None]] = set()


async def _let_go(connection: Any) -> None:
    """Roll back what was cancelled in a statement, before it is closed.

    Closing alone leaves a connection whose cursor somebody still holds with its write lock, until Python's collector
    comes by: whoever wants to write waits for the whole busy_timeout, and is refused.
    """
    with contextlib.suppress(Exception):  # it is thrown away in any case
        await connection.rollback()
