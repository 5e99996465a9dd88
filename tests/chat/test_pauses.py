"""A client who wants to be left alone, and comes back."""

from datetime import time, timedelta

import pytest

from conversations.wall_clock import from_wall
from tests.chat.conftest import Newcomer
from tests.chat.test_sessions import pressed, said
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_client_pauses_by_button_is_asked_nothing_and_comes_back(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=3))
    await client.wait_for("short questions are ready")
    asked = await said(client, "/pause", "For how long")
    assert asked.labels == ["A week", "Two weeks", "A month", "Until I say so"]
    await pressed(client, "Until I say so", "I will ask nothing until you send /resume")
    await client.wait_for("These questions were taken back")
    await house.therapist.wait_for(f"{client.name} takes a break")
    await said(client, "/checkin", "you are pausing")
    await house.hop()
    await house.session_now(client.name)
    count = len(await client.messages())
    await house.hop(timedelta(days=2))
    assert len(await client.messages()) == count
    await said(client, "/resume", "Good to have you back")
    await said(client, "/resume", "You are not pausing")
    await house.hop()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=3))
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")


async def test_a_pause_until_a_day_ends_by_itself_and_bad_days_are_explained(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await said(client, "/pause soon", "could not read that day")
    await said(client, "/pause 2020-01-01", "not ahead")
    await house.hop()
    day = (await house.telegram.now() + timedelta(days=2)).date()
    shown = await said(client, f"/pause {day}", "You are pausing. From")
    assert shown.labels[0] == "Ask me again"
    await house.hop(timedelta(days=3))
    await house.session_now(client.name)
    await house.hop(timedelta(hours=3))
    await client.wait_for("short questions are ready")
    toast = await client.wait_for_toast(await client.press_data(shown.message_id, "pause:year"))
    assert "does not work any more" in toast.text


async def test_who_asks_for_questions_that_come_today_is_told_when(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await said(client, "/checkin", "Nothing is open right now. I will write after your next session.")
    await to_noon(house)
    await house.session_now(client.name)
    clock = f"{(await house.telegram.now()).astimezone(house.zone) + timedelta(hours=2):%H:%M}"
    wanted = f"I will write today at {clock}."
    await said(client, "/checkin", f"Nothing is open right now. {wanted}")
    await house.hop()
    await said(client, "/pause", "For how long")
    await pressed(client, "A week", "You are pausing")
    await house.hop()
    await said(client, "/resume", f"Good to have you back. {wanted}")
    await house.hop()
    await said(client, "/pause", "For how long")
    await pressed(client, "Until I say so", "I will ask nothing until you send /resume")
    await pressed(client, "Ask me again", f"Good to have you back. {wanted}")


async def to_noon(house: House) -> None:
    today = (await house.telegram.now()).astimezone(house.zone).date()
    await house.hop_to(from_wall(today + timedelta(days=1), time(12), house.zone))
