"""Which sessions come from a calendar, and what a therapist has said about titles. Both by keyed hashes alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import calendar_titles, episodes, imports, sessions
from conversations.model import Unheld


@dataclass(frozen=True, slots=True)
class Imported:
    """A session that comes from a calendar, and when it is there as the calendar said last."""

    session_id: int
    episode_id: int
    event_index: bytes
    series_index: bytes
    source: str
    starts_at: datetime
    minutes: int
    gone: bool


class Stands(StrEnum):
    """What a therapist has said about a title."""

    ASKED = "asked"
    MATCHED = "matched"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Title:
    """A title a therapist was asked about: the `position` it had in the message of a `batch`."""

    id: int
    title_index: bytes
    stands: Stands
    episode_id: int | None
    batch: int
    position: int


def _imported(row: Row[Any]) -> Imported:
    return Imported(
        session_id=row.session_id,
        episode_id=row.episode_id,
        event_index=row.event_index,
        series_index=row.series_index,
        source=row.source,
        starts_at=row.starts_at,
        minutes=row.minutes,
        gone=row.gone,
    )


def _chosen() -> Select[Any]:
    return select(imports, sessions.c.episode_id).join(sessions, sessions.c.id == imports.c.session_id)


async def imported(tx: AsyncConnection, therapist_id: int, since: datetime) -> list[Imported]:
    """Give what came from a therapist's calendars and begins from a moment on, by the calendar or by now."""
    recent = or_(imports.c.starts_at >= since, sessions.c.starts_at >= since)
    return [_imported(row) for row in await tx.execute(_chosen().where(imports.c.therapist_id == therapist_id, recent))]


async def put(tx: AsyncConnection, therapist_id: int, *ones: Imported) -> None:
    """Remember where sessions come from; their events belonged to no other session, or do no longer."""
    if not ones:
        return
    mine = imports.c.therapist_id == therapist_id
    same = or_(
        imports.c.event_index.in_([one.event_index for one in ones]),
        imports.c.session_id.in_([one.session_id for one in ones]),
    )
    await tx.execute(delete(imports).where(mine, same))
    names = ("session_id", "event_index", "series_index", "source", "starts_at", "minutes", "gone")
    rows = [{"therapist_id": therapist_id, **{name: getattr(one, name) for name in names}} for one in ones]
    await tx.execute(insert(imports), rows)


async def of_session(tx: AsyncConnection, session_id: int) -> Imported | None:
    """Say where in a calendar a session comes from; None where it was entered by hand."""
    row = (await tx.execute(_chosen().where(imports.c.session_id == session_id))).first()
    return None if row is None else _imported(row)


async def of_event(tx: AsyncConnection, therapist_id: int, indexes: Collection[bytes]) -> Imported | None:
    """Give the session of an event in a therapist's calendar, by any of its hashes."""
    mine = (imports.c.therapist_id == therapist_id) & imports.c.event_index.in_(indexes)
    row = (await tx.execute(_chosen().where(mine))).first()
    return None if row is None else _imported(row)


async def called_off(tx: AsyncConnection, therapist_id: int, moment: datetime) -> list[tuple[int, datetime]]:
    """Give what was called off at one moment because it had gone from a calendar: its episode and start, by start."""
    gone = (imports.c.therapist_id == therapist_id) & imports.c.gone
    then = (sessions.c.cancelled_at == moment) & (sessions.c.unheld == Unheld.CALLED_OFF.value)
    chosen = select(sessions.c.episode_id, sessions.c.starts_at).join(imports, imports.c.session_id == sessions.c.id)
    rows = await tx.execute(chosen.where(gone, then).order_by(sessions.c.starts_at))
    return [(row.episode_id, row.starts_at) for row in rows]


async def coming(tx: AsyncConnection, therapist_id: int, now: datetime) -> dict[int, tuple[int, datetime]]:
    """Count the planned sessions of each episode that come from a calendar, and say when the first begins."""
    held = (sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now, episodes.c.ended_at.is_(None))
    chosen = (
        select(sessions.c.episode_id, func.count().label("planned"), func.min(sessions.c.starts_at).label("first"))
        .join(imports, imports.c.session_id == sessions.c.id)
        .join(episodes, episodes.c.id == sessions.c.episode_id)
        .where(imports.c.therapist_id == therapist_id, *held)
        .group_by(sessions.c.episode_id)
    )
    return {row.episode_id: (row.planned, row.first) for row in await tx.execute(chosen)}


# ---- titles ----


def _title(row: Row[Any]) -> Title:
    return Title(row.id, row.title_index, Stands(row.stands), row.episode_id, row.batch, row.position)


async def titles(tx: AsyncConnection, therapist_id: int) -> dict[bytes, Title]:
    """Give every title a therapist was asked about, by its hash."""
    rows = await tx.execute(select(calendar_titles).where(calendar_titles.c.therapist_id == therapist_id))
    return {row.title_index: _title(row) for row in rows}


async def title(tx: AsyncConnection, therapist_id: int, number: int) -> Title | None:
    """Give one title, if it is this therapist's."""
    mine = (calendar_titles.c.id == number) & (calendar_titles.c.therapist_id == therapist_id)
    row = (await tx.execute(select(calendar_titles).where(mine))).first()
    return None if row is None else _title(row)


async def open_of(tx: AsyncConnection, therapist_id: int, batch: int) -> list[Title]:
    """Give the titles of one message that nothing has been said about, in their order."""
    asked = (calendar_titles.c.batch == batch) & (calendar_titles.c.stands == Stands.ASKED.value)
    mine = calendar_titles.c.therapist_id == therapist_id
    rows = await tx.execute(select(calendar_titles).where(mine, asked).order_by(calendar_titles.c.position))
    return [_title(row) for row in rows]


async def ask(tx: AsyncConnection, therapist_id: int, indexes: Sequence[Sequence[bytes]], batch: int) -> list[Title]:
    """Remember that a therapist is asked about titles, each given as its hashes; give them in their order."""
    every = [index for one in indexes for index in one]
    mine = calendar_titles.c.therapist_id == therapist_id
    await tx.execute(delete(calendar_titles).where(mine, calendar_titles.c.title_index.in_(every)))
    asked = [
        Title(new_id(), one[0], Stands.ASKED, None, batch, position) for position, one in enumerate(indexes, start=1)
    ]
    for each in asked:
        values = {"id": each.id, "title_index": each.title_index, "batch": batch, "position": each.position}
        await tx.execute(insert(calendar_titles).values(**values, therapist_id=therapist_id, stands=each.stands.value))
    return asked


async def decide(tx: AsyncConnection, number: int, stands: Stands, episode_id: int | None) -> None:
    """Remember what a therapist says about a title."""
    one = update(calendar_titles).where(calendar_titles.c.id == number)
    await tx.execute(one.values(stands=stands.value, episode_id=episode_id))


async def forget_titles(tx: AsyncConnection, therapist_id: int) -> int:
    """Forget everything a therapist has said about titles; give how many there were."""
    return (await tx.execute(delete(calendar_titles).where(calendar_titles.c.therapist_id == therapist_id))).rowcount
