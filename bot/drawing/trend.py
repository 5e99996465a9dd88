"""One client's chart: how their ratings went, against their own usual.

What never changes (paper, grid, scale, legend, note) is drawn once for each wording and copied back; a picture then
costs only its lines and dates.
"""

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from bot.drawing import goal_strips, legend, look
from bot.drawing.frame import Frame, fanned_out, soft_band, spread
from bot.drawing.legend import Entry, signed
from bot.drawing.look import SMALL, WIDTH, Paper
from bot.drawing.orders import TrendOrder
from bot.drawing.stamps import Stamps

HEIGHT = 625
_EDGE, _LEFT, _RIGHT, _INSET = 16, 84, 966, 26
_TITLE, _NOTE, _DATES = 46, 42, 44
_STRIP, _NO_STRIP = 50, 26
"""Under the line of 0 points: room for check-ins without a score, or none where all have one."""
_ROOM = WIDTH - 2 * _EDGE
_SCALE = range(0, 11, 2)
_APART = 28
"""Pixels between two dates."""
_KEPT = 3
"""Backgrounds that are kept; each is 2.5 MB."""
_CROWDED = 20
"""Check-ins from which on lines and markers are smaller."""


class TrendPicture:
    """Draws charts, one after another, on one figure."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._papers: dict[int, Paper] = {}
        self._backgrounds: dict[object, Any] = {}

    def draw(self, order: TrendOrder) -> bytes:
        """Return the chart as PNG, 1000 x 625 pixels and 130 more for each goal."""
        paper, words = self._sheet(len(order["goals"])), order["words"]
        entries = [Entry(key, words[key]) for key in _shown(order)]
        rows = legend.rows(paper, entries, _ROOM)
        top = paper.height - _EDGE - (_TITLE if words["title"] else 0) - len(rows) * legend.ROW - 24
        floor = _EDGE + (_NOTE if words["note"] else 0)
        bottom = floor + len(order["goals"]) * goal_strips.HEIGHT + _DATES + _strip(order)
        days = order["columns"]["days"] or [0]
        frame = Frame(_LEFT + _INSET, _RIGHT - _INSET, bottom, top, days[0], days[-1])
        goals = goal_strips.frames(frame, len(order["goals"]), floor)
        wording = (tuple(entries), words["title"], words["note"])
        self._lay_background(paper, (paper.height, wording), lambda: _background(paper, frame, rows, order, goals))
        paper.draw(_curves(frame, order))
        goal_strips.draw(paper, self._stamps, goals, days, order["goals"])
        self._write_dates(paper, frame, order)
        return paper.png()

    def _sheet(self, goals: int) -> Paper:
        """Give the paper with room for so many goals."""
        if goals not in self._papers:
            self._papers[goals] = Paper(WIDTH, HEIGHT + goals * goal_strips.HEIGHT)
        return self._papers[goals]

    def _lay_background(self, paper: Paper, key: object, background: Callable[[], list[Artist]]) -> None:
        if key not in self._backgrounds:
            if len(self._backgrounds) >= _KEPT:
                self._backgrounds.clear()
            paper.clear()
            paper.draw(background())
            self._backgrounds[key] = paper.copy()
        paper.paste(self._backgrounds[key])

    def _write_dates(self, paper: Paper, frame: Frame, order: TrendOrder) -> None:
        """Write as many dates as fit, each under its check-in."""
        dates = order["dates"]
        places = [frame.x(day) for day in order["columns"]["days"]]
        axis = frame.bottom - _strip(order)
        apart = paper.text_width(max(dates, key=len, default="")) + _APART
        for index in spread(places, apart):
            text = paper.cut(dates[index], _ROOM)
            width = paper.text_width(text)
            x = min(max(places[index] - width / 2, _EDGE), WIDTH - _EDGE - width)
            paper.draw([Line2D([places[index]] * 2, [axis, axis + 10], color=look.QUIET, linewidth=2)])
            self._stamps.paste(paper, x, axis - 32, text)


def _shown(order: TrendOrder) -> list[str]:
    """List the signs that this chart has, in the order of the legend."""
    columns, parts = order["columns"], order["parts"]
    there = {
        "score": _any(columns["score"]),
        "usual": len(columns["days"]) > 1 and _any(columns["low"]),
        "bond": _any(parts["bond"]),
        "goals": _any(parts["goals"]),
        "tasks": _any(parts["tasks"]),
        "flagged": any(columns["flagged"]),
        "missed": any(columns["missed"]),
        "partial": any(columns["partial"]),
    }
    return [key for key, is_there in there.items() if is_there]


def _any(column: Sequence[float | None]) -> bool:
    return any(value is not None for value in column)


def _background(
    paper: Paper, frame: Frame, rows: list[list[Entry]], order: TrendOrder, goals: Sequence[Frame]
) -> list[Artist]:
    words, top = order["words"], paper.height - _EDGE
    artists = goal_strips.background(paper, goals)
    if words["title"]:
        title = paper.cut(words["title"], _ROOM, bold=True)
        artists.append(paper.text(_EDGE, top - _TITLE / 2, title, va="center_baseline", bold=True))
        top -= _TITLE
    artists += legend.drawn(paper, rows, _EDGE, top, _ROOM)
    for points in _SCALE:
        y = frame.y(points)
        artists.append(Line2D([_LEFT, _RIGHT], [y, y], color=look.GRID, linewidth=2))
        artists.append(paper.text(_LEFT - 14, y, str(points), ha="right", va="center_baseline", color=look.QUIET))
    if words["note"]:
        note = paper.cut(words["note"], _ROOM, SMALL)
        artists.append(paper.text(_EDGE, _EDGE + 8, note, SMALL, va="baseline", color=look.QUIET))
    if not {"score", "bond", "goals", "tasks"} & {entry.key for row in rows for entry in row}:
        nothing = paper.cut(words["nothing"], _RIGHT - _LEFT)
        middle = (_LEFT + _RIGHT) / 2
        artists.append(paper.text(middle, frame.y(5), nothing, ha="center", va="center", color=look.QUIET))
    return artists


def _curves(frame: Frame, order: TrendOrder) -> list[Artist]:
    columns, parts = order["columns"], order["parts"]
    days, score, strip = columns["days"], columns["score"], frame.bottom - _STRIP / 2
    crowd = min(1.0, _CROWDED / max(len(days), 1))
    artists: list[Artist] = []
    if len(band := frame.band(columns)) > 1:
        artists.append(soft_band(band))
    named = {"bond": parts["bond"], "goals": parts["goals"], "tasks": parts["tasks"]}
    for (part, column), up in zip(named.items(), fanned_out(score, list(named.values())), strict=True):
        artists.append(signed(part, frame.line(days, column, up), crowd))
    artists.append(signed("score", frame.line(days, score), crowd))
    artists.append(signed("missed", frame.marks(days, columns["missed"], score, strip), crowd))
    artists.append(signed("partial", frame.marks(days, columns["partial"], score, strip), crowd))
    artists.append(signed("flagged", frame.marks(days, columns["flagged"], score, strip), crowd))
    return artists


def _strip(order: TrendOrder) -> int:
    columns = order["columns"]
    return _STRIP if any(columns["missed"]) or any(columns["partial"]) else _NO_STRIP
