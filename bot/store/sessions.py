"""Therapy sessions."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import sessions
from conversations.model import Session


def _session(row: Row[Any]) -> Session:
    return Session(row.id, row.episode_id, row.starts_at, timedelta(minutes=row.minutes), row.cancelled_at)


async def add(tx: AsyncConnection, episode_id: int, starts_at: datetime, minutes: int, now: datetime) -> Session:
    """Insert a session."""
    number = new_id()
    values = {"id": number, "episode_id": episode_id, "starts_at": starts_at, "minutes": minutes, "created_at": now}
    await tx.execute(insert(sessions).values(**values))
    return Session(number, episode_id, starts_at, timedelta(minutes=minutes))


async def get(tx: AsyncConnection, session_id: int) -> Session | None:
    """Find a session by its id."""
    row = (await tx.execute(select(sessions).where(sessions.c.id == session_id))).one_or_none()
    return None if row is None else _session(row)


async def overlapping(tx: AsyncConnection, episode_id: int, starts_at: datetime, ends_at: datetime) -> Session | None:
    """Find a held session of this episode that shares time with the given span."""
    candidates = select(sessions).where(
        sessions.c.episode_id == episode_id,
        sessions.c.cancelled_at.is_(None),
        sessions.c.starts_at < ends_at,
        sessions.c.starts_at > starts_at - timedelta(days=1),
    )
    found = (_session(row) for row in await tx.execute(candidates))
    return next((session for session in found if session.ends_at > starts_at), None)


async def next_start(tx: AsyncConnection, episode_id: int, now: datetime) -> datetime | None:
    """When the next planned session of an episode starts."""
    ahead = select(func.min(sessions.c.starts_at)).where(
        sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now
    )
    moment: datetime | None = (await tx.execute(ahead)).scalar_one()
    return moment


async def cancel(tx: AsyncConnection, session_id: int, now: datetime) -> None:
    """Take a session back."""
    await tx.execute(update(sessions).where(sessions.c.id == session_id).values(cancelled_at=now))
