"""The first look at a calendar: cut it into events, keep only what says when and which, and count everything.

It runs over the text once and knows just enough of RFC 5545 for that: folded lines, nested components, a property's
name. What it lets through is small enough for the libraries that know the rest.
"""

import re
from dataclasses import dataclass, field

from bot.ics.slots import Refusal, Refused

MOST_BYTES = 2_000_000
_MOST_EVENTS = 20_000
_MOST_ZONES = 100
_DEEPEST = 100
_LONGEST_ZONE = 20_000
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RECURRENCE-ID", "SEQUENCE")
_MANY = ("RRULE", "RDATE", "EXDATE")
_WORTH_A_LOOK = "|".join(("BEGIN", "END", "METHOD", "X-WR-TIMEZONE", *_ONCE, *_MANY))
_LINE = re.compile(rf"^({_WORTH_A_LOOK})[;:][^\n]*", re.MULTILINE | re.IGNORECASE)
_TZID = re.compile(r';TZID=(?:"([^"]*)"|([^;:"]*))', re.IGNORECASE)
_ZONE_NAME = re.compile(r"^TZID[;:][^\n]*", re.MULTILINE | re.IGNORECASE)
_QUOTED_HEAD = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')
_LONG_AGO = re.compile(r"^(DTSTART[^:\n]*:)1[0-8]\d\d(?=\d{4}T)", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_BREAKS = re.compile(r"\r\n?")


@dataclass(slots=True)
class Event:
    """One VEVENT: its lines that matter, by property name, each whole and unfolded."""

    lines: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> str:
        """Give what stands behind the (first) colon of a property that occurs once; empty where there is none."""
        found = self.lines.get(name)
        return after_colon(found[-1]).strip() if found else ""

    def values(self, name: str) -> int:
        """Count the values of a property that may hold a list and occur several times."""
        return sum(len(line.split(",")) for line in self.lines.get(name, ()))

    @property
    def zones(self) -> set[str]:
        """The names of all time zones it speaks of."""
        every = (line for lines in self.lines.values() for line in lines)
        return {first or second for line in every for first, second in _TZID.findall(line.split(":", 1)[0])}

    def text(self) -> str:
        """Write it as a component again."""
        return "\n".join(("BEGIN:VEVENT", *(line for lines in self.lines.values() for line in lines), "END:VEVENT"))


@dataclass(slots=True)
class Sheet:
    """A calendar cut to pieces. `zones` are VTIMEZONE components by the name they define."""

    method: str = ""
    default_zone: str = ""
    zones: dict[str, str] = field(default_factory=dict, repr=False)
    events: list[Event] = field(default_factory=list, repr=False)


def after_colon(line: str) -> str:
    """Give the value of a content line: what follows the first colon outside quotes."""
    head, _, value = line.partition(":")
    if '"' not in head:
        return value
    found = _QUOTED_HEAD.match(line)
    return line[found.end() :] if found else ""


def cut(content: bytes) -> Sheet:
    """Cut a file to pieces.

    Raises:
        Refused: where it is too big, too deep, holds too much, or is no calendar.
    """
    if len(content) > MOST_BYTES:
        raise Refused(Refusal.TOO_BIG)
    scissors = _Scissors(_whole_lines(content))
    for found in _LINE.finditer(scissors.text):
        scissors.take(found)
    if not scissors.sheet.events and "BEGIN:VCALENDAR" not in scissors.text.upper():
        raise Refused(Refusal.NOT_A_CALENDAR)
    return scissors.sheet


def _whole_lines(content: bytes) -> str:
    return _FOLD.sub("", _BREAKS.sub("\n", _decoded(content)).replace("\0", ""))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


@dataclass(slots=True)
class _Scissors:
    """What is known half-way through: the components that are open, and where the open VTIMEZONE began."""

    text: str = field(repr=False)
    sheet: Sheet = field(default_factory=Sheet)
    stack: list[str] = field(default_factory=list)
    zone_began: int | None = None

    def take(self, found: re.Match[str]) -> None:
        """Look at one line."""
        name, line = found.group(1).upper(), found.group(0)
        if name == "BEGIN":
            self._begin(line[6:].strip().upper(), found.start())
        elif name == "END":
            self._end(line[4:].strip().upper(), found.end())
        elif self.stack and self.stack[-1] == "VEVENT":
            self._event_line(name, line)
        elif name == "METHOD":
            self.sheet.method = after_colon(line).strip().upper()
        elif name == "X-WR-TIMEZONE":
            self.sheet.default_zone = after_colon(line).strip()

    def _begin(self, name: str, place: int) -> None:
        self.stack.append(name)
        if len(self.stack) > _DEEPEST:
            raise Refused(Refusal.TOO_DEEP)
        if name == "VEVENT":
            self.sheet.events.append(Event())
        elif name == "VTIMEZONE":
            self.zone_began = place
        if len(self.sheet.events) > _MOST_EVENTS:
            raise Refused(Refusal.TOO_MANY)

    def _end(self, name: str, place: int) -> None:
        """Leave a component; one that was never begun is none, and those left open inside it end with it."""
        if name in self.stack:
            while self.stack.pop() != name:
                pass
        if name == "VTIMEZONE" and self.zone_began is not None:
            self._zone(self.text[self.zone_began : place])
            self.zone_began = None

    def _zone(self, text: str) -> None:
        named = _ZONE_NAME.search(text)
        if len(text) > _LONGEST_ZONE or len(self.sheet.zones) >= _MOST_ZONES:
            raise Refused(Refusal.TOO_MANY)
        if named:
            self.sheet.zones[after_colon(named.group(0)).strip()] = _since_lately(text)

    def _event_line(self, name: str, line: str) -> None:
        lines = self.sheet.events[-1].lines.setdefault(name, [])
        if not lines or name in _MANY:
            lines.append(line)


def _since_lately(zone: str) -> str:
    """Let yearly rules of a time zone begin in 1990: Outlook's begin in 1601, and each year would be reckoned."""
    return _LONG_AGO.sub(r"\g<1>1990", zone) if "RRULE" in zone.upper() else zone
