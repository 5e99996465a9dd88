"""Goals with what was said about them. Their words are sealed with the episode's key; ratings are a check-in's answers.

A rating counts once its check-in is closed and kept: held back or declined ones are not there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import DataKey, KeyRing, new_id
from bot.store.history import TOLD
from bot.store.tables import answers, check_ins, episodes, goals
from conversations.goals import GOAL_AGREE, GOAL_PROGRESS, Goal, Rating, Stage

_GOALS = (
    select(goals, episodes.c.wrapped_key)
    .join(episodes, episodes.c.id == goals.c.episode_id)
    .where(goals.c.episode_id.in_(bindparam("episodes", expanding=True)))
    .order_by(goals.c.proposed_at, goals.c.id)
)
_RATINGS = (
    select(check_ins.c.id, check_ins.c.goal_id, check_ins.c.prompted_at, answers.c.question_id, answers.c.rating)
    .join(answers, answers.c.check_in_id == check_ins.c.id)
    .where(
        check_ins.c.episode_id.in_(bindparam("episodes", expanding=True)),
        check_ins.c.goal_id.is_not(None),
        check_ins.c.state.in_(TOLD),
        answers.c.question_id.in_((GOAL_PROGRESS, GOAL_AGREE)),
    )
    .order_by(check_ins.c.prompted_at)
)
_EPISODE_OF = select(goals.c.episode_id).where(goals.c.id == bindparam("id"))


async def of_episodes(
    tx: AsyncConnection, ring: KeyRing, ids: Iterable[int], held: Collection[int] = ()
) -> dict[int, list[Goal]]:
    """Give the goals of episodes, oldest first, in two statements; in one where nobody has any.

    What was said in the check-ins that are `held` (by id) is left out.
    """
    wanted = {"episodes": list(set(ids))}
    rows = (await tx.execute(_GOALS, wanted)).all()
    rated = await _ratings(tx, wanted, held) if rows else {}
    found: dict[int, list[Goal]] = defaultdict(list)
    for row in rows:
        found[row.episode_id].append(_goal(ring, row, rated.get(row.id, ())))
    return found


async def of_episode(tx: AsyncConnection, ring: KeyRing, episode_id: int, held: Collection[int] = ()) -> list[Goal]:
    """Give an episode's goals, oldest first, as `of_episodes` does."""
    return (await of_episodes(tx, ring, [episode_id], held)).get(episode_id, [])


async def episode_of(tx: AsyncConnection, goal_id: int) -> int | None:
    """Say whose goal it is, by episode."""
    found: int | None = (await tx.execute(_EPISODE_OF, {"id": goal_id})).scalar()
    return found


async def _ratings(tx: AsyncConnection, wanted: dict[str, Any], held: Collection[int]) -> dict[int, tuple[Rating, ...]]:
    said: dict[int, dict[int, tuple[datetime, dict[str, int | None]]]] = defaultdict(dict)
    for row in await tx.execute(_RATINGS, wanted):
        if row.id in held:
            continue
        _, given = said[row.goal_id].setdefault(row.id, (row.prompted_at, {}))
        given[row.question_id] = row.rating
    return {goal: tuple(_rating(at, given) for at, given in rated.values()) for goal, rated in said.items()}


def _rating(at: datetime, given: dict[str, int | None]) -> Rating:
    return Rating(at, given.get(GOAL_PROGRESS), given.get(GOAL_AGREE))


def _goal(ring: KeyRing, row: Row[Any], ratings: tuple[Rating, ...]) -> Goal:
    key = ring.unwrap(row.wrapped_key, row.episode_id)
    return Goal(
        id=row.id,
        episode_id=row.episode_id,
        words=opened(key, row.words_sealed, "words_sealed", row.id, row.episode_id),
        proposed_at=row.proposed_at,
        since=row.since,
        stage=Stage(row.stage),
        suggestion=row.suggestion_sealed
        and opened(key, row.suggestion_sealed, "suggestion_sealed", row.id, row.episode_id),
        agreed_at=row.agreed_at,
        agree_t=row.agree_t,
        ratings=ratings,
    )


def opened(key: DataKey, sealed: bytes, column: str, goal_id: int, episode_id: int) -> str:
    """Unseal words of a goal."""
    return key.open(sealed, table="goals", column=column, row=goal_id, owner=episode_id)


def _columns(key: DataKey, goal: Goal) -> dict[str, Any]:
    def sealed(text: str, column: str) -> bytes:
        return key.seal(text, table="goals", column=column, row=goal.id, owner=goal.episode_id)

    return {
        "words_sealed": sealed(goal.words, "words_sealed"),
        "suggestion_sealed": None if goal.suggestion is None else sealed(goal.suggestion, "suggestion_sealed"),
        "stage": goal.stage.value,
        "agree_t": goal.agree_t,
        "agreed_at": goal.agreed_at,
        "since": goal.since,
    }


async def add(tx: AsyncConnection, key: DataKey, episode_id: int, words: str, now: datetime) -> Goal:
    """Insert a proposed goal."""
    goal = Goal(id=new_id(), episode_id=episode_id, words=words, proposed_at=now, since=now)
    values = _columns(key, goal)
    await tx.execute(insert(goals).values(id=goal.id, episode_id=episode_id, proposed_at=now, **values))
    return goal


async def save(tx: AsyncConnection, key: DataKey, goal: Goal) -> None:
    """Write a goal as it stands now; its ratings are the check-ins' business."""
    await tx.execute(update(goals).where(goals.c.id == goal.id).values(**_columns(key, goal)))
