"""The one text question that is open for a person outside a check-in. The key keeps it at one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import awaited_texts


@dataclass(frozen=True, slots=True)
class AwaitedText:
    """What a person was asked to write: a kind, the id it is about, and what else must be known of it (no client's)."""

    person_id: int
    kind: str
    about_id: int
    asked_at: datetime
    detail: str | None = None


async def put(tx: AsyncConnection, awaited: AwaitedText) -> None:
    """Let this be the person's open question, in place of any other."""
    into = sqlite.insert(awaited_texts) if tx.dialect.name == "sqlite" else postgresql.insert(awaited_texts)
    values = {
        "kind": awaited.kind,
        "about_id": awaited.about_id,
        "asked_at": awaited.asked_at,
        "detail": awaited.detail,
    }
    row = into.values(person_id=awaited.person_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def of(tx: AsyncConnection, person_id: int) -> AwaitedText | None:
    """Give the person's open question."""
    row = (await tx.execute(select(awaited_texts).where(awaited_texts.c.person_id == person_id))).first()
    return None if row is None else AwaitedText(row.person_id, row.kind, row.about_id, row.asked_at, row.detail)


async def remove(tx: AsyncConnection, person_id: int) -> bool:
    """Close the person's question; False where none was open."""
    return (await tx.execute(delete(awaited_texts).where(awaited_texts.c.person_id == person_id))).rowcount > 0
