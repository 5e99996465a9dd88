"""A pause: for how long a client wants to be left alone. What falls due meanwhile is neither asked nor missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from conversations.wall_clock import day_of, from_wall

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause from a moment until another, or with no end (`until` is None) until the client says so."""

    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Say whether it is not over."""
        return self.until is None or now < self.until


class Span(StrEnum):
    """What can be chosen by button."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    OPEN = "open"


_DAYS = {Span.WEEK: 7, Span.FORTNIGHT: 14, Span.MONTH: 30}


class Trouble(StrEnum):
    """Why there is no pause until then; each has a sentence in the locale files."""

    BAD = "pause.bad"
    PAST = "pause.past"
    LONG = "pause.long"


def chosen(span: Span, now: datetime, zone: ZoneInfo) -> Pause:
    """Make a pause of so many whole days; it ends with the last of them on the client's clock."""
    if span is Span.OPEN:
        return Pause(now)
    return Pause(now, _midnight(day_of(now, zone) + timedelta(days=_DAYS[span]), zone))


def read(words: Sequence[str], now: datetime, zone: ZoneInfo) -> Pause | Trouble:
    """Read `[until] 2026-12-24`: on that day the client may be asked again."""
    try:
        day = date.fromisoformat(words[-1]) if len(words) in (1, 2) else None
    except ValueError:
        return Trouble.BAD
    if day is None or (len(words) == 2 and words[0].lower() != "until"):
        return Trouble.BAD
    if day <= day_of(now, zone):
        return Trouble.PAST
    return Pause(now, _midnight(day, zone)) if day - day_of(now, zone) <= LONGEST else Trouble.LONG


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return from_wall(day, time(), zone)
