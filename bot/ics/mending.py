"""Small faults of calendars that have one meaning only: mended before and after the libraries read them."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.ics.guard import TIMES, TZID, Event, after_colon

_MAY_BE_EMPTY = ("RRULE", "RDATE", "EXDATE", "EXRULE", "DTEND", "DURATION", "SEQUENCE")
_LAST_SECOND = time(23, 59, 59)
_FOR_EVER = 9000  # the year


# ---- before: the lines of an event ----


def mend(event: Event) -> None:
    """Mend an event's lines."""
    for name in _MAY_BE_EMPTY:
        told = [line for line in event.lines.get(name, ()) if after_colon(line).strip()]
        if not told:
            event.lines.pop(name, None)
        elif len(told) < len(event.lines[name]):
            event.lines[name] = told
    for name in TIMES:
        if name in event.lines:
            event.lines[name] = [_time(line) for line in event.lines[name]]
    if "RRULE" in event.lines:
        event.lines["RRULE"] = [_without_blanks(line) for line in event.lines["RRULE"]]
    if event.envelope.method == "CANCEL":
        event.lines["STATUS"] = ["STATUS:CANCELLED"]


def _without_blanks(line: str) -> str:
    value = after_colon(line)
    return line[: len(line) - len(value)] + "".join(value.split())


def _time(line: str) -> str:
    """A time in UTC is in no other zone besides; the name of a zone may hold anything, so it is put in quotes."""
    head, colon, value = line.rpartition(":")
    value = "".join(value.split()).upper()
    if "TZID" in head.upper():
        utc = all(each.endswith("Z") for each in value.split(","))
        head = TZID.sub("" if utc else _quoted, head)
    return f"{head}{colon}{value}"


def _quoted(found: re.Match[str]) -> str:
    return f';TZID="{found.group(1) or found.group(2)}"'


# ---- after: the components that were read ----


def mend_parsed(events: list[Any], zone: ZoneInfo) -> None:
    """Mend what was read of an event and its changed instances; `zone` is that of times that name none."""
    original = next((event for event in events if "RECURRENCE-ID" not in event), None)
    for event in (event for event in events if "DTSTART" in event):
        start = event["DTSTART"].dt
        _drop_an_end_before(event, start)
        _place_in_time(event, original)
        rules = event.get("RRULE", ())
        for rule in rules if isinstance(rules, list) else [rules]:
            if "UNTIL" in rule:
                rule["UNTIL"] = [_last(until, start, zone) for until in rule["UNTIL"]]


def _drop_an_end_before(event: Any, start: date) -> None:
    """Forget an end before the start: the libraries would take one for the other."""
    if "DTEND" in event and _wall(event["DTEND"].dt) < _wall(start):
        del event["DTEND"]
    if "DURATION" in event and event["DURATION"].dt < timedelta():
        del event["DURATION"]


def _wall(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a wall time by design


def _place_in_time(event: Any, original: Any) -> None:
    """Let a changed instance that names only its day name the time too, as its series does."""
    place = event.get("RECURRENCE-ID")
    if place is None or original is None or isinstance(place.dt, datetime):
        return
    start = original["DTSTART"].dt
    if isinstance(start, datetime):
        place.dt = datetime.combine(place.dt, start.time(), start.tzinfo)


def _last(until: date, start: date, zone: ZoneInfo) -> date:
    """Give the end of a series on the same clock as its start; one that is only a day is all of that day."""
    if not isinstance(start, datetime):
        return until
    end = until if isinstance(until, datetime) else datetime.combine(until, _LAST_SECOND, start.tzinfo)
    if end.year > _FOR_EVER:
        return end.replace(tzinfo=start.tzinfo and UTC)
    if start.tzinfo is None:
        return end.astimezone(zone).replace(tzinfo=None) if end.tzinfo else end
    return end.astimezone(UTC) if end.tzinfo else _later(end, start.tzinfo)


def _later(end: datetime, zone: tzinfo) -> datetime:
    """Read a time without a zone as the later one of what it can mean: some write UTC there and some the wall."""
    return max(end.replace(tzinfo=UTC), end.replace(tzinfo=zone).astimezone(UTC))
