"""A therapist's calendar in the chat: a file, what it means for sessions, and titles nobody knows."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown
from tests.ics.exports import crlf

pytestmark = pytest.mark.asyncio(loop_scope="module")
BERLIN = ZoneInfo("Europe/Berlin")


def event(uid: str, title: str, starts: datetime, *more: str) -> str:
    """Write an event of 50 minutes on Berlin's wall."""
    ends = starts + timedelta(minutes=50)
    lines = (
        f"UID:{uid}",
        f"SUMMARY:{title}",
        f"DTSTART;TZID=Europe/Berlin:{starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{ends:%Y%m%dT%H%M%S}",
        *more,
    )
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))


def calendar(*events: str) -> bytes:
    return crlf("\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", "")))


async def sent(phone: Phone, content: bytes, name: str = "week.ics") -> Message:
    """Send a file and wait for what the bot says to it."""
    before = await phone.upload(name, content, mime_type="text/calendar")

    def answers(message: Message) -> bool:
        about = "calendar" in message.text or "file" in message.text
        return message.message_id > before and about and "in this one" not in message.text

    return await phone.wait_for(answers)


def planned(house: House, client: Phone) -> list[str]:
    """Give when a client's check-ins that wait fall due, on Berlin's wall."""
    (mine,) = [number for number, phone in enumerate(house.clients) if phone is client]
    episodes = [row["id"] for row in house.truth.ask("SELECT id FROM episodes ORDER BY started_at")]
    rows = house.truth.ask(
        "SELECT due_at FROM check_ins WHERE state = 'scheduled' AND episode_id = ? ORDER BY due_at", episodes[mine]
    )
    return [f"{datetime.fromtimestamp(row['due_at'] / 1000, BERLIN):%m-%d %H:%M}" for row in rows]


async def noon(house: House, ahead: int) -> datetime:
    """Give noon on Berlin's wall so many days from now."""
    today: date = (await house.telegram.now()).astimezone(BERLIN).date()
    return datetime(today.year, today.month, today.day, 12) + timedelta(days=ahead)  # noqa: DTZ001 - a wall time


async def test_a_calendar_becomes_sessions_and_a_later_one_changes_them(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    start, code = await noon(house, 3), client.name
    weekly = event("a", f"{code} session", start, "RRULE:FREQ=WEEKLY;COUNT=3")
    all_day = "BEGIN:VEVENT\nUID:b\nSUMMARY:away\nDTSTART;VALUE=DATE:20270101\nEND:VEVENT"
    said = await sent(house.therapist, calendar(weekly, all_day))
    assert "3 sessions added" in said.text
    assert f"{code}: 3 sessions ahead" in said.text
    assert "1 entry left out: it lasts all day" in said.text
    await house.settled()
    due = [start + timedelta(weeks=week, hours=2, minutes=50) for week in range(3)]
    assert planned(house, client) == [f"{each:%m-%d %H:%M}" for each in due]

    again = await sent(house.therapist, calendar(weekly))
    assert "3 sessions as they were" in again.text
    await house.hop()
    second = start + timedelta(weeks=1)
    moved = event("a", code, second + timedelta(hours=4), f"RECURRENCE-ID;TZID=Europe/Berlin:{second:%Y%m%dT%H%M%S}")
    third = f"EXDATE;TZID=Europe/Berlin:{start + timedelta(weeks=2):%Y%m%dT%H%M%S}"
    changed = await sent(house.therapist, calendar(event("a", code, start, "RRULE:FREQ=WEEKLY;COUNT=3", third), moved))
    assert "1 session moved" in changed.text
    assert "1 session called off" in changed.text
    await house.settled()
    assert planned(house, client) == [f"{due[0]:%m-%d %H:%M}", f"{due[1] + timedelta(hours=4):%m-%d %H:%M}"]
    assert house.found("away") == []


async def test_titles_nobody_knows_are_asked_about_once_and_remembered_without_their_words(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, therapist = await noon(house, 40), house.therapist
    content = calendar(
        event("t1", "Aurelia at noon", start),
        event("t2", "Dentist <b>", start + timedelta(days=1)),
        event("t3", "Choir", start + timedelta(days=2), "RRULE:FREQ=DAILY;COUNT=4"),
    )
    await sent(therapist, content)
    asked = await therapist.wait_for("I do not know who these entries are about")
    assert "1. Aurelia at noon: 1 entry" in asked.text
    assert "3. Choir: 4 entries" in asked.text
    await house.hop()
    await therapist.press("1")
    await therapist.wait_for(lambda message: f"1 is {client.name}" in message.labels)
    toast = await therapist.wait_for_toast(await therapist.press(f"1 is {client.name}"))
    assert toast.text == f"Noted: 1 is {client.name}. I am reading the file again."
    await therapist.wait_for(lambda message: "1 session added" in message.text and client.name in message.text)
    assert len(planned(house, client)) == 1
    await therapist.wait_for(lambda message: message.labels[:2] == ["2", "3"])
    await therapist.press("2")
    await press_when_shown(therapist, "Back")
    await therapist.wait_for(lambda message: message.labels[:2] == ["2", "3"])
    await therapist.press("Ignore all of these")
    await therapist.wait_until(lambda messages: not any("Ignore all of these" in m.labels for m in messages))
    await house.hop()
    again = await sent(therapist, content)
    assert "1 session as it was" in again.text
    assert "5 entries ignored, as you told me" in again.text
    assert [place for words in ("Aurelia", "Dentist", "Choir") for place in house.found(words)] == []


async def test_what_an_earlier_file_had_is_only_called_off_when_the_therapist_says_so(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, code = await noon(house, 50), client.name
    first, second = event("f1", code, start), event("f2", code, start + timedelta(days=2))
    await sent(house.therapist, calendar(first, second))
    await house.hop()
    await sent(house.therapist, calendar(first))
    asked = await house.therapist.wait_for("not in this one")
    assert "Call off" in asked.labels
    assert len(planned(house, client)) == 2
    await house.hop()
    await house.therapist.press("Call off")
    await house.therapist.wait_for("called off")
    await house.settled()
    assert len(planned(house, client)) == 1


async def test_what_the_therapist_changed_in_the_chat_stands_until_the_calendar_changes(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, code = await noon(house, 60), client.name
    await house.therapist.say(f"/session {code} {start:%Y-%m-%d} 12:00")
    await house.therapist.wait_for(lambda message: code in message.text and "Undo" in message.labels)
    await house.hop()
    said = await sent(house.therapist, calendar(event("u1", code, start)))
    assert "as it was" in said.text
    assert len(planned(house, client)) == 1
    await house.therapist.press("Undo")
    await house.therapist.wait_for("Taken back")
    await house.hop()
    await sent(house.therapist, calendar(event("u1", code, start)))
    assert planned(house, client) == []
    await house.hop()
    await sent(house.therapist, calendar(event("u1", code, start + timedelta(hours=3))))
    await house.settled()
    assert planned(house, client) == [f"{start + timedelta(hours=5, minutes=50):%m-%d %H:%M}"]


async def test_an_appointment_that_moves_to_the_day_another_leaves_is_asked_about_on_its_new_day_alone(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, code = await noon(house, 80), client.name
    friday, monday = start + timedelta(days=2), start + timedelta(days=5)
    await sent(house.therapist, calendar(event("r1", code, start), event("r3", code, friday)))
    await house.hop()
    said = await sent(house.therapist, calendar(event("r1", code, friday), event("r3", code, monday)))
    assert "2 sessions moved" in said.text
    assert "as it was" not in said.text
    await house.settled()
    due = [day + timedelta(hours=2, minutes=50) for day in (friday, monday)]
    assert planned(house, client) == [f"{each:%m-%d %H:%M}" for each in due]


async def test_sessions_stay_when_the_therapist_wants_to_be_asked_about_their_title_again(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    therapist, content = house.therapist, calendar(event("w1", "Winnie", await noon(house, 90)))
    await sent(therapist, content)
    await house.hop()
    await press_when_shown(therapist, "1")
    await press_when_shown(therapist, f"1 is {client.name}")
    await therapist.wait_for(lambda message: "1 session added" in message.text and client.name in message.text)
    await therapist.say("/calendar")
    await press_when_shown(therapist, "Ask me about titles again")
    await house.hop()
    said = await sent(therapist, content)
    assert "1 session as it was" in said.text
    assert "called off" not in said.text
    asked = await therapist.wait_for(lambda message: f"Stays with {client.name} until you choose." in message.text)
    assert "1. Winnie: 1 entry" in asked.text
    assert len(planned(house, client)) == 1
    await house.hop()
    await therapist.press("Ignore all of these")
    await therapist.wait_for(lambda message: "1 session called off" in message.text and "ignored" in message.text)
    assert planned(house, client) == []


async def test_files_that_are_no_calendar_or_do_harm_are_refused_and_change_nothing(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    before = house.truth.counts()["sessions"]
    start = await noon(house, 70)
    assert "is not a calendar" in (await sent(house.therapist, b"hello", "a.ics")).text
    assert "cannot use this kind of file" in (await sent(house.therapist, b"hello", "a.exe")).text
    await house.hop()
    assert "too big for me" in (await sent(house.therapist, b"x" * 2_100_000, "b.ics")).text
    harm = calendar(event("h1", client.name, start, "RRULE:FREQ=SECONDLY"))
    assert "repeats several times a day" in (await sent(house.therapist, harm)).text
    await house.hop()
    before_client = await client.upload("a.ics", harm)
    said = await client.wait_for(lambda message: message.message_id > before_client)
    assert "only text and buttons" in said.text
    assert house.truth.counts()["sessions"] == before
    assert house.truth.counts()["errands"] == 0


async def test_an_address_is_only_taken_where_the_practice_allows_it(house: House) -> None:
    await house.hop()
    before = await house.therapist.say("/calendar https://calendar.example.org/secret.ics")
    said = await house.therapist.wait_for(lambda message: message.message_id > before)
    assert "has not allowed calendar addresses" in said.text
    await house.therapist.say("/calendar")
    assert "https://" not in (await house.therapist.wait_for("file ending in .ics")).text
    assert house.truth.counts()["feeds"] == 0
