"""Who changed what, when. Rows are added and read, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `detail` names things of the practice (a set and its version), never a client or an answer."""

    at: datetime
    person_id: int
    action: str
    detail: str


async def add(tx: AsyncConnection, entry: Entry) -> None:
    """Write a change."""
    row = {"id": new_id(), "at": entry.at, "person_id": entry.person_id}
    await tx.execute(insert(audit).values(action=entry.action, detail=entry.detail, **row))


async def latest(tx: AsyncConnection, limit: int) -> Sequence[Entry]:
    """Give the newest changes, the newest first."""
    rows = await tx.execute(select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit))
    return [Entry(row.at, row.person_id, row.action, row.detail) for row in rows]
