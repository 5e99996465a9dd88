"""The weekly digest's moments: one in every ISO week of the therapist's wall clock.

A digest belongs to a week, not to a moment. Whoever changes their zone, day or hour moves the moment of the week that
is due next; what was sent for a week stays sent. So there is exactly one digest for each week, whatever happens.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from conversations.preferences import Preferences
from conversations.wall_clock import day_of, from_wall


class Week(NamedTuple):
    """An ISO week: it begins on Monday and belongs to the year its Thursday is in."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Week":
        """Give the week a day is in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    def day(self, weekday: int) -> date:
        """Give a day of it; 0 is Monday."""
        return date.fromisocalendar(self.year, self.number, weekday + 1)

    def plus(self, weeks: int) -> "Week":
        """Give the week so many weeks later."""
        return Week.of(self.day(0) + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody wants their digest: a weekday (0 is Monday) and a wall time in a zone."""

    weekday: int
    wall: time
    zone: ZoneInfo

    @classmethod
    def of(cls, preferences: Preferences, zone: ZoneInfo) -> "Rhythm":
        """Read it off what a person has set."""
        return cls(preferences.digest_weekday, preferences.digest_time, zone)

    def moment(self, week: Week) -> datetime:
        """When the digest of a week is due: in a gap the first valid minute, in a fold the first pass."""
        return from_wall(week.day(self.weekday), self.wall, self.zone)

    def latest(self, now: datetime) -> Week:
        """Give the last week whose digest is due by now."""
        week = Week.of(day_of(now, self.zone))
        return week if self.moment(week) <= now else week.plus(-1)

    def next(self, now: datetime) -> datetime:
        """When the first digest after now is due."""
        return self.moment(self.latest(now).plus(1))
