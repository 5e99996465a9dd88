"""What is compared when the questions change: versions join where a question keeps its scale, and only there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.playground.phones import Message, Phone
from tests.house import House, practice, press_when_shown

WEEK = """
name: week
number: 1
title: {en: Your week}
licence: CC0-1.0
source: our own wording, not validated
languages: [en]
questions:
  - {id: mood, kind: rating, maximum: 10, label: {en: Mood}, text: {en: How was your week?}}
  - {id: sleep, kind: rating, maximum: 5, label: {en: Sleep}, text: {en: How did you sleep?}}
scales:
  - {id: rest, label: {en: Rest}, direction: higher_is_better, items: [sleep]}
"""


async def publish(house: House, text: str, number: int) -> None:
    await house.admin.upload("week.yaml", text.encode())
    await house.hop()
    await press_when_shown(house.admin, f"Publish version {number}")
    await house.admin.wait_for(f"Version {number} is asked now")


async def answered(house: House, client: Phone, *labels: str) -> Message:
    """Hold a session, let the client answer, and give the summary."""
    before = {message.message_id for message in await house.therapist.messages()}
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2))
    await press_when_shown(client, "Start")
    for position, label in enumerate(labels, start=1):
        await client.wait_for(_asks(position))
        await client.press(label)
    await press_when_shown(client, "Send")
    await house.hop()
    told = await house.therapist.wait_for(
        lambda message: message.message_id not in before and "A prompt to talk" in message.text
    )
    await house.hop(timedelta(days=6, hours=20))
    return told


def _asks(position: int) -> Callable[[Message], bool]:
    """Give what tells the message in which this question stands open."""
    return lambda message: message.text.startswith(f"{position}/") and bool(message.labels)


async def test_a_reworded_question_is_compared_and_one_on_another_scale_is_not_and_that_is_said(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        client = house.client("K-01")
        await answered(house, client, "9", "9", "9", "9")
        await answered(house, client, "9", "9", "9", "9")

        await publish(house, WEEK, 1)
        await press_when_shown(house.admin, "Who is asked")
        await press_when_shown(house.admin, "Everyone")
        await press_when_shown(house.admin, "after each session")
        await house.admin.wait_for("Everyone, after each session")
        assert "Mood 6\n" in (await answered(house, client, "6", "4")).text

        await publish(house, WEEK.replace("How was your week?", "Your week?"), 2)
        told = await answered(house, client, "7", "3")
        assert "Mood 7 (+1)\nSleep 3 (-1)\nRest: 3 (-1)" in told.text
        assert "not compared" not in told.text

        await publish(house, WEEK.replace("maximum: 10", "maximum: 5").replace("Mood", "Humour"), 3)
        told = await answered(house, client, "4", "5")
        assert "Humour 4\nSleep 5 (+2)\nRest: 5 (+2)" in told.text
        assert "Asked in another way than the last time, so not compared: Humour." in told.text
        assert "not compared" not in (await answered(house, client, "4", "5")).text

        await house.therapist.say("/client K-01")
        await house.therapist.wait_for("Not in this chart: 4 check-ins with other questions")
        await client.say("/progress")
        await client.wait_for("Not in this chart: 4 check-ins with other questions")
        assert (await house.telegram.figures())["refused"] == 0
