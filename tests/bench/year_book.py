"""What was seen to happen in the virtual year, and how each of its sessions fared."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import persons
from bot.store.persons import Person
from bot.store.tables import check_ins, sessions
from conversations.schedule import QuietHours, due_at

NIGHT = QuietHours(time(21), time(8))
DELAY = timedelta(hours=2)
DAY = timedelta(days=1)


_MAKE = "CREATE TABLE seen (what TEXT, check_in INTEGER, times INTEGER, PRIMARY KEY (what, check_in)) WITHOUT ROWID"
_NOTE = "INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1"


@dataclass(slots=True)
class Book:
    """What was seen to happen, kept beside the program: in a file, so that it is not measured as the program's memory.

    `pauses` are spans by client, `done` counts what people did; the rest counts what must not be.
    """

    file: sqlite3.Connection
    pauses: dict[int, list[list[datetime]]] = field(default_factory=dict)
    at_night: int = 0
    after_answer: int = 0
    in_pause: int = 0
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    def beside(cls, path: Path) -> Self:
        """Begin a book beside a database."""
        file = sqlite3.connect(path.with_suffix(".book"), isolation_level=None)
        file.execute("PRAGMA synchronous = OFF")
        file.execute(_MAKE)
        return cls(file)

    def note(self, what: str, check_in: int) -> None:
        """Note that something happened to a check-in once more."""
        self.file.execute(_NOTE, (what, check_in))

    def times(self, what: str) -> dict[int, int]:
        """Say how often something happened, by check-in."""
        return dict(self.file.execute("SELECT check_in, times FROM seen WHERE what = ?", (what,)))

    def has(self, what: str, check_in: int) -> bool:
        """Say whether something has happened to a check-in."""
        found = self.file.execute("SELECT 1 FROM seen WHERE what = ? AND check_in = ?", (what, check_in))
        return found.fetchone() is not None

    def paused(self, client: int, moment: datetime) -> bool:
        """Say whether a client paused at a moment."""
        return any(since <= moment < until for since, until in self.pauses.get(client, []))


async def reckon(tx: AsyncConnection, book: Book, of: Mapping[int, tuple[int, int]], now: datetime) -> dict[str, int]:
    """Hold every session until now against the book; `of` gives each client's therapist and episode."""
    rows = (await tx.execute(select(sessions).where(sessions.c.starts_at < now))).all()
    asked: Counter[int] = Counter()
    prompts = book.times("prompt")
    for number, session in await tx.execute(select(check_ins.c.id, check_ins.c.session_id)):
        asked[session] += prompts.get(number, 0)
    people = await persons.by_ids(tx, of)
    whose = {episode: people[client] for client, (_, episode) in of.items()}
    starts: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.cancelled_at is None:
            starts[row.episode_id].append(row.starts_at)
    judged = (_judge(row, asked[row.id], whose[row.episode_id], starts[row.episode_id], book, now) for row in rows)
    return dict(Counter(judged))


def _judge(row: Any, asked: int, client: Person, starts: list[datetime], book: Book, now: datetime) -> str:
    """Say how a session fared. `wrong:` is what must not be."""
    if row.cancelled_at is not None:
        return "called off, not asked" if asked == 0 else "wrong: asked about a session that was called off"
    if asked:
        return "asked once" if asked == 1 else "wrong: asked twice"
    due = due_at(row.starts_at, timedelta(minutes=row.minutes), DELAY, client.zone, NIGHT)
    if any(book.paused(client.id, due + shift) for shift in (-DAY, -DAY / 2, 0 * DAY, DAY / 2, DAY)):
        return "in a pause, not asked"
    if any(timedelta(0) < start - row.starts_at < timedelta(hours=38) for start in starts):
        return "another session too soon after it, not asked"
    return "due at the very end" if due + DAY > now else "wrong: not asked"
