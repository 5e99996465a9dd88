"""The attachment reflection, end to end: the client sees it first, the therapist only what is shared."""

import re
from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from bot.reflections import reflection_texts
from tests.chat.conftest import Newcomer
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOW_MUCH = "How much is this like you right now?"


def story_in(message: Message) -> str:
    """Name the story a message shows."""
    return next(story.id for story in reflection_texts().stories if story.text["en"] in message.text)


async def shows(client: Phone, position: int) -> Message:
    return await client.wait_for(lambda m: m.text.startswith(f"{position}/4") and HOW_MUCH in m.text and m.labels)


async def begin(client: Phone) -> Message:
    await client.say("/reflection")
    intro = await client.wait_for(lambda m: "four short stories" in m.text and "Not now" in m.labels)
    assert "This is not a test or a diagnosis." in intro.text
    await client.press("Start")
    first = await shows(client, 1)
    assert first.message_id == intro.message_id
    return first


async def rate(client: Phone, *, first: int = 1, **ratings: int) -> list[str]:
    """Rate the stories from `first` on, 3 where no rating is named; give the order they came in."""
    order = []
    for position in range(first, 5):
        story = story_in(await shows(client, position))
        order.append(story)
        await client.press(str(ratings.get(story, 3)))
    await client.wait_for("What would help you feel safe in therapy?")
    return order


async def told(house: House, client: Phone) -> list[str]:
    """What the therapist has been written about a client's reflection."""
    await house.settled()
    return [m.text for m in await house.therapist.messages() if client.name in m.text and "reflection" in m.text]


async def test_the_client_sees_it_first_in_words_and_shares_it(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await begin(client)
    await rate(client, closeness=8)
    written = await client.say("To know when you are away")
    outcome = await client.wait_for("Right now your answers lean towards wanting to be close")
    assert "This can change with time and with people. It is not a diagnosis." in outcome.text
    assert outcome.labels == ["Share", "Keep private", "Delete", "Back"]
    assert not re.search(r"\d", outcome.text), "words, not scores"
    await client.wait_until(lambda now: all(m.message_id != written for m in now))
    assert await told(house, client) == []

    await client.press("Share")
    await client.wait_for(lambda m: m.message_id == outcome.message_id and "is shared with your therapist" in m.text)
    shared = await house.therapist.wait_for(f"{client.name} has shared a reflection")
    assert "lean towards a wish for closeness" in shared.text
    assert "say when you will be away" in shared.text
    assert "To know when you are away" in shared.text
    assert shared.text.endswith("(Daly & Mallinckrodt 2009), not on trials.")
    assert shared.raw["has_protected_content"]
    toast = await client.wait_for_toast(await client.press("Delete"))
    assert toast.text == ""
    await client.wait_for("What I wrote to your therapist stays in their chat.")
    assert house.truth.ask("SELECT * FROM reflections") == []
    assert house.found("To know when you are away") == []


async def test_kept_private_nobody_is_told_and_it_says_when_it_can_be_repeated(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await begin(client)
    await rate(client)
    await client.press("Skip")
    mixed = await client.wait_for("Your answers are a mix, as for most people.")
    await client.press("Keep private")
    await client.wait_for("is only for you.")
    again = (await house.telegram.now() + timedelta(days=90)).astimezone(house.zone)
    await client.say("/reflection")
    below = await client.wait_for(lambda m: m.message_id != mixed.message_id and "is only for you." in m.text)
    assert f"You can do it again from {again.day} {again:%B}." in below.text
    await client.press("Show")
    await client.wait_for(lambda m: m.message_id == below.message_id and "a mix, as for most people" in m.text)
    await client.press("Hide")
    await client.wait_until(lambda now: all("a mix" not in m.text for m in now if m.message_id == below.message_id))
    assert await told(house, client) == []
    await house.hop(timedelta(days=90))
    await client.say("/reflection")
    await client.wait_for("When you start, your earlier answers are deleted.")
    await client.press("Not now")
    await client.wait_for("/reflection is there whenever you like.")
    assert len(house.truth.ask("SELECT * FROM reflections")) == 1


async def test_wrong_turns_change_nothing_and_say_so(house: House, newcomer: Newcomer) -> None:
    client, other = await newcomer(), await newcomer()
    first = await begin(client)
    number = first.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
    story = story_in(first)
    await client.press("7")
    second = await shows(client, 2)
    later = story_in(second)

    twice = await client.press_data(second.message_id, f"r:{number}:a:{story}:2")
    assert "already done" in (await client.wait_for_toast(twice)).text
    assert "already done" in (await client.wait_for_toast(await client.press_data(second.message_id, "r:start"))).text
    for wrong in (
        "r",
        f"r:{number}",
        f"r:{number}:a:{later}:999",
        f"r:{number}:a:{later}",
        "r:AAAAAAAAAAA:go",
        "r:!:share",
    ):
        assert "does not work" in (await client.wait_for_toast(await client.press_data(second.message_id, wrong))).text
    for early in ("share", "keep", "delete", "pass:ask", f"a:{later}:11"):
        query = await client.press_data(second.message_id, f"r:{number}:{early}")
        assert "already done" in (await client.wait_for_toast(query)).text
    foreign = await other.press_data((await other.last()).message_id, f"r:{number}:a:{later}:5")
    assert "does not work" in (await other.wait_for_toast(foreign)).text
    forged = await house.therapist.press_data((await house.therapist.last()).message_id, f"r:{number}:share")
    assert "not something I can do" in (await house.therapist.wait_for_toast(forged)).text
    await house.therapist.say("/reflection")
    await house.therapist.wait_for("That is not something I can do for you.")
    await client.press("Back")
    assert "Your answer so far: 7" in (await shows(client, 1)).text


async def test_texts_rate_are_kept_as_the_answer_or_are_given_back(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await begin(client)
    await client.press("7")
    second = await shows(client, 2)
    later = story_in(second)
    await client.press("Back")
    assert "Your answer so far: 7" in (await shows(client, 1)).text
    await client.press("6")
    await shows(client, 2)
    await client.say("hm, hard to say")
    await client.wait_for("I have kept nothing of your message")
    below = await client.wait_for(lambda m: m.text.startswith("2/4") and m.message_id > second.message_id and m.labels)
    assert story_in(below) == later
    old = next(m for m in await client.messages() if m.message_id == second.message_id)
    assert old.labels == []
    await house.settled()
    await client.say("8")
    await shows(client, 3)
    await house.hop()
    await client.say("x" * 10)
    await house.hop()
    open_copies = [m for m in await client.messages() if HOW_MUCH in m.text and m.labels]
    assert [m.text[:3] for m in open_copies] == ["3/4"]
    await client.say("/cancel")
    await client.wait_for("Paused. Your answers to the stories are kept")
    await client.say("/cancel")
    await client.wait_for("Nothing is open.")
    await press_when_shown(client, "Go on")
    await rate(client, first=3)
    long = await client.say("y" * 1001)
    await client.wait_for("Yours has 1001.")
    await client.say("I want to kill myself")
    await client.wait_for("Call 112")
    warned = await house.therapist.wait_for(f"Possible risk wording in a private note. Please contact {client.name}.")
    assert "kill" not in warned.text
    await client.wait_for(lambda m: "Keep private" in m.labels)
    assert any(m.message_id == long for m in await client.messages()), "what was not kept stays in the chat"
    assert await told(house, client) == []


async def test_killed_in_the_middle_it_goes_on_in_the_same_order(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    first = await begin(client)
    order = [story_in(first)]
    await client.press("5")
    second = await shows(client, 2)
    await house.settled()
    kept = house.truth.ask("SELECT story_order FROM reflections ORDER BY started_at DESC")[0]["story_order"].split(",")
    await house.bot.kill()
    await client.press("4")
    await house.bot.start(await house.telegram.now())
    order += [story_in(second), *await rate(client, first=3)]
    assert order == kept
    rows = house.truth.ask("SELECT position, state FROM reflections ORDER BY started_at DESC LIMIT 1")
    assert rows == [{"position": 4, "state": "open"}]


async def test_an_open_check_in_comes_first_and_nothing_is_lost(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await begin(client)
    await client.press("5")
    second = await shows(client, 2)
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await client.wait_for("short questions are ready")
    data = second.raw["reply_markup"]["inline_keyboard"][0][4]["callback_data"]
    toast = await client.wait_for_toast(await client.press_data(second.message_id, data, forged=False))
    assert "First come the questions about your session: /checkin" in toast.text
    await client.say("/reflection")
    await client.wait_for("First come the questions about your session")
    await client.press("Skip this one")
    await client.wait_for("Skipped, and that is fine.")
    await client.say("/reflection")
    assert story_in(await shows(client, 2)) == story_in(second)


async def test_who_only_wants_to_be_told_opens_it_and_a_deleted_one_is_not_opened(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.therapist.press_data((await house.therapist.last()).message_id, "notice:tell")
    await begin(client)
    await rate(client, push_pull=9)
    await client.press("Skip")
    await press_when_shown(client, "Share")
    notice = await house.therapist.wait_for(f"{client.name} has shared a reflection.")
    assert notice.labels == ["Open"]
    await house.therapist.press("Open")
    opened = await house.therapist.wait_for("agree on a stop sign")
    assert opened.message_id == notice.message_id
    await client.press("Delete")
    await client.wait_for("Deleted.")
    data = notice.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    late = await house.therapist.press_data(notice.message_id, data)
    assert "does not work" in (await house.therapist.wait_for_toast(late)).text
