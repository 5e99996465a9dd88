"""A client's goals under their chart: a small strip each, on the same days."""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from bot.drawing import look
from bot.drawing.frame import Frame
from bot.drawing.look import SMALL, WIDTH, Paper
from bot.drawing.orders import TOP, GoalStrip
from bot.drawing.stamps import Stamps

HEIGHT = 130
"""Pixels a strip takes, its words above it."""
_EDGE, _LEFT, _RIGHT = 16, 84, 966
_WORDS, _LOW, _HIGH = 104, 14, 70
"""Where the words stand and where 0 and 10 lie, in pixels above the strip's lower edge."""
_MARKERS = (("o", 15), ("D", 13), ("s", 14), ("^", 16), ("*", 21), ("P", 17))
"""The signs that goals have in texts too, with their sizes in pixels."""
_SIGN, _BESIDE, _MARGIN, _HALF = 12, 16, 8, 10
_CROWDED = 20
_CLEAR = 14
"""Pixels from a line of the grid at which a number does not stand on it."""


def frames(above: Frame, count: int, bottom: float) -> list[Frame]:
    """Return where each goal lies, the first on top.

    Args:
        above: the frame of the chart; days lie where they lie there.
        count: of goals.
        bottom: where the lowest strip ends, in pixels.
    """
    lows = [bottom + row * HEIGHT + _LOW for row in reversed(range(count))]
    return [Frame(above.left, above.right, low, low + _HIGH - _LOW, above.first, above.last) for low in lows]


def background(paper: Paper, places: Sequence[Frame]) -> list[Artist]:
    """Return what is the same for all goals: the lines and numbers of 0 and 10."""
    return [artist for frame in places for artist in _grid(paper, frame)]


def _grid(paper: Paper, frame: Frame) -> list[Artist]:
    artists: list[Artist] = []
    for points in (0.0, TOP):
        y = frame.y(points)
        artists.append(_grid_line(y))
        artists.append(
            paper.text(_LEFT - 14, y, f"{points:.0f}", SMALL, ha="right", va="center_baseline", color=look.QUIET)
        )
    return artists


def _grid_line(y: float) -> Line2D:
    return Line2D([_LEFT, _RIGHT], [y, y], color=look.GRID, linewidth=2)


def draw(
    paper: Paper, stamps: Stamps, places: Sequence[Frame], days: Sequence[int], goals: Sequence[GoalStrip]
) -> None:
    """Draw each goal in its place, over the background.

    Args:
        paper: to draw on.
        stamps: for the numbers.
        places: as from `frames`.
        days: ordinals, shape (n,).
        goals: as many as there are places.
    """
    for frame, goal in zip(places, goals, strict=True):
        rated = [(day, value) for day, value in zip(days, goal["progress"], strict=True) if value is not None]
        line = frame.line([day for day, _ in rated], [value for _, value in rated])
        sign, size = _sign(goal)
        crowd = min(1.0, _CROWDED / max(len(days), 1))
        _write_newest(paper, stamps, line[0][-1], line[1][-1], f"{rated[-1][1]:.0f}")
        whole = [y for y in (frame.bottom, frame.top) if abs(y - line[1][-1]) > _CLEAR]
        paper.draw([_grid_line(y) for y in whole])  # the number's paper may have covered them
        paper.draw(_title(paper, goal, frame.bottom - _LOW + _WORDS, several=len(goals) > 1))
        paper.draw([Line2D(*line, linewidth=3.5, markersize=max(size * crowd, 10), **sign)])


def _sign(goal: GoalStrip) -> tuple[dict[str, Any], int]:
    marker, size = _MARKERS[goal["sign"] % len(_MARKERS)]
    return {"marker": marker, "color": look.GOAL}, size


def _title(paper: Paper, goal: GoalStrip, y: float, *, several: bool) -> list[Artist]:
    left = _EDGE + (2 * _SIGN + 10 if several else 0)
    words = paper.text(left, y, paper.cut(goal["words"], WIDTH - _EDGE - left), va="center_baseline")
    return [Line2D([_EDGE + _SIGN], [y], markersize=15, **_sign(goal)[0]), words] if several else [words]


def _write_newest(paper: Paper, stamps: Stamps, x: float, y: float, number: str) -> None:
    """Write the newest rating beside its point, within the paper."""
    furthest = WIDTH - _MARGIN - paper.text_width(number, bold=True)
    stamps.paste(paper, min(x + _BESIDE, furthest), y - _HALF, number, bold=True)
