"""How therapists saw sessions themselves (two-sided rating). No row means that nobody was asked."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import check_ins, episodes, own_views
from conversations.two_sided import OwnView, Stand

_ONE = select(own_views).where(own_views.c.check_in_id == bindparam("id"))
_WAITING = text("own_views.stands = 'waiting'")
"""Written out, so that the index of those still waiting serves."""


def _own_view(row: Row[Any]) -> OwnView:
    return OwnView(row.check_in_id, row.held_until, Stand(row.stands), row.position, json.loads(row.ratings))


def _columns(view: OwnView) -> dict[str, Any]:
    return {
        "held_until": view.held_until,
        "stands": view.stands.value,
        "position": view.position,
        "ratings": json.dumps(dict(view.ratings)),
    }


async def add(tx: AsyncConnection, views: Sequence[OwnView]) -> None:
    """Begin to wait for own views."""
    await tx.execute(insert(own_views), [{"check_in_id": view.check_in_id, **_columns(view)} for view in views])


async def find(tx: AsyncConnection, check_in_id: int) -> OwnView | None:
    """Give the own view of a check-in, if one was asked for."""
    row = (await tx.execute(_ONE, {"id": check_in_id})).first()
    return None if row is None else _own_view(row)


async def save(tx: AsyncConnection, view: OwnView) -> None:
    """Write what changed."""
    await tx.execute(update(own_views).where(own_views.c.check_in_id == view.check_in_id).values(**_columns(view)))


async def held(tx: AsyncConnection) -> frozenset[int]:
    """Give every check-in whose answers are held back now."""
    return frozenset((await tx.execute(select(own_views.c.check_in_id).where(_WAITING))).scalars())


async def held_of(tx: AsyncConnection, episode_id: int) -> frozenset[int]:
    """Give an episode's check-ins whose answers are still held back."""
    joined = own_views.join(check_ins, check_ins.c.id == own_views.c.check_in_id)
    chosen = select(own_views.c.check_in_id).select_from(joined).where(_WAITING, check_ins.c.episode_id == episode_id)
    return frozenset((await tx.execute(chosen)).scalars())


async def waiting_of(tx: AsyncConnection, therapist_id: int) -> Iterable[int]:
    """Give the check-ins whose answers are held until this therapist has rated."""
    joined = own_views.join(check_ins, check_ins.c.id == own_views.c.check_in_id).join(
        episodes, episodes.c.id == check_ins.c.episode_id
    )
    chosen = select(own_views.c.check_in_id).select_from(joined)
    return (await tx.execute(chosen.where(_WAITING, episodes.c.therapist_id == therapist_id))).scalars().all()
