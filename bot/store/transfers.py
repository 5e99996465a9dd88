"""Therapists who leave, and the offers to their clients. An offer is kept and goes with its episode."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import question_sets
from bot.store.tables import (
    calendar_titles,
    episodes,
    errands,
    feeds,
    holidays,
    leavings,
    persons,
    timers,
    transfers,
)
from conversations.transfers import Stands, Transfer

_OPEN = transfers.c.stands == Stands.OPEN.value


@dataclass(frozen=True, slots=True)
class Leave:
    """A therapist who leaves: since when, and how many clients they had then."""

    person_id: int
    since: datetime
    clients: int


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(
        episode_id=row.episode_id,
        successor_id=row.successor_id,
        offered_at=row.offered_at,
        stands=Stands(row.stands),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        became_id=row.became_id,
    )


# ---- offers ----


async def put(tx: AsyncConnection, offers: Collection[Transfer]) -> None:
    """Write offers, in the place of earlier ones to the same clients."""
    await tx.execute(delete(transfers).where(transfers.c.episode_id.in_([one.episode_id for one in offers])))
    rows = [
        {
            "episode_id": one.episode_id,
            "successor_id": one.successor_id,
            "stands": one.stands.value,
            "offered_at": one.offered_at,
        }
        for one in offers
    ]
    if rows:
        await tx.execute(insert(transfers), rows)


async def get(tx: AsyncConnection, episode_id: int) -> Transfer | None:
    """Give the offer to the client of an episode."""
    row = (await tx.execute(select(transfers).where(transfers.c.episode_id == episode_id))).first()
    return None if row is None else _transfer(row)


async def before(tx: AsyncConnection, episode_id: int) -> Transfer | None:
    """Give the offer that this episode came of."""
    row = (await tx.execute(select(transfers).where(transfers.c.became_id == episode_id))).first()
    return None if row is None else _transfer(row)


async def opened(tx: AsyncConnection, episode_id: int, now: datetime) -> None:
    """Remember when a client first read their offer."""
    unread = (transfers.c.episode_id == episode_id) & transfers.c.opened_at.is_(None)
    await tx.execute(update(transfers).where(unread).values(opened_at=now))


async def close(tx: AsyncConnection, episode_id: int, stands: Stands, now: datetime) -> None:
    """Close an open offer, if there is one."""
    mine = (transfers.c.episode_id == episode_id) & _OPEN
    await tx.execute(update(transfers).where(mine).values(stands=stands.value, closed_at=now))


async def became(tx: AsyncConnection, episode_id: int, became_id: int) -> None:
    """Remember which episode came of an offer."""
    await tx.execute(update(transfers).where(transfers.c.episode_id == episode_id).values(became_id=became_id))


async def open_of(tx: AsyncConnection, therapist_id: int) -> list[Transfer]:
    """Give the offers to a therapist's clients who can still choose."""
    theirs = select(transfers).join(episodes, episodes.c.id == transfers.c.episode_id)
    running = (episodes.c.therapist_id == therapist_id) & episodes.c.ended_at.is_(None)
    return [_transfer(row) for row in await tx.execute(theirs.where(running, _OPEN))]


async def whose_successor(tx: AsyncConnection, person_id: int) -> int | None:
    """Give a therapist whose clients can still choose to go on with this one."""
    theirs = select(episodes.c.therapist_id).join(transfers, transfers.c.episode_id == episodes.c.id)
    waiting = _OPEN & (transfers.c.successor_id == person_id) & episodes.c.ended_at.is_(None)
    return (await tx.execute(theirs.where(waiting).limit(1))).scalar()


# ---- who leaves ----


async def begin(tx: AsyncConnection, leave: Leave) -> None:
    """Write that a therapist leaves, in the place of what was written of it before."""
    await remove(tx, leave.person_id)
    await tx.execute(insert(leavings).values(person_id=leave.person_id, since=leave.since, clients=leave.clients))


async def all_leaving(tx: AsyncConnection) -> dict[int, Leave]:
    """Give everyone who leaves, by person."""
    return {row.person_id: Leave(row.person_id, row.since, row.clients) for row in await tx.execute(select(leavings))}


async def leaving(tx: AsyncConnection, person_id: int) -> Leave | None:
    """Say whether somebody leaves."""
    row = (await tx.execute(select(leavings).where(leavings.c.person_id == person_id))).first()
    return None if row is None else Leave(row.person_id, row.since, row.clients)


async def remove(tx: AsyncConnection, person_id: int) -> None:
    """Forget that a therapist leaves."""
    await tx.execute(delete(leavings).where(leavings.c.person_id == person_id))


async def open_counts(tx: AsyncConnection) -> dict[int, int]:
    """Count the clients who can still choose, by therapist."""
    joined = transfers.join(episodes, episodes.c.id == transfers.c.episode_id)
    counted = select(episodes.c.therapist_id, func.count()).select_from(joined)
    rows = await tx.execute(counted.where(_OPEN, episodes.c.ended_at.is_(None)).group_by(episodes.c.therapist_id))
    return {row[0]: row[1] for row in rows}


async def forget_desk(tx: AsyncConnection, person_id: int, timer_kinds: Collection[str]) -> bool:
    """Delete what only a therapist has: timers, calendars, days off; True where they had questions of their own."""
    await remove(tx, person_id)
    await tx.execute(delete(timers).where(timers.c.person_id == person_id, timers.c.kind.in_(timer_kinds)))
    await tx.execute(delete(feeds).where(feeds.c.person_id == person_id))
    await tx.execute(delete(errands).where(errands.c.person_id == person_id, errands.c.kind.like("feed%")))
    await tx.execute(delete(calendar_titles).where(calendar_titles.c.therapist_id == person_id))
    await tx.execute(delete(holidays).where(holidays.c.person_id == person_id))
    return await question_sets.forget_about(tx, person_id)


async def since(tx: AsyncConnection, person_id: int) -> datetime | None:
    """When somebody came to the practice."""
    moment: datetime | None = (await tx.execute(select(persons.c.created_at).where(persons.c.id == person_id))).scalar()
    return moment
