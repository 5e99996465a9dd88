"""What a client's chart shows, as numbers; nothing here is drawn or worded.

Each check-in is compared with the client's own usual as it was *then*, before the check-in itself could change
it. So the band of a chart is the one the flags were decided by, and a point never pulls the band under itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from conversations.alliance import Reading, Response, step
from conversations.baseline import Baseline
from conversations.course import Course, Ratings, core_ratings
from conversations.flag import DEFAULT, Constants, Level

MOST_GOALS = 3
"""Goals that have room under a chart."""
_UNANSWERED: Ratings = (None, None, None, None)


class Standing(StrEnum):
    """Whether a check-in has a score, and if not, why."""

    SCORED = "scored"
    PARTIAL = "partial"  # too few of the four were answered to speak of a score
    MISSED = "missed"  # it expired with no answer


@dataclass(frozen=True, slots=True, repr=False)
class TrendPoint:
    """One check-in of a chart. Its repr shows no rating: reprs end in logs.

    Attributes:
        day: the client's local date.
        standing: scored, partial or missed.
        score: A, in points (0-10); None unless scored.
        bond: 0-10; None where skipped or missed. The same holds for goals and tasks.
        goals: see bond.
        tasks: see bond.
        flagged: whether the check-in has a red or amber flag.
        usual: the client's own usual before this check-in: its mean b and its threshold d in points; None before the
            first score.
    """

    day: date
    standing: Standing
    score: float | None
    bond: float | None
    goals: float | None
    tasks: float | None
    flagged: bool
    usual: Baseline | None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal of a chart. Its repr shows neither words nor ratings.

    Attributes:
        sign: which of the goals' signs it has, from 0; the same as in texts.
        words: the goal's.
        progress: shape (n,), 0-10; None at check-ins that did not ask about it.
    """

    sign: int
    words: str = field(repr=False)
    progress: tuple[int | None, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trend:
    """The numbers of one client's chart.

    Attributes:
        points: shape (n,), oldest first.
        goals: at most `MOST_GOALS`, each with n progress ratings.
        left_out: the days of answered check-ins of the same time that asked something else, or on another scale;
            oldest first.
    """

    points: tuple[TrendPoint, ...]
    goals: tuple[GoalLine, ...] = ()
    left_out: tuple[date, ...] = ()

    @classmethod
    def of(cls, history: Iterable[tuple[date, Response]], constants: Constants = DEFAULT) -> Self:
        """Read a history from its first check-in on.

        Args:
            history: the client's local date and the ratings of each check-in, oldest first; which belong in it is said
                in `alliance.flags`.
            constants: the numbers of the question set.

        Raises:
            ValueError: if a check-in has not four items.
        """
        course, points = Course(), []
        for day, check_in in history:
            before = course
            course, reading = step(before, check_in, constants)
            points.append(_point(day, check_in, before, reading, constants))
        return cls(tuple(points))

    def last(self, count: int) -> Self:
        """Return the trend of the last `count` check-ins, judged with all that came before them in mind."""
        first = max(len(self.points) - max(count, 0), 0)
        goals = (replace(goal, progress=goal.progress[first:]) for goal in self.goals)
        return type(self)(self.points[first:], tuple(goals)).with_goals(())

    def with_goals(self, goals: Iterable[GoalLine]) -> Self:
        """Add goals; those without a rating at any of these check-ins, and those beyond the most, are left out.

        Raises:
            ValueError: if a goal has not one place for each check-in.
        """
        rated = [goal for goal in (*self.goals, *goals) if any(one is not None for one in goal.progress)]
        if any(len(goal.progress) != len(self.points) for goal in rated):
            raise ValueError("a goal needs one place for each check-in")
        return replace(self, goals=tuple(rated[:MOST_GOALS]))


def _point(day: date, check_in: Response, before: Course, reading: Reading, constants: Constants) -> TrendPoint:
    bond, goals, tasks, _ = _UNANSWERED if check_in is None else core_ratings(check_in)
    evidence = reading.evidence
    if evidence is not None:
        standing, usual = Standing.SCORED, evidence.baseline
    else:
        # Without a score nothing was compared, but the band goes on through the gap.
        standing = Standing.MISSED if check_in is None else Standing.PARTIAL
        usual = Baseline.of(before.usual(constants), constants)
    return TrendPoint(
        day=day,
        standing=standing,
        score=None if evidence is None else evidence.score,
        bond=bond,
        goals=goals,
        tasks=tasks,
        flagged=reading.level in (Level.RED, Level.AMBER),
        usual=usual,
    )
