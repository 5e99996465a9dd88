"""An admin changes what holds for everybody, and writes the crisis card step by step."""

from collections.abc import Callable

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def opened(admin: Phone) -> Message:
    before = await admin.say("/practice")
    return await admin.wait_for(lambda message: message.message_id > before and bool(message.labels))


def offers(beginning: str) -> Callable[[Message], bool]:
    return lambda message: any(label.startswith(beginning) for label in message.labels)


async def chosen(admin: Phone, *beginnings: str) -> None:
    """Press one button after the other, each by the beginning of its label."""
    for beginning in beginnings:
        message = await admin.wait_for(offers(beginning))
        await admin.press(next(label for label in message.labels if label.startswith(beginning)))


async def restarted(house: House) -> None:
    await house.settled()
    await house.bot.kill()
    await house.bot.start()


def kept(house: House) -> list[tuple[str, str]]:
    """What is kept of the practice, but for when Telegram was last heard."""
    rows = house.truth.ask("SELECT name, content FROM practice WHERE name LIKE '%:%' ORDER BY name")
    return [(row["name"], row["content"]) for row in rows]


async def says(admin: Phone, label: str) -> None:
    await admin.wait_for(lambda message: label in message.labels)


async def test_what_an_admin_changes_holds_at_once_and_after_a_restart(house: House, newcomer: Newcomer) -> None:
    await opened(house.admin)
    await chosen(house.admin, "Time to hold back", "1 h")
    await says(house.admin, "Time to hold back: 1 h")
    await chosen(house.admin, "Quiet hours", "22:00-07:00")
    await says(house.admin, "Quiet hours: 22:00-07:00")
    await restarted(house)
    await opened(house.admin)
    await says(house.admin, "Time to hold back: 1 h")
    await chosen(house.admin, "Quiet hours", "off")
    await says(house.admin, "Quiet hours: off")
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop_to_due()
    await client.press("Start")
    for position in range(1, 5):
        await asked(client, position)
        await client.press("9")
    review = await client.wait_for("Your answers")
    now = (await house.telegram.now()).astimezone(house.zone)
    assert f"{(now.hour + 1) % 24:02}:" in review.text, "an hour to hold back, not a quarter"


async def test_a_name_that_cannot_be_is_asked_for_again_and_nothing_changes(house: House) -> None:
    await opened(house.admin)
    await chosen(house.admin, "Name")
    await house.admin.wait_for("What is your practice called")
    await house.admin.say("x" * 65)
    await house.admin.wait_for("Nothing was changed")
    await house.admin.say("Elm Street")
    await says(house.admin, "Name: Elm Street")


async def test_a_crisis_card_is_written_in_three_steps_and_shown_in_its_language(
    house: House, newcomer: Newcomer
) -> None:
    await opened(house.admin)
    await chosen(house.admin, "Crisis card", "Deutsch", "Write it")
    await house.admin.wait_for("step 1 of 3")
    await house.admin.say("y" * 301)
    await house.admin.wait_for("That has 301 characters")
    await house.admin.say("Rufen Sie <jetzt> an.")
    await house.admin.wait_for("step 2 of 3")
    await restarted(house)
    await house.admin.say("112")
    await house.admin.wait_for("step 3 of 3")
    await house.admin.say("Landesverband")
    await house.admin.wait_for("This is what people will see")
    await chosen(house.admin, "Use this card")
    await house.admin.wait_for("Source: Landesverband (checked")
    client = await newcomer()
    await client.say("/language")
    await chosen(client, "Deutsch")
    await client.say("/crisis")
    card = await client.wait_for("Rufen Sie <jetzt> an.\n112")
    assert "Landesverband" not in card.text
    changes = {(row["action"], row["detail"]) for row in house.truth.ask("SELECT action, detail FROM audit")}
    assert ("practice.crisis_card", "de") in changes


async def test_only_an_admin_sees_or_changes_the_practice(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    before = kept(house)
    for phone in (client, house.therapist):
        await phone.say("/practice")
        await phone.wait_for("That is not something I can do for you")
        message = (await phone.messages())[-1]
        for data in ("prac:set:take_back:0s", "prac:use:en", "prac:name", "prac:set:zone:Mars/Olympus"):
            query = await phone.press_data(message.message_id, data)
            assert "not something" in (await phone.wait_for_toast(query)).text
    message = await opened(house.admin)
    for data in (
        "prac:set:zone:Mars/Olympus",
        "prac:use:es",
        "prac:still:es",
        "prac:set:name:",
        "prac:card:xx",
        "prac:a:b:c",
    ):
        query = await house.admin.press_data(message.message_id, data)
        assert (await house.admin.wait_for_toast(query)).text
    assert kept(house) == before
