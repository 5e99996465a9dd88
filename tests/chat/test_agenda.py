"""The agenda before a session: one message, shortly before, and none where there is nothing to say."""

from datetime import datetime, timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def next_session(house: House, client: Phone) -> datetime:
    """Plan a session in six days; gives its start."""
    start = (await house.telegram.now() + 6 * DAY).astimezone(house.zone).replace(hour=11, minute=0, second=0)
    await house.therapist.say(f"/session {client.name} {start:%Y-%m-%d %H:%M}")
    await house.therapist.wait_for(lambda m: client.name in m.text and "11:00 noted" in m.text)
    await house.hop()
    return start.replace(microsecond=0)


async def answered(house: House, client: Phone, *ratings: int, presses: tuple[str, ...] = (), note: str = "") -> None:
    """Let a session end now and the client answer; `presses` in the review, the note where one is asked for."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, ratings, send=False)
    for label in presses:
        await press_when_shown(client, label)
        if label == "Add a note":
            await client.wait_for("Write it here")
            await client.say(note)
    await press_when_shown(client, "Send")
    await client.wait_for("Sent")
    await house.settled()


def is_agenda(client: Phone, message: Message) -> bool:
    return f"For the session with {client.name} at 11:00" in message.text


async def agendas(house: House, client: Phone) -> list[Message]:
    return [m for m in await house.therapist.messages() if is_agenda(client, m)]


async def test_what_is_worth_a_word_comes_half_an_hour_before_on_one_screen(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    wish, before = "Talk about it next time: no", "Just before the next session"
    start = await next_session(house, client)
    note = "Please ask about the letter"
    await answered(house, client, 4, 8, 9, 8, presses=(wish, "Add a note", before), note=note)
    await house.hop_to(start - 31 * MINUTE)
    assert await agendas(house, client) == []
    assert [m.text for m in await house.therapist.messages() if note in m.text] == []
    await house.hop_to(start - 30 * MINUTE)
    shown = await house.therapist.wait_for(lambda m: is_agenda(client, m))
    for words in ("Would like to talk about this", note, "Bond 4, Goals 8, Tasks 9, Overall 8", "Next step:"):
        assert words in shown.text
    assert shown.text.endswith("A prompt to talk, not a finding.")
    assert shown.raw["has_protected_content"]
    assert shown.labels == ["We talked about it", "Overview"]

    await house.therapist.press("We talked about it")
    await house.therapist.wait_for(lambda m: m.message_id == shown.message_id and m.labels == ["Undo"])
    await house.therapist.press("Undo")
    await house.therapist.wait_for(lambda m: m.message_id == shown.message_id and "We talked about it" in m.labels)
    await house.hop_to(start + 2 * DAY)
    assert len(await agendas(house, client)) == 1


async def test_nothing_to_say_is_not_said_and_before_the_session_brings_it_back(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await answered(house, client, 9, 9, 9, 9)
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Before the session"))
    assert "No next session is planned" in toast.text
    first = await next_session(house, client)
    await house.hop_to(first - MINUTE)
    assert await agendas(house, client) == []

    await answered(house, client, 9, 9, 9, 9)
    second = await next_session(house, client)
    summary = [m for m in await house.therapist.messages() if f"{client.name}, session of" in m.text][-1]
    button = next(row for row in summary.raw["reply_markup"]["inline_keyboard"] if "Before" in row[0]["text"])[0]
    toast = await house.therapist.wait_for_toast(
        await house.therapist.press_data(summary.message_id, button["callback_data"])
    )
    assert toast.text.endswith("10:30.")
    await house.hop_to(second - 30 * MINUTE)
    await house.therapist.wait_for(lambda m: is_agenda(client, m) and "Bond 9, Goals 9" in m.text)

    await house.therapist.press("We talked about it")
    await house.therapist.wait_for_toast(await house.therapist.press("Undo"))
    forged = button["callback_data"].replace("before", "agenda")
    other = await house.therapist.press_data(summary.message_id, forged)
    assert "Nothing is open for this session" in (await house.therapist.wait_for_toast(other)).text


async def test_who_only_wants_to_be_told_opens_it_and_finds_what_is_still_open(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    start = await next_session(house, client)
    await answered(house, client, 9, 9, 9, 9, presses=("Talk about it next time: no",))
    await house.therapist.press_data((await house.therapist.last()).message_id, "notice:tell")
    await house.hop_to(start - 30 * MINUTE)
    told = await house.therapist.wait_for(f"There is something for the session with {client.name} at 11:00.")
    assert told.labels == ["Open"]
    data = told.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await house.therapist.press_data(told.message_id, data, forged=False)
    opened = await house.therapist.wait_for(lambda m: is_agenda(client, m) and "Would like to talk" in m.text)
    assert opened.message_id == told.message_id
    await house.therapist.press("We talked about it")
    await house.settled()
    late = await house.therapist.press_data(told.message_id, data)
    assert "Nothing is open for this session" in (await house.therapist.wait_for_toast(late)).text
    await house.therapist.press_data((await house.therapist.last()).message_id, "notice:summary")


async def test_killed_before_it_is_due_it_still_comes_once(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    start = await next_session(house, client)
    await answered(house, client, 9, 9, 9, 9, presses=("Talk about it next time: no",))
    await house.hop_to(start - 40 * MINUTE)
    await house.bot.kill()
    await house.telegram.set_clock(start - 5 * MINUTE)
    await house.bot.start(start - 5 * MINUTE)
    await house.hop_to(start - 4 * MINUTE)
    await house.hop_to(start + MINUTE)
    assert len(await agendas(house, client)) == 1
