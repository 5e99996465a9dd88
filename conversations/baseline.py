"""A client's own usual: where their scores lie, how far they scatter, and which part has left its place.

Two people's scores scatter differently, but five scores say little about scatter. So the client's own is
mixed with an assumed one, sigma0, that counts as much as nu0 check-ins:

    b = sum(x) / k
    s = sqrt((nu0 * sigma0^2 + sum((x - b)^2)) / (nu0 + k - 1))
    d = max(floor, z * s * sqrt(1 + 1 / k))

s is the scale after k scores under a scaled inverse chi-squared prior (Gelman et al. 2013, chapters 2 and 3);
d is half a prediction interval for one more score (Hahn 1969). sigma0 is the standard error of a score with
SD 1.2 and retest reliability .66: 1.2 * sqrt(1 - .66) = .70. With k = 1 therefore d = 1.96 * .70 * sqrt(2) =
1.94, the reliable change index of Jacobson & Truax (1991); with more scores it becomes the lower limit of a
control chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

from conversations.course import Ratings, score
from conversations.flag import DEFAULT, Constants, Part
from conversations.trend import reaches

SMALLEST_PART_FALL = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Baseline:
    """A client's own usual, from the `k` scores before the one that is judged.

    Attributes:
        mean: b, in points.
        spread: s, in points, mixed with the assumed spread.
        k: how many scores it rests on, from 1 to `Constants.window`.
        threshold: d, the fall in points from which on it is a DROP.
    """

    mean: float
    spread: float
    k: int
    threshold: float

    @classmethod
    def of(cls, check_ins: Sequence[Ratings], constants: Constants = DEFAULT) -> Self | None:
        """Return the baseline of these valid check-ins; None where there are none.

        Args:
            check_ins: shape (k, 4), each with at least three ratings.
            constants: the numbers of the question set.
        """
        scores = [score(ratings) for ratings in check_ins]
        k = len(scores)
        if not k:
            return None
        mean = sum(scores) / k
        scatter = constants.nu0 * constants.sigma0**2 + sum((x - mean) ** 2 for x in scores)
        spread = sqrt(scatter / (constants.nu0 + k - 1))
        return cls(mean, spread, k, max(constants.floor, constants.z * spread * sqrt(1 + 1 / k)))


def part_that_moved(ratings: Ratings, baseline: Sequence[Ratings]) -> Part | None:
    """Return which of bond, goals and tasks moved: the one furthest below its own mean over the baseline.

    Ties go to the first in that order. A part skipped now, or never rated in the baseline, cannot be compared and
    is passed over.

    Args:
        ratings: of the check-in in question.
        baseline: shape (k, 4); with none, the part rated lowest is returned.

    Returns:
        The part; None if it lies less than one point below, or if no part can be compared.
    """
    falls = {part: _fall(place, ratings, baseline) for place, part in enumerate(Part)}
    known = {part: fall for part, fall in falls.items() if fall is not None}
    if not known or (baseline and not reaches(max(known.values()), SMALLEST_PART_FALL)):
        return None
    return next(part for part, fall in known.items() if reaches(fall, max(known.values())))


def _fall(place: int, ratings: Ratings, baseline: Sequence[Ratings]) -> float | None:
    now = ratings[place]
    before = [rating for usual in baseline if (rating := usual[place]) is not None]
    if now is None or (baseline and not before):
        return None
    return sum(before) / len(before) - now if before else -now
