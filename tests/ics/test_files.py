"""A file as a whole: one that was cut short, several calendars in one, events that share a name, letters cut in two."""

from hashlib import sha256

import pytest

from bot.ics.reading import read
from bot.ics.slots import Reading, Refusal, Refused
from bot.telegram.calendars import REFUSALS
from tests.ics.exports import EXPORTS, GOOGLE, crlf
from tests.ics.test_reading import SPRING, local, of


def event(at: str, uid: str = "1", title: str = "K-17", more: str = "") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTART{at}\nSUMMARY:{title}\n{more}END:VEVENT\n"


def calendar(*events: str, head: str = "") -> bytes:
    return crlf(f"BEGIN:VCALENDAR\n{head}{''.join(events)}END:VCALENDAR\n")


def whole(reading: Reading) -> list[str]:
    """Give all that is held, whoever it is about."""
    return local([slot for slot in reading.slots if not slot.cancelled])


# ---- cut short ----


@pytest.mark.parametrize("program", EXPORTS)
@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
def test_a_calendar_that_ends_in_the_middle_is_refused(program: str, part: float) -> None:
    content = EXPORTS[program]
    with pytest.raises(Refused) as caught:
        read(content[: int(len(content) * part)], SPRING)
    assert caught.value.reason is Refusal.INCOMPLETE


def test_a_calendar_cut_inside_a_rule_is_not_taken_for_an_endless_series() -> None:
    with pytest.raises(Refused) as caught:
        read(GOOGLE[: GOOGLE.index(b";UNTIL")], SPRING)
    assert caught.value.reason is Refusal.INCOMPLETE


def test_a_page_that_mentions_a_calendar_is_none() -> None:
    with pytest.raises(Refused) as caught:
        read(b"<html>BEGIN:VCALENDAR</html>", SPRING)
    assert caught.value.reason is Refusal.NOT_A_CALENDAR


def test_every_reason_to_refuse_a_calendar_has_its_sentence() -> None:
    assert set(REFUSALS) == set(Refusal)


def test_a_calendar_without_a_last_line_break_is_whole() -> None:
    assert whole(read(calendar(event(":20270401T080000Z")).rstrip(), SPRING)) == ["04-01 10:00"]


# ---- several calendars in one file ----


def test_a_calendar_that_calls_off_says_nothing_about_the_one_before_it() -> None:
    first = calendar(event(":20270401T080000Z"), head="METHOD:PUBLISH\n")
    reading = read(first + calendar(event(":20270402T080000Z", "2"), head="METHOD:CANCEL\n"), SPRING)
    assert whole(reading) == ["04-01 10:00"]
    assert local([slot for slot in reading.slots if slot.cancelled]) == ["04-02 10:00"]


def test_each_calendar_in_a_file_keeps_its_own_time_zone() -> None:
    first = calendar(event(":20270401T100000"), head="X-WR-TIMEZONE:Europe/Berlin\n")
    second = calendar(event(":20270402T100000", "2"), head="X-WR-TIMEZONE:America/New_York\n")
    assert whole(read(first + second, SPRING)) == ["04-01 10:00", "04-02 16:00"]


# ---- events that share a name ----


def test_events_that_share_a_uid_all_arrive() -> None:
    days = (event(":20270401T080000Z"), event(":20270402T080000Z"), event(":20270405T080000Z", title="K-18"))
    reading = read(calendar(*days), SPRING)
    assert (local(of(reading, "K-17")), local(of(reading, "K-18"))) == (["04-01 10:00", "04-02 10:00"], ["04-05 10:00"])
    assert len({slot.key for slot in reading.slots}) == 3
    assert {slot.series for slot in reading.slots} == reading.series


def test_a_later_version_of_an_event_takes_the_place_of_the_earlier() -> None:
    old, new = event(":20270401T080000Z", more="SEQUENCE:0\n"), event(":20270402T080000Z", more="SEQUENCE:1\n")
    assert whole(read(calendar(old, new), SPRING)) == ["04-02 10:00"]


def test_a_moved_instance_stays_with_the_series_it_belongs_to_though_two_share_a_uid() -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=2\n"
    moved = event(":20270408T140000Z", more="RECURRENCE-ID:20270407T080000Z\n")
    days = (event(":20270330T130000Z", more=rule), event(":20270331T080000Z", more=rule), moved)
    expected = ["03-30 15:00", "03-31 10:00", "04-06 15:00", "04-08 16:00"]
    assert whole(read(calendar(*days), SPRING)) == expected


def test_an_event_alone_under_its_uid_keeps_the_key_it_always_had() -> None:
    (slot,) = read(calendar(event(":20270401T080000Z")), SPRING).slots
    assert slot.key == sha256(b"1\n").hexdigest()


# ---- letters ----


def test_a_line_folded_inside_a_letter_is_put_together_before_it_is_read() -> None:
    content = calendar(event(":20270401T080000Z", title="K\N{EN DASH}17 caf\N{LATIN SMALL LETTER E WITH ACUTE}"))
    folded = content.replace(b"\xe2\x80\x93", b"\xe2\x80\r\n \x93")
    assert local(of(read(folded, SPRING), "K-17")) == ["04-01 10:00"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_other_encodings_are_unfolded_as_well(encoding: str) -> None:
    content = calendar(event(":20270401T080000Z", title="K\N{EN DASH}17")).replace(b"20270401T", b"2027\r\n 0401T")
    assert local(of(read(f"\ufeff{content.decode()}".encode(encoding), SPRING), "K-17")) == ["04-01 10:00"]
