"""Watches what is said to the database."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from bot.store.database import Database


@dataclass
class Seen:
    """The statements of one stretch; many rows in one statement count once."""

    statements: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def clear(self) -> None:
        """Begin anew."""
        self.statements.clear()
        self.rows.clear()

    def tables(self) -> list[str]:
        """Name the table each writing statement is about."""
        return [table for statement in self.statements if (table := _written(statement))]

    def rows_of(self, table: str) -> int:
        """Count the rows written to a table."""
        pairs = zip(self.statements, self.rows, strict=True)
        return sum(rows for statement, rows in pairs if _written(statement) == table)


def _written(statement: str) -> str | None:
    found = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement)
    return found.group(1) if found else None


@contextlib.contextmanager
def watched(database: Database) -> Iterator[Seen]:
    """Note every statement on the writer connection."""
    seen = Seen()

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:
        seen.statements.append(statement)
        seen.rows.append(len(parameters) if executemany else 1)

    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
