"""Question sets written and changed in the chat, over HTTP: from an idea to an answered question, with wrong turns."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.playground.phones import Message, Phone
from bot.texts import speech
from tests.house import House, practice, press_when_shown

OLD_SCREEN = speech("en")("toast.edit.outdated")
NOTHING_CHANGED = speech("en")("edit.nothing_changed")


async def pressed(admin: Phone, label: str, words: str) -> Message:
    """Press a button and wait until the newest message of the bot says something."""
    await press_when_shown(admin, label)
    return await says(admin, words)


async def says(admin: Phone, words: str) -> Message:
    def newest(messages: list[Message]) -> bool:
        own = [message for message in messages if message.from_bot]
        return bool(own) and words in own[-1].text

    return [one for one in await admin.wait_until(newest) if one.from_bot][-1]


async def wrote(house: House, text: str, words: str) -> Message:
    """Write to the bot and wait for what it answers."""
    await house.admin.say(text)
    await house.settled()
    await house.hop(timedelta(seconds=3))  # one chat takes one message a second
    return await says(house.admin, words)


async def again(house: House) -> None:
    await house.settled()
    await house.bot.kill()
    await house.bot.start()


def draft(house: House, name: str) -> dict[str, Any] | None:
    rows = house.truth.ask("SELECT content FROM question_set_versions WHERE name = ? AND published_at IS NULL", name)
    return json.loads(rows[0]["content"]) if rows else None


def changes(house: House) -> list[str]:
    return [row["action"] for row in house.truth.ask("SELECT action FROM audit ORDER BY at, rowid")]


async def refused(house: House) -> int:
    return int((await house.telegram.figures())["refused"])


async def homework(house: House) -> None:
    """Write a set with one question, as a new admin does."""
    admin = house.admin
    await wrote(house, "/questions", "Question sets")
    await pressed(admin, "New set", "What is the set called?")
    await wrote(house, "Homework", "The first question. How is it answered?")
    await pressed(admin, "Yes or no", "Write the question to me")
    await wrote(house, "Did you try what we agreed on?", "Homework is a draft now.")


# ---- a new set ----


async def test_an_admin_who_never_saw_the_code_asks_about_homework(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client = house.admin, house.client("K-01")
        await homework(house)
        await pressed(admin, "Add a question", "How is it answered?")
        await pressed(admin, "Rating 0-10", "Write the question to me")
        await wrote(house, "How useful was it?", "What do 0 and 10 mean?")
        listed = await pressed(admin, "Not at all … Very much", "Added: How useful was it?")
        assert {"Preview the draft", "Publish version 1"} <= set(listed.labels)
        card = await pressed(admin, "Back", "Version 1 is a draft. Questions: 2.")
        assert {"Edit", "Preview the draft", "Publish version 1", "Discard the draft"} <= set(card.labels)

        await admin.press("Preview the draft")
        await press_when_shown(admin, "Start")
        await press_when_shown(admin, "Yes")
        shown = await says(admin, "How useful was it?")
        assert "Very much" in shown.text
        await house.hop()

        await admin.press("Publish version 1")
        await admin.wait_for("Version 1 is asked now")
        await admin.press("Who is asked")
        await press_when_shown(admin, "Everyone")
        await press_when_shown(admin, "after each session")
        await admin.wait_for("Everyone, after each session")

        await house.session_now("K-01")
        await house.hop_to_due()
        await press_when_shown(client, "Start")
        await client.wait_for("Did you try what we agreed on?")
        await press_when_shown(client, "Yes")
        await client.wait_for("How useful was it?")
        await client.press("8")
        review = await client.wait_for("Your answers")
        assert "Add a note" in review.labels
        await client.press("Send")
        await house.hop()
        told = await house.therapist.wait_for("How useful was it? 8")
        assert "Did you try what we agreed on?: yes" in told.text

        audit = await wrote(house, "/audit", "Who changed what")
        assert "wrote a new set, homework 1: Homework" in audit.text
        assert "added a question, homework 1: How useful was it?" in audit.text
        assert await refused(house) == 0


async def test_a_new_set_is_left_halfway_with_nothing_kept_or_gone_on_with_after_a_restart(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "New set", "What is the set called?")
        await pressed(admin, "Cancel", "Question sets")
        await pressed(admin, "New set", "What is the set called?")
        await wrote(house, "x" * 61, "There is room for 60 characters; this has 61.")
        await wrote(house, "/cancel", "I am not waiting for your words any more.")
        await wrote(house, "Homework", "I have kept nothing of your message.")
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "New set", "What is the set called?")
        await wrote(house, "Homework", "How is it answered?")
        await pressed(admin, "Choice", "Write the question to me")
        await again(house)
        await wrote(house, "What got in the way?", "What can be chosen?")
        await wrote(house, "No time", "There must be at least 2 answers")
        await wrote(house, "No time\nNo time", "This answer is there twice: No time")
        await again(house)
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "New set", "What can be chosen?")
        made = await wrote(house, "No time\nI did not dare", "Homework is a draft now.")
        assert "1. What got in the way? (choice)" in made.text
        kept = draft(house, "homework")
        assert kept is not None
        assert [one["id"] for one in kept["questions"][0]["options"]] == ["no_time", "i_did_not_dare"]
        assert changes(house) == ["questions.begun"]
        assert await refused(house) == 0


# ---- a set that is asked ----


async def test_the_built_in_set_is_changed_and_nobody_is_asked_it_before_it_is_published(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client = house.admin, house.client("K-01")
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "Session check-in", "Version 1 is asked now")
        listed = await pressed(admin, "Edit", "Version 1 is asked until you publish")
        assert "2. Did you and your therapist aim for the same things? (rating)" in listed.text
        assert "Follow-ups: 6. They are changed in the file only." in listed.text
        assert draft(house, "session_checkin") is None

        opened = await pressed(admin, "2. Goals", "2/4 Goals")
        assert "Deutsch: Hatten Sie beide das gleiche Ziel vor Augen?" in opened.text
        await pressed(admin, "Text", "Please write it in: English")
        given = await wrote(house, "Did you both want the same?", "Please write it in: Español")
        assert {"Leave the others as they are", "English for the others, for now", "Cancel"} == set(given.labels)
        await pressed(admin, "Leave the others as they are", "The words are changed.")
        await pressed(admin, "Up", "1/4 Goals")
        await pressed(admin, "Can be skipped: yes", "Changed: whether it can be skipped.")
        assert "Can be skipped: no" in (await admin.last()).labels
        await pressed(admin, "Back", "1. Did you both want the same? (rating)")

        await pressed(admin, "3. Tasks", "3/4 Tasks")
        told = await pressed(admin, "Remove", "hangs on it: Wish for next time")
        assert told.text.startswith(NOTHING_CHANGED)
        await pressed(admin, "Back", "3. How well did")
        await pressed(admin, "4. Overall", "4/4 Overall")
        gone = await pressed(admin, "Remove", "hangs on it: A small win")
        assert "4/4 Overall" in gone.text
        await pressed(admin, "Back", "4. All in all")

        await pressed(admin, "Add a question", "How is it answered?")
        await pressed(admin, "Number", "Write the question to me")
        await wrote(house, "How many nights did you sleep well?", "Please write it in: Español")
        await pressed(admin, "English for the others, for now", "the lowest and the highest number")
        await pressed(admin, "0 to 7", "Added: How many nights")
        card = await pressed(admin, "Back", "What the draft changes:")
        for words in (
            "How many nights did you sleep well?: a new question", "Goals: other words",
            "Goals: whether it may be skipped", "The order of the questions",
        ):  # fmt: skip
            assert words in card.text
        assert changes(house) == [
            "questions.text", "questions.moved", "questions.skipping", "questions.added",
        ]  # fmt: skip

        await house.session_now("K-01")
        await house.hop_to_due()
        await house.answer(client, [8, 8, 8, 8])

        await admin.press("Publish version 2")
        await admin.wait_for("Version 2 is asked now")
        await house.hop(timedelta(hours=1))
        await house.session_now("K-01")
        await house.hop(timedelta(hours=2))
        await press_when_shown(client, "Start")
        first = await client.wait_for("1/5")
        assert "Did you both want the same?" in first.text
        assert "Skip" not in first.labels
        assert await refused(house) == 0


async def test_a_removed_question_is_put_back_and_a_draft_that_says_the_same_again_is_none(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "Session check-in", "Version 1 is asked now")
        await pressed(admin, "Edit", "Version 1 is asked until you publish")
        await pressed(admin, "2. Goals", "2/4 Goals")
        await pressed(admin, "Remove", "Removed: Goals")
        await again(house)
        await pressed(admin, "Undo", "Back again: Goals")
        assert draft(house, "session_checkin") is None
        await pressed(admin, "2. Goals", "2/4 Goals")
        await pressed(admin, "Down", "3/4 Goals")
        await pressed(admin, "Back", "3. Did you and")
        await pressed(admin, "Back", "The order of the questions")
        await pressed(admin, "Discard the draft", "Discard version 2 with its changes?")
        await pressed(admin, "Keep", "The order of the questions")
        await pressed(admin, "Discard the draft", "Discard version 2 with its changes?")
        await pressed(admin, "Discard", "Version 1 is asked now")
        assert draft(house, "session_checkin") is None
        assert changes(house) == [
            "questions.removed", "questions.put_back", "questions.moved", "questions.discarded",
        ]  # fmt: skip


async def test_a_press_twice_or_on_an_old_screen_changes_nothing_and_shows_what_is_there(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "Session check-in", "Version 1 is asked now")
        await pressed(admin, "Edit", "Version 1 is asked until you publish")
        screen = await pressed(admin, "4. Overall", "4/4 Overall")
        up = button(screen, "Up")
        first = await admin.press_data(screen.message_id, up, forged=False)
        second = await admin.press_data(screen.message_id, up)
        assert (await admin.wait_for_toast(first)).text == ""
        assert (await admin.wait_for_toast(second)).text == OLD_SCREEN
        await says(admin, "3/4 Overall")
        kept = draft(house, "session_checkin")
        assert kept is not None
        assert [one["id"] for one in kept["questions"]] == ["bond", "goals", "overall", "tasks"]

        await pressed(admin, "Short name", "Please write it in: English")
        asking = await admin.last()
        cancel = button(asking, "Cancel")
        typed = await admin.say("All in one")
        await house.settled()
        await house.hop(timedelta(seconds=3))
        await says(admin, "Please write it in: Español")
        await admin.edit(typed, "All in all")
        await house.settled()
        await says(admin, "You changed a message that I have taken already")
        await house.hop(timedelta(seconds=3))
        late = await admin.press_data(asking.message_id, cancel)
        assert (await admin.wait_for_toast(late)).text == OLD_SCREEN
        await wrote(house, "En general", "Please write it in: Deutsch")
        await wrote(house, "Insgesamt", "The short name is changed.")
        kept = draft(house, "session_checkin")
        assert kept is not None
        assert kept["questions"][2]["label"] == {"en": "All in one", "es": "En general", "de": "Insgesamt"}
        for nonsense in ("qe", "qe:", "qe:1", "qe:x:rm:bond", "qe:999999:rm:bond", "qe:open:nothing", "qe:open"):
            await admin.press_data(asking.message_id, nonsense)
        await house.settled()
        assert not house.truth.parked()
        assert changes(house) == ["questions.moved", "questions.label"]

        another = (await house.telegram.person(99_001, "Eve")), house.therapist
        for phone in another:
            query = await phone.press_data(1, "qe:1:rm:bond")
            assert (await phone.wait_for_toast(query)).text == speech("en")("refusal.not_allowed")
        assert changes(house) == ["questions.moved", "questions.label"]


async def test_a_file_that_comes_in_the_middle_of_an_edit_wins_and_the_edit_goes_on_from_it(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await homework(house)
        listed = await pressed(admin, "Add a question", "How is it answered?")
        kept = draft(house, "homework")
        assert kept is not None
        other = {**kept, "questions": [{"id": "tried", "kind": "yes_no", "text": {"en": "Tried it?"}}]}
        await admin.upload("homework.json", json.dumps(other).encode())
        await house.hop()
        await says(admin, "Version 1 is a draft")
        late = await admin.press_data(listed.message_id, button(listed, "Text"))
        assert (await admin.wait_for_toast(late)).text == OLD_SCREEN
        await house.settled()
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "Homework", "Version 1 is a draft")
        await pressed(admin, "Edit", "How is it answered?")
        await pressed(admin, "Text", "Write the question to me")
        made = await wrote(house, "What else?", "Added: What else?")
        assert "1. Tried it? (yes or no)" in made.text
        await pressed(admin, "Back", "Questions: 2.")
        await pressed(admin, "Discard the draft", "Discard version 1 with its changes?")
        await pressed(admin, "Discard", "Question sets")
        late = await admin.press_data(made.message_id, button(made, "Add a question"))
        assert (await admin.wait_for_toast(late)).text == speech("en")("questions.gone")
        assert draft(house, "homework") is None


def button(message: Message, label: str) -> str:
    """Give what stands behind a button."""
    rows = message.raw["reply_markup"]["inline_keyboard"]
    return next(str(one["callback_data"]) for row in rows for one in row if one["text"] == label)
