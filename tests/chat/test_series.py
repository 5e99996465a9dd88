"""Series that change: a move of the rest is taken back, what is left out is told, and what comes back too."""

from datetime import date, timedelta

import pytest

from tests.chat.conftest import Newcomer
from tests.chat.test_sessions import button_of, said
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELD = "SELECT count(*) AS n FROM sessions WHERE series_id IS NOT NULL AND cancelled_at IS NULL"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def held(house: House) -> int:
    return int(house.truth.ask(HELD)[0]["n"])


async def in_days(house: House, days: int) -> date:
    return (await house.telegram.now()).astimezone(house.zone).date() + timedelta(days=days)


async def test_a_move_of_the_rest_is_taken_back_and_the_first_message_takes_nothing_back_meanwhile(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    weekday = WEEKDAYS[(await in_days(house, 2)).weekday()]
    first = await said(therapist, f"/session {client.name} weekly {weekday} 9:00", "every week at 09:00")
    planned = held(house)
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(button_of(coming, client.name))
    await therapist.wait_for("Every week.")
    await therapist.press("Move this and all after")
    days = await therapist.wait_for("which day is it now")
    await therapist.press(days.labels[4])
    await press_when_shown(therapist, "11:30")
    moved = await therapist.wait_for("every week at 11:30")
    assert moved.labels == ["Undo", "All sessions"]
    await house.hop()
    (undo,) = first.raw["reply_markup"]["inline_keyboard"][0]
    toast = await therapist.wait_for_toast(await therapist.press_data(first.message_id, undo["callback_data"]))
    assert "This series has begun or changed since" in toast.text
    await therapist.press("Undo")
    back = await therapist.wait_for(f"Taken back: the sessions with {client.name} go on where they were")
    assert back.message_id == moved.message_id
    assert held(house) == planned
    await therapist.press("All sessions")
    listed = await therapist.wait_for("Your next two weeks")
    assert f"09:00  {client.name}" in listed.text
    assert "11:30" not in listed.text


async def test_a_series_says_what_of_it_is_left_out_and_why(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    first = await in_days(house, 3)
    last, weekday = first + timedelta(days=7), WEEKDAYS[first.weekday()]
    await said(therapist, f"/holidays {first} {last}", "left out")
    words = f"/session {client.name} weekly {weekday} 9:00"
    none = await said(therapist, f"{words} until {last}", "every week at 09:00")
    assert "2 are left out: they fall on your days off." in none.text
    assert "None of those planned so far takes place" in none.text
    assert "I will ask" not in none.text
    await house.hop()
    some = await said(therapist, words.replace("9:00", "9:20"), "every week at 09:20")
    assert "2 are left out: they fall on your days off." in some.text
    assert f"I will ask {client.name} after each one" in some.text
    shown = await said(therapist, "/holidays", "Your days off")
    await therapist.press(shown.labels[0])
    await therapist.wait_for("sessions take place after all")
    assert held(house) > 2


async def test_a_session_entered_by_mistake_goes_and_the_one_it_was_in_the_way_of_is_told_of(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    day = await in_days(house, 4)
    single = await said(therapist, f"/session {client.name} {day} 15:20", "noted")
    before = await in_days(house, 3)
    weekly = await said(therapist, f"/session {client.name} weekly {WEEKDAYS[before.weekday()]} 15:00", "every week")
    assert "left out" not in weekly.text
    other = await said(therapist, f"/session {client.name} {before} 15:30", "There is already a session")
    assert "15:00. Nothing was added" in other.text, "the one that is there, not the one that was wanted"
    await house.hop()
    later = await in_days(house, 11)
    await said(therapist, f"/session {client.name} {later} 12:20", "noted")
    clash = await said(therapist, f"/session {client.name} weekly {WEEKDAYS[day.weekday()]} 12:00", "every week")
    assert "1 is left out: there is another session at that time." in clash.text
    await house.hop()
    noted = await therapist.wait_for("12:20 noted")
    (undo,) = noted.raw["reply_markup"]["inline_keyboard"][0]
    await therapist.press_data(noted.message_id, undo["callback_data"])
    again = await therapist.wait_for("Now nothing is in its way, and it takes place")
    assert "12:00" in again.text
    assert single.labels == ["Undo"]


async def test_cancelling_a_session_and_taking_that_back_leaves_one_of_the_two_each_time(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    first, day = await in_days(house, 2), await in_days(house, 9)
    await said(therapist, f"/session {client.name} {day} 10:20", "noted")
    words = f"/session {client.name} weekly {WEEKDAYS[first.weekday()]} 10:00"
    await said(therapist, words, "1 is left out: there is another session at that time.")
    await house.hop()
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(next(one for one in coming.labels if one.endswith(f"10:20 {client.name}")))
    await press_when_shown(therapist, "Cancel it")
    card = await therapist.wait_for("Does not take place")
    await therapist.wait_for("1 session with " + client.name + " was left out because of another one")
    (undo,) = card.raw["reply_markup"]["inline_keyboard"][0]
    await therapist.press_data(card.message_id, undo["callback_data"])
    await therapist.wait_for("It takes place after all")
    await therapist.wait_for(f"1 session with {client.name} is left out")
    await house.hop()
    listed = await said(therapist, "/sessions", "Your next two weeks")
    of_them = [one for one in listed.labels if one.endswith(client.name)]
    assert [label.split(", ")[1].split()[0] for label in of_them] == ["10:00", "10:20"]
    await therapist.press(of_them[1])
    await press_when_shown(therapist, "Move")
    days = await therapist.wait_for("which day is it now")
    onto = await in_days(house, 16)
    await therapist.press(next(one for one in days.labels if f" {onto.day} " in f"{one} "))
    await press_when_shown(therapist, "10:30")
    refused = await therapist.wait_for(f"There is already a session with {client.name}")
    assert "10:00. Nothing was added" in refused.text
