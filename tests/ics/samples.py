"""Runs every .ics file below a folder through the reader and counts what becomes of them.

    python -m tests.ics.samples FOLDER

Meant for calendars nobody here wrote, such as those in the source distributions of icalendar and recurring-ical-events
(`pip download --no-binary icalendar,recurring-ical-events --no-deps icalendar recurring-ical-events`). They are old, so
each is read as on the day of its first event, for 400 days. Ends with 1 if any file breaks the reader.
"""

import gc
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.ics.guard import cut
from bot.ics.reading import day_in, read
from bot.ics.slots import Refused, Wanted

LONG_AGO = date(1, 1, 10)
LAST = date(9998, 11, 1)


@dataclass(slots=True)
class Tally:
    """What became of the files, and of the events in them."""

    files: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    slots: int = 0
    broke: list[str] = field(default_factory=list)


def first_day(content: bytes) -> date:
    """Give the day of the first event; today where there is none."""
    try:
        days = [day_in(event.value("DTSTART")) for event in cut(content).events]
    except Refused:
        return datetime.now(UTC).date()
    return min((day for day in days if day is not None), default=datetime.now(UTC).date())


def wanted_from(day: date) -> Wanted:
    since = datetime.combine(min(max(day, LONG_AGO), LAST), datetime.min.time(), UTC) - timedelta(days=1)
    return Wanted(since, since + timedelta(days=400), ZoneInfo("Europe/Berlin"), frozenset())


def count(tally: Tally, path: Path) -> None:
    """Read one file."""
    content = path.read_bytes()
    try:
        reading = read(content, wanted_from(first_day(content)))
    except Refused as refused:
        tally.files[f"refused: {refused.reason}"] += 1
        return
    except Exception:  # noqa: BLE001 - this is what is looked for
        tally.files["BROKE THE READER"] += 1
        tally.broke.append(f"{path}\n{traceback.format_exc()}")
        return
    tally.slots += len(reading.slots)
    tally.left_out.update({why.value: number for why, number in reading.left_out.items()})
    nothing = "read, all events left out with a reason" if reading.left_out else "read, holds no event"
    tally.files["imported" if reading.slots else nothing] += 1


def main(folder: Path) -> int:
    """Read all files and print the counts."""
    gc.disable()  # as in the worker
    paths, tally = sorted(folder.rglob("*.ics")), Tally()
    for path in paths:
        count(tally, path)
    out = sys.stdout.write
    out(f"{len(paths)} files\n")
    for what, number in tally.files.most_common():
        out(f"  {number:5} {what}\n")
    out(f"{tally.slots} appointments; events left out:\n")
    for why, number in tally.left_out.most_common():
        out(f"  {number:5} {why}\n")
    out("".join(tally.broke))
    return 1 if tally.broke else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
