"""A morning list that was overtaken: a press on it does nothing about a session that is elsewhere by now."""

from datetime import date, time
from typing import Any

import pytest

from bot.playground.phones import Message, Phone
from conversations.wall_clock import from_wall
from tests.chat.conftest import Newcomer
from tests.chat.test_mornings import DAY, local, on_the_wall, plan, todays_list
from tests.chat.test_sessions import button_of, said
from tests.house import House, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def listed(house: House, client: Phone) -> tuple[date, Message]:
    """Let a client's session stand on a morning list of its own, at 09:00."""
    day = (await local(house)).date() + 2 * DAY
    await plan(house, client, day, "09:00")
    await on_the_wall(house, day, time(7, 31))
    return day, await todays_list(house)


async def move_by_card(house: House, client: Phone, days: int, clock: str) -> None:
    coming = await said(house.therapist, "/sessions", "Your next two weeks")
    await house.therapist.press(button_of(coming, client.name))
    await drawn(house, coming, "50 minutes")
    await house.therapist.press("Move")
    offered = await drawn(house, coming, "which day is it now")
    await house.therapist.press(offered.labels[days])
    await drawn(house, coming, "when does")
    await house.therapist.press(clock)
    await drawn(house, coming, "Moved.")
    await house.hop()


async def pressed_on(house: House, shown: Message, label: str) -> str:
    """Press a button the list was sent with, and give the toast."""
    rows = shown.raw["reply_markup"]["inline_keyboard"]
    data = next(button["callback_data"] for row in rows for button in row if button["text"].endswith(label))
    return (await house.therapist.wait_for_toast(await house.therapist.press_data(shown.message_id, data))).text


async def drawn(house: House, shown: Message, wanted: str) -> Message:
    return await house.therapist.wait_for(lambda one: one.message_id == shown.message_id and wanted in one.text)


def everything(house: House) -> list[Any]:
    tables = house.truth.everything()
    return [tables[name] for name in ("sessions", "check_ins", "deliveries")]


async def test_a_session_that_is_on_another_day_by_now_is_not_called_off(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    day, shown = await listed(house, client)
    await move_by_card(house, client, 3, "16:30")
    later = day + 3 * DAY
    for label in ("Did not happen", "Moved"):
        before = everything(house)
        told = await pressed_on(house, shown, label)
        assert told == (
            f"The session with {client.name} is now on {later:%a} {later.day} {later:%b}, 16:30. Nothing was changed."
        )
        assert everything(house) == before
    now = await drawn(house, shown, "16:30. Nothing was changed")
    assert now.labels == [], "it is not on this list any more"
    await house.hop_to(from_wall(later, time(19, 21), house.zone))
    await client.wait_for("short questions are ready")


async def test_a_press_on_a_time_that_does_not_hold_any_more_shows_the_new_one_first(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    _, shown = await listed(house, client)
    await move_by_card(house, client, 0, "16:30")
    assert "is now on" in await pressed_on(house, shown, "Did not happen")
    now = await drawn(house, shown, f"16:30  {client.name}")
    assert now.labels == ["Did not happen", "Moved"]
    assert "did not happen" in await pressed_on(house, now, "Did not happen")
    await drawn(house, shown, f"16:30  {client.name}: did not happen")


async def test_a_list_from_before_it_knew_the_times_still_works(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    day, shown = await listed(house, client)
    number = shown.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
    press = await house.therapist.press_data(shown.message_id, f"off:{number}:{day}")
    assert "did not happen" in (await house.therapist.wait_for_toast(press)).text
    press = await house.therapist.press_data(shown.message_id, f"held:{number}:{day}")
    assert "stands as before" in (await house.therapist.wait_for_toast(press)).text


async def test_what_was_moved_and_then_called_off_elsewhere_stays_so(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    _, shown = await listed(house, client)
    await pressed_on(house, shown, "Did not happen")
    off = await drawn(house, shown, "did not happen")
    await pressed_on(house, off, "Undo")
    await move_by_card(house, client, 2, "11:00")
    await press_when_shown(house.therapist, "Cancel it")
    await house.therapist.wait_for("Does not take place")
    assert "already taken back" in await pressed_on(house, off, "Undo")
