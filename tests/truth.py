"""What really is in a SQLite database, read past all of Attune's own code."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]

PASSING = frozenset({"seen_updates", "parked_updates", "alembic_version"})
"""Tables that say what was received, not what it did."""


class Truth:
    """Reads one database file; every look is a fresh connection that cannot write."""

    def __init__(self, database: Path) -> None:
        self.database = database

    @contextlib.contextmanager
    def _look(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, statement: str, *values: Any) -> list[Row]:
        """Return the rows of a SELECT."""
        with self._look() as connection:
            return [dict(row) for row in connection.execute(statement, values)]

    def tables(self) -> list[str]:
        """Name every table."""
        return [row["name"] for row in self.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]

    def counts(self) -> dict[str, int]:
        """Count the rows of every table."""
        with self._look() as connection:
            return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in self.tables()}  # noqa: S608 - names from the schema

    def everything(self, *, without: frozenset[str] = PASSING) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables at one moment, sorted, to compare before and after."""
        tables = [table for table in self.tables() if table not in without]
        with self._look() as connection:
            connection.execute("BEGIN")
            rows = {table: connection.execute(f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - as above
            return {table: sorted(map(tuple, cursor), key=repr) for table, cursor in rows.items()}

    # ---- check-ins ----

    def check_ins(self) -> list[Row]:
        """Return every check-in, in the order they fell due."""
        return self.ask("SELECT * FROM check_ins ORDER BY due_at, id")

    def states(self) -> Counter[str]:
        """Count the check-ins by state."""
        return Counter(row["state"] for row in self.check_ins())

    def answers(self) -> dict[int, dict[str, int | None]]:
        """Return the answers of every check-in: check-in id -> question id -> rating."""
        given: dict[int, dict[str, int | None]] = {row["id"]: {} for row in self.check_ins()}
        for row in self.ask("SELECT * FROM answers"):
            given[row["check_in_id"]][row["question_id"]] = row["rating"]
        return given

    def ratings(self) -> list[tuple[int | None, ...]]:
        """Return the ratings of each check-in that has any, each in the order of its questions, sorted."""
        order = ("bond", "goals", "tasks", "overall")
        given = [answers for answers in self.answers().values() if answers]
        return sorted((tuple(answers.get(name) for name in order) for answers in given), key=repr)

    # ---- deliveries ----

    def deliveries(self, kind: str | None = None) -> list[Row]:
        """Return the deliveries, of one kind or all."""
        rows = self.ask("SELECT * FROM deliveries ORDER BY created_at, id")
        return [row for row in rows if kind is None or row["kind"] == kind]

    def delivered(self) -> Counter[tuple[str, str | None]]:
        """Count the deliveries by kind and outcome (None: still waiting)."""
        return Counter((row["kind"], row["outcome"]) for row in self.deliveries())

    def parked(self) -> list[Row]:
        """Return the parked updates."""
        return self.ask("SELECT * FROM parked_updates ORDER BY update_id")

    def seen(self) -> set[int]:
        """Return the ids of the updates that were handled."""
        return {row["update_id"] for row in self.ask("SELECT update_id FROM seen_updates")}
