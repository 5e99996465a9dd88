"""When things happen: quiet hours, and the four moments of a check-in.

What a wall clock means is for `wall_clock` to say; `now` is always an argument.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from conversations.wall_clock import from_wall

ANSWER_WINDOW = timedelta(hours=72)
"""How long a prompt may be answered."""
CLOSE_BEFORE_SESSION = timedelta(hours=12)
"""A check-in closes this long before the next session, so that the therapist can read it."""
BEFORE_SESSION = timedelta(hours=24)
"""How long before a session the check-in before it is sent."""
USEFUL_BEFORE = timedelta(hours=1)
"""A check-in before a session is not sent later than this: nobody could answer it, or read the answers, in peace."""
LEAST_NOTICE = timedelta(hours=1)
"""What is left of an open check-in's time, if that much was left, when the next session moves closer."""
REMIND_AFTER = timedelta(hours=24)
EVENING = time(19, 0)
MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span of local wall time in which nothing is sent; it may cross midnight.

    `start` is inside the span, `end` is the first minute outside it. Equal ends mean an empty span.
    """

    start: time
    end: time

    def contains(self, wall: time) -> bool:
        """Say whether this wall time lies in the span."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end


def in_quiet_hours(moment: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> bool:
    """Say whether a moment falls into somebody's quiet hours."""
    return quiet is not None and quiet.contains(moment.astimezone(zone).time())


def out_of_quiet_hours(moment: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """Give the moment itself, or the end of the quiet hours it falls into."""
    if quiet is None or not in_quiet_hours(moment, zone, quiet):
        return moment
    ends = _ends(moment.astimezone(zone).date(), quiet, zone)
    return next(end for end in ends if end > moment and not in_quiet_hours(end, zone, quiet))


def _ends(day: date, quiet: QuietHours, zone: ZoneInfo) -> Iterator[datetime]:
    """List when quiet hours end from a day on; where the clocks go back over that time, both its passes."""
    for ahead in range(4):
        end = from_wall(day + timedelta(days=ahead), quiet.end, zone)
        yield end
        yield end.astimezone(zone).replace(fold=1).astimezone(UTC)


def due_at(
    session_start: datetime, length: timedelta, delay: timedelta, zone: ZoneInfo, quiet: QuietHours | None
) -> datetime:
    """When the check-in of a session is sent: after its end and the delay, out of quiet hours."""
    return out_of_quiet_hours(session_start + length + delay, zone, quiet)


def due_before(session_start: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """When the check-in before a session is sent: a day ahead, out of quiet hours.

    That may be too late to be of use (`is_useful_before`): then it is not asked.
    """
    return out_of_quiet_hours(session_start - BEFORE_SESSION, zone, quiet)


def is_useful_before(moment: datetime, session_start: datetime) -> bool:
    """Say whether a check-in before a session may still be sent at a moment."""
    return moment <= session_start - USEFUL_BEFORE


def expires_at(prompted_at: datetime, next_session_at: datetime | None) -> datetime:
    """When a prompt can no longer be answered."""
    window_end = prompted_at + ANSWER_WINDOW
    if next_session_at is None:
        return window_end
    return min(window_end, next_session_at - CLOSE_BEFORE_SESSION)


def reminder_at(prompted_at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """When the one reminder goes out, unless the end comes first."""
    return out_of_quiet_hours(prompted_at + REMIND_AFTER, zone, quiet)


class Later(StrEnum):
    """What a client can choose after pressing Later."""

    HOUR = "hour"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"


def later_options(now: datetime, closes: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> dict[Later, datetime]:
    """Give the moments that can be offered now: in the future, before the close, never in quiet hours.

    An hour from now or an evening that falls into quiet hours is left out: the next morning is neither.
    """
    options = {choice: moment for choice, moment in _wishes(now, zone) if not in_quiet_hours(moment, zone, quiet)}
    today = now.astimezone(zone).date()
    morning = from_wall(today + timedelta(days=1), MORNING, zone)
    options[Later.TOMORROW] = out_of_quiet_hours(morning, zone, quiet)
    return {choice: moment for choice, moment in options.items() if now < moment < closes}


def _wishes(now: datetime, zone: ZoneInfo) -> Iterator[tuple[Later, datetime]]:
    yield Later.HOUR, now + timedelta(hours=1)
    yield Later.TONIGHT, from_wall(now.astimezone(zone).date(), EVENING, zone)
