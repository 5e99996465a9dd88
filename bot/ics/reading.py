"""From a calendar's bytes to slots within a horizon: limits of our own around icalendar and recurring-ical-events.

Each event is read alone, with a share of time: one that makes no sense, or would take for ever, is left out with a
reason and holds up no other. The clock that ends it counts this process's own work, so it fires on a busy machine no
sooner than on an idle one. Runs in a worker process (see `bot.ics.worker`).
"""

import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from bot.ics.codes import code_in
from bot.ics.groups import REPEATING, Group, groups, is_change
from bot.ics.guard import Event, Sheet, cut
from bot.ics.mending import mend, mend_parsed
from bot.ics.patience import Patience, TooMuchWork
from bot.ics.slots import LeftOut, Reading, Refusal, Refused, Slot, Wanted
from bot.ics.zones import forget, in_utc, known, named
from conversations.wall_clock import from_wall

SHARE = 0.2
"""Seconds of work one event may take."""
WHOLE = 0.7
"""Seconds of work a calendar may take."""
_MOST_SLOTS = 5000
_MOST_DATES = 1000
_MOST_TITLES = 1000
_LONGEST = timedelta(hours=8)
_SHORTEST = timedelta(minutes=5)
_USUAL = timedelta(minutes=50)
_TITLE_LENGTH = 80
_MARGIN = timedelta(days=2)
_FARTHEST = timedelta(hours=15)  # of a time without a zone from UTC, and a little more
_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BY(?:SECOND|MINUTE|HOUR)=[0-9]+,", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=([0-9]{8})", re.IGNORECASE)


@dataclass(slots=True)
class _Desk:
    """A reading as it grows."""

    wanted: Wanted
    sheet: Sheet
    patience: Patience
    slots: dict[str, Slot] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    first: str = field(init=False)
    last: str = field(init=False)

    def __post_init__(self) -> None:
        self.first = f"{self.wanted.since - _MARGIN:%Y%m%d}"
        self.last = f"{self.wanted.until + _MARGIN:%Y%m%d}"

    def passes_by(self, event: Event) -> bool:
        """Say whether an event is held once and not in the horizon; most of a calendar is past, so in few steps."""
        if not event.lines.keys().isdisjoint(REPEATING):
            return False
        day = event.value("DTSTART")[:8]
        return len(day) == len(self.first) and day.isdecimal() and not self.first <= day <= self.last


class _Skip(Exception):
    def __init__(self, reason: LeftOut) -> None:
        self.reason = reason


def read(content: bytes, wanted: Wanted) -> Reading:
    """Read a calendar.

    Raises:
        Refused: where it cannot be read as a whole.
    """
    forget()
    try:
        with warnings.catch_warnings(), Patience(WHOLE) as patience:
            warnings.simplefilter("ignore")
            return _read(content, wanted, patience)
    except TooMuchWork:
        raise Refused(Refusal.TOO_HEAVY) from None


def _read(content: bytes, wanted: Wanted, patience: Patience) -> Reading:
    desk = _Desk(wanted, cut(content), patience)
    every = set()
    for group in groups(desk.sheet.events):
        every.add(_hash(group.uid))
        if len(group.events) == 1 and desk.passes_by(group.events[0]):
            desk.left_out[LeftOut.OUTSIDE] += 1
            continue
        try:
            _group(desk, group)
        except _Skip as skip:
            desk.left_out[skip.reason] += len(group.events)
            if skip.reason is not LeftOut.OUTSIDE:
                desk.unread.add(_hash(group.uid))
    series = frozenset(every - desk.unread)
    return Reading(tuple(desk.slots.values()), tuple(desk.titles), series, frozenset(desk.unread), dict(desk.left_out))


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# ---- one event and its changed instances ----


def _group(desk: _Desk, group: Group) -> None:
    """Add the slots of one event, its repetitions and its changed instances."""
    for event in group.events:
        mend(event)
    _look(desk, group.events)
    found = False
    for component in _occurrences(desk, group):
        try:
            found |= _slot(desk, group, component)
        except _Skip as skip:
            desk.left_out[skip.reason] += 1
            found = True
            if skip.reason is LeftOut.TOO_HEAVY:
                desk.unread.add(_hash(group.uid))
    if len(desk.slots) > _MOST_SLOTS:
        raise Refused(Refusal.TOO_MANY)
    if not found:
        raise _Skip(LeftOut.OUTSIDE)


def _look(desk: _Desk, events: list[Event]) -> None:
    """Leave out what need not or must not reach the libraries."""
    if all(_all_day(event) for event in events):
        raise _Skip(LeftOut.ALL_DAY)
    if not any(event.value("DTSTART") for event in events):
        raise _Skip(LeftOut.NO_START)
    if all(_far(event, desk.wanted) for event in events):
        raise _Skip(LeftOut.OUTSIDE)
    if any(_OFTEN.search(rule) for event in events for rule in event.lines.get("RRULE", ())):
        raise _Skip(LeftOut.TOO_OFTEN)
    if sum(event.values("EXDATE") + event.values("RDATE") for event in events) > _MOST_DATES:
        raise _Skip(LeftOut.TOO_MANY_DATES)
    if any("EXRULE" in event.lines for event in events):
        raise _Skip(LeftOut.BROKEN)  # old, and the libraries would hold what it takes out
    if not all(known(desk.sheet, zone) for event in events for zone in event.zones):
        raise _Skip(LeftOut.UNKNOWN_ZONE)


def _all_day(event: Event) -> bool:
    return len(event.value("DTSTART")) == len("20261123")


def _far(event: Event, wanted: Wanted) -> bool:
    """Say whether neither an event nor any repetition of it can begin in the horizon, as far as a look tells."""
    since, until = (wanted.since - _MARGIN).date(), (wanted.until + _MARGIN).date()
    starts = [day_in(event.value(name)) for name in ("DTSTART", "RECURRENCE-ID") if event.value(name)]
    if not starts or None in starts:
        return False
    days = [day for day in starts if day is not None]
    if "RDATE" in event.lines:
        return False
    if "RRULE" not in event.lines:
        return all(day < since or day > until for day in days)
    last = _UNTIL.search(event.value("RRULE"))
    ended = day_in(last.group(1)) if last else None
    return min(days) > until or (ended is not None and ended < since)


def day_in(value: str) -> date | None:
    """Give the day a time begins with; None where it begins with none."""
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return None


def _occurrences(desk: _Desk, group: Group) -> list[Any]:
    events = [event for event in group.events if not (is_change(event) and _far(event, desk.wanted))]
    own = {zone for event in events for zone in event.zones if named(zone) is None}
    parts = [desk.sheet.zones[zone].strip() for zone in sorted(own)] + [event.text() for event in events]
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:attune", *parts, "END:VCALENDAR", ""))
    try:
        with desk.patience.share(SHARE):
            calendar = Calendar.from_ical(text)
            mend_parsed(calendar.walk("VEVENT"), _zone(desk, group))
            query = recurring_ical_events.of(calendar)
            return list(query.between(desk.wanted.since - _FARTHEST, desk.wanted.until + _FARTHEST))
    except TooMuchWork:
        if desk.patience.left <= 0:
            raise
        raise _Skip(LeftOut.TOO_HEAVY) from None
    except Exception:  # noqa: BLE001 - whatever a stranger's event does to the libraries, it is only left out
        raise _Skip(LeftOut.BROKEN) from None


# ---- one appointment ----


def _slot(desk: _Desk, group: Group, component: Any) -> bool:
    """Add a slot; False where it begins outside the horizon."""
    starts, ends = component["DTSTART"].dt, component["DTEND"].dt
    if not isinstance(starts, datetime):
        raise _Skip(LeftOut.ALL_DAY)
    begin, end = (_moment(each, _zone(desk, group)) for each in (starts, ends))
    if not desk.wanted.since <= begin < desk.wanted.until:
        return False
    if end - begin > _LONGEST:
        raise _Skip(LeftOut.TOO_LONG)
    title = " ".join(str(component.get("SUMMARY", "")).split())
    if not title:
        raise _Skip(LeftOut.NO_TITLE)
    code = code_in(title, desk.wanted.codes)
    place = None if code else _place(desk, title[:_TITLE_LENGTH])
    place_in_series = component["RECURRENCE-ID"].dt if group.repeats else ""
    key, series = _key(desk, group.name, place_in_series, starts), _hash(group.uid)
    length = max(end - begin, _SHORTEST) if end > begin else _USUAL
    gone = str(component.get("STATUS", "")).upper() == "CANCELLED"
    desk.slots[key] = Slot(key, series, code, place, begin, begin + length, gone)
    return True


def _place(desk: _Desk, title: str) -> int:
    if len(desk.titles) >= _MOST_TITLES and title not in desk.titles:  # what is missing now is not gone
        raise _Skip(LeftOut.TOO_HEAVY)
    return desk.titles.setdefault(title, len(desk.titles))


def _key(desk: _Desk, name: str, place: Any, starts: datetime) -> str:
    """Name an appointment by its event and the place in the series it was made for, wherever it was moved since."""
    key = _hash(name, _spelled(place))
    return key if key not in desk.slots else _hash(name, _spelled(place), _spelled(starts))


def _spelled(place: Any) -> str:
    aware = isinstance(place, datetime) and place.tzinfo is not None
    return place.astimezone(UTC).isoformat() if aware else str(place)


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Give the UTC moment of a time; one that names no zone is read on the wall clock of this one."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a wall time by design
    if value.tzinfo is None:
        return from_wall(value.date(), value.time(), zone)
    try:
        return in_utc(value)
    except (ValueError, OverflowError):
        raise _Skip(LeftOut.BROKEN) from None


def _zone(desk: _Desk, group: Group) -> ZoneInfo:
    """Give the zone of times that name none: the calendar's own, or the therapist's."""
    name = group.events[0].envelope.zone
    if name not in desk.zones:
        zone = named(name)
        desk.zones[name] = zone if isinstance(zone, ZoneInfo) else desk.wanted.zone
    return desk.zones[name]
