"""Where check-ins lie in a picture: days from left to right, points (0-10) from bottom to top, all in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from matplotlib.patches import Polygon

from bot.drawing import look
from bot.drawing.orders import TOP, Column, Columns

Line = tuple[list[float], list[float]]
"""The x and the y of a line's points in pixels, shape (n,) each; where y is not a number the line is broken."""


_HIDES = 0.2
"""Points under which two lines cannot be told apart."""
_ASIDE = (6.5, -6.5, -12.0)
"""Pixels."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the picture, in pixels.

    Attributes:
        left: where the first day lies.
        right: where the last day lies.
        bottom: where 0 points lie.
        top: where 10 points lie.
        first: the ordinal of the first day.
        last: the ordinal of the last day; the same as the first where there is only one, which is then in the middle.
    """

    left: float
    right: float
    bottom: float
    top: float
    first: int
    last: int

    def x(self, day: int) -> float:
        """Return where a day lies."""
        share = (day - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, points: float) -> float:
        """Return where so many points lie."""
        return self.bottom + points / TOP * (self.top - self.bottom)

    def line(self, days: Sequence[int], column: Column, up: Sequence[float] = ()) -> Line:
        """Return a line through the numbers of a column, broken where there is none.

        Args:
            days: ordinals, shape (n,).
            column: shape (n,).
            up: pixels by which each point is moved upwards, shape (n,); nothing for not at all.
        """
        heights = [nan if value is None else self.y(value) for value in column]
        moved = [height + more for height, more in zip(heights, up, strict=True)] if up else heights
        return [self.x(day) for day in days], moved

    def marks(self, days: Sequence[int], wanted: Sequence[bool], column: Column, otherwise: float) -> Line:
        """Return the places of the wanted check-ins, at their number or, where there is none, `otherwise` (pixels)."""
        chosen = [(day, value) for day, value, want in zip(days, column, wanted, strict=True) if want]
        places = [otherwise if value is None else self.y(value) for _, value in chosen]
        return [self.x(day) for day, _ in chosen], places

    def band(self, columns: Columns) -> list[tuple[float, float, float]]:
        """Return x, lower and upper edge of the client's own usual, shape (n, 3), oldest first.

        What is usual at a check-in was known since the one before, so the band begins there.
        """
        days = columns["days"]
        known = [
            (self.x(day), self.y(low), self.y(high))
            for day, low, high in zip(days, columns["low"], columns["high"], strict=True)
            if low is not None and high is not None
        ]
        before = len(days) - len(known) - 1
        return [(self.x(days[before]), *known[0][1:]), *known] if known and before >= 0 else known


def soft_band(edges: Sequence[tuple[float, float, float]]) -> Polygon:
    """Return the band as a shape; `edges` as from `Frame.band`, at least two."""
    outline = [(x, high) for x, _, high in edges] + [(x, low) for x, low, _ in reversed(edges)]
    return Polygon(outline, closed=True, facecolor=look.BAND, edgecolor="none")


def fanned_out(score: Column, parts: Sequence[Column]) -> list[list[float]]:
    """Move parts aside where they would lie on the score or on each other, and only there.

    Args:
        score: shape (n,), in points.
        parts: shape (p, n), p <= 3.

    Returns:
        Pixels upwards for each part and check-in, shape (p, n).
    """
    columns = [_aside(*numbers) for numbers in zip(score, *parts, strict=True)]
    return [list(moves) for moves in zip(*columns, strict=True)] if columns else [[] for _ in parts]


def _aside(score: float | None, *parts: float | None) -> list[float]:
    taken, ways = [score], iter(_ASIDE)
    moves = []
    for part in parts:
        hidden = part is not None and any(other is not None and abs(other - part) < _HIDES for other in taken)
        moves.append(next(ways) if hidden else 0.0)
        taken.append(part)
    return moves


def spread(places: Sequence[float], apart: float) -> list[int]:
    """Choose places that are at least `apart` pixels from each other, going back from the last one.

    Evenly spaced check-ins so get evenly spaced dates, and the newest always has one.

    Args:
        places: in pixels, rising.
        apart: in pixels.

    Returns:
        Their indexes, rising.
    """
    chosen: list[int] = []
    for index in range(len(places) - 1, -1, -1):
        if not chosen or places[chosen[-1]] - places[index] >= apart:
            chosen.append(index)
    return chosen[::-1]
