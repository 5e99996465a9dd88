"""What becomes of a check-in whose moment has come, besides what the reducer decides: pauses, the budget, and the log.

After downtime the log says of everything that had fallen due why it is not asked, or asked later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.store.check_ins import Kept
from bot.store.deliveries import Delivery
from conversations.model import CheckIn, State
from conversations.schedule import ANSWER_WINDOW

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

WEEK = timedelta(days=7)
"""The span the budget of questions is for."""


def hindrance(kept: Kept, now: datetime, spent: Mapping[int, int], questions: int, budget: int | None) -> str | None:
    """Say why a check-in is to be called off instead of asked or expired; None where time may take its course.

    `spent` counts the questions each episode was asked in the last week, `questions` those of this check-in.
    """
    check_in = kept.check_in
    if check_in.state is State.OPEN:
        return "never_sent" if _expires_unseen(kept, now) else None
    if check_in.state is not State.SCHEDULED or check_in.due_at > now:
        return None
    if kept.pause is not None and kept.pause.holds(now):
        return "paused"
    if budget is not None and spent.get(check_in.episode_id, 0) + questions > budget:
        return "budget"
    return None


def _expires_unseen(kept: Kept, now: datetime) -> bool:
    """Say whether a prompt's time is over that never reached its client: that is no missing answer."""
    check_in, seen = kept.check_in, kept.screen.message_id is not None or kept.screen.shown_rev > 0
    return not seen and check_in.started_at is None and check_in.expires_at is not None and check_in.expires_at <= now


def tell(before: CheckIn, after: CheckIn, reason: str | None, now: datetime) -> None:
    """Log what was not asked, or not yet, and why."""
    if before.state is after.state is State.SCHEDULED and before.due_at != after.due_at:
        log.info("check_in_put_off", **_about(after, "quiet_hours"))
    elif after.state is State.CANCELLED and before.state is not State.CANCELLED:
        stale = "stale" if now > before.due_at + ANSWER_WINDOW else "next_session"
        log.info("check_in_not_asked", **_about(after, reason or stale))


def tell_replaced(check_in: CheckIn) -> None:
    """Log that a newer session's check-in has taken the place of this one."""
    log.info("check_in_replaced", **_about(check_in, "newer_session"))


def _about(check_in: CheckIn, reason: str) -> dict[str, Any]:
    return {"check_in_id": check_in.id, "session_id": check_in.session_id, "reason": reason}


def by_use(deliveries: Iterable[Delivery], kept: Mapping[int, Kept]) -> Sequence[Delivery]:
    """Put first what is of use for the shortest time: after downtime not everything goes out at once."""

    def closes(delivery: Delivery) -> float:
        about = kept.get(delivery.about_id or 0)
        moment = about.check_in.expires_at if about else None
        return float("inf") if moment is None else moment.timestamp()

    return sorted(deliveries, key=closes)
