"""The loop around each check-in: was it talked about, and does the client agree."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.store import deliveries as outbox
from bot.store import discussions as store
from bot.store.deliveries import Lane
from conversations.discussion import ASK_CLIENT_AFTER, Discussion, Turn, move

__all__ = ["Discussion", "Discussions", "Turn"]


class Discussions:
    """The use cases of the loop. Every method works inside the caller's transaction."""

    async def stands(self, tx: AsyncConnection, check_in_id: int) -> Discussion:
        """Say where a check-in's loop stands."""
        return await store.stands(tx, check_in_id)

    async def take_turn(self, tx: AsyncConnection, kept: Kept, turn: Turn, now: datetime) -> Discussion | None:
        """Apply what the therapist or the client says; None where it changes nothing."""
        number = kept.check_in.id
        after = move(await store.stands(tx, number), turn)
        if after is None:
            return None
        await store.put(tx, number, after, now)
        if turn is Turn.TALKED:
            await self._ask_client(tx, kept, now)
        elif turn is Turn.NOT_YET:
            reopened = outbox.new(kept.therapist_id, "reopened", Lane.ALERT, now, about_id=number)
            await outbox.queue(tx, [reopened], now)
        return after

    async def _ask_client(self, tx: AsyncConnection, kept: Kept, now: datetime) -> None:
        """Ask once for each time the loop is closed; one that was undone meanwhile is not asked about."""
        number, stamp = kept.check_in.id, _stamp(now)
        question = outbox.new(
            kept.client_id,
            "talked_ask",
            Lane.PROMPT,
            now,
            about_id=number,
            detail=stamp,
            dedupe_key=f"talked:{number}:{stamp}",
        )
        await outbox.queue(tx, [replace(question, not_before=now + ASK_CLIENT_AFTER)], now)

    async def is_to_be_asked(self, tx: AsyncConnection, check_in_id: int, stamp: str | None) -> bool:
        """Say whether the loop still stands as it did when the question to the client was queued."""
        since = await store.since(tx, check_in_id)
        stands = await store.stands(tx, check_in_id)
        return stands is Discussion.TALKED and since is not None and _stamp(since) == stamp


def _stamp(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
