"""Errands: what has to be fetched from outside, a row each, so that a crash forgets none."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id
from bot.store import persons
from bot.store.persons import Person
from bot.store.tables import errands


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to fetch for a person. `detail` says what: a file's id at Telegram; `message_id` who it came with."""

    id: int
    person: Person
    kind: str
    detail: str = field(repr=False)
    message_id: int
    attempts: int


async def add(
    tx: AsyncConnection, ring: KeyRing, person: Person, kind: str, now: datetime, *, detail: str, message_id: int
) -> None:
    """Insert an errand that may be run from now on."""
    number = new_id()
    key = ring.unwrap(person.wrapped_key, person.id)
    sealed = key.seal(detail, table="errands", column="detail_sealed", row=number, owner=person.id)
    row = {"id": number, "person_id": person.id, "kind": kind, "detail_sealed": sealed, "message_id": message_id}
    await tx.execute(insert(errands).values(**row, not_before=now, attempts=0))


async def first(tx: AsyncConnection, ring: KeyRing, now: datetime) -> Errand | None:
    """Give the errand that has waited longest of those that may be run."""
    ready = select(errands).where(errands.c.not_before <= now).order_by(errands.c.not_before, errands.c.id).limit(1)
    row = (await tx.execute(ready)).first()
    if row is None:
        return None
    return _errand(ring, row, (await persons.by_ids(tx, [row.person_id]))[row.person_id])


def _errand(ring: KeyRing, row: Row[Any], person: Person) -> Errand:
    key = ring.unwrap(person.wrapped_key, person.id)
    detail = key.open(row.detail_sealed, table="errands", column="detail_sealed", row=row.id, owner=person.id)
    return Errand(row.id, person, row.kind, detail, row.message_id or 0, row.attempts)


async def remove(tx: AsyncConnection, number: int) -> bool:
    """Delete an errand; False where it was gone already."""
    return (await tx.execute(delete(errands).where(errands.c.id == number))).rowcount > 0


async def drop(tx: AsyncConnection, person_id: int, kind: str, message_id: int) -> None:
    """Delete a person's errands of a kind that came with a message."""
    mine = (errands.c.person_id == person_id) & (errands.c.kind == kind) & (errands.c.message_id == message_id)
    await tx.execute(delete(errands).where(mine))


async def put_off(tx: AsyncConnection, number: int, until: datetime) -> None:
    """Let an errand wait after an attempt."""
    later = update(errands).where(errands.c.id == number)
    await tx.execute(later.values(not_before=until, attempts=errands.c.attempts + 1))


async def next_at(tx: AsyncConnection) -> datetime | None:
    """When the next errand may be run."""
    moment: datetime | None = (await tx.execute(select(func.min(errands.c.not_before)))).scalar_one()
    return moment
