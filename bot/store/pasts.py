"""What came before check-ins that are about to be prompted: two statements, however many there are."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import answers, check_ins
from conversations.alliance import Response
from conversations.milestones import CORE, repair_line
from conversations.model import Past, State

_TOLD = (State.COMPLETED.value, State.EXPIRED.value)
_COMPLETED = case((check_ins.c.state == State.COMPLETED.value, 1), else_=0)
_OF_THESE = check_ins.c.episode_id.in_(bindparam("episodes", expanding=True))
_COUNTED = (
    select(
        check_ins.c.episode_id,
        check_ins.c.extra,
        func.sum(_COMPLETED).label("completed"),
        func.max(check_ins.c.prompted_at).label("last_at"),
    )
    .where(_OF_THESE, check_ins.c.prompted_at.is_not(None))
    .group_by(check_ins.c.episode_id, check_ins.c.extra)
)
_RATED = (
    select(
        check_ins.c.episode_id,
        *(func.max(case((answers.c.question_id == name, answers.c.rating))).label(name) for name in CORE),
    )
    .join(answers, answers.c.check_in_id == check_ins.c.id)
    .where(_OF_THESE, check_ins.c.state.in_(_TOLD))
    .group_by(check_ins.c.episode_id, check_ins.c.id, check_ins.c.prompted_at)
    .order_by(check_ins.c.prompted_at)
)


async def of_episodes(tx: AsyncConnection, episodes: Collection[int]) -> dict[int, Past]:
    """Say of episodes what their next check-in will look back on; one with nothing behind it is absent."""
    completed: dict[int, int] = defaultdict(int)
    asked: dict[int, dict[str, datetime]] = defaultdict(dict)
    for row in await tx.execute(_COUNTED, {"episodes": list(episodes)}):
        completed[row.episode_id] += row.completed
        for name in read_extra(row.extra):
            asked[row.episode_id][name] = max(row.last_at, asked[row.episode_id].get(name, row.last_at))
    lines = await _repair_lines(tx, [number for number, count in completed.items() if count > 1])
    return {number: Past(count, _by_age(asked[number]), lines.get(number)) for number, count in completed.items()}


def _by_age(asked: dict[str, datetime]) -> tuple[str, ...]:
    return tuple(sorted(asked, key=lambda name: (asked[name], name)))


async def _repair_lines(tx: AsyncConnection, episodes: Collection[int]) -> dict[int, float | None]:
    """Find for whom a drop is open. Who never answered in between changes nothing about that, and is left out."""
    if not episodes:
        return {}
    histories: dict[int, list[Response]] = defaultdict(list)
    for episode_id, *ratings in await tx.execute(_RATED, {"episodes": list(episodes)}):
        histories[episode_id].append(tuple(ratings))
    return {number: repair_line(history) for number, history in histories.items()}


# ---- how it lies in the check-in's row ----


@lru_cache(maxsize=1024)
def write_past(past: Past) -> str | None:
    """Write a past; None for one in which nothing was."""
    return None if past == Past() else json.dumps(asdict(past))


@lru_cache(maxsize=1024)
def read_past(content: str | None) -> Past:
    """Read what `write_past` wrote."""
    if content is None:
        return Past()
    plain = json.loads(content)
    return Past(**{**plain, "asked": tuple(plain["asked"])})


def write_extra(extra: Iterable[str]) -> str | None:
    """Write the ids of questions, which hold no space; None for none."""
    return " ".join(extra) or None


def read_extra(content: str | None) -> tuple[str, ...]:
    """Read what `write_extra` wrote."""
    return tuple(content.split()) if content else ()
