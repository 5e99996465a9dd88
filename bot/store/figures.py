"""Counts for /status and /people: how the bot is doing, never what anybody has said."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import check_ins, deliveries, episodes, parked_updates, persons


async def _count(tx: AsyncConnection, chosen: Select[Any]) -> int:
    number: int = (await tx.execute(chosen)).scalar_one()
    return number


async def waiting(tx: AsyncConnection, now: datetime) -> int:
    """Count the messages that should have gone out by now, without the one that says so."""
    late = deliveries.c.outcome.is_(None) & (deliveries.c.not_before <= now) & (deliveries.c.kind != "status")
    return await _count(tx, select(func.count()).select_from(deliveries).where(late))


async def failed(tx: AsyncConnection, since: datetime) -> int:
    """Count the messages that Telegram refused since a moment."""
    refused = (deliveries.c.outcome == "failed") & (deliveries.c.done_at >= since)
    return await _count(tx, select(func.count()).select_from(deliveries).where(refused))


async def parked(tx: AsyncConnection) -> int:
    """Count the updates that were set aside because they could not be handled."""
    return await _count(tx, select(func.count()).select_from(parked_updates))


async def unreachable(tx: AsyncConnection) -> int:
    """Count the people who cannot be written to."""
    return await _count(tx, select(func.count()).select_from(persons).where(persons.c.unreachable_at.is_not(None)))


async def clients(tx: AsyncConnection) -> dict[int, int]:
    """Count the running episodes of each therapist who has any."""
    running = select(episodes.c.therapist_id, func.count()).where(episodes.c.ended_at.is_(None))
    return {row[0]: row[1] for row in await tx.execute(running.group_by(episodes.c.therapist_id))}


async def open_check_ins(tx: AsyncConnection) -> int:
    """Count the check-ins that wait for an answer."""
    return await _count(tx, select(func.count()).select_from(check_ins).where(check_ins.c.state == "open"))
