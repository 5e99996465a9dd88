"""What can be chosen in the settings, and what a press on a choice means.

A choice always names what shall hold from now on, never "the other one": the same press twice changes nothing.
"""

import re
from collections.abc import Callable
from datetime import time
from enum import StrEnum
from typing import Any, Literal

from conversations.preferences import PRACTICE
from conversations.schedule import QuietHours

AGENDA_MINUTES = (0, 15, 30, 60)
"""How long before a session the agenda can come; 0 is never."""
NIGHTS = (QuietHours(time(20), time(8)), QuietHours(time(21), time(8)), QuietHours(time(22), time(7)))
"""Quiet hours in one press."""
EVENINGS = (QuietHours(time(18), time(8)), *NIGHTS)
HOURS = tuple(time(hour) for hour in range(24))

_SPAN = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])-([01][0-9]|2[0-3])([0-5][0-9])")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")


class Item(StrEnum):
    """What a person can set by choosing."""

    QUIET = "quiet"
    LINES = "lines"
    MORNING = "morning"
    AGENDA = "agenda"
    TWO_SIDED = "both"
    RED = "red"
    DAY = "day"
    HOUR = "hour"


OF_CLIENTS = frozenset({Item.QUIET, Item.LINES})
OF_THERAPISTS = frozenset(Item) - {Item.LINES}

Changes = dict[str, Any]
"""Fields of `Preferences` and what they become."""


def read_choice(item: Item, text: str) -> Changes | None:
    """Say what a choice changes; None where there is no such choice (a press can be forged)."""
    return _READERS[item](text)


def read_time(text: str) -> time | None:
    """Read `2100` as a wall time."""
    parts = _TIME.fullmatch(text)
    return None if parts is None else time(int(parts[1]), int(parts[2]))


def write_quiet(quiet: QuietHours | Literal["practice"] | None) -> str:
    """Write quiet hours as a choice: `2100-0800`, `practice` or `off`."""
    if isinstance(quiet, QuietHours):
        return f"{quiet.start:%H%M}-{quiet.end:%H%M}"
    return quiet or "off"


def _quiet(text: str) -> Changes | None:
    if text in ("off", PRACTICE):
        return {"quiet_hours": None if text == "off" else PRACTICE}
    parts = _SPAN.fullmatch(text)
    if parts is None:
        return None
    start, end = time(int(parts[1]), int(parts[2])), time(int(parts[3]), int(parts[4]))
    return None if start == end else {"quiet_hours": QuietHours(start, end)}


def _switch(name: str) -> Callable[[str], Changes | None]:
    return lambda text: {name: text == "1"} if text in ("0", "1") else None


def _agenda(text: str) -> Changes | None:
    return {"agenda_minutes": int(text)} if text in map(str, AGENDA_MINUTES) else None


def _day(text: str) -> Changes | None:
    return {"digest_weekday": int(text)} if len(text) == 1 and text in "0123456" else None


def _hour(text: str) -> Changes | None:
    wall = read_time(text)
    return None if wall is None else {"digest_time": wall}


_READERS: dict[Item, Callable[[str], Changes | None]] = {
    Item.QUIET: _quiet,
    Item.LINES: _switch("milestone_lines"),
    Item.MORNING: _switch("morning_list"),
    Item.AGENDA: _agenda,
    Item.TWO_SIDED: _switch("two_sided"),
    Item.RED: _switch("alerts_in_quiet_hours"),
    Item.DAY: _day,
    Item.HOUR: _hour,
}
