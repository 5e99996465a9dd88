"""What the weekly digest costs: `python -m tests.bench.digest [--clients 100000] [--weeks 52]`: seconds and memory.

Clients are made up by patterns of `tests.caseload`, each with one closed check-in a week, 50 clients to a therapist.
All check-ins but this week's have been judged and kept, as in a practice whose last digest went out a week ago.
Measured is what the bot itself runs, on the SQLite file it would have (in the page cache after being written):

numbers, this week unread   `Digests.judged` and `digest`, therapist by therapist: this week's check-ins are judged from
                            their answers on the way. Answered and asked, scores and changes, flags and their levels,
                            what was not talked about, silence, response rate. No texts, no codes, no picture.
keeping                     `Readings.keep`: the same judging, written down, in one transaction a therapist with its
                            fsync. It is done once a check-in, before the digest is rendered.
numbers, all kept           as the first, once that has been done: what a rendered digest costs.
the same, ten at once       the same functions given the clients of ten therapists at a time.
whole digests               `Digests.of`: all kept, with every client's code decrypted.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.crypto import KeyRing
from bot.digests import Digests, Span
from bot.practice import Practice, Rules
from bot.store import persons, schema
from bot.store.database import Database
from bot.timers import Timers
from conversations.alliance import Course
from conversations.core import CORE
from conversations.digest import Client, digest
from conversations.judging import judge
from tests.caseload import caseload
from tests.store.people import BERLIN

OF_A_THERAPIST, PATTERNS, ROOM = 50, 400, 1024
"""Clients of one therapist; different pasts; ids a client's check-ins are numbered from."""
UNTIL = datetime(2026, 11, 9, 7, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SPAN = Span(UNTIL - WEEK, UNTIL)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


# ---- a large practice ----


async def seeded(path: Path, ring: KeyRing, practice: Practice, clients: int, weeks: int) -> list[list[int]]:
    """Make the database; give the episodes of each therapist."""
    database = Database(f"sqlite:///{path}")
    async with database.writing() as tx:
        await schema.upgrade(tx)
    async with database.writing() as tx:
        await practice.load(tx, UNTIL)
    await database.close()
    making = multiprocessing.get_context("fork").Process(
        target=_fill, args=(path, ring, practice.version(None).id, clients, weeks)
    )  # a process of its own, so that the memory told is what digests take
    making.start()
    await asyncio.to_thread(making.join)
    assert making.exitcode == 0
    episodes = range(1, clients + 1)
    return [list(episodes[start : start + OF_A_THERAPIST]) for start in range(0, clients, OF_A_THERAPIST)]


def _fill(path: Path, ring: KeyRing, version: int, clients: int, weeks: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    _people(connection, ring, clients)
    _patterns(connection, weeks)
    for statement in _COPY:
        connection.execute(statement, {"version": version, "last": weeks - 1, "end": milliseconds(UNTIL)})
    connection.execute("COMMIT")
    connection.close()


def _therapist_of(client: int) -> int:
    return 10_000_000 + (client - 1) // OF_A_THERAPIST


def _people(connection: sqlite3.Connection, ring: KeyRing, clients: int) -> None:
    began = milliseconds(UNTIL - 60 * WEEK)
    numbers = [*range(1, clients + 1), *sorted({_therapist_of(client) for client in range(1, clients + 1)})]
    people = ((n, os.urandom(32), b"", b"", n >= 10_000_000, began) for n in numbers)
    connection.executemany(
        "INSERT INTO persons (id, telegram_index, telegram_sealed, wrapped_key, is_admin, is_therapist, language, zone,"
        " notice, created_at) VALUES (?, ?, ?, ?, 0, ?, 'en', 'Europe/Berlin', 'summary', ?)",
        people,
    )
    connection.executemany(
        "INSERT INTO episodes (id, client_id, therapist_id, code_sealed, code_index, wrapped_key, started_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_episode(ring, client, began) for client in range(1, clients + 1)),
    )


def _episode(ring: KeyRing, client: int, began: int) -> tuple[Any, ...]:
    key, wrapped = ring.new_data_key(client)
    code = key.seal(f"K-{client}", table="episodes", column="code_sealed", row=client, owner=client)
    return client, client, _therapist_of(client), code, os.urandom(32), wrapped, began


def _patterns(connection: sqlite3.Connection, weeks: int) -> None:
    """Write each past once, judged but for its last check-in."""
    connection.execute(
        "CREATE TEMP TABLE pattern (p, w, state, bond, goals, tasks, overall, answered, score, change, mean, spread, k,"
        " threshold, flags, PRIMARY KEY (p, w))"
    )
    connection.execute("CREATE TEMP TABLE pattern_course (p PRIMARY KEY, content)")
    for p, (_, past) in enumerate(caseload(PATTERNS, weeks)):
        course = Course()
        for w, ratings in enumerate(past):
            course, verdict = (course, None) if w == weeks - 1 else judge(course, ratings)
            row: list[object] = [
                p,
                w,
                "completed" if ratings else "expired",
                *(ratings or [None] * 4),
                ratings is not None,
            ]
            usual = verdict and verdict.usual
            numbers = [usual.mean, usual.spread, usual.k, usual.threshold] if usual else [None] * 4
            said = zip(verdict.flags, verdict.levels, strict=True) if verdict else ()
            flags = " ".join(f"{flag}:{level}" for flag, level in said)
            row += [verdict and verdict.score, verdict and verdict.change, *numbers, flags]
            connection.execute(f"INSERT INTO pattern VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - marks
        connection.execute("INSERT INTO pattern_course VALUES (?, ?)", (p, json.dumps(course.to_data())))


_ID = f"e.id * {ROOM} + w"
_FROM = f"FROM episodes AS e JOIN pattern ON pattern.p = e.id % {PATTERNS}"
_CLOSED = ":end - 86400000 - (:last - w) * 604800000"
_ASKED = f"{_CLOSED} - 3600000"
_BEGAN = f"{_CLOSED} - 14400000"
_COPY = (
    f"""INSERT INTO sessions (id, episode_id, starts_at, minutes, created_at)
        SELECT {_ID}, e.id, {_BEGAN}, 50, {_BEGAN} {_FROM}""",
    f"""INSERT INTO check_ins (id, episode_id, session_id, version_id, state, step, position, talk, due_at, prompted_at,
        closed_at) SELECT {_ID}, e.id, {_ID}, :version, state, 'sent', 3, 0, {_ASKED}, {_ASKED}, {_CLOSED} {_FROM}""",
    *(
        f"INSERT INTO answers (check_in_id, question_id, rating) SELECT {_ID}, '{name}', {name} {_FROM} WHERE answered"
        for name in CORE
    ),
    f"""INSERT INTO readings (check_in_id, episode_id, prompted_at, closed_at, session_at, answered, talk, shared_note,
        score, change, usual_mean, usual_spread, usual_k, usual_threshold, flags)
        SELECT {_ID}, e.id, {_ASKED}, {_CLOSED}, {_BEGAN}, answered, 0, 0,
        score, change, mean, spread, k, threshold, flags {_FROM} WHERE w < :last""",
    f"""INSERT INTO courses (episode_id, through, content) SELECT e.id, {_ASKED}, content {_FROM}
        JOIN pattern_course AS c ON c.p = e.id % {PATTERNS} WHERE w = :last - 1""",
)


# ---- what is measured ----


async def main(clients: int, weeks: int, folder: str | None) -> None:
    """Make the practice and print one line a measurement."""
    ring = KeyRing.parse(KeyRing.generate_entry("bench"))
    practice = Practice(Rules("Bench", BERLIN, "en", None, timedelta(hours=2), timedelta(minutes=15), None))
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        path, started = Path(directory, "bench.db"), time.perf_counter()
        therapists = await seeded(path, ring, practice, clients, weeks)
        say(f"{clients:,} clients with {weeks} check-ins each, {len(therapists):,} therapists")
        made, load = time.perf_counter() - started, os.getloadavg()[0]
        say(f"{_gigabytes(path):.1f} GB, made in {made:.0f} s; load {load:.1f} on {os.cpu_count()} processors")
        digests, database = Digests(ring, practice, Timers()), Database(f"sqlite:///{path}")
        await _measure(digests, database, therapists)
        await database.close()


def _gigabytes(path: Path) -> float:
    return path.stat().st_size / 1e9


async def _measure(digests: Digests, database: Database, therapists: list[list[int]]) -> None:
    say(f"{'':28}{'seconds':>9}{'CPU s':>8}{'median ms':>11}{'p99 ms':>8}{'peak MB':>9}   found")

    async def numbers(episodes: Sequence[int]) -> int:
        async with database.reading() as tx:
            judged = await digests.judged(tx, episodes, SPAN)
        found = digest([Client(one, str(one), tuple(judged.get(one, ()))) for one in episodes], SPAN.since, SPAN.until)
        return len(found.lines)

    async def keep(episodes: Sequence[int]) -> int:
        async with database.writing() as tx:
            return await digests.readings.keep(tx, episodes)

    async def whole(episodes: Sequence[int]) -> int:
        async with database.reading() as tx:
            number = _therapist_of(episodes[0])
            therapist = (await persons.by_ids(tx, [number]))[number]
            return len((await digests.of(tx, therapist, SPAN)).lines)

    tens = [[one for group in therapists[at : at + 10] for one in group] for at in range(0, len(therapists), 10)]
    await _timed("numbers, this week unread", numbers, therapists, "clients who need attention")
    await _timed("keeping", keep, therapists, "check-ins judged")
    await _timed("numbers, all kept", numbers, therapists, "clients who need attention")
    await _timed("the same, ten at once", numbers, tens, "clients who need attention")
    await _timed("whole digests", whole, therapists, "clients who need attention")


async def _timed(
    name: str, work: Callable[[Sequence[int]], Awaitable[int]], groups: list[list[int]], what: str
) -> None:
    found, each = 0, list[float]()
    began, cpu = time.perf_counter(), time.process_time()
    for group in groups:
        started = time.perf_counter()
        found += await work(group)
        each.append(1000 * (time.perf_counter() - started))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    high = statistics.quantiles(each, n=100)[98] if len(each) > 1 else each[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{name:28}{seconds:9.2f}{cpu:8.2f}{statistics.median(each):11.2f}{high:8.2f}{peak:9.0f}   {found:,} {what}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What the weekly digest costs.")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--folder", help="where the database is made; about 4 GB for the default")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.clients, chosen.weeks, chosen.folder))
