"""A small story that touches most of what people do, and what is left of it when it is over, free of chance."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.playground.phones import Message, Phone
from bot.telegram.buttons import encode_id
from tests.faults import journal as witness
from tests.faults.walkers import Walker, callbacks, check_in_of, drained
from tests.house import House, press_when_shown, skip_follow_up

_CHANCE = (
    (re.compile(r"start=\S+|/start \S+"), "LINK"),
    (re.compile(r"\d\d:\d\d"), "HH:MM"),
    (re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? \d+ \w+|\d+ (November|December|[A-Z][a-z]+)"), "DAY"),
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a story leaves: the check-ins, the deliveries by kind and end, the rows, and what every phone shows."""

    check_ins: list[tuple[Any, ...]]
    deliveries: Counter[tuple[str, str | None]]
    counts: dict[str, int]
    phones: dict[str, list[tuple[str, tuple[tuple[str, ...], ...]]]]
    made: Counter[int]


async def remains(house: House, *others: Phone) -> Remains:
    """Look at a practice in which nothing is under way."""
    truth = house.truth
    answers = truth.answers()
    kept = [
        (row["state"], row["step"], row["talk"], tuple(sorted(answers[row["id"]].items()))) for row in truth.check_ins()
    ]
    counts = {table: count for table, count in truth.counts().items() if table not in ("seen_updates", "practice")}
    phones = {phone.name: [plain(message) for message in await phone.messages()] for phone in (*house.people, *others)}
    phones[house.therapist.name].sort()  # several clients answer at once: whose news comes first is nobody's promise
    made = witness.by_chat(witness.made(await house.telegram.journal()))
    return Remains(sorted(kept, key=repr), truth.delivered(), counts, phones, made)


def plain(message: Message) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return what a message says, without what differs from run to run."""
    text = message.text
    for pattern, word in _CHANCE:
        text = pattern.sub(word, text)
    return text, message.buttons


async def tell(house: House) -> Phone:
    """Play the story with three clients; returns the stranger who took part."""
    stranger = await house.telegram.person(99_001, "Sam")
    for client in house.clients:
        await house.session_now(client.name)
    await house.hop_to_due()
    one, two, three = house.clients
    await asyncio.gather(plainly(one), in_a_burst(two), in_words(three), at_the_desk(house), stranger.say("hello"))
    await drained(house)
    return stranger


async def plainly(phone: Phone) -> None:
    """Answer one question after the other."""
    await Walker(phone).answer((9, 8, 7, 6))
    await press_when_shown(phone, "Show")
    await phone.wait_for("Being yourself: 9")


async def in_a_burst(phone: Phone) -> None:
    """Press faster than the screen changes: four answers before the first reply, then a note."""
    prompt = await phone.wait_for("questions are ready")
    number = check_in_of(callbacks(prompt)[0])
    assert number is not None
    for action in ("go", "a:0:5", "a:1:4", "a:2:3", "a:3:2", "skip:4"):
        await phone.press_data(prompt.message_id, f"c:{encode_id(number)}:{action}")
    await press_when_shown(phone, "Add a note")
    await phone.wait_for("Write it here")
    await phone.say("The room was cold")
    await press_when_shown(phone, "Share now")
    await press_when_shown(phone, "Send")
    await phone.wait_for("Sent")


async def in_words(phone: Phone) -> None:
    """Type a number, go back, and skip one."""
    await press_when_shown(phone, "Start")
    await phone.wait_for("1/4")
    await phone.say("10")
    await phone.wait_for("2/4")
    await press_when_shown(phone, "Back")
    await phone.wait_for("Your answer so far: 10")
    await phone.press("1")
    await phone.wait_for("2/4")
    await phone.press("2")
    await phone.wait_for("3/4")
    await phone.press("Skip")
    await phone.wait_for("4/4")
    await phone.press("4")
    await skip_follow_up(phone)
    await press_when_shown(phone, "Send")
    await phone.wait_for("Sent")


async def at_the_desk(house: House) -> None:
    """What the therapist and the admin do meanwhile."""
    await house.therapist.say("/clients")
    await house.therapist.say("/session K-99")
    await house.therapist.wait_for("K-99")
    await house.admin.say("/help")
    await house.admin.wait_for("What I can do")
