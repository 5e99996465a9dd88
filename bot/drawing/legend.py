"""The words that say which line is which, in as many rows as they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from bot.drawing import look
from bot.drawing.frame import Line
from bot.drawing.look import TEXT, Paper

ROW = 42
_HANDLE, _BETWEEN, _NEXT = 46, 10, 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One sign and its word.

    Attributes:
        key: which sign.
        word: what it means.
    """

    key: str
    word: str


# fmt: off
SIGNS: dict[str, dict[str, Any]] = {
    "score": {"color": look.SCORE, "linewidth": 6, "marker": "o", "markersize": 15},
    "bond": {"color": look.BOND, "linewidth": 3, "linestyle": (0, (6, 2)), "marker": "^", "markersize": 11},
    "goals": {"color": look.GOALS, "linewidth": 3, "linestyle": (0, (2, 1.5)), "marker": "s", "markersize": 9},
    "tasks": {"color": look.TASKS, "linewidth": 3, "linestyle": "-", "marker": "D", "markersize": 9},
    "flagged": {"linestyle": "none", "marker": "o", "markersize": 27, "markerfacecolor": "none",
                "markeredgecolor": look.FLAGGED, "markeredgewidth": 4.5},
    "missed": {"linestyle": "none", "marker": "x", "markersize": 13, "markeredgecolor": look.QUIET,
               "markeredgewidth": 3.5},
    "partial": {"linestyle": "none", "marker": "o", "markersize": 12, "markerfacecolor": "none",
                "markeredgecolor": look.QUIET, "markeredgewidth": 3},
}
# fmt: on
"""How each sign looks, in the legend and in the chart; sizes in pixels."""
_SMALLEST = {"score": 8.0, "bond": 5.0, "goals": 4.0, "tasks": 4.0, "flagged": 19.0, "missed": 10.0, "partial": 9.0}
"""Pixels under which a marker would not be seen on a phone."""
_THINNEST = 0.66
_PARTS, _FAINTEST = ("bond", "goals", "tasks"), 0.7
"""Where many lines cross, the parts stand back behind the score."""


def rows(paper: Paper, entries: Sequence[Entry], room: float) -> list[list[Entry]]:
    """Break entries into rows of at most `room` pixels; one that is wider has a row of its own."""
    broken: list[list[Entry]] = []
    left = 0.0
    for entry in entries:
        width = _HANDLE + _BETWEEN + paper.text_width(entry.word) + _NEXT
        if not broken or width - _NEXT > left:
            broken.append([])
            left = room
        broken[-1].append(entry)
        left -= width
    return broken


def drawn(paper: Paper, entries: list[list[Entry]], x: float, top: float, room: float) -> list[Artist]:
    """Return the artists of a legend whose upper left corner is at (x, top), in pixels."""
    artists: list[Artist] = []
    for number, row in enumerate(entries):
        middle, place = top - (number + 0.5) * ROW, x
        for entry in row:
            artists.append(_sign(entry.key, place, middle))
            word = paper.cut(entry.word, x + room - place - _HANDLE - _BETWEEN)
            artists.append(paper.text(place + _HANDLE + _BETWEEN, middle, word, va="center_baseline"))
            place += _HANDLE + _BETWEEN + paper.text_width(word, TEXT) + _NEXT
    return artists


def _sign(key: str, x: float, y: float) -> Artist:
    if key == "usual":
        return Rectangle((x, y - 13), _HANDLE, 26, facecolor=look.BAND, edgecolor="none")
    return Line2D([x, x + _HANDLE / 2, x + _HANDLE], [y, y, y], markevery=[1], **SIGNS[key])


def signed(key: str, line: Line, crowd: float) -> Line2D:
    """Return a line of the chart in the look of its sign.

    Args:
        key: which sign.
        line: its points in pixels.
        crowd: 1 where there is room for the sizes of the legend, towards 0 the denser the check-ins lie.
    """
    sign = dict(SIGNS[key])
    sign["markersize"] = max(sign["markersize"] * crowd, _SMALLEST[key])
    if "linewidth" in sign:
        sign["linewidth"] = max(sign["linewidth"] * crowd, sign["linewidth"] * _THINNEST)
    if key in _PARTS and crowd < 1:
        sign["alpha"] = max(crowd, _FAINTEST)
    return Line2D(*line, **sign)
