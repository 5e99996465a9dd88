"""Small multiples: the scores of many clients side by side, on one time axis, so that a silence shows too."""

from dataclasses import dataclass
from math import ceil, nan

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from bot.drawing import legend, look
from bot.drawing.frame import Frame, Line, soft_band
from bot.drawing.legend import Entry, signed
from bot.drawing.look import SMALL, WIDTH, Paper
from bot.drawing.orders import TOP, Columns, MultiplesOrder, Panel
from bot.drawing.stamps import Stamps

_SHAPES = ((1, 1, 420), (4, 2, 290), (12, 3, 240), (24, 4, 205), (50, 5, 185))
"""Up to so many panels: so many columns, each so many pixels high."""
_EDGE, _TITLE, _NOTE, _INSET, _STRIP = 14, 44, 44, 16, 40
_CROWD = {1: 0.9, 2: 0.7, 3: 0.6, 4: 0.5, 5: 0.45}
"""How small lines and markers are, by the number of columns."""
_SIGNS = ("score", "missed", "partial", "flagged")
_GRID = "grid"


@dataclass(frozen=True, slots=True)
class _Page:
    """Where everything lies, in pixels."""

    columns: int
    panel: int
    rows: list[list[Entry]]
    head: int
    tall: int

    @property
    def width(self) -> float:
        """Of a panel."""
        return (WIDTH - _EDGE) / self.columns

    def frame(self, place: int, first: int, last: int) -> Frame:
        """Return where a panel's check-ins lie; places count from 0, along the rows."""
        left = _EDGE + place % self.columns * self.width
        top = self.tall - self.head - place // self.columns * self.panel
        return Frame(
            left=left + _INSET,
            right=left + self.width - _EDGE - _INSET,
            bottom=top - self.panel + _STRIP,
            top=top - _TITLE - 8,
            first=first,
            last=last,
        )


class MultiplesPicture:
    """Draws small multiples; keeps the figure of the size that was asked for last."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._paper = Paper(WIDTH, _SHAPES[0][2])

    def draw(self, order: MultiplesOrder) -> bytes:
        """Return the picture as PNG, 1000 pixels wide and as high as it needs."""
        panels, words = order["panels"], order["words"]
        page = _page(self._paper, order)
        if self._paper.height != page.tall:
            self._paper = Paper(WIDTH, page.tall)
        paper = self._paper
        paper.clear()
        days = [day for panel in panels for day in panel["columns"]["days"]] or [0]
        frames = [page.frame(place, min(days), max(days)) for place in range(len(panels))]
        paper.draw(legend.drawn(paper, page.rows, _EDGE, page.tall - _EDGE, WIDTH - 2 * _EDGE))
        paper.draw(_curves(frames, panels, _CROWD[page.columns]))
        for frame, panel in zip(frames, panels, strict=True):
            title = paper.cut(panel["title"], page.width - _EDGE, bold=True)
            self._stamps.paste(paper, frame.left - _INSET, frame.top + 16, title, bold=True)
        if words["note"]:
            note = paper.cut(words["note"], WIDTH - 2 * _EDGE, SMALL)
            paper.draw([paper.text(_EDGE, _EDGE + 6, note, SMALL, va="baseline", color=look.QUIET)])
        return paper.png()


def _page(paper: Paper, order: MultiplesOrder) -> _Page:
    count, words = len(order["panels"]), order["words"]
    columns, panel = next((columns, panel) for most, columns, panel in _SHAPES if count <= most)
    rows = legend.rows(paper, [Entry(key, words[key]) for key in _shown(order)], WIDTH - 2 * _EDGE)
    head = _EDGE + len(rows) * legend.ROW + 10
    return _Page(columns, panel, rows, head, head + ceil(count / columns) * panel + (_NOTE if words["note"] else 0))


def _shown(order: MultiplesOrder) -> list[str]:
    """List the signs that are somewhere in the picture, in the order of the legend."""
    all_columns = [panel["columns"] for panel in order["panels"]]
    there = {
        "score": True,
        "usual": any(low is not None for columns in all_columns for low in columns["low"]),
        "flagged": any(any(columns["flagged"]) for columns in all_columns),
        "missed": any(any(columns["missed"]) for columns in all_columns),
        "partial": any(any(columns["partial"]) for columns in all_columns),
    }
    return [key for key, is_there in there.items() if is_there]


def _curves(frames: list[Frame], panels: list[Panel], crowd: float) -> list[Artist]:
    """All panels at once: one line with breaks is quicker than a line for each."""
    lines: dict[str, Line] = {key: ([], []) for key in (_GRID, *_SIGNS)}
    bands: list[Artist] = []
    for frame, panel in zip(frames, panels, strict=True):
        for key, (xs, ys) in _lines(frame, panel["columns"]).items():
            lines[key][0].extend([*xs, nan])
            lines[key][1].extend([*ys, nan])
        if len(band := frame.band(panel["columns"])) > 1:
            bands.append(soft_band(band))
    grid = Line2D(*lines[_GRID], color=look.GRID, linewidth=2)
    return [*bands, grid, *(signed(key, lines[key], crowd) for key in _SIGNS)]


def _lines(frame: Frame, columns: Columns) -> dict[str, Line]:
    days, score, strip = columns["days"], columns["score"], frame.bottom - 16
    left, right = frame.left - _INSET, frame.right + _INSET
    bottom, middle, top = frame.y(0), frame.y(TOP / 2), frame.y(TOP)
    return {
        _GRID: ([left, right, nan] * 3, [bottom, bottom, nan, middle, middle, nan, top, top, nan]),
        "score": frame.line(days, score),
        "missed": frame.marks(days, columns["missed"], score, strip),
        "partial": frame.marks(days, columns["partial"], score, strip),
        "flagged": frame.marks(days, columns["flagged"], score, strip),
    }
