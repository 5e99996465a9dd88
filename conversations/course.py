"""What must be remembered of a client's check-ins so that the next one can be judged alone.

A `Course` is the whole memory of `alliance.step`: a frozen value of bounded size, however long the care has
lasted. It turns to plain data and back without loss, so it can lie in the database between two check-ins and
a restart is never noticed. Nothing in it is derived that could be computed from the rest: the baseline's mean
is not kept beside the baseline, the lowest point of a dip not beside the scores of the dip, so the parts
cannot come to disagree. No repr shows a rating: reprs end in logs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self, TypedDict

from conversations.flag import Constants, Flag
from conversations.trend import LONGEST, Point

ITEMS = 4
NEEDED = 3

Ratings = tuple[float | None, ...]
"""Bond, goals, tasks, overall: 0-10 each, None where skipped. Always four."""


def core_ratings(check_in: Sequence[float | None]) -> Ratings:
    """Return the four ratings as a tuple.

    Args:
        check_in: bond, goals, tasks, overall.

    Raises:
        ValueError: if there are not exactly four.
    """
    if len(check_in) != ITEMS:
        raise ValueError(f"a check-in has {ITEMS} core items, not {len(check_in)}")
    return tuple(check_in)


def answered(ratings: Ratings) -> list[float]:
    """Return the ratings that were given, in order."""
    return [answer for answer in ratings if answer is not None]


@lru_cache(maxsize=4096)  # each is looked at many times while it stays in the course
def score(ratings: Ratings) -> float:
    """Return A, the mean of the ratings given, in points (0-10).

    Raises:
        ZeroDivisionError: if all were skipped; ask `valid` first.
    """
    given = answered(ratings)
    return sum(given) / len(given)


def valid(ratings: Ratings) -> bool:
    """Tell whether enough was answered to speak of a score: three of the four."""
    return len(answered(ratings)) >= NEEDED


class CourseData(TypedDict):
    """A course as plain data: what JSON can hold, and gives back the same."""

    number: int
    baseline: list[list[float | None]]
    recent: list[tuple[int, list[float | None]]]
    dip: list[list[float | None]]
    misses: int
    low_sign: bool
    last_low: float | None
    running: list[str]


@dataclass(frozen=True, slots=True, repr=False)
class Dip:
    """The open time after a DROP.

    Attributes:
        check_ins: the valid ones so far, the one with the DROP first; never empty.
    """

    check_ins: tuple[Ratings, ...]

    @property
    def nadir(self) -> float:
        """The lowest score so far, in points."""
        return min(score(ratings) for ratings in self.check_ins)

    @property
    def length(self) -> int:
        """How many valid scores have followed the one with the DROP (n)."""
        return len(self.check_ins) - 1


@dataclass(frozen=True, slots=True, repr=False)
class Course:
    """Everything the rules need to know of the check-ins so far. A fresh one knows of none.

    Attributes:
        number: check-ins so far, the unanswered and the partial ones counted, the declined ones not.
        baseline: the last `Constants.window` valid check-ins that belong to no open or repaired dip, oldest first.
        recent: the last six valid check-ins, dips included, each with its number, oldest first.
        dip: the open dip, if there is one.
        misses: unanswered check-ins in a row.
        low_sign: whether the last low sign stands: no valid check-in without LOW has followed it.
        last_low: the score of the check-in directly before, if that was LOW.
        running: which of DECLINE, CEILING and FLAT were true at the last valid check-in.
    """

    number: int = 0
    baseline: tuple[Ratings, ...] = ()
    recent: tuple[tuple[int, Ratings], ...] = ()
    dip: Dip | None = None
    misses: int = 0
    low_sign: bool = False
    last_low: float | None = None
    running: frozenset[Flag] = frozenset()

    @property
    def points(self) -> tuple[Point, ...]:
        """Number and score of the last valid check-ins, at most six, oldest first."""
        return tuple((number, score(ratings)) for number, ratings in self.recent)

    def usual(self, constants: Constants) -> tuple[Ratings, ...]:
        """Return the check-ins of the baseline, also where another set of questions remembered more of them."""
        return self.baseline[-constants.window :]

    def remember(self, ratings: Ratings) -> Self:
        """Return the course with a valid check-in as its most recent one."""
        return replace(self, recent=(*self.recent, (self.number, ratings))[-LONGEST:])

    def settle(self, check_ins: tuple[Ratings, ...], constants: Constants) -> Self:
        """Return the course with no dip open and these check-ins in the baseline."""
        return replace(self, dip=None, baseline=(*self.baseline, *check_ins)[-constants.window :])

    def to_data(self) -> CourseData:
        """Return the course as plain data that JSON keeps exactly."""
        return {
            "number": self.number,
            "baseline": [list(ratings) for ratings in self.baseline],
            "recent": [(number, list(ratings)) for number, ratings in self.recent],
            "dip": [list(ratings) for ratings in self.dip.check_ins] if self.dip else [],
            "misses": self.misses,
            "low_sign": self.low_sign,
            "last_low": self.last_low,
            "running": sorted(self.running),
        }

    @classmethod
    def from_data(cls, data: CourseData) -> Self:
        """Return the course that `to_data` was called on.

        Args:
            data: what `to_data` returned; lists in place of tuples, as JSON gives them, are welcome.

        Raises:
            KeyError: if a field is missing.
            ValueError: if a check-in has not four items or a flag is unknown.
        """
        dip = tuple(core_ratings(ratings) for ratings in data["dip"])
        return cls(
            number=data["number"],
            baseline=tuple(core_ratings(ratings) for ratings in data["baseline"]),
            recent=tuple((number, core_ratings(ratings)) for number, ratings in data["recent"]),
            dip=Dip(dip) if dip else None,
            misses=data["misses"],
            low_sign=data["low_sign"],
            last_low=data["last_low"],
            running=frozenset(Flag(flag) for flag in data["running"]),
        )
