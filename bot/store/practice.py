"""What holds for the whole practice: question set versions, and a few named values."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import practice, question_set_versions


async def value(tx: AsyncConnection, name: str) -> str | None:
    """Read a named value."""
    found: str | None = (await tx.execute(select(practice.c.content).where(practice.c.name == name))).scalar()
    return found


async def set_value(tx: AsyncConnection, name: str, content: str) -> None:
    """Write a named value."""
    into = sqlite.insert(practice) if tx.dialect.name == "sqlite" else postgresql.insert(practice)
    row = into.values(name=name, content=content)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"content": content}))


async def live_version(tx: AsyncConnection) -> int | None:
    """Give the id of the version that new check-ins take."""
    live = select(question_set_versions.c.id).where(question_set_versions.c.live)
    found: int | None = (await tx.execute(live)).scalar()
    return found


async def publish(tx: AsyncConnection, content: Mapping[str, Any], now: datetime) -> int:
    """Make a version live, inserting it if this name and number are new; versions never change."""
    known = select(question_set_versions.c.id).where(
        question_set_versions.c.name == content["name"], question_set_versions.c.number == content["number"]
    )
    number: int | None = (await tx.execute(known)).scalar()
    await tx.execute(
        update(question_set_versions).where(question_set_versions.c.name == content["name"]).values(live=False)
    )
    if number is not None:
        await tx.execute(update(question_set_versions).where(question_set_versions.c.id == number).values(live=True))
        return number
    number = new_id()
    row = {"id": number, "name": content["name"], "number": content["number"], "live": True, "created_at": now}
    row |= {"published_at": now}
    await tx.execute(insert(question_set_versions).values(content=json.dumps(content, ensure_ascii=False), **row))
    return number
