"""What it costs to find whom a set can be asked now: never what was ever asked."""

import pytest
from sqlalchemy.dialects import sqlite

from bot.store import occasions
from bot.store.database import Database
from tests.store.people import NOW

_LITERAL = {"literal_binds": True}


async def test_whom_a_set_reaches_is_found_without_reading_every_check_in(database: Database) -> None:
    asked = occasions._reachable(0, "week", NOW, NOW)
    async with database.writing() as tx:
        if tx.dialect.name != "sqlite":
            pytest.skip("only SQLite says its plan without having rows")
        words = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs=_LITERAL))
        plan = [str(row.detail) for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    about = [line for line in plan if "check_ins" in line]
    assert len(about) == 2, plan
    assert any("ix_check_ins_episode (episode_id=? AND state=?)" in line for line in about), plan
    assert any("ix_check_ins_closed_at (closed_at>?)" in line for line in about), plan
