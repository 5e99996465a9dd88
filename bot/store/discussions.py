"""Where the loop of each check-in stands. No row means open."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import discussions
from conversations.discussion import Discussion

_STANDS = select(discussions.c.stands).where(discussions.c.check_in_id == bindparam("id"))


async def stands(tx: AsyncConnection, check_in_id: int) -> Discussion:
    """Read where it stands."""
    row = await tx.execute(_STANDS, {"id": check_in_id})
    return Discussion(row.scalar() or Discussion.OPEN)


async def since(tx: AsyncConnection, check_in_id: int) -> datetime | None:
    """Read since when it stands there."""
    row = await tx.execute(select(discussions.c.changed_at).where(discussions.c.check_in_id == check_in_id))
    moment: datetime | None = row.scalar()
    return moment


async def put(tx: AsyncConnection, check_in_id: int, after: Discussion, now: datetime) -> None:
    """Write where it stands."""
    into = sqlite.insert(discussions) if tx.dialect.name == "sqlite" else postgresql.insert(discussions)
    values = {"stands": after.value, "changed_at": now}
    row = into.values(check_in_id=check_in_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["check_in_id"], set_=values))
