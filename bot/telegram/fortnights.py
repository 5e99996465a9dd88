"""A therapist's coming sessions, two weeks at a time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.model import Session
from conversations.wall_clock import day_of

DAYS = 14


@dataclass(frozen=True, slots=True)
class Fortnight:
    """Two weeks: which ones, counted from today, and what is planned in them.

    `earlier` and `later` are where the next sessions before and after them stand, None where there are none.
    """

    place: int
    first: date
    last: date
    sessions: Sequence[Session]
    earlier: int | None
    later: int | None


def fortnights(found: Sequence[Session], today: date, zone: ZoneInfo, wanted: int) -> Fortnight:
    """Give two weeks of what is planned from today on; the first ones where nothing is left in those wanted."""
    placed = {one.id: _place(one.starts_at, today, zone) for one in found}
    there = sorted(set(placed.values()))
    place = wanted if wanted in there else 0
    return Fortnight(
        place,
        today + timedelta(days=DAYS * place + (place > 0)),
        today + timedelta(days=DAYS * (place + 1)),
        [one for one in found if placed[one.id] == place],
        max((0, *(one for one in there if one < place))) if place else None,
        min((one for one in there if one > place), default=None),
    )


def _place(moment: datetime, today: date, zone: ZoneInfo) -> int:
    """Say in which two weeks a moment is; to the first ones belongs today, and the same weekday at their end."""
    return max(0, ((day_of(moment, zone) - today).days - 1) // DAYS)
