"""What a therapist is told at once where there are few answers, or none."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOUR = timedelta(hours=1)
SILENCE = "Low or falling, then silence."


async def answered(house: House, client: Phone, *ratings: int) -> None:
    await house.session_now(client.name)
    await house.hop(2 * HOUR + timedelta(minutes=1))
    await house.answer(client, ratings)
    await house.hop(3 * 24 * HOUR)


async def unanswered(house: House, client: Phone) -> None:
    await house.session_now(client.name)
    await house.hop(2 * HOUR + timedelta(minutes=1))
    for _ in range(4):  # the reminder, the end of the window, and whatever it brings
        await house.hop(24 * HOUR)
    await house.settled()


async def told_of(house: House, client: Phone) -> list[Message]:
    found = [m for m in await house.therapist.messages() if client.name in m.text]
    return [m for m in found if "No answer." in m.text or "News about" in m.text]


async def test_silence_after_low_answers_is_told_at_once_and_other_silence_is_not(
    house: House, newcomer: Newcomer
) -> None:
    low, well = await newcomer(), await newcomer()
    await answered(house, low, 9, 9, 9, 3)
    await answered(house, well, 9, 9, 9, 9)
    await unanswered(house, well)
    assert await told_of(house, well) == []
    await unanswered(house, low)
    (told,) = await told_of(house, low)
    assert SILENCE in told.text
    assert told.text.startswith(f"{low.name}, session of")
    assert told.text.endswith("A prompt to talk, not a finding.")
    assert told.labels == ["Before the session", "Overview"]
    assert told.raw["has_protected_content"]

    await unanswered(house, low)
    assert len(await told_of(house, low)) == 2, "a second miss is a new sign"
    assert "No answer to 2 check-ins" in (await told_of(house, low))[-1].text


async def test_who_only_wants_to_be_told_learns_that_today_would_be_good_and_nothing_else(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await answered(house, client, 9, 9, 9, 3)
    await house.therapist.press_data((await house.therapist.last()).message_id, "notice:tell")
    await unanswered(house, client)
    (told,) = await told_of(house, client)
    assert told.text == f"News about {client.name}. Please open today."
    assert told.labels == ["Open"]
    data = told.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await house.therapist.press_data(told.message_id, data)
    opened = await house.therapist.wait_for(lambda m: m.message_id == told.message_id and SILENCE in m.text)
    assert "not answered" not in opened.text
    await house.therapist.press_data((await house.therapist.last()).message_id, "notice:summary")


@pytest.mark.parametrize("send", [True, False])
async def test_a_low_answer_among_skipped_ones_is_told_in_the_words_of_a_low_one(
    house: House, newcomer: Newcomer, *, send: bool
) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(2 * HOUR + timedelta(minutes=1))
    await press_when_shown(client, "Start")
    await asked(client, 1)
    await client.press("3")
    for position in (2, 3, 4) if send else ():
        await asked(client, position)
        await client.press("Skip")
    if send:
        await client.wait_until(lambda messages: any("Skip" in m.labels or "Send" in m.labels for m in messages))
        while "Send" not in (await client.last()).labels:
            await client.press("Skip")
            await house.settled()
        await client.press("Send")
    await house.hop(4 * 24 * HOUR)
    told = await house.therapist.wait_for(lambda m: f"{client.name}, session" in m.text)
    assert "At least one answer was low." in told.text
    assert "Next step: listen" in told.text
    assert "Some questions were skipped" not in told.text
