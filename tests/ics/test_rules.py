"""Rules, ends and places in a series as programs really write them."""

from datetime import timedelta

import pytest

from bot.ics.reading import read
from bot.ics.slots import LeftOut
from tests.ics.test_files import calendar, whole
from tests.ics.test_reading import SPRING, one

BERLIN = ";TZID=Europe/Berlin:"
THRICE = ["03-16 15:00", "03-23 15:00", "03-30 15:00"]


def series(rule: str, start: str = f"{BERLIN}20270316T150000", more: str = "") -> str:
    return f"UID:1\nDTSTART{start}\nRRULE:{rule}\nSUMMARY:K-17{more}"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0;BYSECOND=0;COUNT=3",
        "FREQ=WEEKLY; COUNT=3",
        "freq=weekly;byday=tu;count=3",
        "FREQ=WEEKLY;UNTIL=20270330",
        "FREQ=WEEKLY;UNTIL=20270330T150000",
        "FREQ=WEEKLY;UNTIL=20270330T130000",
        "FREQ=WEEKLY;UNTIL=20270330T130000Z",
    ],
)
def test_a_weekly_rule_is_read_however_it_is_written(rule: str) -> None:
    reading = one(series(rule))
    assert (whole(reading), dict(reading.left_out)) == (THRICE, {})


def test_blanks_between_the_days_of_a_rule_mean_nothing() -> None:
    reading = one(series("FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=TU, TH;WKST=SU"))
    assert whole(reading) == ["03-16 15:00", "03-18 15:00", "03-23 15:00", "03-25 15:00"]


@pytest.mark.parametrize("more", ["EXDATE:", "RDATE:", "EXDATE;TZID=Europe/Berlin:", "RRULE:", "DTEND:", "DURATION:"])
def test_an_empty_line_means_nothing(more: str) -> None:
    assert whole(one(series("FREQ=WEEKLY;COUNT=3", more=f"\n{more}"))) == THRICE


def test_times_may_be_written_in_small_letters() -> None:
    assert whole(one(series("FREQ=WEEKLY;COUNT=3", ":20270316t140000z"))) == [*THRICE[:2], "03-30 16:00"]


@pytest.mark.parametrize(
    ("start", "until", "expected"),
    [
        (";TZID=America/New_York:20270406T200000", "20270413", ["04-07 02:00", "04-14 02:00"]),
        (";TZID=America/New_York:20270406T200000", "20270413T200000", ["04-07 02:00", "04-14 02:00"]),
        (";TZID=Asia/Tokyo:20270407T060000", "20270413", ["04-06 23:00"]),
        (":20270406T233000", "20270413", ["04-06 23:30", "04-13 23:30"]),
        (":20270406T150000", "20270413T130000Z", ["04-06 15:00", "04-13 15:00"]),
        (":20270406T150000Z", "20270413", ["04-06 17:00", "04-13 17:00"]),
        (":20270525T150000", "99991231", ["05-25 15:00"]),
        (";TZID=America/New_York:20270525T150000", "99991231T235959", ["05-25 21:00"]),
    ],
)
def test_the_last_day_of_a_series_counts_to_its_end_where_the_series_is(
    start: str, until: str, expected: list[str]
) -> None:
    assert whole(one(series(f"FREQ=WEEKLY;UNTIL={until}", start))) == expected


def test_an_end_before_the_start_is_forgotten() -> None:
    for end in ("DTEND:20270401T070000Z", "DURATION:-PT1H", "DTEND;VALUE=DATE:20270401"):
        (slot,) = one(f"UID:1\nDTSTART:20270401T080000Z\n{end}\nSUMMARY:K-17").slots
        assert (slot.starts_at.hour, slot.ends_at - slot.starts_at) == (8, timedelta(minutes=50))


def test_a_moved_session_that_names_only_its_day_leaves_that_day() -> None:
    original = f"BEGIN:VEVENT\n{series('FREQ=WEEKLY;COUNT=3')}\nEND:VEVENT\n"
    moved = f"BEGIN:VEVENT\nUID:1\nRECURRENCE-ID{{}}\nDTSTART{BERLIN}20270324T163000\nSUMMARY:K-17\nEND:VEVENT\n"
    by_day = read(calendar(original, moved.format(";VALUE=DATE:20270323")), SPRING)
    by_time = read(calendar(original, moved.format(f"{BERLIN}20270323T150000")), SPRING)
    assert whole(by_day) == ["03-16 15:00", "03-24 16:30", "03-30 15:00"]
    assert {slot.key for slot in by_day.slots} == {slot.key for slot in by_time.slots}


def test_a_series_with_a_rule_of_what_is_left_out_is_left_out_itself() -> None:
    reading = one(series("FREQ=WEEKLY;COUNT=3", more="\nEXRULE:FREQ=WEEKLY;INTERVAL=2"))
    assert (reading.slots, reading.left_out, len(reading.unread)) == ((), {LeftOut.BROKEN: 1}, 1)
