"""What a practice costs that is a year old, against the same one when it was four weeks old: in turn in one run."""

import copy
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.virtual_year import Year

YOUNG = 28
"""Days after which a copy is kept, and for which both then live: every so often all series are planned on."""


async def copy_of(year: "Year") -> "Year":
    """Keep the practice as it stands; the copy lives on by the same die."""
    path = year.path.with_name("young.db")
    with closing(sqlite3.connect(year.path)) as now, closing(sqlite3.connect(path)) as then:
        now.backup(then)
    young = replace(year, path=path, rng=random.Random(), ticks=[])
    young.rng.setstate(year.rng.getstate())
    young.book.pauses = copy.deepcopy(year.book.pauses)
    return young


async def side_by_side(young: "Year", old: "Year", day: int) -> dict[str, Any]:
    """Let both live four weeks, a day of the one and a day of the other in turn; `day` is the older one's first."""
    await young.open()
    ticks: tuple[list[float], list[float]] = ([], [])
    for number in range(YOUNG):
        for year, begin, spent in ((young, YOUNG, ticks[0]), (old, day, ticks[1])):
            year.ticks.clear()
            await year.day(begin + number)
            spent.extend(year.ticks)
    await young.cases.close()
    medians, means = [median(spent) for spent in ticks], [fmean(spent) for spent in ticks]
    return {"in turn, median tick": _ages(*medians), "in turn, mean tick": _ages(*means)}


def _ages(young: float, old: float) -> dict[str, float]:
    """Give what a tick of each takes, in ms of processor time."""
    return {"young": round(1000 * young, 1), "old": round(1000 * old, 1), "ratio": round(old / young, 2)}
