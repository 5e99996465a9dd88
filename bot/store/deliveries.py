"""The outbox: one row per message that must still reach somebody. Rendered from ids when sent, never stored as text."""

import itertools
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import Moment, deliveries


class Lane(IntEnum):
    """Who goes first when Telegram's limits make somebody wait."""

    REPLY = 0
    ALERT = 1
    PROMPT = 2
    DIGEST = 3


class Outcome(StrEnum):
    """How a delivery ended."""

    SENT = "sent"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to one person. `kind` names its text, `about_id` and `detail` what it is rendered from.

    `dedupe_key` makes a second delivery for the same cause impossible; it holds ids only.
    """

    id: int
    person_id: int
    kind: str
    lane: Lane
    about_id: int | None
    detail: str | None
    dedupe_key: str | None
    not_before: datetime
    attempts: int = 0


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        lane=Lane(row.lane),
        about_id=row.about_id,
        detail=row.detail,
        dedupe_key=row.dedupe_key,
        not_before=row.not_before,
        attempts=row.attempts,
    )


def new(
    person_id: int,
    kind: str,
    lane: Lane,
    now: datetime,
    *,
    about_id: int | None = None,
    detail: str | None = None,
    dedupe_key: str | None = None,
) -> Delivery:
    """Make a delivery. Its id is given when it is queued; without a dedupe key it is unique by that id."""
    return Delivery(0, person_id, kind, lane, about_id, detail, dedupe_key, now)


def in_lane(delivery: Delivery, lane: Lane, detail: str | None) -> Delivery:
    """Give a delivery another lane and detail."""
    return replace(delivery, lane=lane, detail=detail)


_order = itertools.count(secrets.randbelow(1 << 20))


def _ordered_id(now: datetime) -> int:
    """Make an id that sorts by the moment, and within it by the order of asking: one chat's messages keep theirs."""
    return _first_id(now) | (next(_order) & 0xFFFFF)


def _first_id(moment: datetime) -> int:
    return int(moment.timestamp() * 1000) << 20


async def queue(tx: AsyncConnection, wanted: Sequence[Delivery], now: datetime) -> None:
    """Insert deliveries; one whose dedupe key is known is left out."""
    if not wanted:
        return
    into = sqlite.insert(deliveries) if tx.dialect.name == "sqlite" else postgresql.insert(deliveries)
    rows = [_columns(replace(delivery, id=_ordered_id(now)), now) for delivery in wanted]
    await tx.execute(into.on_conflict_do_nothing(index_elements=["dedupe_key"]), rows)


def _columns(delivery: Delivery, now: datetime) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "person_id": delivery.person_id,
        "kind": delivery.kind,
        "lane": int(delivery.lane),
        "about_id": delivery.about_id,
        "detail": delivery.detail,
        "dedupe_key": delivery.dedupe_key or f"once:{delivery.id}",
        "not_before": delivery.not_before,
        "attempts": delivery.attempts,
        "created_at": now,
    }


_WAITING = deliveries.c.outcome.is_(None)
_READY = (
    select(deliveries)
    .where(_WAITING, deliveries.c.not_before <= bindparam("now", type_=Moment))
    .where(deliveries.c.person_id.not_in(bindparam("busy", expanding=True)))
    .order_by(deliveries.c.lane, deliveries.c.not_before, deliveries.c.id)
    .limit(bindparam("most"))
)
_AHEAD = select(func.min(deliveries.c.not_before)).where(
    _WAITING, deliveries.c.not_before > bindparam("now", type_=Moment)
)
_FINISH = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"))
    .values(outcome=bindparam("b_outcome"), message_id=bindparam("b_message"), done_at=bindparam("b_now", type_=Moment))
)


async def waiting(tx: AsyncConnection, now: datetime, limit: int, busy: Iterable[int] = ()) -> list[Delivery]:
    """Give deliveries that may go out now, best lane first, then the longest waiting; without those of busy people."""
    rows = await tx.execute(_READY, {"now": now, "busy": list(busy), "most": limit})
    return [_delivery(row) for row in rows]


async def next_wait(tx: AsyncConnection, now: datetime) -> datetime | None:
    """When the first delivery that still has to wait may go out."""
    moment: datetime | None = (await tx.execute(_AHEAD, {"now": now})).scalar_one()
    return moment


async def finish(
    tx: AsyncConnection, delivery_id: int, outcome: Outcome, now: datetime, message_id: int | None = None
) -> None:
    """Write how a delivery ended."""
    values = {"b_id": delivery_id, "b_outcome": outcome.value, "b_message": message_id, "b_now": now}
    await tx.execute(_FINISH, values)


async def put_off(
    tx: AsyncConnection,
    delivery_id: int,
    until: datetime,
    *,
    count: bool = True,
    quiet_since: datetime | None = None,
) -> None:
    """Let a delivery wait.

    Args:
        tx: the open transaction.
        delivery_id: which.
        until: the moment from which it may go out.
        count: whether this was an attempt.
        quiet_since: since when it waits for the end of quiet hours, if that is what it waits for.
    """
    attempts = deliveries.c.attempts + (1 if count else 0)
    changed = update(deliveries).where(deliveries.c.id == delivery_id)
    await tx.execute(changed.values(not_before=until, attempts=attempts, quiet_since=quiet_since))


async def release_quiet(tx: AsyncConnection, person_id: int, now: datetime) -> None:
    """Look again at what waits for the end of somebody's quiet hours: these may have changed."""
    held = _WAITING & deliveries.c.quiet_since.is_not(None) & (deliveries.c.person_id == person_id)
    await tx.execute(update(deliveries).where(held).values(not_before=now, quiet_since=None))


async def forget_done(tx: AsyncConnection, before: datetime) -> None:
    """Delete deliveries that ended before a moment.

    They were queued before it too: their ids say so, which saves looking at those that are kept.
    """
    await tx.execute(delete(deliveries).where(deliveries.c.id < _first_id(before), deliveries.c.done_at < before))


async def created_at(tx: AsyncConnection, dedupe_key: str) -> datetime | None:
    """When a delivery was queued, if it is remembered."""
    moment: datetime | None = (
        await tx.execute(select(deliveries.c.created_at).where(deliveries.c.dedupe_key == dedupe_key))
    ).scalar()
    return moment


async def is_known(tx: AsyncConnection, dedupe_key: str) -> bool:
    """Say whether there is, or was, a delivery of this key."""
    found = await tx.execute(select(deliveries.c.id).where(deliveries.c.dedupe_key == dedupe_key))
    return found.first() is not None


async def message_of(tx: AsyncConnection, dedupe_key: str) -> int | None:
    """Give the message a sent delivery became."""
    found: int | None = (
        await tx.execute(select(deliveries.c.message_id).where(deliveries.c.dedupe_key == dedupe_key))
    ).scalar()
    return found


async def last_message(tx: AsyncConnection, person_id: int, kind: str) -> int | None:
    """Give the newest message that a delivery of a kind became in somebody's chat."""
    sent = select(deliveries.c.message_id).where(
        deliveries.c.person_id == person_id, deliveries.c.kind == kind, deliveries.c.message_id.is_not(None)
    )
    return (await tx.execute(sent.order_by(deliveries.c.id.desc()).limit(1))).scalar()
