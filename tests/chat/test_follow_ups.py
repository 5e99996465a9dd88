"""Follow-ups and milestones, week by week, as a client and a therapist see them."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

HIGH = (9, 9, 9, 9)
WIN = "I called my sister <3"


async def questions(house: House, client: Phone, ratings: tuple[int, ...] = HIGH) -> None:
    """Let a session take place and the client answer the four questions, two hours later."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await press_when_shown(client, "Start")
    for position, rating in enumerate(ratings, start=1):
        await asked(client, position)
        await client.press(str(rating))


async def follow_up(client: Phone) -> Message:
    return await client.wait_for(lambda message: message.text.startswith("5/5") and bool(message.labels))


async def sent(house: House, client: Phone) -> tuple[str, str]:
    """Send what is in the review, let a week pass; gives what the client and the therapist read."""
    before = {message.message_id for message in await house.therapist.messages()}
    review = await client.wait_for(lambda message: "Send" in message.labels)
    await client.press("Send")
    thanks = await client.wait_for(lambda one: one.message_id == review.message_id and one.text.startswith("Sent"))
    summary = await house.therapist.wait_for(
        lambda one: one.message_id not in before and f"{client.name}, session" in one.text
    )
    await house.hop(timedelta(days=6, hours=20))
    return thanks.text, summary.text


async def week(
    house: House, client: Phone, ratings: tuple[int, ...] = HIGH, more: str | None = None
) -> tuple[str, str]:
    """Live through a week, with an answer to the follow-up if one comes; gives what both read."""
    await questions(house, client, ratings)
    if more is not None:
        await follow_up(client)
        await client.press(more)
    return await sent(house, client)


async def test_a_low_answer_brings_one_question_more_and_its_answer_reaches_the_therapist(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await questions(house, client, (9, 9, 6, 9))
    question = await follow_up(client)
    assert "Next time, I would like:" in question.text
    await client.press("More of a plan")
    review = await client.wait_for("Next time: More of a plan")
    assert "What you did: 6" in review.text
    await client.press("Change")
    await press_when_shown(client, "Next time: More of a plan")
    assert "Your answer so far: More of a plan" in (await follow_up(client)).text
    await client.press("Not sure")
    await client.wait_for("Next time: Not sure")
    thanks, summary = await sent(house, client)
    assert "Good to hear from you" in thanks
    assert "Wish for next time: Not sure" in summary


async def test_a_follow_up_is_the_same_after_the_bot_was_killed(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await questions(house, client, (5, 9, 9, 9))
    assert "Did your therapist get what you meant?" in (await follow_up(client)).text
    await house.bot.kill()
    await house.bot.start()
    await client.press("4")
    await client.wait_for("Being understood: 4")
    assert "Being understood 4" in (await sent(house, client))[1]


async def test_those_not_asked_for_long_come_in_turn_until_a_small_win_is_shared(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    low, plan = (5, 9, 9, 9), (9, 9, 5, 9)
    await week(house, client, low, "8")
    await week(house, client, low, "8")
    await week(house, client, low, "8")
    await week(house, client, plan, "Just as it was")
    assert "answered 5 times" in (await week(house, client))[0]
    asked_in_turn = await week(house, client, more="7")
    assert "Knowing the rules 7" in asked_in_turn[1]
    assert "Next step: go over times, contact and who sees what" in asked_in_turn[1]
    assert (await week(house, client))[0].endswith("Thank you.")
    await week(house, client)

    await questions(house, client)
    question = await follow_up(client)
    assert "Is there a small win you want to share?" in question.text
    assert "/crisis" in question.text
    assert question.labels == ["Back", "Not today"]
    await client.say("word " * 210)
    await client.wait_for("Yours has 1049")
    await client.say("I did not kill myself")
    await client.wait_for("Call 112")
    alert = await house.therapist.wait_for(f"Please contact {client.name}")
    assert "kill" not in alert.text
    await press_when_shown(client, "Change")
    await press_when_shown(client, "A small win: I did not kill myself")
    await follow_up(client)
    await house.hop()
    await client.say(WIN)
    await client.wait_for(f"A small win: {WIN}")
    await house.hop()
    assert all(message.text != WIN for message in await client.messages())
    thanks, summary = await sent(house, client)
    assert "Thank you for sharing your small win" in thanks
    assert f"A small win: {WIN}" in summary
    assert house.found("called my sister") == []


async def test_ratings_that_are_back_after_a_drop_bring_a_warm_line(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await week(house, client)
    await week(house, client)
    await week(house, client, more="Skip")
    await week(house, client, (7, 7, 7, 7), more="Skip")
    assert "Things look brighter" in (await week(house, client))[0]
