"""The client's side of a check-in beyond the straight way: wrong turns, second thoughts, words."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "word " * 210  # 1,050 characters


async def prompted(house: House, newcomer: Newcomer) -> Phone:
    """Enrol a client, enter a session and wait for the prompt."""
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await client.wait_for("short questions are ready")
    return client


async def reviewed(house: House, newcomer: Newcomer, ratings: tuple[int, ...] = (9, 9, 9, 9)) -> Phone:
    """Bring a new client to the review."""
    client = await prompted(house, newcomer)
    await house.answer(client, ratings, send=False)
    await client.wait_for("Your answers")
    return client


async def summary_of(house: House, client: Phone) -> Message:
    """Wait for the summary of a client."""
    return await house.therapist.wait_for(lambda message: client.name in message.text and "session of" in message.text)


def with_buttons(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.labels]


async def test_a_typed_number_answers_the_open_question_and_the_next_one_stands_below_it(
    house: House, newcomer: Newcomer
) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.say("7")
    await client.wait_for("2/4")
    await house.settled()
    messages = await client.messages()
    assert "2/4" in messages[-1].text
    assert len(with_buttons(messages)) == 1, "the old copy has lost its buttons"


async def test_other_words_are_not_kept_but_offered_for_the_note_and_then_gone_from_the_chat(
    house: House, newcomer: Newcomer
) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.say("It was a hard week at work")
    await client.wait_for("Shall I add it to your note")
    await house.hop()
    await client.press("Add to my note")
    await client.wait_for("Who may read it")
    await house.hop()
    texts = [message.text for message in await client.messages()]
    assert "It was a hard week at work" not in texts
    await press_when_shown(client, "Share now")
    for position in range(1, 5):
        await asked(client, position)
        await client.press("9")
    await press_when_shown(client, "Send")
    note = await house.therapist.wait_for("It was a hard week at work")
    assert note.text.startswith(f"{client.name} wrote")


async def test_ignored_words_leave_nothing_and_the_question_stays_open(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    notes = house.truth.counts()["notes"]
    await client.press("Start")
    await client.wait_for("1/4")
    await client.say("Never mind")
    await press_when_shown(client, "Ignore")
    await client.wait_for("Nothing of it is kept")
    await house.hop()
    assert "1/4" in (await client.messages())[-1].text
    assert house.truth.counts()["notes"] == notes


async def test_a_note_that_is_too_long_stays_in_the_chat_and_says_how_long_it_is(
    house: House, newcomer: Newcomer
) -> None:
    client = await reviewed(house, newcomer)
    await client.press("Add a note")
    await client.wait_for("up to 1,000 characters")
    await client.say(LONG)
    refused = await client.wait_for("Yours has 1049")
    await house.hop()
    assert "Nothing is lost" in refused.text
    assert any(message.text.startswith("word word") for message in await client.messages())


async def test_a_private_note_never_reaches_the_therapist(house: House, newcomer: Newcomer) -> None:
    client = await reviewed(house, newcomer)
    await client.press("Add a note")
    await client.wait_for("up to 1,000 characters")
    await client.say("Only for me, thanks")
    await press_when_shown(client, "Keep it to myself")
    await client.wait_for("only for you")
    await client.press("Send")
    await summary_of(house, client)
    await house.hop()
    assert all("Only for me" not in message.text for message in await house.therapist.messages())


async def test_words_that_point_to_danger_show_the_crisis_card_and_ask_the_therapist_to_call(
    house: House, newcomer: Newcomer
) -> None:
    client = await reviewed(house, newcomer)
    await client.press("Add a note")
    await client.wait_for("up to 1,000 characters")
    await client.say("I want to die")
    card = await client.wait_for("Call 112")
    alert = await house.therapist.wait_for(f"Please contact {client.name}")
    assert "No one watches this chat live" in card.text
    assert "want to die" not in alert.text


async def test_back_and_change_bring_an_answer_back_and_the_last_word_counts(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.press("3")
    await client.wait_for("2/4")
    await client.press("Back")
    assert "so far: 3" in (await client.wait_for("1/4")).text
    for position, rating in enumerate((8, 8, 8, 8), start=1):
        await client.wait_for(f"{position}/4")
        await client.press(str(rating))
    await press_when_shown(client, "Change")
    await press_when_shown(client, "What you did: 8")
    await client.wait_for("3/4")
    await client.press("6")
    await client.wait_for("What you did: 6")
    await client.press("Send")
    summary = await summary_of(house, client)
    assert all(line in summary.text for line in ("Bond 8", "Goals 8", "Tasks 6", "Overall 8"))


async def test_the_wish_to_talk_is_passed_on(house: House, newcomer: Newcomer) -> None:
    client = await reviewed(house, newcomer)
    await client.press("Talk about it next time: no")
    await client.wait_for(lambda message: "Talk about it next time: yes" in message.labels)
    await client.press("Send")
    assert "talk about this next time" in (await summary_of(house, client)).text


async def test_skipped_questions_are_named_and_nobody_is_blamed(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.press("Skip")
    for position in (2, 3, 4):
        await client.wait_for(f"{position}/4")
        await client.press("9")
    await press_when_shown(client, "Send")
    assert "Bond skipped" in (await summary_of(house, client)).text


async def test_after_the_take_back_time_the_answers_go_out_by_themselves(house: House, newcomer: Newcomer) -> None:
    client = await reviewed(house, newcomer, (7, 7, 8, 8))
    await house.hop(timedelta(minutes=14))
    assert "Your answers" in (await client.last()).text
    await house.hop(timedelta(minutes=2))
    await client.wait_for("Sent")
    assert "Bond 7" in (await summary_of(house, client)).text


async def test_answers_that_are_not_sent_are_gone(house: House, newcomer: Newcomer) -> None:
    client = await reviewed(house, newcomer, (2, 2, 2, 2))
    await client.press("Don't send")
    await client.wait_for("Your answers are deleted")
    await house.hop(timedelta(hours=1))
    assert (2, 2, 2, 2) not in house.truth.ratings()
    assert all(f"{client.name}, session" not in message.text for message in await house.therapist.messages())


async def test_later_asks_again_at_the_chosen_time_and_only_then(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    await client.press("Later")
    offered = await client.wait_for("When shall I ask again")
    hour = next(label for label in offered.labels if label.startswith("In 1 hour"))
    await client.press(hour)
    await client.wait_for("I will ask again")
    before = len(await client.messages())
    await house.hop(timedelta(minutes=59))
    assert len(await client.messages()) == before
    await house.hop(timedelta(minutes=2))
    await client.wait_for("still here")
    assert len(with_buttons(await client.messages())) == 1


async def test_one_reminder_comes_after_a_day_and_then_silence_until_it_closes(
    house: House, newcomer: Newcomer
) -> None:
    client = await prompted(house, newcomer)
    await house.hop(timedelta(hours=25))
    await client.wait_for("still here")
    after = len(await client.messages())
    await house.hop(timedelta(hours=24))
    assert len(await client.messages()) == after
    await house.hop(timedelta(hours=24))
    assert "No answer is fine" in (await client.wait_for("closed now")).text


async def test_what_was_answered_before_the_end_is_forwarded_as_unfinished(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.press("4")
    await client.wait_for("2/4")
    await house.hop(timedelta(hours=73))
    summary = await summary_of(house, client)
    assert "Bond 4" in summary.text
    assert "Not finished" in summary.text


async def test_a_skipped_check_in_is_closed_with_kindness_and_never_reminded(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    await client.press("Skip this one")
    await client.wait_for("that is fine")
    count = len(await client.messages())
    await house.hop(timedelta(hours=30))
    assert len(await client.messages()) == count


async def test_cancel_keeps_the_answers_and_checkin_goes_on_where_the_client_was(
    house: House, newcomer: Newcomer
) -> None:
    client = await prompted(house, newcomer)
    await client.press("Start")
    await client.wait_for("1/4")
    await client.press("9")
    await client.wait_for("2/4")
    await client.say("/cancel")
    await client.wait_for("Paused")
    await house.hop()
    await client.say("/checkin")
    await client.wait_for("2/4")
    await house.hop()
    assert len(with_buttons(await client.messages())) == 1


async def test_a_press_on_an_old_button_says_so_and_changes_nothing(house: House, newcomer: Newcomer) -> None:
    client = await prompted(house, newcomer)
    start = await client.wait_for("short questions are ready")
    data = start.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await client.press("Start")
    await client.wait_for("1/4")
    before = house.truth.check_ins()
    toast = await client.wait_for_toast(await client.press_data(start.message_id, data))
    assert "already done" in toast.text
    assert house.truth.check_ins() == before
