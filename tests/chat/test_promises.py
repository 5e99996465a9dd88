"""What therapists are promised about being asked: nothing that is known not to happen."""

from datetime import datetime, time, timedelta

import pytest

from bot.playground.phones import Message, Phone
from conversations.wall_clock import from_wall
from tests.chat.conftest import Newcomer
from tests.chat.test_sessions import pressed, said
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


async def at(house: House, days: int, clock: str) -> str:
    """Write a time so many days from today as a therapist types it."""
    today = (await house.telegram.now()).astimezone(house.zone).date()
    return f"{today + days * DAY} {clock}"


async def entered(house: House, client: Phone, when: str) -> str:
    told = await said(house.therapist, f"/session {client.name} {when}", f"Session with {client.name} on")
    await house.hop()
    return told.text


async def card(house: House, client: Phone, *, last: bool = False) -> Message:
    coming = await said(house.therapist, "/sessions", "Your next two weeks")
    labels = [label for label in coming.labels if label.endswith(client.name)]
    await house.therapist.press(labels[-1 if last else 0])
    shown = await house.therapist.wait_for(lambda one: one.message_id == coming.message_id and "minutes" in one.text)
    await house.hop()
    return shown


async def paused(house: House, client: Phone, *until: str) -> None:
    await said(client, f"/pause {' '.join(until)}".strip(), "I ask" if not until else "You are pausing")
    if not until:
        await pressed(client, "Until I say so", "I will ask nothing until")
    await house.hop()


async def test_nobody_is_said_to_be_asked_who_pauses_with_no_end(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await paused(house, client)
    long_enough = (await house.telegram.now()).astimezone(house.zone) - timedelta(hours=4)
    told = await entered(house, client, f"{long_enough:%Y-%m-%d %H:%M}")
    assert told.endswith(f"noted. {client.name} pauses, so I do not ask about it.")
    told = await entered(house, client, await at(house, 2, "10:00"))
    assert "pauses. I ask on " in told
    assert "12:50 only if the pause is over by then." in told
    assert "12:50 only if the pause is over by then." in (await card(house, client, last=True)).text


async def test_a_pause_that_is_over_before_the_questions_are_due_hinders_nothing(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await paused(house, client, (await at(house, 3, "")).strip())
    assert "only if the pause is over" in await entered(house, client, await at(house, 2, "10:00"))
    assert f"I will ask {client.name} on" in await entered(house, client, await at(house, 4, "10:00"))


async def test_a_session_too_close_to_the_next_one_is_not_promised(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    assert "I will ask" in await entered(house, client, await at(house, 3, "09:00"))
    told = await entered(house, client, await at(house, 2, "20:00"))
    wanted = f"The next session is too close, so {client.name} is asked after that one only."
    assert wanted in told
    shown = await card(house, client)
    assert wanted in shown.text
    assert "20:00" in shown.text
    await house.hop_to(await moment(house, 2, 23))
    assert wanted in (await card(house, client)).text, "called off, and still it says so"


async def moment(house: House, days: int, hour: int) -> datetime:
    today = (await house.telegram.now()).astimezone(house.zone).date()
    return from_wall(today + days * DAY, time(hour), house.zone)


async def test_a_therapist_sees_who_pauses_and_why_nothing_can_be_reminded(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    assert "Nothing is open" in (await said(therapist, f"/remind {client.name}", client.name)).text
    await paused(house, client)
    shown = await said(therapist, f"/client {client.name}", "since")
    assert f"{client.name} takes a break from the questions, with no end set." in shown.text
    await house.hop()
    listed = await said(therapist, "/clients", "Your clients")
    line = next(one for one in listed.text.splitlines() if one.startswith(client.name))
    assert line.endswith(", pauses")
    await house.hop()
    told = await said(therapist, f"/remind {client.name}", client.name)
    assert told.text == f"{client.name} pauses, so nothing is open. Nothing was sent."


async def test_a_session_moved_from_the_morning_list_promises_nothing_while_its_client_pauses(
    house: House, newcomer: Newcomer
) -> None:
    client, therapist = await newcomer(), house.therapist
    await entered(house, client, await at(house, 2, "09:00"))
    await paused(house, client)
    await house.hop_to((await moment(house, 2, 7)) + timedelta(minutes=31))
    await therapist.wait_for(lambda one: "Your sessions today" in one.text and client.name in one.text)
    await therapist.press("Moved")
    days = await therapist.wait_for(f"{client.name}: which day is it now?")
    await therapist.press(days.labels[2])
    await therapist.wait_for("when does it start?")
    await therapist.press("15:30")
    shown = await therapist.wait_for(f"The session with {client.name} is now on")
    assert "I will ask" not in shown.text
    assert f"{client.name} pauses. I ask on" in shown.text
