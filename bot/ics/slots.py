"""What reading a calendar gives: slots, titles nobody knows yet, why the rest was left out. JSON between processes.

Nothing else of an event is ever read out of the worker: no description, no place, no guests, and a title only where it
names no client.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class Refusal(StrEnum):
    """Why a whole file was refused."""

    TOO_BIG = "too_big"
    NOT_A_CALENDAR = "not_a_calendar"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    TOO_HEAVY = "too_heavy"
    INCOMPLETE = "incomplete"


class LeftOut(StrEnum):
    """Why an event was left out of a calendar that was read."""

    OUTSIDE = "outside"
    ALL_DAY = "all_day"
    NO_START = "no_start"
    NO_TITLE = "no_title"
    TOO_LONG = "too_long"
    TOO_OFTEN = "too_often"
    TOO_MANY_DATES = "too_many_dates"
    UNKNOWN_ZONE = "unknown_zone"
    TOO_HEAVY = "too_heavy"
    BROKEN = "broken"


class Refused(Exception):
    """A file that is not read, with the reason and nothing of its content."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: slots that begin from `since` until `until`; `zone` is for times that name none."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    codes: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment. Times are aware UTC.

    `key` names it through all versions of the calendar (its event and its place in the series), `series` its event:
    both are hashes. `code` is the one client's code in its title; without one `title` is a place in `Reading.titles`.
    """

    key: str
    series: str
    code: str | None
    title: int | None
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar that was read.

    `series` are the events that were read whole, also those of which no slot falls into the horizon. `unread` are
    those that were not: what is missing of them is not gone.
    """

    slots: tuple[Slot, ...] = ()
    titles: tuple[str, ...] = field(default=(), repr=False)
    series: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


def packed(reading: Reading) -> bytes:
    """Write a reading as JSON."""
    slots = [
        [
            slot.key,
            slot.series,
            slot.code,
            slot.title,
            slot.starts_at.isoformat(),
            slot.ends_at.isoformat(),
            slot.cancelled,
        ]
        for slot in reading.slots
    ]
    content = {
        "slots": slots,
        "titles": reading.titles,
        "series": sorted(reading.series),
        "unread": sorted(reading.unread),
        "left_out": dict(reading.left_out),
    }
    return json.dumps(content).encode()


def unpacked(content: bytes) -> Reading:
    """Read what `packed` wrote.

    Raises:
        ValueError: where it is something else.
    """
    try:
        told = json.loads(content)
        slots = tuple(_slot(*row) for row in told["slots"])
        left_out = {LeftOut(name): int(count) for name, count in told["left_out"].items()}
        series, unread = (frozenset(map(str, told[name])) for name in ("series", "unread"))
        return Reading(slots, tuple(map(str, told["titles"])), series, unread, left_out)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(type(error).__name__) from None


def _slot(
    key: str,
    series: str,
    code: str | None,
    title: int | None,
    starts: str,
    ends: str,
    cancelled: bool,
) -> Slot:
    return Slot(key, series, code, title, datetime.fromisoformat(starts), datetime.fromisoformat(ends), bool(cancelled))
