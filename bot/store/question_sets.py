"""Question set versions, who is asked which set, and the admin's open preview.

A version is written once and never changed: `content` is the mapping of its file as JSON. `live` marks the one version
of its set that new check-ins take; a draft was never live; a version that was live and is no more can be live again.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.history import ASKED
from bot.store.tables import assignments, check_ins, previews, question_set_versions
from conversations.model import State
from conversations.occasions import EACH, Assignment, Occasion

_V = question_set_versions.c
_NOT_ASKED = (State.SCHEDULED.value, State.CANCELLED.value)
"""Check-ins that nobody was asked, or not yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it is kept. `published_at` is None for a draft; `reader` is who looks at answers about danger."""

    id: int
    name: str
    number: int
    content: Mapping[str, Any] = field(repr=False)
    live: bool
    published_at: datetime | None
    reader: str | None = field(repr=False)


def _stored(row: Row[Any]) -> Stored:
    content = json.loads(row.content)
    return Stored(row.id, row.name, row.number, content, row.live, row.published_at, row.reader)


async def all_versions(tx: AsyncConnection) -> list[Stored]:
    """Give every version, by set and number."""
    rows = await tx.execute(select(question_set_versions).order_by(_V.name, _V.number))
    return [_stored(row) for row in rows]


async def find(tx: AsyncConnection, version_id: int) -> Stored | None:
    """Give a version."""
    row = (await tx.execute(select(question_set_versions).where(_V.id == version_id))).first()
    return None if row is None else _stored(row)


async def add_draft(tx: AsyncConnection, content: Mapping[str, Any], now: datetime) -> Stored:
    """Insert a draft under the next free number of its set, in place of an older draft."""
    name = content["name"]
    await tx.execute(delete(question_set_versions).where(_V.name == name, _V.published_at.is_(None)))
    last = (await tx.execute(select(func.max(_V.number)).where(_V.name == name))).scalar() or 0
    numbered = {**content, "number": last + 1}
    row = {"id": new_id(), "name": name, "number": last + 1, "live": False, "created_at": now}
    await tx.execute(insert(question_set_versions).values(content=json.dumps(numbered, ensure_ascii=False), **row))
    return Stored(row["id"], name, last + 1, numbered, live=False, published_at=None, reader=None)


async def discard(tx: AsyncConnection, version_id: int) -> bool:
    """Delete a draft; False for anything else."""
    draft = delete(question_set_versions).where(_V.id == version_id, _V.published_at.is_(None))
    return (await tx.execute(draft)).rowcount > 0


async def make_live(tx: AsyncConnection, version: Stored, now: datetime, reader: str | None) -> None:
    """Let new check-ins of the set take this version."""
    await retire(tx, version.name)
    values = {"live": True, "published_at": version.published_at or now, "reader": reader or version.reader}
    await tx.execute(update(question_set_versions).where(_V.id == version.id).values(values))


async def retire(tx: AsyncConnection, name: str) -> None:
    """Let no version of a set be live."""
    await tx.execute(update(question_set_versions).where(_V.name == name).values(live=False))


# ---- who is asked what ----


async def all_assignments(tx: AsyncConnection) -> list[Assignment]:
    """Give every assignment."""
    rows = await tx.execute(select(assignments).order_by(assignments.c.about_id, assignments.c.name))
    return [Assignment(row.about_id, row.name, row.every, Occasion(row.occasion)) for row in rows]


async def assign(tx: AsyncConnection, wanted: Assignment) -> None:
    """Write an assignment; the standing one of the same people and occasion, or the same set's, gives way."""
    into = sqlite.insert(assignments) if tx.dialect.name == "sqlite" else postgresql.insert(assignments)
    mine = (assignments.c.about_id == wanted.about_id) & (assignments.c.occasion == wanted.occasion.value)
    if not wanted.takes_turns:
        await tx.execute(delete(assignments).where(mine, assignments.c.every == EACH))
    values = {"about_id": wanted.about_id, "name": wanted.name, "occasion": wanted.occasion.value}
    row = into.values(every=wanted.every, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=list(values), set_={"every": wanted.every}))


async def unassign(tx: AsyncConnection, about_id: int, name: str, occasion: Occasion) -> bool:
    """Delete an assignment; False where there is none."""
    mine = (assignments.c.about_id == about_id) & (assignments.c.name == name)
    found = await tx.execute(delete(assignments).where(mine, assignments.c.occasion == occasion.value))
    return found.rowcount > 0


async def forget_about(tx: AsyncConnection, about_id: int) -> bool:
    """Delete what was assigned to somebody, a therapist or a client whose care has ended; True where anything was."""
    return (await tx.execute(delete(assignments).where(assignments.c.about_id == about_id))).rowcount > 0


async def taken(tx: AsyncConnection, episodes: Collection[int]) -> set[tuple[int, str]]:
    """Give which sets these episodes have been asked: pairs of episode and set."""
    asked = (
        select(check_ins.c.episode_id, _V.name)
        .join(question_set_versions, _V.id == check_ins.c.version_id)
        .where(check_ins.c.episode_id.in_(episodes), ASKED, check_ins.c.state.not_in(_NOT_ASKED))
        .distinct()
    )
    return {(row.episode_id, row.name) for row in await tx.execute(asked)}


# ---- previews ----


async def put_preview(tx: AsyncConnection, person_id: int, version_id: int, content: str) -> None:
    """Write where an admin's preview stands, in place of an older one."""
    into = sqlite.insert(previews) if tx.dialect.name == "sqlite" else postgresql.insert(previews)
    values = {"version_id": version_id, "content": content}
    row = into.values(person_id=person_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def preview(tx: AsyncConnection, person_id: int) -> tuple[int, str] | None:
    """Give the version an admin previews, and where the preview stands."""
    row = (await tx.execute(select(previews).where(previews.c.person_id == person_id))).first()
    return None if row is None else (row.version_id, row.content)
