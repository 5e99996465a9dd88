"""Holding back what a client has sent until their therapist has rated too (two-sided rating)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import deliveries as outbox
from bot.store import own_views, timers
from bot.store.check_ins import Kept
from bot.store.deliveries import Lane
from conversations.two_sided import OwnView, held_until

BEFORE_SESSION = timedelta(minutes=30)
"""How long before a session what is meant for it is shown."""
OWN_VIEW = "own_view"
"""The timer that ends the waiting for a therapist's own view, and the message that asks for it."""


async def hold(tx: AsyncConnection, sent: Sequence[Kept], now: datetime) -> None:
    """Hold back what was sent, ask its therapists to rate, and set the moment at which it is shown all the same."""
    views = [OwnView(kept.check_in.id, held_until(now, _show_before(kept))) for kept in sent]
    await own_views.add(tx, views)
    for kept, view in zip(sent, views, strict=True):
        await timers.put(tx, OWN_VIEW, kept.therapist_id, view.check_in_id, view.held_until)
        key = f"{OWN_VIEW}:{view.check_in_id}"
        ask = outbox.new(kept.therapist_id, OWN_VIEW, Lane.ALERT, now, about_id=view.check_in_id, dedupe_key=key)
        await outbox.queue(tx, [ask], now)


def _show_before(kept: Kept) -> datetime | None:
    return None if kept.next_session_at is None else kept.next_session_at - BEFORE_SESSION
