"""A second question set, brought by the admin, and looks at what becomes of it."""

from datetime import timedelta

from bot.playground.keyboards import find
from bot.playground.phones import Message, Phone
from tests.house import House, press_when_shown
from tests.truth import Truth

WEEK = """
name: week
number: 1
title: {en: Week}
licence: CC0-1.0
source: our own wording, not validated
languages: [en]
schedule: {ask: before_each_session}
questions:
  - id: mood
    kind: rating
    label: {en: Mood}
    text: {en: How was your week?}
  - id: sleep
    kind: rating
    label: {en: Sleep}
    text: {en: How did you sleep?}
"""
ASKED = "are ready"


async def publish(house: House) -> None:
    """Bring the second set and show its card."""
    await house.admin.upload("week.yaml", WEEK.encode())
    await house.hop()
    await press_when_shown(house.admin, "Publish version 1")
    await house.admin.wait_for("Version 1 is asked now")


async def labels(phone: Phone, label: str) -> tuple[str, ...]:
    """Give the buttons beside a label, once it is shown."""
    message = await phone.wait_for(lambda message: label in message.labels)
    return tuple(message.labels)


async def newest(phone: Phone) -> Message:
    return [message for message in await phone.messages() if message.from_bot][-1]


async def on_card(house: House, code: str, button: str) -> None:
    """Press a button on the therapist's card of a client."""
    await house.hop()
    await house.therapist.say(f"/client {code}")
    card = await house.therapist.wait_for(lambda message: f"{code}, since" in message.text and button in message.labels)
    await house.therapist.press_data(card.message_id, data_of(card, button))
    await house.settled()


async def session_at(house: House, code: str, ahead: timedelta) -> None:
    """Enter a session that begins so far from now."""
    moment = (await house.telegram.now() + ahead).astimezone(house.zone)
    await house.therapist.say(f"/session {code} {moment:%Y-%m-%d %H:%M}")
    await house.therapist.wait_for(lambda message: code in message.text and "Undo" in message.labels)
    await house.settled()


def states(truth: Truth, occasion: str) -> list[str]:
    rows = truth.ask(f"SELECT state FROM check_ins WHERE occasion = '{occasion}' ORDER BY due_at, rowid")  # noqa: S608
    return [row["state"] for row in rows]


def data_of(message: Message, label: str) -> str:
    button = find(message.raw, label)
    assert button is not None
    return str(button["callback_data"])
