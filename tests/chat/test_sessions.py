"""Series, the coming two weeks, moving and cancelling by button, days off; and the wrong turns on the way."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def said(phone: Phone, text: str, wanted: str) -> Message:
    """Send a text and wait for the answer to it."""
    before = await phone.say(text)
    return await phone.wait_for(lambda message: message.message_id > before and wanted in message.text)


async def pressed(phone: Phone, label: str, wanted: str) -> Message:
    """Press the newest button with this label, and wait until some message shows what is wanted."""
    await press_when_shown(phone, label)
    return await phone.wait_for(wanted)


def button_of(message: Message, code: str) -> str:
    """Give the first button that names a client."""
    return next(label for label in message.labels if label.endswith(code))


async def test_a_weekly_series_by_words_is_planned_and_taken_back(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    told = await said(house.therapist, f"/session {client.name} weekly Tue 15:00", "every week at 15:00")
    assert told.labels == ["Undo"]
    planned = house.truth.ask("SELECT count(*) AS n FROM sessions WHERE series_id IS NOT NULL AND cancelled_at IS NULL")
    assert planned[0]["n"] in (8, 9)
    await said(house.therapist, f"/session {client.name} weekly tuesday 15:20 30", "There is already a session")
    await house.hop()
    await press_when_shown(house.therapist, "Undo")
    await house.therapist.wait_for("come again and again")
    left = house.truth.ask("SELECT count(*) AS n FROM sessions WHERE series_id IS NOT NULL AND cancelled_at IS NULL")
    assert left[0]["n"] == 0


async def test_a_series_that_cannot_be_read_is_explained(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.hop()
    for words in ("weekly", "weekly Someday 15:00", "weekly Tue 25:00", "weekly Tue 15:00 50 for ever"):
        await said(house.therapist, f"/session {client.name} {words}", "I could not read that")
        await house.hop()
    await said(house.therapist, f"/session {client.name} weekly Tue 15:00 9999", "5 to 480 minutes")
    await said(house.therapist, f"/session {client.name} weekly Tue 15:00 until 2020-01-01", "before the first session")
    assert house.truth.ask("SELECT count(*) AS n FROM timers WHERE kind = 'series'")[0]["n"] <= 1


async def test_a_series_by_buttons_alone_every_two_weeks_from_a_week_later(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    await said(therapist, "/session", "Which client")
    await therapist.press(client.name)
    await press_when_shown(therapist, "Weekly")
    days = await therapist.wait_for("on which day is the first")
    await therapist.press(days.labels[3])
    await press_when_shown(therapist, "10:00")
    await pressed(therapist, "Every two weeks", "every two weeks at 10:00")
    first = await therapist.last()
    await therapist.press("Start a week later")
    await therapist.wait_for(lambda message: "every two weeks at 10:00" in message.text and message.text != first.text)
    held = house.truth.ask("SELECT slot FROM sessions WHERE series_id IS NOT NULL AND cancelled_at IS NULL")
    assert len(held) == 4


async def test_the_coming_sessions_are_moved_cancelled_and_put_back_by_button(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    day = (await house.telegram.now() + timedelta(days=2)).date().isoformat()
    await said(therapist, f"/session {client.name} {day} 10:00", "noted")
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(button_of(coming, client.name))
    card = await therapist.wait_for(lambda message: "50 minutes" in message.text and "I will ask" in message.text)
    assert card.labels == ["Move", "Cancel it", "All sessions"]
    await therapist.press("Cancel it")
    await therapist.wait_for("Does not take place")
    assert {row["state"] for row in house.truth.check_ins()} >= {"cancelled"}
    await therapist.press("Undo")
    await therapist.wait_for("It takes place after all")
    await therapist.press("Move")
    days = await therapist.wait_for("which day is it now")
    await therapist.press(days.labels[4])
    await press_when_shown(therapist, "16:30")
    moved = await therapist.wait_for(lambda message: message.text.startswith("Moved."))
    assert "16:30" in moved.text
    assert "19:20" in moved.text, "asked two hours after its end"
    await pressed(therapist, "All sessions", "Your next two weeks")


async def test_a_session_moved_onto_another_stays_and_is_told_which_time_is_taken(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    now = await house.telegram.now()
    first, second = ((now + timedelta(days=days)).date().isoformat() for days in (2, 3))
    await said(therapist, f"/session {client.name} {first} 10:00", "noted")
    await said(therapist, f"/session {client.name} {second} 16:00", "noted")
    await house.hop()
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(button_of(coming, client.name))
    await press_when_shown(therapist, "Move")
    days = await therapist.wait_for("which day is it now")
    await therapist.press(days.labels[3])
    await press_when_shown(therapist, "16:30")
    refused = await therapist.wait_for(lambda message: f"There is already a session with {client.name}" in message.text)
    assert "16:00" in refused.text.partition("Nothing was added")[0], "the one that is there"
    assert "10:00" in refused.text.partition("Nothing was added")[2], "it stays where it was"


async def test_the_rest_of_a_series_is_moved_and_ended_by_button(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    await said(therapist, f"/session {client.name} weekly Wed 9:00", "every week at 09:00")
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(button_of(coming, client.name))
    await therapist.wait_for("Every week.")
    await therapist.press("Move this and all after")
    days = await therapist.wait_for("which day is it now")
    await therapist.press(days.labels[5])
    await press_when_shown(therapist, "11:30")
    await therapist.wait_for("every week at 11:30")
    await house.hop()
    coming = await said(therapist, "/sessions", "Your next two weeks")
    await therapist.press(button_of(coming, client.name))
    await therapist.wait_for(lambda message: "11:30" in message.text and "Every week." in message.text)
    await therapist.press("End here")
    await pressed(therapist, "Yes, no more from then on", "I do not ask")
    await house.hop()
    coming = await said(therapist, "/sessions", "two weeks")
    assert not any(label.endswith(client.name) for label in coming.labels)


async def test_who_did_not_come_is_not_asked(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    await house.session_now(client.name)
    coming = await said(therapist, "/sessions", "two weeks")
    await therapist.press(button_of(coming, client.name))
    await pressed(therapist, "Did not come", "did not come. I do not ask")
    await house.hop(timedelta(hours=4))
    assert all("short questions" not in message.text for message in await client.messages())


async def test_a_second_entry_within_hours_is_pointed_out(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.hop()
    day = (await house.telegram.now() + timedelta(days=3)).date().isoformat()
    await said(house.therapist, f"/session {client.name} {day} 10:00", "noted")
    await said(house.therapist, f"/session {client.name} {day} 12:00", "If it is the same one, press Undo")


async def test_days_off_leave_sessions_out_and_give_them_back(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    await said(therapist, "/holidays soon", "could not read these days")
    await said(therapist, "/holidays 2027-01-03 2026-12-21", "the other way round")
    await said(therapist, "/holidays 2020-01-03", "These days are over")
    await house.hop()
    await said(therapist, "/holidays", "no days off planned")
    await said(therapist, f"/session {client.name} weekly Fri 9:00", "every week at 09:00")
    first = (await house.telegram.now()).date() + timedelta(days=1)
    last = first + timedelta(days=13)
    await house.hop()
    await said(therapist, f"/holidays {first} {last}", " are left out")
    await house.hop()
    shown = await said(therapist, "/holidays", "Your days off")
    await therapist.press(shown.labels[0])
    await therapist.wait_for(" take place after all")


async def test_old_and_foreign_buttons_change_nothing(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.hop()
    noted = await house.session_now(client.name)
    assert noted.labels == ["Undo"]
    of_series = ("unseries:x", "weeklater:", "unrest:x", "unrest:AAAAAAAAAAA:AAAAAAAAAAA:soon")
    for data in ("ses:open:AAAAAAAAAAA", "ses:move", "ses:list:99", "ses:fly:AAAAAAAAAAA", *of_series):
        toast = await house.therapist.wait_for_toast(await house.therapist.press_data(noted.message_id, data))
        assert "does not work any more" in toast.text
    toast = await client.wait_for_toast(await client.press_data((await client.last()).message_id, "ses:list:0"))
    assert "not something I can do for you" in toast.text


async def test_a_session_in_six_weeks_is_found_and_cancelled_by_button(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await house.hop()
    day = (await house.telegram.now() + timedelta(days=43)).date()
    await said(therapist, f"/session {client.name} {day} 15:20", "noted")
    await house.hop()
    await said(therapist, "/sessions", "two weeks")
    for _ in range(3):  # other tests may have sessions in between
        if (await therapist.last()).text.count(client.name):
            break
        await press_when_shown(therapist, "Later ones")
        await house.settled()
    await therapist.press(button_of(await therapist.last(), client.name))
    await pressed(therapist, "Cancel it", "Does not take place")
    await pressed(therapist, "All sessions", "two weeks")
