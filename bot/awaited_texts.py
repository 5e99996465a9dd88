"""The text a person was asked to write outside a check-in: a goal's words, a therapist's suggestion.

At most one such question is open per person; a newer one takes the place of an older one. One that nobody answered
within a day is closed, so that a text of another day is not taken for its answer. Which handler takes the text is the
chat's business (`routes.TEXT_ROUTES`, by kind).
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import awaited_texts as store
from bot.store.awaited_texts import AwaitedText
from bot.store.persons import Person

__all__ = ["AwaitedText", "AwaitedTexts"]

OPEN_FOR = timedelta(days=1)


class AwaitedTexts:
    """The use cases around open text questions. Every method works inside the caller's transaction."""

    async def ask(
        self,
        tx: AsyncConnection,
        person: Person,
        kind: str,
        about_id: int,
        now: datetime,
        detail: str | None = None,
    ) -> None:
        """Open a question: the next text of this person is its answer."""
        await store.put(tx, AwaitedText(person.id, kind, about_id, now, detail))

    async def open(self, tx: AsyncConnection, person: Person, now: datetime) -> AwaitedText | None:
        """Give the question that is open for somebody now."""
        awaited = await store.of(tx, person.id)
        return awaited if awaited is not None and now - awaited.asked_at < OPEN_FOR else None

    async def close(self, tx: AsyncConnection, person: Person) -> bool:
        """Close a question because it was answered or left; False where none was open."""
        return await store.remove(tx, person.id)
