"""One client at a glance, a nudge at the therapist's wish, and the end of the care."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, link_in, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUDGE = "still here"


async def said(phone: Phone, text: str, wanted: str) -> Message:
    """Send a text and wait for the answer to it."""
    before = await phone.say(text)
    return await phone.wait_for(lambda message: message.message_id > before and wanted in message.text)


def nudges(messages: list[Message]) -> int:
    return sum(NUDGE in message.text for message in messages)


async def asked_again(house: House, code: str, wanted: str) -> None:
    await said(house.therapist, f"/remind {code}", wanted)
    await house.hop()


async def test_a_nudge_comes_once_and_never_after_an_answer(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    code = client.name
    await asked_again(house, code, "Nothing is open")
    await asked_again(house, "Q-404", "You have no client Q-404")
    await house.session_now(code)
    await house.hop(timedelta(hours=3))
    await asked_again(house, code.lower(), "I am reminding")
    assert nudges(await client.messages()) == 1
    assert sum("Start" in message.labels for message in await client.messages()) == 1
    await asked_again(house, code, "already reminded")
    await house.hop(timedelta(hours=26))  # the one that comes by itself is not needed any more
    assert nudges(await client.messages()) == 1
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    await client.press("8")
    await client.wait_for("2/4")
    count = len(await client.messages())
    await asked_again(house, code, "already begun to answer")
    assert len(await client.messages()) == count


async def test_who_asked_for_a_later_time_is_not_reminded_before(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=3))
    await press_when_shown(client, "Later")
    later = await client.wait_for("When shall I ask again")
    await client.press(next(label for label in later.labels if label.startswith("Tomorrow")))
    await client.wait_for("I will ask again")
    await asked_again(house, client.name, "has asked to be reminded")
    await client.block()
    await house.settled()
    await asked_again(house, client.name, "cannot be reached")
    assert nudges(await client.messages()) == 0


async def test_remind_and_end_typed_bare_offer_the_clients(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await said(house.therapist, "/remind", "Which client")
    await house.therapist.press(client.name)
    await house.therapist.wait_for(f"Nothing is open for {client.name}")
    await said(house.therapist, "/end", "Which client")
    await house.therapist.press(client.name)
    await house.therapist.wait_for(f"End the care of {client.name} here?")
    await house.therapist.press("Keep")
    await house.therapist.wait_for(f"Everything stays as it is with {client.name}")
    await house.hop()


async def test_the_overview_is_one_screen_whose_buttons_work_under_a_photo_too(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    for _ in range(2):
        await house.session_now(client.name)
        await house.hop(timedelta(hours=2, minutes=1))
        await house.answer(client, (9, 9, 9, 9))
        await house.therapist.wait_for(lambda message: f"{client.name}, session" in message.text)
        await house.hop()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    glance = await said(house.therapist, f"/client {client.name}", "no answer yet")
    assert glance.file_id is not None
    assert glance.labels == [
        "Enter a session", "Goals", "Remind once", "Before the session", "Questions", "Ask now", "End the care",
    ]  # fmt: skip
    await house.therapist.press("Enter a session")
    await house.therapist.wait_for(f"{client.name}: when is the session?")
    await house.hop()
    await house.therapist.press("Remind once")
    await house.therapist.wait_for(f"I am reminding {client.name}")
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Before the session"))
    assert "No next session" in toast.text
    await house.hop()
    await house.therapist.press("End the care")
    await house.therapist.wait_for(f"End the care of {client.name} here?")
    await house.hop()


async def test_the_end_of_a_care_closes_everything_and_frees_the_client(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    code, therapist = client.name, house.therapist
    await house.session_now(code)
    day = ((await house.telegram.now()) + timedelta(days=3)).date().isoformat()
    await said(therapist, f"/session {code} {day} 10:00", "noted")
    await house.hop(timedelta(hours=3))
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    ask = await said(therapist, f"/end {code}", f"End the care of {code} here?")
    assert ask.labels == [f"End the care of {code}", "Keep"]
    assert "cannot undo" in ask.text
    await therapist.press(f"End the care of {code}")
    await therapist.wait_for(f"The care of {code} has ended")
    await client.wait_for("your work together here has ended")
    planned = house.truth.ask("SELECT unheld FROM sessions ORDER BY starts_at DESC LIMIT 1")
    assert planned[0]["unheld"] == "ended"
    await client.wait_for("taken back")
    await house.hop()
    await press_and_see(therapist, ask, "already ended")
    count = len(await client.messages())
    await house.hop(timedelta(days=5))
    assert len(await client.messages()) == count
    assert code not in (await said(therapist, "/clients", "")).text
    await said(client, "/checkin", "your care here has ended")
    await said(therapist, f"/remind {code}", "You have no client")
    await house.hop()
    await said(therapist, "/invite NEW-1", "Link for NEW-1")
    await client.open(link_in(await therapist.wait_for("Link for NEW-1")))
    await press_when_shown(client, "I agree")
    await client.wait_for("is that right")
    await house.hop()


async def press_and_see(phone: Phone, message: Message, toast: str) -> None:
    """Press the first button a message had once more."""
    data = message.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert toast in (await phone.wait_for_toast(await phone.press_data(message.message_id, data))).text


async def test_nobody_else_ends_a_care_or_reminds(house: House, newcomer: Newcomer) -> None:
    client, other = await newcomer(), await newcomer()
    ask = await said(house.therapist, f"/end {client.name}", "End the care")
    data = ask.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await house.admin.say("/start")
    await press_when_shown(house.admin, "I am a therapist too")
    for phone, refused in ((other, "not something I can do"), (house.admin, "does not work any more")):
        for forged in (data, data.replace("end:", "remind:").removesuffix(":1")):
            toast = await phone.wait_for_toast(await phone.press_data(1, forged))
            assert refused in toast.text, forged
    await house.hop()
    await said(house.therapist, f"/client {client.name}", client.name)
