"""`python -m tests.bench.planned`: what a database full of planned check-ins costs, against one with few or none.

Rows are written with SQL, a hundred sessions a client, each with its planned check-in and screen. Measured on real
SQLite files: the claim of 100 that are due (as the ticker makes it), a whole tick over them, and a start (opening the
database, the first look at what is behind and due, a tick with nothing due). Medians of processor time, so that other
work on the machine counts little; each claim is rolled back.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from bot import logs
from bot.check_ins import Work
from bot.crypto import KeyRing
from bot.practice import Practice, Rules
from bot.store import check_ins, episodes, persons
from bot.store.database import Database
from bot.ticker import Ticker
from bot.use_cases import UseCases

FEW, DUE, OF_A_CLIENT = 10_000, 100, 100
NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)
DAY = 86_400_000

_NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x + 1 < {count})"
_PEOPLE = {
    "persons": ("NOT is_therapist", {"id": "2000000000 + x", "telegram_index": "randomblob(32)"}),
    "episodes": ("true", {"id": "3000000000 + x", "client_id": "2000000000 + x", "code_index": "randomblob(32)"}),
}
"""How a person and an episode are copied: which row, and what each copy has of its own."""
_PLAN = (
    """{numbers} INSERT INTO sessions (id, episode_id, starts_at, minutes, created_at)
    SELECT 4000000000 + x, 3000000000 + x / {each}, {ms} + (1 + x % {each}) * 7 * {day}, 50, {ms} FROM n""",
    """{numbers} INSERT INTO check_ins (id, episode_id, session_id, state, step, position, talk, due_at, next_at)
    SELECT 5000000000 + x, 3000000000 + x / {each}, 4000000000 + x, 'scheduled', 'prompt', 0, 0,
    {ms} + (1 + x % {each}) * 7 * {day}, {ms} + (1 + x % {each}) * 7 * {day} FROM n""",
    "{numbers} INSERT INTO screens (check_in_id, wanted_rev, shown_rev) SELECT 5000000000 + x, 0, 0 FROM n",
    """UPDATE check_ins SET due_at = {ms} - 60000, next_at = {ms} - 60000
    WHERE id IN (SELECT 5000000000 + x * {each} FROM due)""",
    "UPDATE sessions SET starts_at = {ms} - 10000000 WHERE id IN (SELECT 4000000000 + x * {each} FROM due)",
)


def use_cases(path: Path, ring: KeyRing) -> UseCases:
    """Build the use cases on a file."""
    rules = Rules("Practice", ZoneInfo("UTC"), "en", "112", timedelta(hours=2), timedelta(minutes=15), None)
    return UseCases(Database(f"sqlite:///{path}"), ring, Practice(rules))


async def empty(path: Path, ring: KeyRing) -> None:
    """Make a database with one client."""
    cases = use_cases(path, ring)
    await cases.open(NOW)
    async with cases.writing() as tx:
        both = [
            await persons.add(tx, ring, number, language="en", zone="UTC", notice="tell", now=NOW) for number in (1, 2)
        ]
        await persons.change(tx, both[0], is_therapist=True)
        await episodes.add(tx, ring, client_id=both[1], therapist_id=both[0], code="K-1", now=NOW)
    await cases.close()


def fill(path: Path, count: int) -> None:
    """Plan so many check-ins, of which `DUE` are due."""
    clients = count // OF_A_CLIENT
    with sqlite3.connect(path, isolation_level=None) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA cache_size = -500000")
        file.execute("BEGIN")
        for table, (which, own) in _PEOPLE.items():
            file.execute(f"CREATE TEMP TABLE one_{table} AS SELECT * FROM {table} WHERE {which} LIMIT 1")  # noqa: S608 - ours
            names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(own.get(name, name) for name in names)
            numbers = _NUMBERS.format(count=clients)
            file.execute(f"{numbers} INSERT INTO {table} SELECT {values} FROM one_{table}, n")  # noqa: S608 - ours
        file.execute(f"CREATE TEMP TABLE due AS {_NUMBERS.format(count=DUE)} SELECT x FROM n")  # noqa: S608 - ours
        words = {"numbers": _NUMBERS.format(count=count), "each": OF_A_CLIENT, "ms": MS, "day": DAY}
        for order in _PLAN:
            file.execute(order.format(**words))
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode = WAL")
    file.close()


class _Back(Exception):
    """Rolls a measured transaction back."""


async def _rolled_back(cases: UseCases, work: Callable[[Any], Awaitable[Any]]) -> float:
    begun = time.process_time()
    try:
        async with cases.writing() as tx:
            await work(tx)
            raise _Back(time.process_time() - begun)  # noqa: TRY301 - a rollback is what is wanted
    except _Back as back:
        return float(back.args[0])


async def claims(path: Path, ring: KeyRing, rounds: int) -> dict[str, float]:
    """Measure the claim of what is due, and a tick over it, in ms."""
    cases = use_cases(path, ring)
    await cases.open(NOW)

    async def claim(tx: Any) -> None:
        assert len(await check_ins.due(tx, ring, NOW, DUE)) == DUE

    async def tick(tx: Any) -> None:
        assert len((await cases.check_ins.tick(tx, NOW, DUE)).screens) == DUE

    found = {
        name: 1000 * median([await _rolled_back(cases, work) for _ in range(rounds)])
        for name, work in {"claim": claim, "tick": tick}.items()
    }
    await cases.close()
    return {name: round(took, 2) for name, took in found.items()}


async def start(path: Path, ring: KeyRing, rounds: int) -> float:
    """Measure a start, in ms: nothing is due a year before."""
    took = []
    for _ in range(rounds):
        begun = time.process_time()
        cases = use_cases(path, ring)
        before = NOW - timedelta(days=365)
        await cases.open(before)
        await cases.next_at(before)
        async with cases.reading() as tx:
            await cases.outbox.behind(tx, before)
        await Ticker(cases, _nothing).tick(before)
        took.append(time.process_time() - begun)
        await cases.close()
    return round(1000 * median(took), 1)


def _nothing(_work: Work) -> None:
    return


async def measure(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    """Fill two databases and compare."""
    ring, files = KeyRing.parse(KeyRing.generate_entry("bench")), {}
    begun = time.perf_counter()
    for name, rows in {"none": 0, "few": FEW, "many": count}.items():
        files[name] = folder / f"{name}.db"
        await empty(files[name], ring)
        if rows:
            fill(files[name], rows)
    filled = time.perf_counter() - begun
    few, many = [await claims(files[name], ring, rounds) for name in ("few", "many")]
    await start(files["none"], ring, 1)  # imports, and whatever else only the first one pays
    starts = [await start(files[name], ring, rounds) for name in ("none", "many")]
    return {
        "planned rows": [FEW, count],
        "claim of 100 due, ms": [few["claim"], many["claim"]],
        "claim, times": round(many["claim"] / few["claim"], 2),
        "tick over 100 due, ms": [few["tick"], many["tick"]],
        "tick, times": round(many["tick"] / few["tick"], 2),
        "start with none and with all, ms": starts,
        "start, times": round(starts[1] / starts[0], 2),
        "file, MB": round(files["many"].stat().st_size / 1e6),
        "seconds to fill": round(filled, 1),
    }


def main() -> None:
    """Read the arguments, measure, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.planned")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    logs.configure("WARNING", "console", ())
    with tempfile.TemporaryDirectory(prefix="attune-planned-") as folder:
        figures = asyncio.run(measure(Path(folder), chosen.rows, chosen.rounds))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
