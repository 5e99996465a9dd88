"""Settings by button: what is chosen holds at once, and quiet hours are kept wherever something is sent."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House, link_in, practice, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

BERLIN = ZoneInfo("Europe/Berlin")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A practice with quiet hours, unlike the others."""
    directory: Path = tmp_path_factory.mktemp("practice")
    async with practice(directory, clients=0, env={"QUIET_HOURS": "21:00-08:00"}) as running:
        await to_clock(running, 10)
        yield running


async def to_clock(house: House, hour: int, minute: int = 0) -> datetime:
    """Move on to the next time it is so late in Berlin."""
    now = (await house.telegram.now()).astimezone(BERLIN)
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    await house.hop_to((then if then > now else then + timedelta(days=1)).astimezone(UTC))
    return then


async def shown(phone: Phone, text: str) -> Message:
    """Wait for a message that shows a text on itself or its buttons."""
    return await phone.wait_for(lambda message: text in message.text or any(text in label for label in message.labels))


async def opened(phone: Phone) -> Message:
    before = await phone.say("/settings")
    return await phone.wait_for(lambda message: message.message_id > before and "Your settings" in message.text)


async def chosen(phone: Phone, *labels: str) -> None:
    """Open the settings and press one button after the other, by the beginning of its label."""
    message = await opened(phone)
    for label in labels:
        now = await phone.wait_for(_begins(message, label))
        await phone.press(next(text for text in now.labels if text.startswith(label)))
    await phone.wait_for(lambda one: one.message_id == message.message_id and "Done" in one.labels)


def _begins(message: Message, label: str) -> Callable[[Message], bool]:
    def is_it(one: Message) -> bool:
        return one.message_id == message.message_id and any(text.startswith(label) for text in one.labels)

    return is_it


def prompts(messages: list[Message]) -> int:
    return sum("short questions are ready" in message.text for message in messages)


async def test_a_client_sets_everything_by_button_in_one_message(newcomer: Newcomer) -> None:
    client = await newcomer()
    first = await opened(client)
    assert first.labels == [
        "Language: English", "Time zone: Berlin", "Quiet hours: 21:00-08:00", "Milestone lines: on", "Done",
    ]  # fmt: skip
    count = len(await client.messages())
    toast = await client.wait_for_toast(await client.press("Milestone lines: on"))
    assert toast.text == "Saved."
    await shown(client, "Milestone lines: off")
    await client.press("Time zone: Berlin")
    await press_when_shown(client, "Asia")
    await press_when_shown(client, "More")
    await client.wait_for(lambda message: "Baku" not in message.labels and "More" in message.labels)
    await client.press("Back")
    await shown(client, "Baku")
    await client.press("Back")
    await press_when_shown(client, "Asia")
    await press_when_shown(client, "Baku")
    await press_when_shown(client, "Language: English")
    await press_when_shown(client, "Español")
    await press_when_shown(client, "Horas de silencio: 21:00-08:00")
    await press_when_shown(client, "Otras horas")
    await press_when_shown(client, "23:00")
    await client.wait_for("Silencio desde las 23:00")
    await client.press("06:00")
    last = await shown(client, "Horas de silencio: 23:00-06:00")
    assert last.message_id == first.message_id
    assert len(await client.messages()) == count
    await client.press("Listo")
    assert (await client.wait_for("/settings")).labels == []


async def test_the_same_press_twice_and_forged_presses_change_nothing(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await chosen(client, "Milestone lines: on")
    message = await shown(client, "Milestone lines: off")
    before = house.truth.ask("SELECT preferences, zone, language, notice FROM persons ORDER BY id")
    for data in ("cset:lines:0", "cset", "cset:quiet"):
        toast = await client.wait_for_toast(await client.press_data(message.message_id, data))
        assert toast.text == "", data
    forged = (
        "cset:both:1", "cset:red:1", "cset:notice", "cset:notice:tell", "cset:lines:2", "cset:quiet:2100-2100",
        "cset:quiet:2500-0800", "cset:zone:is:Mars/Base", "cset:zone:Europe:999", "cset:from:9999", "cset:lang:xx",
        "cset:lines", "cset:day:9", "cset:nothing", "cset::", "cset:zone:is", "cset:from:2100:1",
    )  # fmt: skip
    for data in forged:
        toast = await client.wait_for_toast(await client.press_data(message.message_id, data))
        assert "does not work any more" in toast.text, data
    for data in ("tset", "tset:both:1", "tset:notice:tell"):
        toast = await client.wait_for_toast(await client.press_data(message.message_id, data))
        assert "not something I can do" in toast.text, data
    toast = await house.therapist.wait_for_toast(await house.therapist.press_data(1, "cset:lines:0"))
    assert "not something I can do" in toast.text
    assert house.truth.ask("SELECT preferences, zone, language, notice FROM persons ORDER BY id") == before


async def test_a_therapist_sets_everything_by_button(house: House) -> None:
    therapist = house.therapist
    assert [label.split(":")[0] for label in (await opened(therapist)).labels] == [
        "Language", "Time zone", "Quiet hours", "New answers", "Weekly digest", "Morning list", "Before a session",
        "My own rating first", "Done",
    ]  # fmt: skip
    await chosen(therapist, "New answers", "Only tell me")
    await chosen(therapist, "Weekly digest: Monday, 08:00", "Friday", "17:00")
    await chosen(therapist, "Morning list: on")
    await chosen(therapist, "Before a session: 30 min", "off")
    await chosen(therapist, "My own rating first: off", "on")
    await chosen(therapist, "Quiet hours: off", "18:00-08:00")
    await chosen(therapist, "Urgent in quiet hours: wait", "tell me at once")
    assert (await opened(therapist)).labels == [
        "Language: English", "Time zone: Berlin", "Quiet hours: 18:00-08:00", "Urgent in quiet hours: tell me at once",
        "New answers: only tell me", "Weekly digest: Friday, 17:00", "Morning list: off", "Before a session: off",
        "My own rating first: on", "Done",
    ]  # fmt: skip
    await chosen(therapist, "Quiet hours", "No quiet hours")
    await chosen(therapist, "My own rating first: on", "off")
    await chosen(therapist, "New answers", "Show summaries")


async def test_a_therapists_new_time_zone_says_once_what_it_means_for_the_sessions_to_come(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    told = "keep their clock time; single ones keep their moment. Please look at /sessions."
    day = (await house.telegram.now() + timedelta(days=3)).date()
    await therapist.say(f"/session {client.name} {day} 10:00")
    await therapist.wait_for(f"Session with {client.name} on")
    await house.hop()
    message = await opened(therapist)
    await therapist.press_data(message.message_id, "tset:zone:is:Asia/Baku")
    assert told in (await therapist.wait_for(_begins(message, "Time zone: Baku"))).text
    await therapist.press_data(message.message_id, "tset:zone:is:Asia/Baku")
    await therapist.wait_for(lambda one: one.message_id == message.message_id and told not in one.text)
    await therapist.press_data(message.message_id, "tset:zone:is:Europe/Berlin")
    await therapist.wait_for(_begins(message, "Time zone: Berlin"))
    mine = await opened(client)
    await client.press_data(mine.message_id, "cset:zone:is:Asia/Baku")
    assert told not in (await client.wait_for(_begins(mine, "Time zone: Baku"))).text


async def test_somebody_with_two_roles_is_asked_which(house: House) -> None:
    await house.admin.say("/start")
    await press_when_shown(house.admin, "I am a therapist too")
    await press_when_shown(house.admin, "Show summaries right away")
    await house.hop()
    await house.therapist.say("/invite AD-1")
    link = link_in(await house.therapist.wait_for("Link for AD-1"))
    await house.admin.open(link)
    await press_when_shown(house.admin, "I agree")
    await press_when_shown(house.admin, "Right")
    await house.hop()
    await house.admin.say("/settings")
    await press_when_shown(house.admin, "As a client")
    await shown(house.admin, "Milestone lines: on")
    await press_when_shown(house.admin, "Back")
    await press_when_shown(house.admin, "As a therapist")
    await shown(house.admin, "My own rating first: off")


async def test_a_clients_own_quiet_hours_hold_over_midnight_in_their_own_zone(house: House, newcomer: Newcomer) -> None:
    """Baku is three hours ahead of Berlin in winter: quiet there from 20:00 is quiet here from 17:00."""
    client = await newcomer()
    await to_clock(house, 14)
    await house.session_now(client.name)
    await chosen(client, "Quiet hours", "20:00-08:00")
    await client.press("Time zone: Berlin")
    await press_when_shown(client, "Asia")
    await press_when_shown(client, "Baku")
    await shown(client, "Time zone: Baku")
    await to_clock(house, 16, 30)
    assert prompts(await client.messages()) == 1  # 19:30 there
    other = await newcomer()
    await to_clock(house, 15)
    await house.session_now(other.name)
    await chosen(other, "Quiet hours", "No quiet hours")
    await other.press("Time zone: Berlin")
    await press_when_shown(other, "Asia")
    await press_when_shown(other, "Baku")
    await chosen(other, "Quiet hours", "20:00-08:00")
    await to_clock(house, 4, 59)
    assert prompts(await other.messages()) == 0  # 7:59 there
    await to_clock(house, 5, 1)
    assert prompts(await other.messages()) == 1


async def test_nobody_is_reminded_in_their_quiet_hours_at_their_therapists_wish(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await to_clock(house, 17)
    await house.session_now(client.name)
    await to_clock(house, 19, 30)
    await client.wait_for("short questions are ready")
    await to_clock(house, 21, 30)
    count = len(await client.messages())
    await house.therapist.say(f"/remind {client.name}")
    answer = await house.therapist.wait_for(f"{client.name} has quiet hours until")
    assert "08:00" in answer.text
    await house.hop()
    assert len(await client.messages()) == count
    await to_clock(house, 8, 5)
    await house.therapist.say(f"/remind {client.name}")
    await house.therapist.wait_for(f"I am reminding {client.name}")
    await client.wait_for("still here")
    await house.hop()


async def test_a_therapists_quiet_hours_hold_a_summary_until_they_end_or_change(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    therapist = house.therapist
    await to_clock(house, 12)
    await chosen(therapist, "Quiet hours", "18:00-08:00")
    await house.session_now(client.name)
    await to_clock(house, 18, 30)
    await house.answer(client, (9, 9, 9, 9))
    await house.hop()
    told = f"{client.name}, session"
    assert all(told not in message.text for message in await therapist.messages())
    await therapist.say("/help")  # what they ask themselves is answered
    await therapist.wait_for("What I can do for you")
    await to_clock(house, 7, 59)
    assert all(told not in message.text for message in await therapist.messages())
    await to_clock(house, 8)
    await therapist.wait_for(told)
    await to_clock(house, 12)
    await house.session_now(client.name)
    await to_clock(house, 18, 30)
    await house.answer(client, (9, 9, 9, 9))
    await house.hop()
    count = len(await therapist.messages())
    await chosen(therapist, "Quiet hours", "No quiet hours")
    await therapist.wait_until(lambda messages: sum(told in message.text for message in messages) == 2)
    assert len(await therapist.messages()) > count


async def test_what_should_be_read_today_comes_in_quiet_hours_only_where_that_is_allowed(
    house: House, newcomer: Newcomer
) -> None:
    one, other = await newcomer(), await newcomer()
    therapist = house.therapist
    await to_clock(house, 12)
    await chosen(therapist, "Quiet hours", "18:00-08:00")
    await chosen(therapist, "Urgent in quiet hours", "tell me at once")
    for client in (one, other):
        await house.session_now(client.name)
    await to_clock(house, 18, 30)
    await house.answer(one, (9, 9, 9, 2))
    await therapist.wait_for(f"{one.name}, session")
    await house.hop()
    await chosen(therapist, "Urgent in quiet hours", "wait")
    await house.answer(other, (9, 9, 9, 2))
    await house.hop()
    assert all(f"{other.name}, session" not in message.text for message in await therapist.messages())
    await to_clock(house, 8)
    await therapist.wait_for(f"{other.name}, session")
    await chosen(therapist, "Quiet hours", "No quiet hours")
