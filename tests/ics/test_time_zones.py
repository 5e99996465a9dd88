"""The right minute in time zones with odd names and odd histories."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.ics.reading import read
from bot.ics.slots import Wanted
from tests.ics.exports import crlf
from tests.ics.test_files import whole
from tests.ics.test_reading import CODES, SPRING, one

RULES = """BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT"""
INDIA = """BEGIN:STANDARD
DTSTART:18540628T000000
TZOFFSETFROM:+0553
TZOFFSETTO:+0521
END:STANDARD
BEGIN:STANDARD
DTSTART:19060101T000000
TZOFFSETFROM:+0521
TZOFFSETTO:+0530
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19420515T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0630
RRULE:FREQ=YEARLY;UNTIL=19440901T000000Z
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19421015T000000
TZOFFSETFROM:+0630
TZOFFSETTO:+0530
RRULE:FREQ=YEARLY;UNTIL=19441015T000000Z
END:STANDARD"""


def explained(zone: str, events: str, rules: str = RULES) -> bytes:
    """Write a calendar that explains its time zone."""
    return crlf(f"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:{zone}\n{rules}\nEND:VTIMEZONE\n{events}END:VCALENDAR\n")


def at(tzid: str, begins: str, more: str = "") -> str:
    return f"BEGIN:VEVENT\nUID:1\nDTSTART;TZID={tzid}:{begins}\nSUMMARY:K-17\n{more}END:VEVENT\n"


OUTLOOK_365 = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"


@pytest.mark.parametrize(
    ("told", "used"),
    [
        (OUTLOOK_365, f'"{OUTLOOK_365}"'),
        (OUTLOOK_365.replace(",", "\\,"), f'"{OUTLOOK_365}"'),
        ("tzone://Microsoft/Custom", '"tzone://Microsoft/Custom"'),
        ("tzone://Microsoft/Custom", "tzone://Microsoft/Custom"),
        ("(UTC+01:00) Mitteleurop\N{LATIN SMALL LETTER A WITH DIAERESIS}ische Zeit",
         '"(UTC+01:00) Mitteleurop\N{LATIN SMALL LETTER A WITH DIAERESIS}ische Zeit"'),
        ("Mine\\; not yours", '"Mine; not yours"'),
    ],
)  # fmt: skip
def test_a_time_zone_may_have_any_name(told: str, used: str) -> None:
    reading = read(explained(told, at(used, "20270323T150000", "RRULE:FREQ=WEEKLY;COUNT=2\n")), SPRING)
    assert (whole(reading), dict(reading.left_out)) == (["03-23 15:00", "03-30 15:00"], {})


def test_what_once_happened_in_a_time_zone_keeps_its_place() -> None:
    reading = read(explained("India of our own", at("India of our own", "20270316T150000"), INDIA), SPRING)
    assert whole(reading) == ["03-16 10:30"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Berlin of our own"])
def test_a_time_that_the_clocks_skip_is_the_hour_after_them(zone: str) -> None:
    skipped = at(zone, "20270328T023000", f"DTEND;TZID={zone}:20270328T032000\n")
    (slot,) = read(explained(zone, skipped), SPRING).slots
    assert (whole(read(explained(zone, skipped), SPRING)), slot.ends_at - slot.starts_at) == (
        ["03-28 03:30"],
        timedelta(minutes=50),
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Berlin of our own"])
def test_other_times_of_that_day_are_as_they_are_written(zone: str) -> None:
    hourly = "".join(at(zone, f"20270328T{hour:02}3000").replace("UID:1", f"UID:{hour}") for hour in (0, 1, 3, 4, 20))
    expected = [f"03-28 {hour:02}:30" for hour in (0, 1, 3, 4, 20)]
    assert whole(read(explained(zone, hourly), SPRING)) == expected


def test_a_time_in_utc_is_in_no_other_zone_besides() -> None:
    body = "UID:1\nDTSTART;TZID=Europe/Berlin:20270401T080000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:K-17"
    gone = "\nEXDATE;TZID=Europe/Berlin:20270408T080000Z"
    assert whole(one(body + gone)) == ["04-01 10:00", "04-15 10:00"]


def test_times_without_a_zone_west_of_greenwich_are_found_on_the_same_day() -> None:
    now = datetime(2027, 4, 2, 4, tzinfo=UTC)  # nine in the evening of the day before in Los Angeles
    wanted = Wanted(now - timedelta(hours=12), now + timedelta(weeks=4), ZoneInfo("America/Los_Angeles"), CODES)
    body = "\n".join(f"UID:{hour}\nDTSTART:20270401T{hour:02}3000\nSUMMARY:K-17\nEND:VEVENT\nBEGIN:VEVENT"
                     for hour in range(8, 21, 2))  # fmt: skip
    found = [slot.starts_at.astimezone(wanted.zone).hour for slot in one(f"{body}\nSUMMARY:none", wanted).slots]
    assert found == [10, 12, 14, 16, 18, 20]
