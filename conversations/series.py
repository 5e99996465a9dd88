"""A series: sessions that come again every week or every two weeks, at a wall time in the therapist's zone.

A slot is the day on which one of them belongs by the rule, wherever it was moved since. Slots are days and not
moments, so a change of clocks can neither double nor lose one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversations.wall_clock import day_of, from_wall

AHEAD = timedelta(weeks=8)
"""How far ahead the sessions of a series are planned."""
LOOK_AGAIN = timedelta(weeks=4)
"""How often more of them are planned."""
EVERY = {"weekly": 1, "fortnightly": 2}
"""The words for a rhythm, and the weeks between."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a therapist says of a series. Days and `wall` are local to the therapist; `last_day` belongs to it."""

    first_day: date
    wall: time
    minutes: int
    every_weeks: int
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A stored series; all days up to `planned_until` have had their sessions planned."""

    id: int
    episode_id: int
    rhythm: Rhythm
    planned_until: date | None = None


def slots(rhythm: Rhythm, since: date, until: date) -> Iterator[date]:
    """List the days of a series from `since` to `until`, both included."""
    step = timedelta(weeks=rhythm.every_weeks)
    missed = max(0, (since - rhythm.first_day) // step)
    day = rhythm.first_day + missed * step
    last = until if rhythm.last_day is None else min(until, rhythm.last_day)
    while day <= last:
        if day >= since:
            yield day
        day += step


def start_of(rhythm: Rhythm, slot: date, zone: ZoneInfo) -> datetime:
    """Give the moment (UTC) at which the session of a slot starts."""
    return from_wall(slot, rhythm.wall, zone)


def to_plan(series: Series, today: date) -> tuple[list[date], date]:
    """List the slots that have to be planned by now, and the day up to which all are then."""
    until = today + AHEAD
    since = series.rhythm.first_day if series.planned_until is None else series.planned_until + timedelta(days=1)
    return list(slots(series.rhythm, since, until)), max(until, series.planned_until or until)


def is_over(series: Series) -> bool:
    """Say whether no slot is left to plan."""
    last, planned = series.rhythm.last_day, series.planned_until
    return last is not None and planned is not None and planned >= last


def weekday(word: str) -> int | None:
    """Read the name of a weekday, whole or its first letters (`Tue`, `thursday`); Monday is 0."""
    said = word.lower().rstrip(".,")
    found = [number for number, name in enumerate(_WEEKDAYS) if len(said) >= 2 and name.startswith(said)]
    return found[0] if len(found) == 1 else None


def first_slot(weekday: int, wall: time, zone: ZoneInfo, now: datetime) -> date:
    """Give the coming day of this weekday on which the wall time is still ahead."""
    today = day_of(now, zone)
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    return day if from_wall(day, wall, zone) > now else day + timedelta(weeks=1)


def read_wall(word: str) -> time | None:
    """Read `15:00` or `9:30`."""
    try:
        return datetime.strptime(word, "%H:%M").time()  # noqa: DTZ007 - a wall time by design
    except ValueError:
        return None


def read_end(words: Sequence[str]) -> date | None:
    """Read `until 2027-06-30`, or no words as no end.

    Raises:
        ValueError: for any other words.
    """
    if not words:
        return None
    if len(words) != 2 or words[0].lower() != "until":
        raise ValueError
    return date.fromisoformat(words[1])
