"""What the bot asks of the drawing worker: plain columns of numbers and texts that cross the pipe as JSON.

Nothing is drawn here and matplotlib is not imported, so both sides may read this module.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypedDict

from conversations.trends import Standing, Trend

TOP = 10.0
MOST_PANELS = 50
_LONGEST_TEXT = 120
"""Characters of a text that are drawn at all."""

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The texts of one chart in its reader's language, already written by their locale.

    Attributes:
        dates: one for each check-in, short; the chart shows as many as fit.
        score: the mean of the four ratings.
        usual: the band.
        bond: the three parts, each by its label.
        goals: see bond.
        tasks: see bond.
        flagged: a check-in worth a word.
        missed: a check-in with no answer.
        partial: a check-in with too few answers for a score.
        nothing: what stands in a chart without a single rating.
        title: the client's code, or nothing.
        note: one line under the chart.
    """

    dates: tuple[str, ...]
    score: str
    usual: str
    bond: str
    goals: str
    tasks: str
    flagged: str
    missed: str
    partial: str
    nothing: str
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DigestWords:
    """The texts of small multiples; each means what it means in `ChartWords`."""

    score: str
    usual: str
    flagged: str
    missed: str
    partial: str
    note: str = ""


Words = dict[str, str]
"""The texts of `ChartWords` or `DigestWords` by their names, without the dates."""


class Columns(TypedDict):
    """A trend as columns, each of shape (n,), oldest first; None where there is no number.

    Days are ordinals (days since 1 January of year 1), everything else is in points (0-10). `low` and `high` are the
    edges of the client's own usual.
    """

    days: list[int]
    score: Column
    low: Column
    high: Column
    missed: list[bool]
    partial: list[bool]
    flagged: list[bool]


class Parts(TypedDict):
    """The three parts, each of shape (n,)."""

    bond: Column
    goals: Column
    tasks: Column


class GoalStrip(TypedDict):
    """A goal under a chart: its sign, its words and its progress (0-10), shape (n,)."""

    sign: int
    words: str
    progress: Column


class TrendOrder(TypedDict):
    """One client's chart."""

    draw: Literal["trend"]
    goals: list[GoalStrip]
    columns: Columns
    parts: Parts
    dates: list[str]
    words: Words


class Panel(TypedDict):
    """One of the small multiples."""

    title: str
    columns: Columns


class MultiplesOrder(TypedDict):
    """Small multiples of several clients on one time axis."""

    draw: Literal["multiples"]
    panels: list[Panel]
    words: Words


Order = TrendOrder | MultiplesOrder


def trend_order(trend: Trend, words: ChartWords) -> TrendOrder:
    """Ask for one client's chart.

    Raises:
        ValueError: if there is not one date for each check-in.
    """
    if len(words.dates) != len(trend.points):
        raise ValueError(f"{len(trend.points)} check-ins need as many dates, not {len(words.dates)}")
    return {
        "draw": "trend",
        "columns": columns(trend),
        "parts": {
            "bond": [point.bond for point in trend.points],
            "goals": [point.goals for point in trend.points],
            "tasks": [point.tasks for point in trend.points],
        },
        "goals": [
            {"sign": goal.sign, "words": plain(goal.words), "progress": list(goal.progress)} for goal in trend.goals
        ],
        "dates": [plain(text) for text in words.dates],
        "words": _texts(words),
    }


def multiples_order(panels: Sequence[tuple[str, Trend]], words: DigestWords) -> MultiplesOrder:
    """Ask for small multiples.

    Args:
        panels: title (a client's code) and trend of each client, in the order in which they are shown.
        words: legend and note.

    Raises:
        ValueError: if there are none, or more than fit in one picture.
    """
    if not 1 <= len(panels) <= MOST_PANELS:
        raise ValueError(f"a picture holds 1 to {MOST_PANELS} clients, not {len(panels)}")
    drawn: list[Panel] = [{"title": plain(title), "columns": columns(trend)} for title, trend in panels]
    return {"draw": "multiples", "panels": drawn, "words": _texts(words)}


def _texts(words: ChartWords | DigestWords) -> Words:
    return {field.name: plain(getattr(words, field.name)) for field in fields(words) if field.name != "dates"}


def columns(trend: Trend) -> Columns:
    """Turn check-ins into columns."""
    points = trend.points
    usual = [point.usual for point in points]
    return {
        "days": [point.day.toordinal() for point in points],
        "score": [point.score for point in points],
        # The threshold is half a prediction interval, so the usual reaches as far above the mean as below it.
        "low": [None if known is None else max(0.0, known.mean - known.threshold) for known in usual],
        "high": [None if known is None else min(TOP, known.mean + known.threshold) for known in usual],
        "missed": [point.standing is Standing.MISSED for point in points],
        "partial": [point.standing is Standing.PARTIAL for point in points],
        "flagged": [point.flagged for point in points],
    }


def plain(text: str) -> str:
    """Make a text one short line of printable characters; what is left is drawn letter by letter, never as markup."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def packed(order: Order) -> bytes:
    """Write an order as it goes through the pipe."""
    return json.dumps(order, separators=(",", ":")).encode()
