"""Therapists and clients of their own for tests about people who leave."""

import itertools
from dataclasses import dataclass, field

from bot.playground.phones import Message, Phone
from tests.house import House, link_in, press_when_shown

_numbers = itertools.count(72_000)


@dataclass(slots=True)
class Desk:
    """A therapist with their clients."""

    house: House
    name: str
    phone: Phone
    clients: list[Phone] = field(default_factory=list)


async def therapist(house: House, name: str) -> Desk:
    """Let a therapist join."""
    phone = await house.telegram.person(next(_numbers), name)
    invite = await said(house.admin, f"/invite_therapist {name}", "https://")
    await phone.open(link_in(invite))
    await press_when_shown(phone, "Show summaries right away")
    await house.hop()
    return Desk(house, name, phone)


async def client(desk: Desk, code: str) -> Phone:
    """Let a client join with a therapist."""
    phone = await desk.house.telegram.person(next(_numbers), code)
    await phone.open(link_in(await said(desk.phone, f"/invite {code}", "https://")))
    await press_when_shown(phone, "I agree")
    await press_when_shown(phone, "Right")
    await phone.wait_for("All set")
    await desk.house.hop()
    desk.clients.append(phone)
    return phone


async def said(phone: Phone, text: str, wanted: str) -> Message:
    """Send a text and wait for the answer to it."""
    before = await phone.say(text)
    return await phone.wait_for(lambda message: message.message_id > before and wanted in message.text)


async def card(house: House, desk: Desk, admin: Phone | None = None) -> Message:
    """Open a therapist's card."""
    phone = admin or house.admin
    listed = await said(phone, "/people", desk.name)
    await phone.press(desk.name)
    return await phone.wait_for(lambda m: m.message_id == listed.message_id and m.text.startswith(desk.name))


async def offer(house: House, old: Desk, new: Desk) -> None:
    """Offer the clients of one therapist another."""
    await card(house, old)
    await house.admin.press("Remove")
    await press_when_shown(house.admin, new.name)
    await press_when_shown(house.admin, f"Offer {new.name}")
    await house.admin.wait_for(lambda message: "have still to choose" in message.text)
    await house.hop()


async def told(phone: Phone, text: str) -> list[Message]:
    """Give the messages that hold a text."""
    return [message for message in await phone.messages() if message.from_bot and text in message.text]
