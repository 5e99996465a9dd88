"""What a calendar says, whoever wrote it: the right local minute, and nothing that was not asked for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ics.codes import code_in
from bot.ics.reading import read
from bot.ics.slots import LeftOut, Reading, Refused, Slot, Wanted, packed, unpacked
from tests.ics.exports import EXPORTS, GOOGLE, OUTLOOK, crlf

BERLIN = ZoneInfo("Europe/Berlin")
CODES = frozenset({"K-17", "K-18", "MAX", "17"})
SPRING = Wanted(datetime(2027, 3, 12, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC), BERLIN, CODES - {"17"})


def local(slots: list[Slot]) -> list[str]:
    """Give the starts as the wall in Berlin shows them."""
    return [f"{slot.starts_at.astimezone(BERLIN):%m-%d %H:%M}" for slot in sorted(slots, key=lambda s: s.starts_at)]


def of(reading: Reading, code: str) -> list[Slot]:
    return [slot for slot in reading.slots if slot.code == code and not slot.cancelled]


def one(body: str, wanted: Wanted = SPRING) -> Reading:
    """Read a calendar with one event."""
    return read(crlf(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR\n"), wanted)


WEEKLY = ["03-16 15:00", "03-23 15:00", "03-31 16:30", "04-13 15:00", "04-20 15:00"]


@pytest.mark.parametrize("program", EXPORTS)
def test_a_weekly_series_keeps_its_wall_time_over_the_change_of_clocks(program: str) -> None:
    reading = read(EXPORTS[program], SPRING)
    expected = [at for at in WEEKLY if program != "outlook" or at != "04-13 15:00"]
    assert local(of(reading, "K-17")) == expected
    assert local(of(reading, "K-18")) == ["04-01 10:00"]
    assert {slot.ends_at - slot.starts_at for slot in of(reading, "K-17")} == {timedelta(minutes=50)}


def test_a_cancelled_instance_is_told_as_cancelled() -> None:
    (gone,) = [slot for slot in read(OUTLOOK, SPRING).slots if slot.cancelled]
    assert (gone.code, local([gone])) == ("K-17", ["04-13 15:00"])


def test_a_long_series_in_a_time_zone_of_its_own_is_no_more_work_than_another() -> None:
    zone = OUTLOOK[OUTLOOK.index(b"BEGIN:VTIMEZONE\r\nTZID:Customized") :].split(b"BEGIN:VEVENT")[0].decode()
    body = "UID:1\nSUMMARY:K-17\nDTSTART;TZID=Customized Time Zone 1:20200107T150000\nRRULE:FREQ=WEEKLY"
    content = f"BEGIN:VCALENDAR\n{zone}BEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR\n"
    reading = read(content.encode(), SPRING)
    assert {at.split()[1] for at in local(list(reading.slots))} == {"15:00"}
    assert (len(reading.slots), dict(reading.left_out)) == (11, {})


def test_an_all_day_entry_is_counted_and_not_taken() -> None:
    assert read(GOOGLE, SPRING).left_out == {LeftOut.ALL_DAY: 1}


def test_an_instance_keeps_its_key_when_it_is_moved() -> None:
    in_place = GOOGLE.replace(b"20270331T163000", b"20270330T150000").replace(b"20270331T172000", b"20270330T155000")
    before, after = read(in_place, SPRING), read(GOOGLE, SPRING)
    assert local(of(before, "K-17")) != local(of(after, "K-17"))
    assert {slot.key for slot in before.slots} == {slot.key for slot in after.slots}


def test_a_time_without_a_zone_is_the_therapists() -> None:
    floating = "UID:1\nDTSTART:20270401T100000\nSUMMARY:K-17"
    tokyo = Wanted(SPRING.since, SPRING.until, ZoneInfo("Asia/Tokyo"), CODES)
    (here,), (there,) = one(floating).slots, one(floating, tokyo).slots
    assert here.starts_at == datetime(2027, 4, 1, 8, tzinfo=UTC)
    assert there.starts_at == datetime(2027, 4, 1, 1, tzinfo=UTC)
    assert here.key == there.key


def test_an_event_without_an_end_takes_the_usual_length() -> None:
    (slot,) = one("UID:1\nDTSTART:20270401T100000Z\nSUMMARY:K-17").slots
    assert slot.ends_at - slot.starts_at == timedelta(minutes=50)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("UID:1\nDTSTART:20270401T100000Z\nDTEND:20270402T100000Z\nSUMMARY:K-17", LeftOut.TOO_LONG),
        ("UID:1\nDTSTART:20270401T100000Z", LeftOut.NO_TITLE),
        ("UID:1\nSUMMARY:K-17", LeftOut.NO_START),
        ("UID:1\nDTSTART:20200401T100000Z\nSUMMARY:K-17", LeftOut.OUTSIDE),
        ("UID:1\nDTSTART;TZID=Nowhere/Land:20270401T100000\nSUMMARY:K-17", LeftOut.UNKNOWN_ZONE),
        ("UID:1\nDTSTART;TZID=Europe:20270401T100000\nSUMMARY:K-17", LeftOut.UNKNOWN_ZONE),
        ("UID:1\nDTSTART;TZID=../../etc/passwd:20270401T100000\nSUMMARY:K-17", LeftOut.UNKNOWN_ZONE),
        ("UID:1\nDTSTART:tomorrow at ten\nSUMMARY:K-17", LeftOut.BROKEN),
        ("UID:1\nDTSTART:20270401T100000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:K-17", LeftOut.TOO_OFTEN),
        ("UID:1\nDTSTART:20270401T100000Z\nRRULE:FREQ=DAILY;BYHOUR=1,2,3\nSUMMARY:K-17", LeftOut.TOO_OFTEN),
        ("UID:1\nDTSTART:20270401T100000Z\nRRULE:FREQ=NEVER\nSUMMARY:K-17", LeftOut.BROKEN),
    ],
)
def test_what_cannot_be_a_session_is_left_out_with_its_reason(body: str, reason: LeftOut) -> None:
    reading = one(body)
    assert (reading.slots, reading.left_out) == ((), {reason: 1})


def test_events_without_a_code_come_with_their_title_once() -> None:
    reading = one("UID:1\nDTSTART:20270401T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Supervision  group\nLOCATION:x")
    assert reading.titles == ("Supervision group",)
    assert [slot.title for slot in reading.slots] == [0, 0, 0]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("K-17", "K-17"),
        ("session k-17, online", "K-17"),
        ("K–17", "K-17"),  # noqa: RUF001 - as phones write it
        ("(K-17)/50min", "K-17"),
        ("K-171", None),
        ("AK-17", None),
        ("K-17-A", None),
        ("K-17 and K-18", None),
        ("K-17 or k-17", "K-17"),
        ("MAX", "MAX"),
        ("Max's birthday", None),
        ("call at 17:30", None),
        ("until 3.17.2027", None),
        ("17 again", "17"),
        ("", None),
    ],
)
def test_a_code_is_found_as_a_word_of_its_own(title: str, code: str | None) -> None:
    assert code_in(title, CODES) == code


def test_what_is_read_survives_the_way_between_the_processes() -> None:
    reading = read(OUTLOOK, SPRING)
    assert unpacked(packed(reading)) == reading


PIECES = st.sampled_from([
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:X",
    "UID:1", "UID:2", "SUMMARY:K-17", "SUMMARY:other", "DTSTART:20270401T100000Z", "DTSTART:20270401T100000",
    "DTSTART;VALUE=DATE:20270401", "DTSTART;TZID=X:20270401T100000", "DTEND:20270401T110000Z", "DURATION:PT1H",
    "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;COUNT=0", "RRULE:FREQ=YEARLY;UNTIL=99991231", "EXDATE:20270402T100000Z",
    "RECURRENCE-ID:20270402T100000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270402T100000Z", "RDATE:20270409T100000Z",
    "STATUS:CANCELLED", "SEQUENCE:x", "METHOD:CANCEL", "X-WR-TIMEZONE:Mars/Base", " folded", "\0", "RRULE:", ";:;",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_order_of_lines_breaks_the_reader(lines: list[str]) -> None:
    try:
        reading = read("\r\n".join(lines).encode(), SPRING)
    except Refused:
        return
    assert all(SPRING.since <= slot.starts_at < SPRING.until for slot in reading.slots)
    assert all(timedelta() < slot.ends_at - slot.starts_at <= timedelta(hours=8) for slot in reading.slots)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        assert read(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + content + b"\nEND:VEVENT\nEND:VCALENDAR", SPRING).slots == ()
    except Refused:
        return
