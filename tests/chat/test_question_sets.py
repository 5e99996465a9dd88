"""The admin's own questions, over HTTP: from a file to published and answered, with the wrong turns on the way."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.phones import Message, Phone
from tests.house import House, practice, press_when_shown

SETS = Path(__file__).parents[1] / "conversations" / "sets"
HOMEWORK = """
name: homework
number: 1
title: {en: Homework}
licence: CC0-1.0
source: our own wording, not validated
languages: [en]
questions:
  - id: tried
    kind: yes_no
    label: {en: Tried it}
    text: {en: Did you try what we agreed on?}
  - id: hurdles
    kind: choice
    several: true
    label: {en: Hurdles}
    text: {en: What got in the way?}
    options:
      - {id: time, text: {en: No time}, points: 1}
      - {id: courage, text: {en: I did not dare}, points: 2}
    show_if: {question: tried, is: false}
  - id: nights
    kind: number
    minimum: 0
    maximum: 7
    label: {en: Nights}
    text: {en: How many nights did you sleep well?}
scales:
  - id: load
    label: {en: Load}
    direction: higher_is_worse
    items: [hurdles]
    bands: [{from: 0, label: {en: Light}}, {from: 2, label: {en: Heavy}}]
    flag: {at_least: 3}
"""


async def shown(phone: Phone, words: str) -> Message:
    return await phone.wait_for(words)


async def send_file(house: House, name: str, text: str) -> None:
    await house.admin.upload(name, text.encode())
    await house.hop()


async def test_an_admin_brings_own_questions_and_a_client_answers_them(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client = house.admin, house.client("K-01")

        await admin.say("/questions")
        first = await shown(admin, "Question sets")
        assert "version 1: Everyone, after each session" in first.text
        await admin.press("Download template")
        await house.hop()
        assert "nobody is asked anything before you publish" in (await shown(admin, "A template")).text

        await send_file(house, "homework.yaml", HOMEWORK.replace("yes_no", "yesno").replace("minimum: 0", "minimum: 9"))
        faults = await shown(admin, "Nothing was changed")
        assert "Line 10, column 11: kind must be one of" in faults.text
        assert "Line 25, column 14: The maximum must be higher than the minimum." in faults.text

        await send_file(house, "homework.yaml", HOMEWORK)
        card = await shown(admin, "Version 1 is a draft")
        assert {"Preview the draft", "Publish version 1", "Discard the draft"} <= set(card.labels)

        await preview(house)

        await admin.press("Publish version 1")
        await shown(admin, "Version 1 is asked now")
        await admin.press("Who is asked")
        await press_when_shown(admin, "Everyone")
        await press_when_shown(admin, "after each session")
        await shown(admin, "Everyone, after each session")

        await house.session_now("K-01")
        await house.hop_to_due()
        await press_when_shown(client, "Start")
        await press_when_shown(client, "No")
        await press_when_shown(client, "I did not dare")
        await press_when_shown(client, "No time")
        await press_when_shown(client, "Done")
        await shown(client, "3/3")
        await client.say("8")
        await shown(client, "3/3")
        await client.say("5")
        review = await shown(client, "Your answers")
        assert "Hurdles: No time, I did not dare" in review.text
        await client.press("Send")
        await house.hop()
        told = await shown(house.therapist, "Load: 3 (Heavy). Worth asking about.")
        assert "Tried it: no" in told.text
        assert "Nights: 5" in told.text


async def preview(house: House) -> None:
    """Walk the draft in the admin's own chat; nothing of it is kept."""
    admin = house.admin
    await admin.press("Preview the draft")
    await press_when_shown(admin, "Start")
    await press_when_shown(admin, "Yes")
    await shown(admin, "2/2")
    await admin.say("3")
    await house.hop()
    await shown(admin, "Nights: 3")
    await admin.press("Send")
    await shown(admin, "Sent")
    assert house.truth.counts()["answers"] == 0


async def test_who_has_begun_ends_on_the_old_version_and_the_next_session_asks_the_new_one(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path, clients=1) as house:
        await house.session_now("K-01")
        await house.hop_to_due()
        client = house.client("K-01")
        await press_when_shown(client, "Start")
        await shown(client, "1/4")

        await send_file(house, "homework.yaml", HOMEWORK)
        await press_when_shown(house.admin, "Publish version 1")
        await press_when_shown(house.admin, "Who is asked")
        await press_when_shown(house.admin, "Everyone")
        await press_when_shown(house.admin, "after each session")
        await shown(house.admin, "Everyone, after each session")

        for position in range(1, 5):
            await shown(client, f"{position}/4")
            await client.press("9")
        await press_when_shown(client, "Send")
        await shown(client, "Sent")
        await house.hop(timedelta(hours=1))
        await house.session_now("K-01")
        await house.hop(timedelta(hours=2))
        await press_when_shown(client, "Start")
        await shown(client, "Did you try what we agreed on?")
        for _ in range(2):
            await press_when_shown(client, "Yes")
            await shown(client, "2/2")
            await client.say("7")
            await press_when_shown(client, "Send")
            await house.hop()
            told = await house.therapist.wait_for(lambda message: "Nights" in message.text)
            assert "skipped" not in told.text
            await house.hop(timedelta(hours=1))
            await house.session_now("K-01")
            await house.hop(timedelta(hours=2))
            await press_when_shown(client, "Start")


async def test_a_set_that_asks_about_danger_waits_until_somebody_is_named_who_looks(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await send_file(house, "homework.yaml", f"{HOMEWORK}has_risk_item: true\n")
        await press_when_shown(admin, "Publish version 1")
        await shown(admin, "Who looks at the answers, and how fast?")
        await admin.say("Dr. Kim Lee, within one working day")
        await house.hop()
        card = await shown(admin, "Version 1 is asked now")
        assert "Dr. Kim Lee, within one working day" in card.text

        await send_file(house, "homework.yaml", HOMEWORK.replace("What got in the way?", "What hindered you?"))
        card = await shown(admin, "Version 2 is a draft")
        assert "Hurdles: other words" in card.text
        await admin.press("Publish version 2")
        await press_when_shown(admin, "Go back to version 1")
        await admin.wait_for(lambda message: "Go back to version 2" in message.labels)
        await admin.press("Retire")
        await house.settled()
        await admin.say("/audit")
        changes = await shown(admin, "Who changed what")
        assert "an admin: went back to homework 1" in changes.text
        assert [row["action"] for row in house.truth.ask("SELECT action FROM audit ORDER BY at, rowid")] == [
            "questions.uploaded", "questions.published", "questions.uploaded", "questions.published",
            "questions.went_back", "questions.retired",
        ]  # fmt: skip


async def test_phq8_is_brought_as_fhir_answered_in_the_chat_and_added_up(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client = house.admin, house.client("K-01")
        await send_file(house, "phq8.json", (SETS / "phq8.json").read_text(encoding="utf-8"))
        await press_when_shown(admin, "Publish version 1")
        await press_when_shown(admin, "Who is asked")
        await press_when_shown(admin, "Dr. Theo Lind")
        await press_when_shown(admin, "All clients")
        await press_when_shown(admin, "once")
        await shown(admin, "Dr. Theo Lind, once")

        await house.session_now("K-01")
        await house.hop_to_due()
        await press_when_shown(client, "Start")
        for position in range(1, 9):
            await shown(client, f"{position}/8")
            await client.press("More than half the days" if position > 2 else "Several days")
        await press_when_shown(client, "Send")
        await house.hop()
        await shown(house.therapist, "PHQ-8 total: 14 (Moderate). Worth asking about.")


async def test_the_short_form_is_taken_from_the_library_and_asked(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client = house.admin, house.client("K-01")
        await admin.say("/questions")
        await press_when_shown(admin, "+ Short form")
        assert "Version 1 is a draft. Questions: 2." in (await shown(admin, "(short_form)")).text
        await admin.press("Publish version 1")
        await press_when_shown(admin, "Who is asked")
        await press_when_shown(admin, "Everyone")
        await press_when_shown(admin, "after each session")
        await shown(admin, "Everyone, after each session")
        await admin.press("Back")
        await admin.wait_for(lambda message: "Retire" in message.labels)
        await admin.press("Back")
        await admin.wait_for(lambda message: "Download template" in message.labels)
        assert not any("+ " in label for message in await admin.messages() for label in message.labels)

        await house.session_now("K-01")
        await house.hop(timedelta(hours=2))
        await press_when_shown(client, "Start")
        await shown(client, "1/2")
        await client.press("7")
        await shown(client, "2/2")
        await client.press("6")
        await press_when_shown(client, "Send")
        await house.hop()
        told = await shown(house.therapist, "Both together: 6.5. Worth asking about.")
        assert "Bond 7" in told.text


@pytest.mark.long
async def test_twenty_clients_in_the_middle_notice_nothing(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=20) as house:
        for client in house.clients:
            await house.session_now(client.name)
            await house.hop()
        await house.hop(timedelta(hours=2))
        await asyncio.gather(*(begin(client) for client in house.clients))

        await send_file(house, "homework.yaml", HOMEWORK)
        await press_when_shown(house.admin, "Publish version 1")
        await press_when_shown(house.admin, "Who is asked")
        await press_when_shown(house.admin, "Everyone")
        await press_when_shown(house.admin, "after each session")
        await shown(house.admin, "Everyone, after each session")

        await asyncio.gather(*(finish(client) for client in house.clients))
        assert sorted(house.truth.ratings()) == [(8, 9, 9, 9)] * 20
        await house.hop(timedelta(hours=1))
        await house.session_now("K-20")
        await house.hop(timedelta(hours=2))
        await press_when_shown(house.client("K-20"), "Start")
        await shown(house.client("K-20"), "Did you try what we agreed on?")


async def begin(client: Phone) -> None:
    await press_when_shown(client, "Start")
    await shown(client, "1/4")
    await client.press("8")
    await shown(client, "2/4")


async def finish(client: Phone) -> None:
    for position in (2, 3, 4):
        await shown(client, f"{position}/4")
        await client.press("9")
    await press_when_shown(client, "Send")
    await shown(client, "Sent")
