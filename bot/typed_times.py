"""Reading when a session or a series is, as a therapist types it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sessions import DEFAULT_MINUTES, HORIZON, Trouble, When
from conversations import series as rules
from conversations.series import EVERY, Rhythm
from conversations.wall_clock import from_wall

_LONGEST = 480
_SHORTEST = 5


def read_when(words: list[str], zone: ZoneInfo, now: datetime) -> When | Trouble:
    """Read `YYYY-MM-DD HH:MM [MINUTES]` on the therapist's wall clock."""
    if len(words) not in (2, 3):
        return Trouble.BAD_TIME
    try:
        wall = datetime.strptime(f"{words[0]} {words[1]}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall time by design
        starts_at = from_wall(wall.date(), wall.time(), zone)
    except (ValueError, OverflowError):
        return Trouble.BAD_TIME
    minutes = read_minutes(words[2]) if len(words) == 3 else DEFAULT_MINUTES
    if minutes is None:
        return Trouble.BAD_LENGTH
    return When(starts_at, minutes) if abs(starts_at - now) <= HORIZON else Trouble.FAR


def read_minutes(word: str) -> int | None:
    """Read the length of a session; None for anything else."""
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        return None
    return int(word) if _SHORTEST <= int(word) <= _LONGEST else None


def read_rhythm(words: list[str], zone: ZoneInfo, now: datetime) -> Rhythm | Trouble:
    """Read `weekly Tue 15:00 [MINUTES] [until YYYY-MM-DD]` on the therapist's wall clock."""
    if len(words) < 3:
        return Trouble.BAD_SERIES
    every, weekday, wall = EVERY.get(words[0].lower()), rules.weekday(words[1]), rules.read_wall(words[2])
    if every is None or weekday is None or wall is None:
        return Trouble.BAD_SERIES
    has_minutes = len(words) > 3 and words[3].lower() != "until"
    minutes = read_minutes(words[3]) if has_minutes else DEFAULT_MINUTES
    if minutes is None:
        return Trouble.BAD_LENGTH
    first_day = rules.first_slot(weekday, wall, zone, now)
    try:
        last_day = rules.read_end(words[4 if has_minutes else 3 :])
    except ValueError:
        return Trouble.BAD_SERIES
    if last_day is not None and last_day < first_day:
        return Trouble.BAD_END
    return Rhythm(first_day, wall, minutes, every, last_day)
