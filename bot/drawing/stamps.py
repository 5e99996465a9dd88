"""Short texts that stand on bare paper, dates and codes: drawn once, pasted many times.

To set a text costs a millisecond, to paste it a hundredth of that, and the same dates and codes come again and again.
"""

from typing import Any

from matplotlib.transforms import Bbox

from bot.drawing import look
from bot.drawing.look import WIDTH, Paper

_HEIGHT, _BASELINE, _MARGIN = 48, 14, 4
_MOST = 400
"""Stamps that are kept; one takes about 16 kB."""


class Stamps:
    """The stamps of one worker."""

    def __init__(self) -> None:
        self._paper = Paper(WIDTH, _HEIGHT)
        self._cut: dict[tuple[str, bool], Any] = {}

    def paste(self, paper: Paper, x: float, baseline: float, text: str, *, bold: bool = False) -> None:
        """Put a text on a paper; `x` is where it begins, both in pixels."""
        if (stamp := self._cut.get((text, bold))) is None:
            if len(self._cut) >= _MOST:
                self._cut.clear()
            stamp = self._cut[text, bold] = self._stamp(text, bold=bold)
        left, top, right, bottom = stamp.get_extents()
        from_top = paper.height - round(baseline) + _BASELINE - _HEIGHT
        paper.canvas.restore_region(stamp, bbox=(left, top, right, bottom), xy=(round(x) - _MARGIN, from_top))

    def _stamp(self, text: str, *, bold: bool) -> Any:  # matplotlib names no type for it
        paper = self._paper
        paper.clear()
        colour = look.INK if bold else look.QUIET
        paper.draw([paper.text(_MARGIN, _BASELINE, text, bold=bold, va="baseline", color=colour)])
        wide = min(WIDTH, round(paper.text_width(text, bold=bold)) + 2 * _MARGIN)
        return paper.canvas.copy_from_bbox(Bbox.from_extents(0, 0, wide, _HEIGHT))
