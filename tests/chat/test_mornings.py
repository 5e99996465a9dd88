"""The morning list: what did not happen is not asked about, what was moved is asked about later."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.playground.phones import Message, Phone
from conversations.wall_clock import from_wall
from tests.chat.conftest import Newcomer
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


async def plan(house: House, client: Phone, day: date, clock: str) -> None:
    await house.therapist.say(f"/session {client.name} {day.isoformat()} {clock}")
    await house.therapist.wait_for(lambda message: client.name in message.text and f"{clock} noted" in message.text)
    await house.hop()


async def on_the_wall(house: House, day: date, clock: time) -> None:
    await house.hop_to(from_wall(day, clock, house.zone))


async def local(house: House) -> datetime:
    return (await house.telegram.now()).astimezone(house.zone)


async def todays_list(house: House) -> Message:
    return await house.therapist.wait_for("Your sessions today")


async def test_a_day_without_sessions_is_silent_and_a_day_with_some_gets_one_list(
    house: House, newcomer: Newcomer
) -> None:
    first, second = await newcomer(), await newcomer()
    day = (await local(house)).date() + 2 * DAY
    await plan(house, first, day, "10:00")
    await plan(house, second, day, "11:00")
    await on_the_wall(house, day, time(7, 29))
    assert all("Your sessions today" not in message.text for message in await house.therapist.messages())
    await on_the_wall(house, day, time(7, 30))
    shown = await todays_list(house)
    assert f"10:00  {first.name}" in shown.text
    assert f"11:00  {second.name}" in shown.text
    assert shown.raw.get("disable_notification", True)
    assert len(house.truth.deliveries("morning")) == 1

    await house.therapist.press("1️⃣ Did not happen")
    called_off = await house.therapist.wait_for(f"10:00  {first.name}: did not happen")
    assert called_off.message_id == shown.message_id
    toast = await house.therapist.wait_for_toast(await house.therapist.press("1️⃣ Undo"))
    assert "stands as before" in toast.text
    await house.therapist.wait_until(lambda now: all("did not happen" not in m.text.split("\n\n")[0] for m in now))
    await house.therapist.press("1️⃣ Did not happen")
    await house.therapist.wait_for(f"10:00  {first.name}: did not happen")

    await house.therapist.press("2️⃣ Moved")
    await house.therapist.wait_for(f"{second.name}: which day is it now?")
    await house.therapist.press("Back")
    await todays_list(house)
    await house.therapist.press("2️⃣ Moved")
    later = day + 2 * DAY
    await house.therapist.wait_for("which day is it now?")
    await house.therapist.press(f"{later:%a} {later.day} {later:%b}")
    await house.therapist.wait_for("when does it start?")
    await house.therapist.press("15:30")
    await house.therapist.wait_for(f"The session with {second.name} is now on")

    await on_the_wall(house, day, time(19, 0))
    for client in (first, second):
        assert all("short questions are ready" not in message.text for message in await client.messages())
    await on_the_wall(house, later, time(18, 21))
    await second.wait_for("short questions are ready")
    assert all("short questions are ready" not in message.text for message in await first.messages())


async def test_a_session_moved_onto_another_from_the_list_is_told_when_that_one_is(
    house: House, newcomer: Newcomer
) -> None:
    client, day = await newcomer(), (await local(house)).date() + 2 * DAY
    await plan(house, client, day, "10:00")
    await plan(house, client, day, "15:00")
    await on_the_wall(house, day, time(7, 30))
    await todays_list(house)
    await house.therapist.press("1️⃣ Moved")
    await house.therapist.wait_for("which day is it now?")
    await house.therapist.press(f"{day:%a} {day.day} {day:%b}")
    await house.therapist.wait_for("when does it start?")
    toast = await house.therapist.wait_for_toast(await house.therapist.press("15:30"))
    assert "15:00. Nothing was added" in toast.text


async def test_a_client_who_has_begun_keeps_their_questions(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    day = (await local(house)).date() + 3 * DAY
    await plan(house, client, day, "09:00")
    await on_the_wall(house, day, time(8, 0))
    shown = await todays_list(house)
    assert shown.labels == ["Did not happen", "Moved"]
    await on_the_wall(house, day, time(12, 0))
    await client.press("Start")
    await client.wait_for("1/4")
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Did not happen"))
    assert "has already begun to answer" in toast.text
    number = next(row["callback_data"] for row in shown.raw["reply_markup"]["inline_keyboard"][0]).split(":")[1]
    await house.settled()
    before = house.truth.everything()
    for wrong in (
        f"moved:{number}",
        f"off:{number}:x",
        "held:!",
        f"moved:{number}:{day}:{day}:99",
        f"morning:{number}",
    ):
        query = await house.therapist.press_data(shown.message_id, wrong)
        assert "does not work any more" in (await house.therapist.wait_for_toast(query)).text
    forged = await client.press_data((await client.last()).message_id, f"off:{number}:{day}")
    assert "not something I can do" in (await client.wait_for_toast(forged)).text
    assert house.truth.everything() == before


async def test_down_over_the_morning_it_comes_when_the_bot_is_back_and_only_once(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    day = (await local(house)).date() + 3 * DAY
    await plan(house, client, day, "16:00")
    await on_the_wall(house, day, time(7, 0))
    await house.bot.kill()
    await house.telegram.set_clock(from_wall(day, time(9, 0), house.zone))
    await house.bot.start(await house.telegram.now())
    await on_the_wall(house, day, time(9, 1))
    await house.therapist.wait_for(f"16:00  {client.name}")
    await on_the_wall(house, day, time(15, 0))
    key = f"%:{day.isoformat()}"
    assert len(house.truth.ask("SELECT 1 FROM deliveries WHERE kind = 'morning' AND dedupe_key LIKE ?", key)) == 1
