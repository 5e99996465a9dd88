"""The morning list: when a therapist is shown the day's sessions.

It comes at `MORNING` on the therapist's own wall clock, on days with sessions, once. After downtime it still comes
while it is of use: on its own day, before the evening, and while at least one session of the day is not over.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversations.model import Session
from conversations.wall_clock import day_of, from_wall, to_wall

MORNING = time(7, 30)
EVENING = time(20)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Give the moment (UTC) at which the list of a day is due."""
    return from_wall(day, MORNING, zone)


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the first moment of a day and that of the next (UTC); 23 or 25 hours apart where the clocks change."""
    return from_wall(day, time(), zone), from_wall(day + timedelta(days=1), time(), zone)


def due_day(now: datetime, zone: ZoneInfo) -> date | None:
    """Give the day whose list may be sent now, by the clock alone: from its morning until its evening."""
    return day_of(now, zone) if MORNING <= to_wall(now, zone).time() < EVENING else None


def is_of_use(sessions: Iterable[Session], now: datetime) -> bool:
    """Say whether a list of these sessions still helps: one that is held is not over."""
    return any(session.cancelled_at is None and session.ends_at > now for session in sessions)


def search_from(now: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment (UTC) whose sessions and later ones are on lists still ahead."""
    today = day_of(now, zone)
    return span_of(today, zone)[0] if now < morning_of(today, zone) else span_of(today, zone)[1]


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """Give the first morning after a moment (UTC)."""
    return morning_of(day_of(search_from(now, zone), zone), zone)
