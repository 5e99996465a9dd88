"""A few named values that hold for the whole practice."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import practice


async def beginning_with(tx: AsyncConnection, prefix: str) -> Mapping[str, str]:
    """Read every value whose name begins so; the names come without the beginning."""
    rows = await tx.execute(select(practice).where(practice.c.name.startswith(prefix, autoescape=True)))
    return {row.name.removeprefix(prefix): row.content for row in rows}


async def remove(tx: AsyncConnection, name: str) -> None:
    """Forget a value."""
    await tx.execute(delete(practice).where(practice.c.name == name))
