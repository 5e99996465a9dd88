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
_MANY = ("RRULE", "RDATE", "EXDATE", "EXRULE")
TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
"""The properties that hold times. Nothing in a time is a colon, so their value follows the last one."""
_WORTH_A_LOOK = "|".join(("BEGIN", "END", "METHOD", "X-WR-TIMEZONE", *_ONCE, *_MANY))
_LINE = re.compile(rf"^({_WORTH_A_LOOK})[;:][^\n]*", re.MULTILINE | re.IGNORECASE)
TZID = re.compile(r';TZID=(?:"([^"]*)"|([^;"]*))', re.IGNORECASE)
_ZONE_NAME = re.compile(r"^TZID[;:][^\n]*", re.MULTILINE | re.IGNORECASE)
_QUOTED_HEAD = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')
_ESCAPED = re.compile(r"\\([\\,;])")
_PART = re.compile(r"^(?=BEGIN:)", re.MULTILINE | re.IGNORECASE)
_YEARLY = re.compile(r"^RRULE[;:](?![^\n]*(?:UNTIL|COUNT)=)", re.MULTILINE | re.IGNORECASE)
_LONG_AGO = re.compile(r"^(DTSTART[^:\n]*:)1[0-8]\d\d(?=\d{4}T)", re.MULTILINE | re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Envelope:
    """What one VCALENDAR says of all its events: what is to be done with them, and the zone of times that name none."""

    method: str = ""
    zone: str = ""


@dataclass(slots=True)
class Event:
    """One VEVENT: its lines that matter, by property name, each whole and unfolded."""

    envelope: Envelope
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
        """The names of all time zones its times are in."""
        heads = (line.rpartition(":")[0] for name in TIMES for line in self.lines.get(name, ()))
        return {first or second for head in heads for first, second in TZID.findall(head)}

    def text(self) -> str:
        """Write it as a component again."""
        return "\n".join(("BEGIN:VEVENT", *(line for lines in self.lines.values() for line in lines), "END:VEVENT"))


@dataclass(slots=True)
class Sheet:
    """A calendar cut to pieces. `zones` are VTIMEZONE components by the name they define."""

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
        Refused: where it is too big, too deep, holds too much, is no calendar, or ends in the middle of one.
    """
    if len(content) > MOST_BYTES:
        raise Refused(Refusal.TOO_BIG)
    scissors = _Scissors(_whole_lines(content))
    for found in _LINE.finditer(scissors.text):
        scissors.take(found)
    if not scissors.sheet.events and not scissors.begun:
        raise Refused(Refusal.NOT_A_CALENDAR)
    if scissors.stack:  # what would follow the end is not gone
        raise Refused(Refusal.INCOMPLETE)
    return scissors.sheet


def _whole_lines(content: bytes) -> str:
    """Unfold the lines of a file. Some programs fold inside a letter of several bytes, so that comes before reading."""
    if content[:2] in _UTF_16:
        content = content.decode("utf-16", "replace").encode()
    lines = content.replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _decoded(lines.replace(b"\n ", b"").replace(b"\n\t", b""))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


@dataclass(slots=True)
class _Scissors:
    """What is known half-way through: the components that are open, the VCALENDAR, where the open VTIMEZONE began."""

    text: str = field(repr=False)
    sheet: Sheet = field(default_factory=Sheet)
    stack: list[str] = field(default_factory=list)
    zone_began: int | None = None
    envelope: Envelope = field(default_factory=Envelope)
    begun: bool = False

    def take(self, found: re.Match[str]) -> None:
        """Look at one line."""
        name, line = found.group(1).upper(), found.group(0)
        if name == "BEGIN":
            self._begin(line[6:].strip().upper(), found.start())
        elif name == "END":
            self._end(line[4:].strip().upper(), found.end())
        elif self.stack and self.stack[-1] == "VEVENT":
            self._event_line(name, line)
        elif name == "METHOD" and len(self.stack) <= 1:
            self.envelope.method = after_colon(line).strip().upper()
        elif name == "X-WR-TIMEZONE" and len(self.stack) <= 1:
            self.envelope.zone = after_colon(line).strip()

    def _begin(self, name: str, place: int) -> None:
        self.stack.append(name)
        if len(self.stack) > _DEEPEST:
            raise Refused(Refusal.TOO_DEEP)
        if name == "VEVENT":
            self.sheet.events.append(Event(self.envelope))
        elif name == "VTIMEZONE":
            self.zone_began = place
        elif name == "VCALENDAR":
            self.envelope, self.begun = Envelope(), True
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
            name = _ESCAPED.sub(r"\1", after_colon(named.group(0)).strip())
            self.sheet.zones[name] = _since_lately(text)

    def _event_line(self, name: str, line: str) -> None:
        lines = self.sheet.events[-1].lines.setdefault(name, [])
        if not lines or name in _MANY:
            lines.append(line)


def _since_lately(zone: str) -> str:
    """Let yearly rules of a time zone begin in 1990: Outlook's begin in 1601, and each year would be reckoned.

    What happened once, or until some day, keeps its place in the zone's history.
    """
    return "".join(_LONG_AGO.sub(r"\g<1>1990", part) if _YEARLY.search(part) else part for part in _PART.split(zone))
