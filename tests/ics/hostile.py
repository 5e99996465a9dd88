"""Calendars that mean harm, and what becomes of them in the worker.

    python -m tests.ics.hostile

prints for each the seconds of processor time and of waiting, the start of the worker process included.
"""

import asyncio
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.ics.slots import Refused, Wanted
from bot.ics.worker import read_calendar

WANTED = Wanted(
    datetime(2026, 11, 21, tzinfo=UTC),
    datetime(2027, 5, 22, tzinfo=UTC),
    ZoneInfo("Europe/Berlin"),
    frozenset({"K-17"}),
)
GOOD = "UID:good\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T105000Z\r\nSUMMARY:K-17"
NEVER = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Odd\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:{rule}\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
IN_ZONE = "UID:z\r\nDTSTART;TZID=Odd:20261201T100000\r\nSUMMARY:K-17"


def calendar(*events: str, before: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{before}{body}END:VCALENDAR\r\n".encode()


def repeating(rule: str, start: str = "20200101T100000Z", more: str = "", uid: object = "bad") -> str:
    return f"UID:{uid}\r\nDTSTART:{start}\r\nSUMMARY:K-17\r\nRRULE:{rule}{more}"


def dates(number: int) -> str:
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return ",".join(f"{first + timedelta(hours=each):%Y%m%dT%H%M%SZ}" for each in range(number))


CASES: dict[str, tuple[bytes, str]] = {
    "SECONDLY": (calendar(GOOD, repeating("FREQ=SECONDLY")), "1 slot, too_often"),
    "MINUTELY": (calendar(GOOD, repeating("FREQ=MINUTELY")), "1 slot, too_often"),
    "24 times a day": (
        calendar(GOOD, repeating("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))),
        "1 slot, too_often",
    ),
    "a day that never comes": (calendar(GOOD, repeating(NEVER)), "1 slot, too_heavy"),
    "200 days that never come": (
        calendar(GOOD, *(repeating(NEVER, uid=number) for number in range(200))),
        "refused too_heavy",
    ),
    "daily since the year 1": (calendar(GOOD, repeating("FREQ=DAILY", "00010101T100000Z")), "1 slot, too_heavy"),
    "the year 9999": (
        calendar(GOOD, repeating("FREQ=YEARLY", "99991231T235959Z", "\r\nDURATION:P9999D")),
        "1 slot, outside",
    ),
    "10^6 EXDATE": (
        calendar(GOOD, repeating("FREQ=DAILY", more="\r\nEXDATE:" + dates(110_000) * 9)),
        "refused too_big",
    ),
    "100,000 EXDATE": (
        calendar(GOOD, repeating("FREQ=DAILY", more="\r\nEXDATE:" + dates(100_000))),
        "1 slot, too_many_dates",
    ),
    "10 MB": (b"BEGIN:VCALENDAR\r\nX-A:" + b"a" * 10_000_000, "refused too_big"),
    "one line of 2 MB": (calendar('SUMMARY:' + '"' * 1_900_000), "0 slots, no_start"),
    "600,000 folds": (calendar("SUMMARY:" + "\r\n " * 600_000), "0 slots, no_start"),
    "a bad TZID": (
        calendar(GOOD, *(f"UID:{zone}\r\nDTSTART;TZID={zone}:20261201T100000\r\nSUMMARY:K-17"
                         for zone in ("../../etc/passwd", "Europe", "x" * 5000))),
        "1 slot, unknown_zone",
    ),
    "a zone that changes each second": (
        calendar(GOOD, IN_ZONE, before=ZONE.format(rule="FREQ=SECONDLY")),
        "1 slot, unknown_zone",
    ),
    "a zone that never changes": (calendar(GOOD, IN_ZONE, before=ZONE.format(rule=NEVER)), "2 slots"),
    "100,000 levels": (b"BEGIN:VCALENDAR\r\n" * 100_000, "refused too_deep"),
    "19,000 daily series": (
        calendar(*(f"UID:{n}\r\nDTSTART:20260101T100000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:A" for n in range(19_000))),
        "refused too_",
    ),
    "no text at all": (bytes(range(256)) * 4000, "refused not_a_calendar"),
}  # fmt: skip


async def outcome(content: bytes) -> str:
    """Say what becomes of a calendar."""
    try:
        reading = await read_calendar(content, WANTED)
    except Refused as refused:
        return f"refused {refused.reason}"
    number = f"{len(reading.slots)} slot{'' if len(reading.slots) == 1 else 's'}"
    return ", ".join([number, *sorted(reading.left_out)])


async def main() -> None:
    """Print what becomes of each, and how long it takes."""
    for name, (content, _) in {"(harmless)": (calendar(GOOD), ""), **CASES}.items():
        began, worked = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        what = await outcome(content)
        waited, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - worked.ru_utime - worked.ru_stime
        sys.stdout.write(f"{name:34}{len(content) / 1e6:6.1f} MB {cpu:6.2f} s of work {waited:6.2f} s  {what}\n")


if __name__ == "__main__":
    asyncio.run(main())
