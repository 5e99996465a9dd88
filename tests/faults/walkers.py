"""Clients who press whatever their phone shows, as impatient people do, and remember what they meant."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import timedelta

from bot.playground import keyboards
from bot.playground.phones import Message, Phone, Trouble
from bot.telegram.buttons import decode_id
from tests.house import House

QUESTIONS = 4
STUCK = 40.0  # seconds without any change on the phone, restarts and a busy machine included
SLOTS = timedelta(hours=70)  # a check-in is asked up to 72 h after its session


def callbacks(message: Message) -> list[str]:
    """Return the data of a message's buttons."""
    return [
        button["callback_data"] for row in keyboards.rows(message.raw) for button in row if "callback_data" in button
    ]


def check_in_of(data: str) -> int | None:
    """Return the check-in a button belongs to."""
    verb, *parts = data.split(":")
    return decode_id(parts[0]) if verb == "c" and parts else None


class Walker:
    """One client. `meant` holds what was pressed in every check-in that this client has sent."""

    def __init__(self, phone: Phone, seed: int = 0, *, impatience: float = 0.0) -> None:
        self.phone = phone
        self.meant: dict[int, tuple[int, ...]] = {}
        self._random = random.Random(seed)
        self._impatience = impatience

    def ratings(self) -> tuple[int, ...]:
        """Make up answers."""
        return tuple(self._random.randint(0, 10) for _ in range(QUESTIONS))

    async def answer(self, ratings: Sequence[int]) -> int:
        """Walk through the open check-in until the phone says it is sent; returns its id."""
        while True:
            messages = await self.phone.wait_until(lambda messages: self._open(messages) is not None, STUCK)
            found = self._open(messages)
            assert found is not None
            message, number = found
            data = _wanted(callbacks(message), ratings)
            if data is None:
                self.meant[number] = tuple(ratings)
                return number
            await self._press(message, data)
            seen = _look(messages)
            await self.phone.wait_until(lambda messages, seen=seen: _look(messages) != seen, STUCK)  # type: ignore[misc]

    def _open(self, messages: Sequence[Message]) -> tuple[Message, int] | None:
        """Find the newest message of a check-in that this client has not sent yet."""
        for message in reversed(messages):
            for number in map(check_in_of, callbacks(message)):
                if number is not None and number not in self.meant:
                    return message, number
        return None

    async def _press(self, message: Message, data: str) -> None:
        """Press, perhaps twice; a button that has just gone is no fault."""
        presses = 2 if self._random.random() < self._impatience else 1
        with contextlib.suppress(Trouble):
            for _ in range(presses):
                await self.phone.press_data(message.message_id, data, forged=False)


def _wanted(datas: Sequence[str], ratings: Sequence[int]) -> str | None:
    """Choose what to press; None where the check-in is sent."""
    for data in datas:
        _, _, action, *arguments = [*data.split(":"), "", ""]
        if action == "skip" and int(arguments[0]) >= len(ratings):
            return data  # a follow-up
        if action in ("go", "send"):
            return data
        if action == "a" and int(arguments[0]) < len(ratings):
            position = int(arguments[0])
            return next(other for other in datas if other.endswith(f":a:{position}:{ratings[position]}"))
    return None


def _look(messages: Sequence[Message]) -> list[tuple[int, str, list[str]]]:
    return [(message.message_id, message.text, callbacks(message)) for message in messages if message.from_bot]


async def past_session(house: House, code: str, slot: int, therapist: Phone | None = None) -> None:
    """Enter a session of five minutes in one of the slots of the last days, whose check-in is asked at once."""
    writer = therapist or house.therapist
    start = await house.telegram.now() - SLOTS + timedelta(minutes=6 * slot)
    wall = start.astimezone(house.zone)
    await writer.say(f"/session {code} {wall:%Y-%m-%d %H:%M} 5")


async def drained(house: House) -> None:
    """Move the clock until nothing waits any more in the outbox."""
    async with asyncio.timeout(60):
        await house.heard()
        while any(row["outcome"] is None for row in house.truth.deliveries()):
            await house.hop()
        await house.settled()


async def together(*walks: asyncio.Task[None]) -> None:
    """Wait for all; the first failure ends the others."""
    done, others = await asyncio.wait(walks, return_when=asyncio.FIRST_EXCEPTION)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        task.result()
