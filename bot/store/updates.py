"""Which updates were handled already. Raw updates are never stored: they hold health text."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import parked_updates, seen_updates

REMEMBERED = timedelta(hours=48)
"""Twice as long as Telegram keeps an update (24 h)."""


async def claim(tx: AsyncConnection, update_ids: Sequence[int], now: datetime) -> set[int]:
    """Mark updates as seen and give those that were not seen before."""
    if not update_ids:
        return set()
    into = sqlite.insert(seen_updates) if tx.dialect.name == "sqlite" else postgresql.insert(seen_updates)
    rows = [{"update_id": number, "seen_at": now} for number in sorted(set(update_ids))]
    fresh = into.on_conflict_do_nothing().returning(seen_updates.c.update_id)
    return set((await tx.execute(fresh, rows)).scalars())


async def park(tx: AsyncConnection, update_id: int, fault: str, now: datetime) -> None:
    """Set an update aside that cannot be handled: only its id and the name of the fault are kept."""
    into = sqlite.insert(parked_updates) if tx.dialect.name == "sqlite" else postgresql.insert(parked_updates)
    values = {"update_id": update_id, "fault": fault[:128], "parked_at": now}
    await tx.execute(into.values(values).on_conflict_do_nothing())


async def parked(tx: AsyncConnection) -> int:
    """Count the parked updates."""
    return (await tx.execute(select(func.count()).select_from(parked_updates))).scalar_one()


async def forget(tx: AsyncConnection, now: datetime) -> None:
    """Forget updates that Telegram cannot deliver any more."""
    await tx.execute(delete(seen_updates).where(seen_updates.c.seen_at < now - REMEMBERED))
