"""A small practice lives through some days, restarted daily. The large one: `python -m tests.bench.virtual_year`."""

import contextlib
import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.bench.virtual_year import Year, faults, live

GROWING = ("answers", "check_ins", "deliveries", "discussions", "notes", "readings", "screens", "sessions")


@contextlib.contextmanager
def said() -> Iterator[dict[str, Any]]:
    """Note what is said to any database: each statement, with some parameters it was said with."""
    found: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:
        found[statement] = parameters[0] if executemany else parameters

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_every_due_check_in_comes_once_none_at_night_and_no_reminder_after_an_answer(tmp_path: Path) -> None:
    figures = await live(tmp_path / "attune.db", clients=20, days=9, seed=3, steps=12)
    assert faults(figures) == {}
    assert figures["sessions"]["asked once"] > 10
    assert figures["reminders"] > 0


async def test_nothing_the_bot_does_all_day_reads_through_what_grows(tmp_path: Path) -> None:
    year = Year(tmp_path / "attune.db", 20, random.Random(3), steps=12)
    await year.open()
    await year.move_in()
    with said() as statements:
        for number in range(9):
            await year.day(number)
    await year.cases.close()
    with sqlite3.connect(year.path) as file:
        plans = {
            statement: file.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            for statement, parameters in statements.items()
            if re.match("SELECT|INSERT|UPDATE|DELETE", statement)
        }
    assert len(plans) > 50
    assert [one for one, plan in plans.items() if any(_reads_all(line[3]) for line in plan)] == []


def _reads_all(line: str) -> bool:
    """Say whether a line of a plan is a look at a whole table; one at an index of the few that wait is none."""
    found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$", line)
    return found is not None and found[1] in GROWING and not (found[2] or "").endswith(("_behind", "_waiting"))
