"""Errands: what must be fetched from outside before it can be handled, such as a file somebody sent.

Nothing is fetched inside a transaction. The update leaves a row; whoever runs it fetches first and then, in one
transaction, does what it is for and deletes the row. A crash in between repeats it whole.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store import errands as store
from bot.store.errands import Errand
from bot.store.persons import Person

__all__ = ["Errand", "Errands"]


class Errands:
    """The use cases around errands. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def add(
        self, tx: AsyncConnection, person: Person, kind: str, now: datetime, *, detail: str = "", message_id: int = 0
    ) -> None:
        """Ask for something to be fetched, as soon as this transaction is committed."""
        await store.add(tx, self._ring, person, kind, now, detail=detail, message_id=message_id)

    async def first(self, tx: AsyncConnection, now: datetime) -> Errand | None:
        """Give the errand to run next, if one may be run now."""
        return await store.first(tx, self._ring, now)

    async def end(self, tx: AsyncConnection, errand: Errand) -> bool:
        """Delete an errand that is done; False where it was done already."""
        return await store.remove(tx, errand.id)

    async def put_off(self, tx: AsyncConnection, errand: Errand, until: datetime) -> None:
        """Try again later."""
        await store.put_off(tx, errand.id, until)

    async def next_at(self, tx: AsyncConnection) -> datetime | None:
        """When the next errand may be run."""
        return await store.next_at(tx)
