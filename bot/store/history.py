"""A client's closed check-ins, oldest first: what flags, changes and charts are computed from."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import answers, check_ins, sessions
from conversations.model import Answers, CheckIn, State, Step
from conversations.occasions import Occasion

TOLD = (State.COMPLETED.value, State.EXPIRED.value)
IS_AFTER = check_ins.c.occasion == Occasion.AFTER.value
COUNTS = and_(
    check_ins.c.state.in_(TOLD),
    # silence about a session that did not happen is no miss; what was said before it was said all the same
    or_(~IS_AFTER, sessions.c.cancelled_at.is_(None)),
)
"""Which check-ins are part of a client's history; sessions are joined from the left."""
ASKED = check_ins.c.step != Step.IMPORTED.value
"""Which were asked here; the others are past scores from a file: history, and no news, burden or milestone."""
DATED = case((IS_AFTER, sessions.c.starts_at), else_=check_ins.c.prompted_at)
"""The moment a check-in is about: its session's start, or when it was asked."""
OF_SESSION = sessions.c.id == check_ins.c.session_id
_OTHERS = check_ins.alias()
_ITS_OWN = select(_OTHERS.c.id).where(_OTHERS.c.session_id == sessions.c.id)
MET = or_(_ITS_OWN.where(_OTHERS.c.step != Step.IMPORTED.value).exists(), ~_ITS_OWN.exists())
"""Which sessions are a meeting: not those that are there only since past scores came from a file."""

_CLOSED = (
    select(
        check_ins.c.id,
        check_ins.c.prompted_at,
        DATED.label("dated"),
        check_ins.c.goal_id,
        check_ins.c.version_id,
        ASKED.label("asked"),
    )
    .outerjoin(sessions, OF_SESSION)
    .where(check_ins.c.episode_id == bindparam("episode"), COUNTS)
    .order_by(check_ins.c.prompted_at)
)
_ANSWERS = select(answers).where(
    answers.c.check_in_id.in_(bindparam("ids", expanding=True)), answers.c.text_sealed.is_(None)
)


@dataclass(frozen=True, slots=True)
class Closed:
    """One closed check-in, with the version and the goal it asked about. `answers` is empty where nobody answered.

    `session_at` is when it was asked, where it is not about a session that was; `asked` is False where the answers came
    from a file.
    """

    id: int
    prompted_at: datetime
    session_at: datetime
    answers: Answers
    goal_id: int | None = None
    version_id: int | None = None
    asked: bool = True


async def until(tx: AsyncConnection, check_in: CheckIn) -> list[Closed]:
    """Give what came before a closed check-in, and it as the last, where it is part of the history."""
    found = [one for one in await of_episode(tx, check_in.episode_id) if _is_until(one, check_in)]
    return sorted(found, key=lambda one: (one.prompted_at, one.id == check_in.id))


def _is_until(one: Closed, check_in: CheckIn) -> bool:
    return check_in.prompted_at is not None and one.prompted_at <= check_in.prompted_at


async def of_episode(tx: AsyncConnection, episode_id: int) -> list[Closed]:
    """Give an episode's check-ins that were forwarded or expired, oldest first; declined ones are left out."""
    closed = await tx.execute(_CLOSED, {"episode": episode_id})
    rows = closed.all()
    given: dict[int, dict[str, int | None]] = defaultdict(dict)
    for row in await tx.execute(_ANSWERS, {"ids": [row.id for row in rows]}):
        given[row.check_in_id][row.question_id] = row.rating
    return [_closed(row, given[row.id]) for row in rows]


def _closed(row: Row[Any], given: Answers) -> Closed:
    return Closed(row.id, row.prompted_at, row.dated, given, row.goal_id, row.version_id, bool(row.asked))
