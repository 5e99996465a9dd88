"""Attachment reflections, one an episode at most. Ratings and words are sealed with the episode's key."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import DataKey, KeyRing
from bot.store.episodes import Episode
from bot.store.tables import episodes, reflections
from conversations.reflection import State, Stories

_TABLE = "reflections"


@dataclass(frozen=True, slots=True)
class Held:
    """A stored reflection, whose it is, and the message it lives in; None while that is not known."""

    stories: Stories
    client_id: int
    therapist_id: int
    message_id: int | None = None


async def of_episode(tx: AsyncConnection, ring: KeyRing, episode_id: int) -> Held | None:
    """Give the reflection of a running episode."""
    return await _one(tx, ring, reflections.c.episode_id == episode_id)


async def get(tx: AsyncConnection, ring: KeyRing, number: int) -> Held | None:
    """Give a reflection by its id, if its episode runs."""
    return await _one(tx, ring, reflections.c.id == number)


async def _one(tx: AsyncConnection, ring: KeyRing, which: Any) -> Held | None:
    joined = reflections.join(episodes, episodes.c.id == reflections.c.episode_id)
    whose = (episodes.c.client_id, episodes.c.therapist_id, episodes.c.wrapped_key)
    chosen = select(reflections, *whose).select_from(joined).where(which, episodes.c.ended_at.is_(None))
    row = (await tx.execute(chosen)).one_or_none()
    return None if row is None else _held(ring, row)


def _held(ring: KeyRing, row: Row[Any]) -> Held:
    key = ring.unwrap(row.wrapped_key, row.episode_id)
    stories = Stories(
        id=row.id,
        episode_id=row.episode_id,
        order=tuple(row.story_order.split(",")),
        started_at=row.started_at,
        state=State(row.state),
        position=row.position,
        ratings=json.loads(_opened(key, row, "ratings_sealed")),
        words=_opened(key, row, "words_sealed") if row.words_sealed is not None else "",
        closed_at=row.closed_at,
    )
    return Held(stories, row.client_id, row.therapist_id, row.message_id)


def _opened(key: DataKey, row: Row[Any], column: str) -> str:
    return key.open(getattr(row, column), table=_TABLE, column=column, row=row.id, owner=row.episode_id)


async def put(tx: AsyncConnection, episode: Episode, stories: Stories, message_id: int | None) -> None:
    """Write a reflection; a new one takes the place of the episode's earlier one."""
    into = sqlite.insert(reflections) if tx.dialect.name == "sqlite" else postgresql.insert(reflections)
    row = {**_columns(episode.key, stories), "message_id": message_id}
    written = into.values(episode_id=episode.id, **row)
    await tx.execute(written.on_conflict_do_update(index_elements=["episode_id"], set_=row))


def _columns(key: DataKey, stories: Stories) -> dict[str, Any]:
    return {
        "id": stories.id,
        "story_order": ",".join(stories.order),
        "state": stories.state.value,
        "position": stories.position,
        "ratings_sealed": _sealed(key, stories, "ratings_sealed", json.dumps(dict(stories.ratings))),
        "words_sealed": _sealed(key, stories, "words_sealed", stories.words) if stories.words else None,
        "started_at": stories.started_at,
        "closed_at": stories.closed_at,
    }


def _sealed(key: DataKey, stories: Stories, column: str, text: str) -> bytes:
    return key.seal(text, table=_TABLE, column=column, row=stories.id, owner=stories.episode_id)


async def put_message(tx: AsyncConnection, number: int, message_id: int | None) -> None:
    """Write in which message a reflection lives."""
    await tx.execute(update(reflections).where(reflections.c.id == number).values(message_id=message_id))


async def remove(tx: AsyncConnection, number: int) -> None:
    """Delete a reflection."""
    await tx.execute(delete(reflections).where(reflections.c.id == number))


async def delete_words(tx: AsyncConnection, closed_before: datetime) -> int:
    """Delete the words of reflections that were closed, or begun and left, before a moment."""
    last = func.coalesce(reflections.c.closed_at, reflections.c.started_at, type_=reflections.c.started_at.type)
    old = (last < closed_before) & reflections.c.words_sealed.is_not(None)
    return (await tx.execute(update(reflections).where(old).values(words_sealed=None))).rowcount
