"""What came before check-ins that are about to be prompted: two statements, however many there are.

What was judged of them must be kept by then (`bot/readings.py`); no history is read here.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.history import ASKED
from bot.store.tables import check_ins, courses
from conversations.course import Course
from conversations.milestones import repair_line
from conversations.model import Past, State
from conversations.occasions import Occasion

_COMPLETED = case(
    ((check_ins.c.state == State.COMPLETED.value) & (check_ins.c.occasion == Occasion.AFTER.value), 1), else_=0
)
_OF_THESE = check_ins.c.episode_id.in_(bindparam("episodes", expanding=True))
_COUNTED = (
    select(
        check_ins.c.episode_id,
        check_ins.c.extra,
        func.sum(_COMPLETED).label("completed"),
        func.max(check_ins.c.prompted_at).label("last_at"),
    )
    .where(_OF_THESE, ASKED, check_ins.c.prompted_at.is_not(None))
    .group_by(check_ins.c.episode_id, check_ins.c.extra)
)
_COURSES = select(courses.c.episode_id, courses.c.content).where(
    courses.c.episode_id.in_(bindparam("episodes", expanding=True))
)


async def of_episodes(tx: AsyncConnection, episodes: Collection[int]) -> dict[int, Past]:
    """Say of episodes what their next check-in will look back on; one with nothing behind it is absent."""
    completed: dict[int, int] = defaultdict(int)
    asked: dict[int, dict[str, datetime]] = defaultdict(dict)
    for row in await tx.execute(_COUNTED, {"episodes": list(episodes)}):
        completed[row.episode_id] += row.completed
        for name in read_extra(row.extra):
            asked[row.episode_id][name] = max(row.last_at, asked[row.episode_id].get(name, row.last_at))
    lines = await _repair_lines(tx, completed)
    return {number: Past(count, _by_age(asked[number]), lines.get(number)) for number, count in completed.items()}


def _by_age(asked: dict[str, datetime]) -> tuple[str, ...]:
    return tuple(sorted(asked, key=lambda name: (asked[name], name)))


async def _repair_lines(tx: AsyncConnection, episodes: Collection[int]) -> dict[int, float | None]:
    """Find for whom a drop is open, from what is kept of their course."""
    rows = await tx.execute(_COURSES, {"episodes": list(episodes)})
    return {row.episode_id: repair_line(Course.from_data(json.loads(row.content))) for row in rows}


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
