"""A goal's whole life in the chats of both, wrong turns included."""

from datetime import timedelta

import pytest

from bot.playground import keyboards
from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "Sleep through <most> nights"
OTHER = "Sleep six hours & rest"


async def shows(phone: Phone, *words: str) -> Message:
    """Wait for the newest message that has all these words in its text or on its buttons."""
    return await phone.wait_for(lambda m: all(word in m.text or word in m.labels for word in words))


def buttons(message: Message) -> list[tuple[str, str]]:
    """Give label and data of every button, the label with its sign."""
    return [(button["text"], button["callback_data"]) for row in keyboards.rows(message.raw) for button in row]


def data_of(message: Message, label: str) -> str:
    return next(data for text, data in buttons(message) if text == label)


async def press(house: House, phone: Phone, label: str) -> str:
    """Press the newest button with this label, and let the bot answer."""
    query = await phone.press(label)
    await house.hop()
    return query


async def say(house: House, phone: Phone, text: str) -> None:
    await phone.say(text)
    await house.hop()


async def word_a_goal(house: House, client: Phone, words: str = WORDS) -> None:
    await say(house, client, "/goals")
    await press(house, client, "Word a goal")
    await shows(client, "What would you like to work towards?", "/crisis")
    await say(house, client, words)


async def agreed_goal(house: House, client: Phone, words: str = WORDS) -> None:
    await word_a_goal(house, client, words)
    await shows(house.therapist, client.name, words, "Agree")
    await press(house, house.therapist, "Agree")


async def test_a_goal_from_its_first_words_to_the_day_it_is_reached(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await say(house, client, "/goals")
    await shows(client, "You have no goal here yet", "Word a goal")

    await word_a_goal(house, client)
    await shows(client, "I have shown it to your therapist", WORDS, "Let it go")
    await shows(therapist, f"{client.name} would like to work towards", WORDS, "Agree", "Suggest other words")

    await press(house, therapist, "Suggest other words")
    await shows(therapist, "Which words would you suggest?", WORDS)
    await say(house, therapist, OTHER)
    await shows(therapist, f"{client.name} has the last word", OTHER)

    answer = await shows(client, "There is an answer for you", "Open")
    assert WORDS not in answer.text
    await press(house, client, "Open")
    await shows(client, WORDS, OTHER, "Take these words", "Keep my words", "Write it anew")
    await press(house, client, "Write it anew")
    await shows(client, "How would you say it?", "/crisis")
    await say(house, client, "Rest well most nights")
    await shows(client, "that is your goal", "Rest well most nights", "Reached", "Let it go")

    await shows(therapist, f"Goal of {client.name}", "Rest well most nights", "Rate agreement")
    await press(house, therapist, "Rate agreement")
    await shows(therapist, "How far do you and", "0 = We do not agree", "10 = We fully agree")
    await press(house, therapist, "8")
    await shows(therapist, "Agreement, you: 8 of 10")

    await press(house, client, "Reached")
    await shows(client, "you have reached it", "Undo")
    await press(house, client, "Undo")
    await house.hop(timedelta(minutes=6))
    assert not [m for m in await therapist.messages() if f"{client.name} has reached a goal" in m.text]
    await press(house, client, "Reached")
    await house.hop(timedelta(minutes=6))
    await shows(therapist, f"{client.name} has reached a goal", "Rest well most nights")
    await say(house, therapist, f"/goals {client.name}")
    await shows(therapist, f"Goals of {client.name}", "Rest well most nights", "Reached.")


@pytest.mark.parametrize(("label", "words"), [("Take these words", OTHER), ("Keep my words", WORDS)])
async def test_the_client_has_the_last_word(house: House, newcomer: Newcomer, label: str, words: str) -> None:
    client, therapist = await newcomer(), house.therapist
    await word_a_goal(house, client)
    await press(house, therapist, "Suggest other words")
    await say(house, therapist, OTHER)
    await press(house, client, "Open")
    await press(house, client, label)
    await shows(client, "that is your goal", words, "Reached")
    await shows(therapist, f"Goal of {client.name}: “{words}”")


async def test_words_that_cannot_be_a_goal_get_a_sentence_and_the_question_stays_open(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await say(house, client, "/goals")
    await press(house, client, "Word a goal")
    await say(house, client, "\u2063\u2063")
    await shows(client, "I found no words in it")
    await say(house, client, "x" * 201)
    await shows(client, "Yours has 201", "Nothing is lost")
    await say(house, client, WORDS)
    await shows(client, "I have shown it to your therapist", WORDS)


async def test_three_goals_are_told_apart_and_a_fourth_must_wait(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await say(house, client, "/goals")
    old_card = await shows(client, "You have no goal here yet")
    for words in ("First", "Second", "Third"):
        await agreed_goal(house, client, words)
    await say(house, client, "/goals")
    card = await shows(client, "● “First”", "◆ “Second”", "■ “Third”", "Reached")
    assert "Word a goal" not in card.labels

    await client.press_data(old_card.message_id, data_of(old_card, "Word a goal"))
    await house.hop()
    await shows(client, "You have three goals. To word a new one")

    await client.press_data(card.message_id, data_of(card, "◆ Let it go"), forged=False)
    await house.hop()
    await shows(client, "“Second”: let go", "Undo", "Word a goal")
    await press(house, client, "Undo")
    await shows(client, "“First”", "“Second”", "“Third”")


async def test_a_check_in_comes_before_goals_and_words_go_to_whatever_is_open(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await say(house, client, "/goals")
    await press(house, client, "Word a goal")
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await press(house, client, "Start")
    await asked(client, 1)
    await say(house, client, "9")
    await asked(client, 2)
    await say(house, client, "/goals")
    await shows(client, "Your questions about the session come first")
    await house.hop()
    await asked(client, 2)
    await say(house, client, "/cancel")
    await say(house, client, WORDS)
    await shows(client, "I have shown it to your therapist", WORDS)


async def test_leaving_the_question_keeps_nothing_of_the_next_text(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await say(house, client, "/goals")
    await press(house, client, "Word a goal")
    await say(house, client, "/cancel")
    await shows(client, "I am not waiting for your words any more")
    await say(house, client, WORDS)
    await shows(client, "I have kept nothing of your message")
    await press(house, client, "Back")
    await shows(client, "You have no goal here yet")


async def test_danger_in_a_goal_shows_the_card_and_asks_the_therapist_to_read(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await word_a_goal(house, client, "Not want to die any more")
    await house.hop()
    await shows(client, "Call 112")
    await house.hop()
    await shows(house.therapist, f"{client.name}: possible risk wording in a goal")
    await say(house, client, "/goals")
    await press(house, client, "Word a goal")
    await say(house, client, "I want to die " + "x" * 200)
    await shows(client, "Nothing is lost")
    await house.hop()
    await shows(house.therapist, "message that was not kept", client.name)


async def test_presses_of_others_and_late_ones_change_nothing(house: House, newcomer: Newcomer) -> None:
    client, other = await newcomer(), await newcomer()
    await word_a_goal(house, client)
    mine = await shows(client, WORDS, "Let it go")
    theirs = await shows(house.therapist, client.name, WORDS, "Agree")
    before = house.truth.everything()
    for message in (mine, theirs):
        for _, data in buttons(message):
            query = await other.press_data(message.message_id, data)
            assert (await other.wait_for_toast(query)).text != ""
    await house.settled()
    after = house.truth.everything()
    assert after["goals"] == before["goals"]
    assert after["deliveries"] == before["deliveries"]

    await press(house, house.therapist, "Agree")
    late = await house.therapist.press_data(theirs.message_id, data_of(theirs, "Agree"))
    assert "already settled" in (await house.therapist.wait_for_toast(late)).text


async def test_nothing_works_any_more_once_the_client_has_stopped(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await word_a_goal(house, client)
    theirs = await shows(house.therapist, client.name, WORDS, "Suggest other words")
    await press(house, house.therapist, "Suggest other words")
    await say(house, client, "/stop")
    await press(house, client, "Yes, stop asking")
    await say(house, house.therapist, OTHER)
    await shows(house.therapist, "This goal has changed meanwhile")
    late = await house.therapist.press_data(theirs.message_id, data_of(theirs, "Agree"))
    assert "does not work any more" in (await house.therapist.wait_for_toast(late)).text


async def test_a_therapist_who_types_the_command_bare_or_wrong_gets_the_clients_or_a_sentence(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await say(house, house.therapist, "/goals")
    await shows(house.therapist, "Which client?", client.name)
    await press(house, house.therapist, client.name)
    await shows(house.therapist, f"{client.name} has no goal yet")
    await say(house, house.therapist, "/goals NOBODY")
    await shows(house.therapist, "You have no client NOBODY")
    await say(house, house.therapist, f"/client {client.name}")
    await shows(house.therapist, "Enter a session", "Goals")


async def one_check_in(house: House, client: Phone, *ratings: int) -> Message:
    """Let a client answer a check-in of however many questions; gives the summary."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await press(house, client, "Start")
    for position, rating in enumerate(ratings, start=1):
        await client.wait_for(lambda m, at=position: m.text.startswith(f"{at}/") and bool(m.labels))  # type: ignore[misc]
        await client.press(str(rating))
    await house.settled()
    if not any("Send" in message.labels for message in await client.messages()):
        await client.press("Skip")  # a follow-up
    await house.settled()
    await client.press("Send")
    summary = await shows(house.therapist, f"{client.name}, session", "We talked about it")
    await house.hop(timedelta(days=6))
    return summary


async def test_the_fourth_check_in_asks_about_the_goal_and_what_is_said_reaches_the_therapist(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await agreed_goal(house, client)
    await press(house, therapist, "Rate agreement")
    await press(house, therapist, "9")
    for _ in range(3):
        await one_check_in(house, client, 9, 9, 9, 9)
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await shows(client, "Six short questions are ready")
    await press(house, client, "Start")
    for position in range(1, 5):
        await client.wait_for(lambda m, at=position: m.text.startswith(f"{at}/6") and bool(m.labels))  # type: ignore[misc]
        await client.press("9")
    await shows(client, "5/6", "How far have you come with this goal?", WORDS, "0 = Not started", "10 = I am there")
    await client.press("6")
    await shows(client, "6/6", "Do you and your therapist agree on this goal?", WORDS)
    await client.press("4")
    await shows(client, "How far you are: 6", "Your agreement on it: 4")
    await press(house, client, "Send")
    summary = await shows(therapist, f"{client.name}, session", "Goal: “Sleep through <most> nights”")
    for words in ("Overall 9", "Progress: 6 of 10", "your client: 4 of 10", "you see your agreement at 9", "Next step"):
        assert words in summary.text
    assert "GOAL_" not in summary.text
    await house.hop()

    await say(house, therapist, f"/goals {client.name}")
    await shows(
        therapist, "Progress: 6 of 10", "Agreement, you: 9 of 10", "you see your agreement at 9, your client at 4"
    )
    await say(house, therapist, f"/client {client.name}")
    await shows(therapist, "Enter a session", "Progress 6 of 10")
    await say(house, client, "/goals")
    await shows(client, "Last time you were at 6 of 10")
    await say(house, therapist, "/digest")
    await shows(therapist, client.name, "two views of a goal")
