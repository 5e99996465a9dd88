"""Feedback gets talked about: the therapist says so, the client has the last word."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def sent(house: House, client: Phone) -> Message:
    """Let a client answer and the therapist get the summary."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, (9, 9, 9, 9))
    return await house.therapist.wait_for(lambda message: f"{client.name}, session" in message.text)


async def labels(house: House, summary: Message) -> list[str]:
    now = next(m for m in await house.therapist.messages() if m.message_id == summary.message_id)
    return now.labels


async def test_the_client_is_asked_once_a_little_later_and_says_yes(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    summary = await sent(house, client)
    await house.therapist.press("We talked about it")
    await house.settled()
    assert "Undo" in await labels(house, summary)
    assert all("talked about" not in message.text for message in await client.messages())
    await house.hop(timedelta(minutes=6))
    await client.wait_for("you two talked about your last answers")
    await client.press("Yes")
    await client.wait_for("Thank you.")


async def test_not_yet_opens_it_again_and_the_therapist_is_told(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await sent(house, client)
    await house.therapist.press("We talked about it")
    await house.hop(timedelta(minutes=6))
    await press_when_shown(client, "Not yet")
    await client.wait_for("Your therapist will come back to it")
    again = await house.therapist.wait_for(f"{client.name} would still like to talk")
    assert "We talked about it" in again.labels


async def test_undone_in_time_the_client_is_not_asked(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    summary = await sent(house, client)
    await house.therapist.press("We talked about it")
    await house.settled()
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Undo"))
    assert toast.text == "Taken back."
    await house.hop(timedelta(hours=1))
    assert "We talked about it" in await labels(house, summary)
    assert all("talked about" not in message.text for message in await client.messages())


async def test_a_summary_comes_back_before_the_next_session_if_one_is_planned(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await sent(house, client)
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Before the session"))
    assert "No next session is planned" in toast.text
    day = (await house.telegram.now() + timedelta(days=2)).date().isoformat()
    await house.therapist.say(f"/session {client.name} {day} 10:00")
    await house.therapist.wait_for(lambda message: client.name in message.text and "10:00 noted" in message.text)
    await house.therapist.press("Before the session")
    await house.hop(timedelta(days=3))
    await house.therapist.wait_for(f"For the session with {client.name}")


async def test_what_is_still_open_comes_up_by_itself_before_the_session(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, (9, 9, 9, 3))
    await house.therapist.wait_for(lambda message: f"{client.name}, session" in message.text)
    day = (await house.telegram.now() + timedelta(days=2)).date().isoformat()
    await house.therapist.say(f"/session {client.name} {day} 10:00")
    noted = await house.therapist.wait_for(lambda one: client.name in one.text and "10:00 noted" in one.text)
    await house.hop_to(datetime.fromisoformat(f"{day} 09:31").replace(tzinfo=house.zone).astimezone(UTC))
    again = await house.therapist.wait_for(f"For the session with {client.name}")
    assert again.message_id > noted.message_id
    assert "Overall 3" in again.text
    assert "We talked about it" in again.labels
