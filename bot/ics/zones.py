"""Time zones of a calendar: known by name, or explained in it; and the moment a time in one of them means."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone import tzp

from bot.ics.guard import Sheet

_LONGEST_NAME = 200
_RULE = re.compile(r"^RRULE[;:].*?FREQ=([A-Z]+)", re.MULTILINE | re.IGNORECASE)
_HALF_A_DAY = timedelta(hours=12)


def forget() -> None:
    """Forget the time zones that the calendar before explained."""
    tzp.use_default()
    _offsets.cache_clear()


def named(zone: str) -> tzinfo | None:
    """Give the time zone of a name: IANA's, Windows', or one of these behind somebody's prefix."""
    if len(zone) > _LONGEST_NAME:
        return None
    try:
        return tzp.timezone(zone)
    except Exception:  # noqa: BLE001 - a name can lead anywhere in the zones' folder, also to a folder
        return None


def known(sheet: Sheet, zone: str) -> bool:
    """Say whether a time zone is known by its name or explained in the calendar in a way that ends."""
    if named(zone) is not None:
        return True
    rules = {rule.upper() for rule in _RULE.findall(sheet.zones.get(zone, ""))}
    return zone in sheet.zones and rules <= {"YEARLY"}


def in_utc(value: datetime) -> datetime:
    """Give the moment of a time with a zone.

    A time that the clocks skip is read by the clock before the change. Zones explained in a calendar do not do so by
    themselves: 02:30 would be 01:30, before the clocks change, and not 03:30.
    """
    zone = value.tzinfo
    if zone is None or zone is UTC or isinstance(zone, ZoneInfo):
        return value.astimezone(UTC)
    before, after = _offsets(zone, value.date())
    if before != after:
        moment = value.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == value.replace(tzinfo=None):
            return moment
    return value.replace(tzinfo=UTC) - before


@lru_cache(maxsize=4096)
def _offsets(zone: tzinfo, day: date) -> tuple[timedelta, timedelta]:
    """Give what a clock is ahead of UTC well before and well after a day: the libraries take long to work it out."""
    midnight = datetime.combine(day, time(), zone)
    before, after = ((midnight + hours).utcoffset() for hours in (-_HALF_A_DAY, 3 * _HALF_A_DAY))
    return before or timedelta(), after or timedelta()
