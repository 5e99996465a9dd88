"""How charts look: sizes, colours, and the canvas they are drawn on.

Pictures are 1000 pixels wide and a phone shows them about 360 wide, so a letter of 28 pixels is read as one of 10.
The colours are those of Okabe and Ito (2008), which people with any kind of colour vision can tell apart; the parts
differ in dash and marker too. The paper is opaque: Telegram makes photos JPEG, which knows no transparency.
"""

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from bot.drawing.png import png

WIDTH = 1000
_DOTS = 72  # per inch: with as many as a point has, every size below is in pixels

PAPER = "#f8f8f5"
INK = "#1f2328"
QUIET = "#5a6068"
GRID = "#deded9"
BAND = (0.337, 0.706, 0.914, 0.27)
"""Sky blue, let through so that the grid is seen in it."""
SCORE = "#0072b2"
BOND = "#e69f00"
GOALS = "#009e73"
TASKS = "#cc79a7"
FLAGGED = "#d55e00"
GOAL = "#5b2a86"

TEXT = 28
SMALL = 25


def plain_matplotlib() -> None:
    """Forget what a matplotlibrc says, and take every text for text: `$` starts no formula."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update({"text.parse_math": False, "text.usetex": False, "font.family": ["DejaVu Sans"]})


@cache
def _font(size: int, bold: bool) -> FontProperties:
    return FontProperties(size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=1000)
def _text_width(text: str, size: int, bold: bool) -> float:
    measure: Any = RendererAgg(1, 1, _DOTS)  # type: ignore[no-untyped-call]
    width, _, _ = measure.get_text_width_height_descent(text, _font(size, bold), ismath=False)
    return float(width)


class Paper:
    """A figure that is drawn on over and over; all its sizes and places are in pixels from the bottom left."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.figure = Figure(figsize=(width / _DOTS, height / _DOTS), dpi=_DOTS, facecolor=PAPER)
        self.canvas: Any = FigureCanvasAgg(self.figure)  # matplotlib names no types for its canvases

    @property
    def renderer(self) -> Any:
        """What the artists draw with."""
        return self.canvas.get_renderer()

    def clear(self) -> None:
        """Take an empty sheet."""
        self.canvas.draw()

    def copy(self) -> Any:
        """Return what has been drawn so far, for `paste`."""
        return self.canvas.copy_from_bbox(self.figure.bbox)

    def paste(self, copied: Any) -> None:
        """Put a copy back, over everything."""
        self.canvas.restore_region(copied)

    def draw(self, artists: Sequence[Artist]) -> None:
        """Draw these artists on what is there already."""
        for artist in artists:
            artist.set_figure(self.figure)
            artist.draw(self.renderer)

    def text_width(self, text: str, size: int = TEXT, *, bold: bool = False) -> float:
        """Return how wide a text is, in pixels."""
        return _text_width(text, size, bold)

    def text(self, x: float, y: float, text: str, size: int = TEXT, *, bold: bool = False, **look: Any) -> Text:
        """Return a text at a place; `look` holds colour and alignment."""
        return Text(x, y, text, fontproperties=_font(size, bold), **{"color": INK, **look})

    def cut(self, text: str, room: float, size: int = TEXT, *, bold: bool = False) -> str:
        """Shorten a text so that it is no wider than `room` pixels."""
        width = self.text_width(text, size, bold=bold)
        if width <= room:
            return text
        kept = math.floor(len(text) * room / width)
        while kept > 0 and self.text_width(f"{text[:kept]}…", size, bold=bold) > room:
            kept -= 1
        return f"{text[:kept]}…"

    def png(self) -> bytes:
        """Return what has been drawn."""
        return png(self.canvas.buffer_rgba(), self.width, self.height)
