"""Timers: a row for whatever must happen at a moment and is not a check-in's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import timers


@dataclass(frozen=True, slots=True)
class Timer:
    """Something of a kind that happens for a person at a moment; `about_id` is 0 where it is about nothing else."""

    id: int
    kind: str
    person_id: int
    about_id: int
    due_at: datetime


def _timer(row: Row[tuple[int, str, int, int, datetime]]) -> Timer:
    return Timer(row.id, row.kind, row.person_id, row.about_id, row.due_at)


async def put(tx: AsyncConnection, kind: str, person_id: int, about_id: int, due_at: datetime) -> None:
    """Insert a timer, or move the one there is."""
    await put_all(tx, kind, [(person_id, about_id, due_at)])


async def put_all(tx: AsyncConnection, kind: str, wanted: Iterable[tuple[int, int, datetime]]) -> None:
    """Insert timers (person, what it is about, moment), or move those there are, in one statement."""
    into = sqlite.insert(timers) if tx.dialect.name == "sqlite" else postgresql.insert(timers)
    moved = into.on_conflict_do_update(
        index_elements=["kind", "person_id", "about_id"], set_={"due_at": into.excluded.due_at}
    )
    rows = [
        {"id": new_id(), "kind": kind, "person_id": person_id, "about_id": about_id, "due_at": due_at}
        for person_id, about_id, due_at in wanted
    ]
    await tx.execute(moved, rows)


async def drop(tx: AsyncConnection, kind: str, person_id: int, about_id: int) -> None:
    """Delete a timer, if there is one."""
    is_it = (timers.c.kind == kind) & (timers.c.person_id == person_id) & (timers.c.about_id == about_id)
    await tx.execute(delete(timers).where(is_it))


async def due(tx: AsyncConnection, now: datetime, limit: int) -> Sequence[Timer]:
    """Give timers whose moment has come, the earliest first."""
    chosen = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at, timers.c.id).limit(limit)
    return [_timer(row) for row in await tx.execute(chosen)]


async def still(tx: AsyncConnection, timer: Timer) -> bool:
    """Say whether a timer is as it was read: neither dropped nor moved since."""
    same = (timers.c.id == timer.id) & (timers.c.due_at == timer.due_at)
    return (await tx.execute(select(timers.c.id).where(same))).first() is not None


async def move(tx: AsyncConnection, timer: Timer, due_at: datetime) -> None:
    """Let a timer go off at another moment."""
    await tx.execute(update(timers).where(timers.c.id == timer.id).values(due_at=due_at))


async def remove(tx: AsyncConnection, timer: Timer) -> None:
    """Delete a timer that has served."""
    await tx.execute(delete(timers).where(timers.c.id == timer.id))


async def find(tx: AsyncConnection, kind: str, person_id: int, about_id: int) -> Timer | None:
    """Give a timer, to say when it goes off."""
    is_it = (timers.c.kind == kind) & (timers.c.person_id == person_id) & (timers.c.about_id == about_id)
    row = (await tx.execute(select(timers).where(is_it))).first()
    return None if row is None else _timer(row)


async def next_at(tx: AsyncConnection) -> datetime | None:
    """When the next timer goes off."""
    moment: datetime | None = (await tx.execute(select(func.min(timers.c.due_at)))).scalar_one()
    return moment
