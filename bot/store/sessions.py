"""Therapy sessions."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store import readings
from bot.store.history import TOLD
from bot.store.tables import check_ins, episodes, sessions
from conversations.model import Session, State, Unheld
from conversations.occasions import Occasion


def of_row(row: Row[Any]) -> Session:
    """Read a session."""
    return Session(
        id=row.id,
        episode_id=row.episode_id,
        starts_at=row.starts_at,
        length=timedelta(minutes=row.minutes),
        cancelled_at=row.cancelled_at,
        unheld=_unheld(row),
        series_id=row.series_id,
        slot=row.slot,
    )


def _unheld(row: Row[Any]) -> Unheld | None:
    if row.cancelled_at is None:
        return None
    return Unheld.UNDONE if row.unheld is None else Unheld(row.unheld)


async def add(tx: AsyncConnection, episode_id: int, starts_at: datetime, minutes: int, now: datetime) -> Session:
    """Insert a session."""
    session = Session(new_id(), episode_id, starts_at, timedelta(minutes=minutes))
    await insert_one(tx, session, now)
    return session


async def insert_one(tx: AsyncConnection, session: Session, now: datetime) -> None:
    """Insert a session, of a series or not, held or not."""
    await insert_all(tx, [session], now)


async def insert_all(tx: AsyncConnection, new: Sequence[Session], now: datetime) -> None:
    """Insert sessions."""
    rows = [
        {
            "id": session.id,
            "episode_id": session.episode_id,
            "starts_at": session.starts_at,
            "minutes": session.length // timedelta(minutes=1),
            "created_at": now,
            "cancelled_at": session.cancelled_at,
            "unheld": None if session.unheld is None else session.unheld.value,
            "series_id": session.series_id,
            "slot": session.slot,
        }
        for session in new
    ]
    if rows:
        await tx.execute(insert(sessions), rows)


async def held_between(tx: AsyncConnection, episode_id: int, begin: datetime, end: datetime) -> list[Session]:
    """Give the held sessions of an episode that may share time with a span."""
    candidates = select(sessions).where(
        sessions.c.episode_id == episode_id,
        sessions.c.cancelled_at.is_(None),
        sessions.c.starts_at < end,
        sessions.c.starts_at > begin - timedelta(days=1),
    )
    return [of_row(row) for row in await tx.execute(candidates)]


async def get(tx: AsyncConnection, session_id: int) -> Session | None:
    """Find a session by its id."""
    row = (await tx.execute(select(sessions).where(sessions.c.id == session_id))).one_or_none()
    return None if row is None else of_row(row)


async def by_ids(tx: AsyncConnection, ids: Collection[int]) -> dict[int, Session]:
    """Find sessions by their ids."""
    rows = await tx.execute(select(sessions).where(sessions.c.id.in_(ids)))
    return {row.id: of_row(row) for row in rows}


async def overlapping(
    tx: AsyncConnection, episode_id: int, starts_at: datetime, ends_at: datetime, *, besides: int | None = None
) -> Session | None:
    """Find a held session of this episode, `besides` aside, that shares time with the given span."""
    found = await all_overlapping(tx, episode_id, starts_at, ends_at)
    return next((session for session in found if session.id != besides), None)


async def all_overlapping(
    tx: AsyncConnection, episode_id: int, starts_at: datetime, ends_at: datetime
) -> list[Session]:
    """Find the held sessions of this episode that share time with the given span."""
    found = await held_between(tx, episode_id, starts_at, ends_at)
    return [session for session in found if session.ends_at > starts_at]


async def displaced(tx: AsyncConnection, episode_id: int, now: datetime) -> list[Session]:
    """Give an episode's sessions ahead that another one is in the way of, the earliest first."""
    left_out = (sessions.c.episode_id == episode_id) & (sessions.c.unheld == Unheld.DOUBLE.value)
    ahead = select(sessions).where(left_out, sessions.c.starts_at > now).order_by(sessions.c.starts_at)
    return [of_row(row) for row in await tx.execute(ahead)]


async def next_start(tx: AsyncConnection, episode_id: int, now: datetime) -> datetime | None:
    """When the next planned session of an episode starts."""
    ahead = select(func.min(sessions.c.starts_at)).where(
        sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now
    )
    moment: datetime | None = (await tx.execute(ahead)).scalar_one()
    return moment


async def check_in_of(tx: AsyncConnection, session_id: int) -> int | None:
    """Give the id of the check-in after a session; one that was called off counts only where there is no other."""
    called_off = case((check_ins.c.state == State.CANCELLED.value, 1), else_=0)
    is_after = check_ins.c.occasion == Occasion.AFTER.value
    chosen = select(check_ins.c.id).where(check_ins.c.session_id == session_id, is_after)
    return (await tx.execute(chosen.order_by(called_off, check_ins.c.due_at.desc()).limit(1))).scalar()


async def cancel(tx: AsyncConnection, session_id: int, unheld: Unheld, now: datetime) -> None:
    """Take a session back, saying why it is not held."""
    await _change(tx, session_id, cancelled_at=now, unheld=unheld.value)


async def cancel_planned(tx: AsyncConnection, episode_id: int, now: datetime) -> None:
    """Take back whatever has not begun yet."""
    ahead = (sessions.c.episode_id == episode_id) & (sessions.c.starts_at > now) & sessions.c.cancelled_at.is_(None)
    await tx.execute(update(sessions).where(ahead).values(cancelled_at=now, unheld=Unheld.ENDED.value))


async def restore(tx: AsyncConnection, session_id: int) -> None:
    """Let a session that was taken back be held after all."""
    await _change(tx, session_id, cancelled_at=None, unheld=None)


async def move(tx: AsyncConnection, session_id: int, starts_at: datetime, minutes: int) -> None:
    """Let a session be at another time."""
    await _change(tx, session_id, starts_at=starts_at, minutes=minutes)


async def _change(tx: AsyncConnection, session_id: int, **values: Any) -> None:
    """Change a session; if anything was told of it, what was judged of its client may no longer hold."""
    await tx.execute(update(sessions).where(sessions.c.id == session_id).values(**values))
    about_it = (check_ins.c.session_id == session_id) & check_ins.c.state.in_(TOLD)
    told = await tx.execute(select(check_ins.c.episode_id).where(about_it).distinct())
    await readings.forget(tx, told.scalars().all())


def _of_therapist(therapist_id: int) -> Select[Any]:
    running = (episodes.c.therapist_id == therapist_id) & episodes.c.ended_at.is_(None)
    return select(sessions).join(episodes, episodes.c.id == sessions.c.episode_id).where(running)


async def between(tx: AsyncConnection, therapist_id: int, begin: datetime, end: datetime) -> list[Session]:
    """Give a therapist's sessions that start in a span of time, those called off too, the earliest first."""
    in_span = _of_therapist(therapist_id).where(sessions.c.starts_at >= begin, sessions.c.starts_at < end)
    return [of_row(row) for row in await tx.execute(in_span.order_by(sessions.c.starts_at, sessions.c.id))]


async def first_start(tx: AsyncConnection, therapist_id: int, begin: datetime) -> datetime | None:
    """When a therapist's first session from a moment on starts that is not called off."""
    held = _of_therapist(therapist_id).where(sessions.c.starts_at >= begin, sessions.c.cancelled_at.is_(None))
    moment: datetime | None = (await tx.execute(held.with_only_columns(func.min(sessions.c.starts_at)))).scalar_one()
    return moment


async def of_therapist(tx: AsyncConnection, therapist_id: int, begin: datetime, end: datetime) -> list[Session]:
    """Give a therapist's sessions in a span of time that are held, the earliest first."""
    return [one for one in await between(tx, therapist_id, begin, end) if one.cancelled_at is None]


async def of_series(tx: AsyncConnection, series_ids: Collection[int], since: date) -> list[Session]:
    """Give the sessions of series from a slot on, held or not, the earliest slot first."""
    theirs = select(sessions).where(sessions.c.series_id.in_(series_ids), sessions.c.slot >= since)
    return [of_row(row) for row in await tx.execute(theirs.order_by(sessions.c.slot))]
