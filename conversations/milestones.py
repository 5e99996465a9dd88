"""Milestones: what is worth a warm line to the client, and a word in the therapist's digest.

They are the first, fifth, tenth ... check-in a client completes, ratings that are back near usual after a drop, a small
win the client shared, and a goal that moved clearly or was reached. They count what was done and never what was not:
no streak can break, so nobody is told that one did.

Whether a check-in brings one can be said from the check-in alone, since what came before was fixed in it when it was
prompted (`Past`): a look at the history is not needed when it is sent, and the line is the same after a restart.
"""

from dataclasses import dataclass
from enum import StrEnum

from conversations.baseline import Baseline
from conversations.core import CORE
from conversations.course import Course, score, valid
from conversations.flag import DEFAULT, Constants
from conversations.goals import GOAL_PROGRESS
from conversations.model import CheckIn, State
from conversations.occasions import Occasion
from conversations.trend import reaches

WIN = "milestone"
"""The question that asks for a small win."""
EVERY = 5
"""The first check-in counts, and then every fifth."""


class Kind(StrEnum):
    """What sort of milestone it is, those that are rarest first."""

    GOAL_REACHED = "goal_reached"
    GOAL_MOVED = "goal_moved"
    REPAIRED = "repaired"
    WIN = "win"
    FIRST = "first"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone; `number` says which check-in it was, counting those that were completed."""

    kind: Kind
    number: int


def milestones(
    number: int, *, repaired: bool = False, won: bool = False, of_goal: Kind | None = None
) -> tuple[Milestone, ...]:
    """Give the milestones of one completed check-in, the rarest first.

    Args:
        number: which one it was, counting those that were completed, from 1.
        repaired: whether ratings were back after a drop (Flag.REPAIRED).
        won: whether the client shared a small win.
        of_goal: that of the goal the check-in asked about, if it brought one.
    """
    counted = {Kind.FIRST: number == 1, Kind.COUNT: number % EVERY == 0}
    true = {Kind.REPAIRED: repaired, Kind.WIN: won, **counted}
    return tuple(Milestone(kind, number) for kind in Kind if true.get(kind) or kind is of_goal)


def of_check_in(check_in: CheckIn) -> tuple[Milestone, ...]:
    """Give the milestones of a check-in; only a completed one after a session can have any."""
    if check_in.state is not State.COMPLETED or check_in.occasion is not Occasion.AFTER:
        return ()
    won = WIN in check_in.words
    return milestones(check_in.past.completed + 1, repaired=_repaired(check_in), won=won, of_goal=_of_goal(check_in))


def _of_goal(check_in: CheckIn) -> Kind | None:
    progress, past = check_in.answers.get(GOAL_PROGRESS), check_in.past
    if check_in.goal is None or progress is None:
        return None
    if past.goal_reached_at is not None and progress >= past.goal_reached_at:
        return Kind.GOAL_REACHED
    return Kind.GOAL_MOVED if past.goal_moves_at is not None and progress >= past.goal_moves_at else None


def _repaired(check_in: CheckIn) -> bool:
    line, ratings = check_in.past.repair_line, tuple(check_in.answers.get(name) for name in CORE)
    return line is not None and valid(ratings) and reaches(score(ratings), line)


def repair_line(course: Course, constants: Constants = DEFAULT) -> float | None:
    """Give the score from which ratings count as back after a drop, in points; None where no drop is open.

    Args:
        course: what is remembered of the check-ins before.
        constants: the numbers of the question set.
    """
    usual = Baseline.of(course.usual(constants), constants)
    return None if course.dip is None or usual is None else usual.mean - constants.repair_tolerance
