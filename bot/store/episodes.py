"""Episodes of care: one client with one therapist, under a code only the therapist knows the person by."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import DataKey, KeyRing, new_id
from bot.store.tables import consents, episodes
from conversations.pausing import Pause


@dataclass(frozen=True, slots=True)
class Episode:
    """One client with one therapist. `ended_at` is None while it runs."""

    id: int
    client_id: int
    therapist_id: int
    started_at: datetime
    ended_at: datetime | None
    code: str = field(repr=False)
    key: DataKey = field(repr=False)


_BY_IDS = select(episodes).where(episodes.c.id.in_(bindparam("ids", expanding=True)))


def _code_field(therapist_id: int) -> str:
    return f"code-{therapist_id}"


def _episode(ring: KeyRing, row: Row[Any]) -> Episode:
    key = ring.unwrap(row.wrapped_key, row.id)
    return Episode(
        id=row.id,
        client_id=row.client_id,
        therapist_id=row.therapist_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        code=key.open(row.code_sealed, table="episodes", column="code_sealed", row=row.id, owner=row.id),
        key=key,
    )


async def add(
    tx: AsyncConnection, ring: KeyRing, *, client_id: int, therapist_id: int, code: str, now: datetime
) -> int:
    """Insert a running episode and give its id. The code and the client must be free (unique indexes guard it)."""
    number = new_id()
    key, wrapped = ring.new_data_key(number)
    await tx.execute(
        insert(episodes).values(
            id=number,
            client_id=client_id,
            therapist_id=therapist_id,
            code_sealed=key.seal(code, table="episodes", column="code_sealed", row=number, owner=number),
            code_index=ring.blind_index(_code_field(therapist_id), code),
            wrapped_key=wrapped,
            started_at=now,
        )
    )
    return number


async def add_consent(tx: AsyncConnection, episode_id: int, version: int, language: str, now: datetime) -> None:
    """Keep which text was agreed to, in which language, and when."""
    await tx.execute(
        insert(consents).values(id=new_id(), episode_id=episode_id, version=version, language=language, agreed_at=now)
    )


async def by_ids(tx: AsyncConnection, ring: KeyRing, ids: Iterable[int]) -> dict[int, Episode]:
    """Find episodes, running or ended."""
    rows = await tx.execute(_BY_IDS, {"ids": list(set(ids))})
    return {row.id: _episode(ring, row) for row in rows}


async def of_therapist(tx: AsyncConnection, ring: KeyRing, therapist_id: int) -> list[Episode]:
    """Give a therapist's running episodes, by code."""
    running = select(episodes).where(episodes.c.therapist_id == therapist_id, episodes.c.ended_at.is_(None))
    return sorted((_episode(ring, row) for row in await tx.execute(running)), key=lambda episode: episode.code)


async def running(tx: AsyncConnection, therapist_id: int) -> list[int]:
    """Give the ids of a therapist's running episodes."""
    mine = select(episodes.c.id).where(episodes.c.therapist_id == therapist_id, episodes.c.ended_at.is_(None))
    return list((await tx.execute(mine)).scalars())


async def all_running(tx: AsyncConnection) -> list[tuple[int, int]]:
    """Give every running episode with its therapist: (therapist, episode)."""
    rows = await tx.execute(select(episodes.c.therapist_id, episodes.c.id).where(episodes.c.ended_at.is_(None)))
    return [(therapist, number) for therapist, number in rows]


async def by_code(tx: AsyncConnection, ring: KeyRing, therapist_id: int, code: str) -> Episode | None:
    """Find a therapist's running episode by its code."""
    indexes = ring.blind_indexes(_code_field(therapist_id), code)
    found = select(episodes).where(
        episodes.c.therapist_id == therapist_id, episodes.c.code_index.in_(indexes), episodes.c.ended_at.is_(None)
    )
    row = (await tx.execute(found)).one_or_none()
    return None if row is None else _episode(ring, row)


async def end(tx: AsyncConnection, episode_id: int, reason: str, now: datetime) -> None:
    """Close an episode and revoke its consent; nothing is sent for it from this commit on."""
    await tx.execute(update(episodes).where(episodes.c.id == episode_id).values(ended_at=now, end_reason=reason))
    consented = consents.c.episode_id == episode_id
    await tx.execute(update(consents).where(consented, consents.c.revoked_at.is_(None)).values(revoked_at=now))


async def remove(tx: AsyncConnection, episode_id: int) -> None:
    """Delete an episode; everything that is in it goes with it."""
    await tx.execute(delete(episodes).where(episodes.c.id == episode_id))


async def has_any(tx: AsyncConnection, client_id: int) -> bool:
    """Say whether somebody is or was a client in any episode that is kept."""
    kept = select(episodes.c.id).where(episodes.c.client_id == client_id).limit(1)
    return (await tx.execute(kept)).first() is not None


async def pause(tx: AsyncConnection, episode_id: int, pause: Pause | None) -> None:
    """Keep for how long the client wants to be left alone; None ends it."""
    values: dict[str, datetime | None] = {"paused_at": None, "paused_until": None}
    if pause is not None:
        values = {"paused_at": pause.since, "paused_until": pause.until}
    await tx.execute(update(episodes).where(episodes.c.id == episode_id).values(**values))


async def therapist_of(tx: AsyncConnection, episode_id: int) -> int:
    """Give the id of an episode's therapist."""
    found: int = (await tx.execute(select(episodes.c.therapist_id).where(episodes.c.id == episode_id))).scalar_one()
    return found


async def client_of(tx: AsyncConnection, episode_id: int) -> int | None:
    """Give the id of an episode's client."""
    return (await tx.execute(select(episodes.c.client_id).where(episodes.c.id == episode_id))).scalar()
