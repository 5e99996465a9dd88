import asyncio
import contextlib
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from bot.store import practice, updates
from bot.store.database import Database, driver_url
from bot.store.tables import Moment, seen_updates, sessions
from tests.store.people import NOW

moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - UTC is added


class Stumbled(Exception):
    """Something went wrong in the middle of a transaction."""


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with contextlib.suppress(Stumbled):
        async with database.writing() as tx:
            await practice.set_value(tx, "name", "half")
            raise Stumbled
    async with database.reading() as tx:
        assert await practice.value(tx, "name") is None


async def test_a_task_that_is_cancelled_in_a_transaction_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    inside = asyncio.Event()

    async def write_slowly() -> None:
        async with database.writing() as tx:
            await practice.set_value(tx, "name", "half")
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_slowly())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5), database.writing() as tx:
        assert await practice.value(tx, "name") is None
        await practice.set_value(tx, "name", "whole")


async def count_up(database: Database, times: int) -> None:
    for _ in range(times):
        async with database.writing() as tx:
            number = int(await practice.value(tx, "counter") or 0)
            await asyncio.sleep(0)
            await practice.set_value(tx, "counter", str(number + 1))


_LONG = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) SELECT x FROM n")


async def test_a_writer_cancelled_in_the_middle_of_a_statement_lets_go_at_once(database: Database) -> None:
    """Whoever cancels it keeps its error, and with it the cursor that was open."""
    chance = random.Random(1)

    async def write() -> None:
        async with database.writing() as tx:
            for _ in range(5):
                (await tx.execute(_LONG)).all()

    cancelled = []
    for number in range(60):
        cancelled.append(asyncio.create_task(write()))
        await asyncio.sleep(chance.random() / 50)
        cancelled[-1].cancel()
        async with asyncio.timeout(5), database.writing() as tx:
            await updates.claim(tx, [number], NOW)
    await asyncio.gather(*cancelled, return_exceptions=True)


async def test_writers_in_one_process_never_lose_a_row(database: Database) -> None:
    await asyncio.gather(*(count_up(database, 5) for _ in range(4)))
    async with database.reading() as tx:
        assert await practice.value(tx, "counter") == "20"


async def test_writers_in_two_processes_never_lose_a_row(database: Database, second: Database) -> None:
    await asyncio.gather(count_up(database, 20), count_up(second, 20))
    async with database.reading() as tx:
        assert await practice.value(tx, "counter") == "40"


async def test_a_reader_sees_only_what_is_committed(database: Database) -> None:
    async with database.writing() as writer:
        await practice.set_value(writer, "name", "not yet")
        async with database.reading() as reader:
            assert await practice.value(reader, "name") is None
    async with database.reading() as reader:
        assert await practice.value(reader, "name") == "not yet"


async def test_a_reader_sees_one_moment_all_along(database: Database) -> None:
    async with database.reading() as reader:
        assert await practice.value(reader, "name") is None
        async with database.writing() as writer:
            await practice.set_value(writer, "name", "new")
        assert await practice.value(reader, "name") is None


async def test_a_row_that_belongs_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await tx.execute(insert(sessions).values(id=1, episode_id=99, starts_at=NOW, minutes=50, created_at=NOW))


async def test_a_moment_comes_back_as_it_was(database: Database) -> None:
    exact = datetime(2026, 10, 25, 0, 59, 59, 123000, tzinfo=UTC)
    async with database.writing() as tx:
        await updates.claim(tx, [1], exact)
        assert (await tx.execute(select(seen_updates.c.seen_at))).scalar_one() == exact


async def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(StatementError):
        async with database.writing() as tx:
            await updates.claim(tx, [1], NOW.replace(tzinfo=None))


@given(moments)
def test_a_moment_is_kept_to_the_millisecond_and_never_later(moment: datetime) -> None:
    column, dialect = Moment(), sqlite.dialect()
    kept = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
    assert kept == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@pytest.mark.parametrize("address", ["mysql://me:pw-123@host/db", "postgresql+psycopg://me:pw-123@host/db"])
def test_another_kind_of_database_is_refused_without_showing_the_password(address: str) -> None:
    with pytest.raises(ValueError, match="must begin with") as caught:
        driver_url(address)
    assert "pw-123" not in str(caught.value)
