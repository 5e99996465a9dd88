"""Answers too long for one message: nothing is lost, and the therapist reads all of it, and sees the chart."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.playground.phones import Message
from bot.practice import BUILT_IN
from tests.chat.test_question_sets import send_file
from tests.house import House, practice, press_when_shown

RATINGS = (9, 9, 9, 4)
WORDS = [f"{number}{' & so on <b>' * 90}"[:980] + f" end{number}" for number in range(6)]


async def publish(house: House, in_words: int) -> None:
    """Ask the usual four, and then some questions in words."""
    usual: dict[str, Any] = YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8"))
    texts = dict.fromkeys(usual["languages"], "Why?")
    more = [{"id": f"w{at}", "kind": "text", "text": texts, "label": texts} for at in range(in_words)]
    own = {**usual, "name": "letters", "questions": [*usual["questions"], *more], "follow_ups": []}
    await send_file(house, "letters.yaml", json.dumps(own))
    await press_when_shown(house.admin, "Publish version 1")
    await press_when_shown(house.admin, "Who is asked")
    await press_when_shown(house.admin, "Everyone")
    await press_when_shown(house.admin, "after each session")
    await house.hop()


async def answered(house: House, in_words: int) -> list[Message]:
    """Let a client answer everything; gives what the therapist is told."""
    client, total = house.client("K-01"), len(RATINGS) + in_words
    before = len(await house.therapist.messages()) + 2
    await house.session_now("K-01")
    await house.hop_to_due()
    await press_when_shown(client, "Start")
    for position, rating in enumerate(RATINGS, start=1):
        await client.wait_for(f"{position}/{total}")
        await client.press(str(rating))
    for position, words in enumerate(WORDS[:in_words], start=len(RATINGS) + 1):
        await client.wait_for(f"{position}/{total}")
        await client.say(words)
        await house.hop()
    await press_when_shown(client, "Send")
    await house.therapist.wait_until(lambda messages: len(messages) > before - 1)
    for _ in range(4):
        await house.hop()
    return (await house.therapist.messages())[before:]


async def test_long_answers_are_shortened_in_the_summary_and_follow_in_full(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        await publish(house, len(WORDS))
        summary, *rest = await answered(house, len(WORDS))
        assert "All of them follow in full." in summary.text
        assert "At least one answer was low" in summary.text
        assert "We talked about it" in summary.labels
        assert all(words in "\n".join(message.text for message in rest) for words in WORDS)
        assert all(message.raw["has_protected_content"] for message in rest)
        assert (await house.telegram.figures())["refused"] == 0


async def test_a_summary_too_long_for_a_caption_is_followed_by_its_chart(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        await publish(house, 1)
        await answered(house, 1)
        summary, chart = await answered(house, 1)
        assert WORDS[0] in summary.text
        assert summary.file_id is None
        assert chart.file_id is not None
        assert (await house.telegram.figures())["refused"] == 0
