"""Is a short series drifting down? Two rank methods that one odd value cannot fool.

**Mann-Kendall** (Mann 1945, Kendall 1975) asks whether there is a drift at all: S counts the pairs that rose
less the pairs that fell, so it needs no straight line and no normal distribution. For so few points the
normal approximation is wrong, therefore the critical values are from the exact table (Gilbert 1987, table
A18): a steady series reaches them by chance in about 4 of 100 cases (m = 4: .042, m = 5: .042, m = 6: .028,
one-sided).

**Theil-Sen** (Theil 1950, Sen 1968) asks how large it is: the median of the slopes of all pairs, times the
length of the window. A drift that is certain but tiny (10, 9.75, 9.5, 9.25) is not worth a conversation.

Every comparison here and in `alliance.py` goes through `reaches`: scores are means of three or four ratings,
and 9.333... reached by two ways may differ in the last bit. A client must not get a flag, or miss one, for
that.
"""

from collections.abc import Sequence
from itertools import combinations
from statistics import median

TOLERANCE = 1e-9
LONGEST = 6
CRITICAL = {4: -6, 5: -8, 6: -11}
SMALLEST_FALL = 1.0

Point = tuple[int, float]
"""The number of a check-in, counted from 1 with the unanswered ones, and its score in points."""


def reaches(value: float, line: float) -> bool:
    """Tell whether `value` is at or above `line`, give or take 1e-9."""
    return value >= line - TOLERANCE


def mann_kendall(values: Sequence[float]) -> int:
    """Return Mann-Kendall's S: pairs that rose less pairs that fell, equal ones counting nothing.

    Args:
        values: shape (m,), oldest first.

    Returns:
        S between -m(m-1)/2 (every later value is lower) and m(m-1)/2.
    """
    return sum(reaches(later, earlier) - reaches(earlier, later) for earlier, later in combinations(values, 2))


def theil_sen_fall(points: Sequence[Point]) -> float:
    """Return how many points the series fell from its first to its last number, by the median slope.

    Args:
        points: shape (m, 2) with m >= 2, oldest first, numbers strictly rising.

    Returns:
        The fall in points; negative where the series rises.
    """
    slope = median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2))
    return -slope * (points[-1][0] - points[0][0])


def declining(points: Sequence[Point]) -> bool:
    """Tell whether the series drifts down both surely and by enough; never for fewer than four points.

    Args:
        points: shape (m, 2) with m <= 6, oldest first, numbers strictly rising.
    """
    critical = CRITICAL.get(len(points))
    if critical is None or mann_kendall([score for _, score in points]) > critical:
        return False
    return reaches(theil_sen_fall(points), SMALLEST_FALL)
