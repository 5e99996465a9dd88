"""Two-sided rating: the therapist's own view first; the client's answers are held back until then."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def turn(house: House, what: str) -> None:
    """Turn the own rating on or off by the settings."""
    before = await house.therapist.say("/settings")
    message = await house.therapist.wait_for(lambda one: one.message_id > before and "Your settings" in one.text)
    now = next(label for label in message.labels if label.startswith("My own rating first"))
    await house.therapist.press(now)
    await press_when_shown(house.therapist, what)
    await house.therapist.wait_for(lambda one: f"My own rating first: {what}" in one.labels)
    await house.hop()


async def answered(house: House, client: Phone, *ratings: int) -> Message:
    """Let a client send answers; gives the message that asks the therapist for their own view."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, ratings)
    return await house.therapist.wait_for(lambda message: client.name in message.text and "Skip mine" in message.labels)


def _at(ask: Message, counter: str) -> Callable[[list[Message]], bool]:
    def is_there(messages: list[Message]) -> bool:
        return any(message.message_id == ask.message_id and counter in message.text for message in messages)

    return is_there


async def rate(house: House, ask: Message, *ratings: int, first: int = 1) -> None:
    for position, rating in enumerate(ratings, start=first):
        await house.therapist.wait_until(_at(ask, f"{position}/4"))
        await house.therapist.press(str(rating))


async def summaries(house: House, code: str) -> list[Message]:
    return [message for message in await house.therapist.messages() if f"{code}, session" in message.text]


async def toast_of(phone: Phone, message: Message, data: str) -> str:
    return (await phone.wait_for_toast(await phone.press_data(message.message_id, data))).text


async def test_the_answers_come_after_the_own_view_with_the_widest_difference(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await turn(house, "on")
    ask = await answered(house, client, 6, 8, 9, 9)
    assert "How safe did it feel" in ask.text
    assert not {"6", "Bond 6"} & set(ask.text.split())
    await rate(house, ask, 9)
    await house.therapist.wait_for(lambda message: "2/4" in message.text and "Goals" in message.text)
    await house.therapist.press("Back")
    await house.therapist.wait_for("Your answer so far: 9")
    await rate(house, ask, 10)
    await rate(house, ask, 8, 9, first=2)
    assert await summaries(house, client.name) == []
    await rate(house, ask, 0, first=4)
    told = await house.therapist.wait_for(f"{client.name}, session")
    assert "Bond 6" in told.text
    assert "Your own view, before you saw this: Bond 10, Goals 8, Tasks 9, Overall 0" in told.text
    assert "You differ most on Overall: you 0" in told.text
    await house.therapist.wait_for(f"Your own view of {client.name} is kept")
    button = ask.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "nothing is compared" in await toast_of(house.therapist, ask, button)
    await house.hop(timedelta(hours=13))
    assert len(await summaries(house, client.name)) == 1


async def test_skipped_it_comes_at_once_and_without_a_difference(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    ask = await answered(house, client, 9, 9, 9, 9)
    await rate(house, ask, 3)
    await house.therapist.wait_for(lambda message: message.message_id == ask.message_id and "2/4" in message.text)
    await house.therapist.press("Skip mine")
    told = await house.therapist.wait_for(f"{client.name}, session")
    assert "Your own view" not in told.text
    await house.therapist.wait_for("shown without your own view")


async def test_after_twelve_hours_it_comes_by_itself_also_after_a_kill(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    ask = await answered(house, client, 9, 9, 9, 4)
    assert "Please open today" in ask.text
    await rate(house, ask, 9)
    await house.therapist.wait_for(lambda message: message.message_id == ask.message_id and "2/4" in message.text)
    await house.settled()
    await house.bot.kill()
    await house.bot.start()
    await house.hop(timedelta(hours=11, minutes=55))
    assert await summaries(house, client.name) == []
    await house.hop(timedelta(minutes=10))
    told = await house.therapist.wait_for(f"{client.name}, session")
    assert "Your own view, before you saw this: Bond 9" in told.text
    await house.therapist.press("Skip mine")
    await house.therapist.wait_for("have been shown meanwhile")
    assert len(await summaries(house, client.name)) == 1


async def test_held_answers_are_shown_nowhere_and_to_nobody(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    ask = await answered(house, client, 2, 2, 2, 2)
    number = ask.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
    for verb in ("open", "talked", "before", "glance", "note_text"):
        assert "First your own view" in await toast_of(house.therapist, ask, f"{verb}:{number}")
    before = await house.therapist.say(f"/client {client.name}")
    glance = await house.therapist.wait_for(
        lambda message: message.message_id > before and f"{client.name}, since" in message.text
    )
    assert "No answers yet" in glance.text
    rows = house.truth.ask("SELECT * FROM own_views ORDER BY check_in_id")
    assert "not something I can do" in await toast_of(client, ask, f"own:{number}:0:5")
    await house.admin.say("/start")
    await press_when_shown(house.admin, "I am a therapist too")
    for phone, data in (
        (house.admin, f"own:{number}:0:5"),
        (house.admin, f"own:{number}:skip"),
        (house.therapist, "own:AAAAAAAAAAA:0:5"),
        (house.therapist, "own"),
    ):
        assert "does not work any more" in await toast_of(phone, ask, data)
    for data in (f"own:{number}:1:5", f"own:{number}:0:11", f"own:{number}:0:-1", f"own:{number}:back:0"):
        assert "already done" in await toast_of(house.therapist, ask, data)
    assert house.truth.ask("SELECT * FROM own_views ORDER BY check_in_id") == rows
    assert await summaries(house, client.name) == []
    await turn(house, "off")
    await house.therapist.wait_for(f"{client.name}, session")
