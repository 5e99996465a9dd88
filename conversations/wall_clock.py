"""Wall clocks: from the time people say to the moment that is meant, on every day of the year.

Everything inside Attune is an aware UTC datetime; people live on wall clocks. This module is the one place where the
two meet. Two rules make it safe on the days the clocks change: a wall time that does not exist (the spring gap) means
the first valid minute after it, and a wall time that exists twice (the autumn fold) means its first pass. So every
wall time of every day is exactly one moment, and later wall times are never earlier moments.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def from_wall(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Turn a local date and time into UTC: in a gap the first valid minute, in a fold the first pass.

    Raises:
        OverflowError: next to the first and last day a datetime can hold.
    """
    naive = datetime.combine(day, wall.replace(fold=0, tzinfo=None))
    moment = naive.replace(tzinfo=zone).astimezone(UTC)
    if to_wall(moment, zone) == naive:
        return moment
    return _first_valid_after(naive, zone)


def to_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Read a clock on the wall of this zone: a naive local datetime, by design."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Give the day it is in this zone at a moment."""
    return moment.astimezone(zone).date()


def _first_valid_after(missing: datetime, zone: ZoneInfo) -> datetime:
    """Find the end of the gap around a missing wall time, to the second, by halving."""
    before, after = _around_gap(missing, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if to_wall(middle, zone) < missing:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _around_gap(missing: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    readings = [missing.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(readings) - timedelta(seconds=1), max(readings) + timedelta(seconds=1)
