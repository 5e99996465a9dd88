"""Where an admin stands in changing a question set in the chat. The key keeps it at one set at a time.

A row is never deleted while its admin is there: `rev` goes on rising, so no button of an old screen fits a new one.
"""

from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import editings


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: the set, "" for one that is no draft yet; the version the screen shows, 0 for none; and where it stands.

    `content` is what `conversations.editing.write` gives, "" where nothing is being changed.
    """

    person_id: int
    name: str = ""
    base_id: int = 0
    rev: int = 0
    content: str = field(default="", repr=False)


async def of(tx: AsyncConnection, person_id: int) -> Kept:
    """Give where an admin stands."""
    row = (await tx.execute(select(editings).where(editings.c.person_id == person_id))).first()
    return Kept(person_id) if row is None else Kept(row.person_id, row.name, row.base_id, row.rev, row.content)


async def put(tx: AsyncConnection, kept: Kept) -> Kept:
    """Write where an admin stands now, under the next rev."""
    new = replace(kept, rev=kept.rev + 1)
    into = sqlite.insert(editings) if tx.dialect.name == "sqlite" else postgresql.insert(editings)
    values = {"name": new.name, "base_id": new.base_id, "rev": new.rev, "content": new.content}
    row = into.values(person_id=new.person_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))
    return new
