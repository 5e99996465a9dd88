"""What the ratings of goals say: what a therapist may want to talk about, and what is good news.

Findings are prompts to talk, never judgements, and each carries its numbers. Only goals that are worked on have any.
The limits are those of the question set; "moved" always means progress, 0-10.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.flag import Level
from conversations.goals import TOP, Goal, Rating, Stage, due_goal
from conversations.model import AskedGoal, Past
from conversations.trend import reaches

_MISMATCH_AT_MOST = 6
_GAP = 3
_ONE_GOAL_MOVED = 3
_GOALS_MOVED = 2.5
_STUCK_RATINGS = 4
_LONG = timedelta(days=28)


class GoalFlag(StrEnum):
    """Something about goals that a therapist may want to talk about. Ids are never shown."""

    MISMATCH = "GOAL_MISMATCH"
    GAP = "GOAL_GAP"
    STUCK = "GOAL_STUCK"

    @property
    def level(self) -> Level:
        """How soon it is told."""
        return Level.INFO if self is GoalFlag.STUCK else Level.AMBER


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag with its numbers; which of them are there depends on the flag. The repr shows none.

    Attributes:
        flag: what was found.
        goal: the goal it is about; None for GOAL_STUCK, which is about all.
        agree: how far the two agree as the client sees it, 0-10 (mismatch, gap).
        agree_t: the same as the therapist sees it (gap).
        ratings: how many of one goal in a row did not move (stuck).
        days: from the first to the last of these (stuck).
    """

    flag: GoalFlag
    goal: Goal | None = None
    agree: int | None = field(default=None, repr=False)
    agree_t: int | None = field(default=None, repr=False)
    ratings: int | None = field(default=None, repr=False)
    days: int | None = field(default=None, repr=False)


def findings(goals: Sequence[Goal]) -> tuple[Finding, ...]:
    """Give what there is to talk about now: goal by goal in their order, then what is said of all."""
    active = [goal for goal in goals if goal.is_active]
    found = [
        one
        for goal in active
        for one in (
            _mismatch(goal),
            _gap(goal),
        )
        if one is not None
    ]
    stuck = _stuck(active)
    return tuple(found) if stuck is None else (*found, stuck)


def _mismatch(goal: Goal) -> Finding | None:
    agree = goal.agree
    return None if agree is None or agree > _MISMATCH_AT_MOST else Finding(GoalFlag.MISMATCH, goal, agree=agree)


def _gap(goal: Goal) -> Finding | None:
    agree, agree_t = goal.agree, goal.agree_t
    if agree is None or agree_t is None or abs(agree - agree_t) < _GAP:
        return None
    return Finding(GoalFlag.GAP, goal, agree=agree, agree_t=agree_t)


def _stuck(active: Sequence[Goal]) -> Finding | None:
    """No goal moved over its last four ratings, and at least one has four over 28 days to say so."""
    windows = [goal.progress[-_STUCK_RATINGS:] for goal in active]
    if any(len({rated for _, rated in window}) > 1 for window in windows):
        return None
    spans = [window[-1][0] - window[0][0] for window in windows if len(window) == _STUCK_RATINGS]
    longest = max(spans, default=timedelta(0))
    return Finding(GoalFlag.STUCK, ratings=_STUCK_RATINGS, days=longest.days) if longest >= _LONG else None


# ---- good news ----


@dataclass(frozen=True, slots=True)
class Moved:
    """Goals that moved clearly: one by 3 or more from its start, or two or three by 2.5 on average in 28 days or more.

    Attributes:
        goals: which.
        by: how many points they moved on average.
        days: from start to now; the shortest where there are several.
    """

    goals: tuple[Goal, ...]
    by: float = field(repr=False)
    days: int

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of the goals."""
        return tuple(goal.id for goal in self.goals)


def moved_clearly(goals: Sequence[Goal]) -> tuple[Moved, ...]:
    """Say which goals stand clearly above where they started, alone and together; let go ones are left out."""
    rated = [goal for goal in goals if goal.stage is not Stage.LET_GO and len(goal.progress) > 1]
    alone = [_moved((goal,)) for goal in rated if _rise(goal) >= _ONE_GOAL_MOVED]
    long = tuple(goal for goal in rated if _span(goal) >= _LONG)
    together = [_moved(long)] if len(long) > 1 else []
    return (*alone, *(moved for moved in together if reaches(moved.by, _GOALS_MOVED)))


def _moved(goals: tuple[Goal, ...]) -> Moved:
    by = sum(_rise(goal) for goal in goals) / len(goals)
    return Moved(goals, by, min(_span(goal).days for goal in goals))


def _rise(goal: Goal) -> int:
    return goal.progress[-1][1] - goal.progress[0][1]


def _span(goal: Goal) -> timedelta:
    return goal.progress[-1][0] - goal.progress[0][0]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is good news in one check-in: goals that moved clearly for the first time, goals that are reached by it."""

    moved: tuple[Moved, ...] = ()
    reached: tuple[Goal, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moved or self.reached)


def progress_of(goals: Sequence[Goal], at: datetime) -> Progress:
    """Give the good news of the check-in whose ratings were made at this moment, each told only once.

    A goal that is reached is not also said to have moved.
    """
    after = [until(goal, at) for goal in goals]
    fresh = {goal.id for goal in after if goal.ratings and goal.ratings[-1].at == at}
    reached = tuple(goal for goal in after if goal.id in fresh and _is_newly_reached(goal))
    told = _told_before(goals, at) | {(goal.id,) for goal in reached}
    moved = (one for one in moved_clearly(after) if fresh.intersection(one.ids) and one.ids not in told)
    return Progress(tuple(moved), reached)


def _is_newly_reached(goal: Goal) -> bool:
    """Say whether it was the last rating that reached it; where the client said so, no rating did."""
    before = replace(goal, ratings=goal.ratings[:-1])
    return goal.stage is Stage.ACTIVE and goal.is_reached and not before.is_reached


def _told_before(goals: Sequence[Goal], at: datetime) -> set[tuple[int, ...]]:
    moments = {rating.at for goal in goals for rating in goal.ratings if rating.at < at}
    return {moved.ids for moment in moments for moved in moved_clearly([until(goal, moment) for goal in goals])}


def until(goal: Goal, at: datetime) -> Goal:
    """Give a goal with the ratings it had at a moment."""
    return replace(goal, ratings=tuple(rating for rating in goal.ratings if rating.at <= at))


# ---- before a check-in ----


def ask(goals: Sequence[Goal], past: Past, now: datetime) -> tuple[AskedGoal | None, Past]:
    """Choose the goal that a check-in prompted now asks about, and say from which progress on it would be good news."""
    goal = due_goal(goals, past.completed)
    if goal is None:
        return None, past
    news = {progress: progress_of(_rated_with(goals, goal, progress, now), now) for progress in range(TOP + 1)}
    moves_at = min((progress for progress, one in news.items() if one.moved), default=None)
    reached_at = min((progress for progress, one in news.items() if one.reached), default=None)
    return AskedGoal(goal.id, goal.words), replace(past, goal_moves_at=moves_at, goal_reached_at=reached_at)


def _rated_with(goals: Sequence[Goal], goal: Goal, progress: int, now: datetime) -> list[Goal]:
    rated = replace(goal, ratings=(*goal.ratings, Rating(now, progress)))
    return [rated if one.id == goal.id else one for one in goals]
