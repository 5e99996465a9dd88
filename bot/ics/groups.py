"""Events that belong together: one event, its repetitions, and the instances of it that were changed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.ics.guard import Event

REPEATING = ("RRULE", "RDATE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Group:
    """An event with its changed instances. `name` is what names its appointments, `uid` the events it came with."""

    uid: str
    name: str
    events: list[Event] = field(repr=False)

    @property
    def repeats(self) -> bool:
        """Whether more than one appointment can come of it."""
        return any(name in event.lines for event in self.events for name in REPEATING)


def groups(events: Sequence[Event]) -> Iterator[Group]:
    """Put together what belongs together."""
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_uid[_uid(event)].append(event)
    for uid, same in by_uid.items():
        if len(same) == 1:
            yield Group(uid, uid, same)
        else:
            yield from _apart(uid, same)


def is_change(event: Event) -> bool:
    """Say whether this only changes one instance of a series."""
    changed = event.lines.get("RECURRENCE-ID")
    return changed is not None and "RRULE" not in event.lines and "RANGE=" not in changed[-1].upper()


def _uid(event: Event) -> str:
    """Give what names an event; one without a UID is named by what it is."""
    return event.value("UID") or f"{event.value('DTSTART')}/{event.value('SUMMARY')}"


def _apart(uid: str, events: list[Event]) -> Iterator[Group]:
    """Tell apart what shares a UID: some programs give one to several events. An earlier version of one is dropped."""
    originals = [event for event in events if "RECURRENCE-ID" not in event.lines]
    newest = max(map(_version, originals), default=0)
    starts: dict[str, list[Event]] = {}
    for event in originals:
        if _version(event) == newest:
            starts.setdefault(event.value("DTSTART"), [event])
    if len(starts) < 2:
        yield Group(uid, uid, events)
        return
    for event in events:
        if "RECURRENCE-ID" in event.lines:
            max(starts.values(), key=lambda same: _fits(same[0], event)).append(event)
    for start, same in starts.items():
        yield Group(uid, f"{uid}/{start}", same)


def _version(event: Event) -> int:
    told = event.value("SEQUENCE")
    return int(told) if told.isdecimal() and len(told) < 10 else 0


def _fits(original: Event, change: Event) -> tuple[bool, bool]:
    """Say how well a changed instance fits an event: it should repeat, and at this time of the day."""
    clock = original.value("DTSTART")[8:] == change.value("RECURRENCE-ID")[8:]
    return "RRULE" in original.lines or "RDATE" in original.lines, clock
