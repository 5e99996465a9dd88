"""Holding back what a client has sent until their therapist has rated too (two-sided rating)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import deliveries as outbox
from bot.store import own_views, timers
from bot.store.check_ins import Kept
from bot.store.deliveries import Delivery, Lane
from conversations.preferences import before_session
from conversations.two_sided import OwnView, held_until

OWN_VIEW = "own_view"
"""The timer that ends the waiting for a therapist's own view, and the message that asks for it."""


async def hold(tx: AsyncConnection, sent: Sequence[Kept], now: datetime) -> None:
    """Hold back what was sent, ask its therapists to rate, and set the moment at which it is shown all the same."""
    views = [OwnView(kept.check_in.id, held_until(now, _show_before(kept))) for kept in sent]
    await own_views.add(tx, views)
    whose = {kept.check_in.id: kept.therapist_id for kept in sent}
    moments = [(whose[view.check_in_id], view.check_in_id, view.held_until) for view in views]
    await timers.put_all(tx, OWN_VIEW, moments)
    await outbox.queue(tx, [_ask(therapist_id, number, now) for number, therapist_id in whose.items()], now)


def _ask(therapist_id: int, check_in_id: int, now: datetime) -> Delivery:
    key = f"{OWN_VIEW}:{check_in_id}"
    return outbox.new(therapist_id, OWN_VIEW, Lane.ALERT, now, about_id=check_in_id, dedupe_key=key)


def _show_before(kept: Kept) -> datetime | None:
    return None if kept.next_session_at is None else kept.next_session_at - before_session(kept.therapist)
