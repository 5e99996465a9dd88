"""The bot was away for longer than Telegram keeps presses (150 s): what is open is shown again."""

from datetime import timedelta
from pathlib import Path

from tests.faults.walkers import Walker
from tests.house import House, practice

ENV = {"TICK": "100ms"}


async def in_the_middle(house: House) -> int:
    """Bring the client to the second question; returns the message it is in."""
    client = house.clients[0]
    await house.session_now(client.name)
    await house.hop_to_due()
    await client.press("Start")
    await client.wait_for("1/4")
    await client.press("8")
    question = await client.wait_for("2/4")
    await house.settled()
    return question.message_id


async def away(house: House, span: timedelta) -> None:
    """Let time pass while the bot is down; a press meanwhile is lost if it is too long."""
    client = house.clients[0]
    await house.bot.kill()
    await client.press("3")
    await house.telegram.set_clock(await house.telegram.now() + span)
    await house.bot.start(at=await house.telegram.now())
    await house.settled()


async def test_after_three_minutes_the_open_question_stands_at_the_bottom_again(tmp_path: Path) -> None:
    async with practice(tmp_path, env=ENV) as house:
        first = await in_the_middle(house)
        await away(house, timedelta(seconds=180))
        client = house.clients[0]
        again = await client.wait_for(lambda message: "2/4" in message.text and message.message_id > first)
        assert "10" in again.labels
        assert not next(message for message in await client.messages() if message.message_id == first).buttons
        await Walker(client).answer((8, 7, 6, 5))
        assert house.truth.ratings() == [(8, 7, 6, 5)]


async def test_after_two_minutes_the_press_is_still_there_and_nothing_is_sent_again(tmp_path: Path) -> None:
    async with practice(tmp_path, env=ENV) as house:
        first = await in_the_middle(house)
        await away(house, timedelta(seconds=120))
        client = house.clients[0]
        question = await client.wait_for("3/4")
        assert question.message_id == first
        assert [message.message_id for message in await client.messages() if message.from_bot][-1] == first
        await Walker(client).answer((8, 3, 6, 5))
        assert house.truth.ratings() == [(8, 3, 6, 5)]


async def test_six_hours_without_telegram_lose_nothing_and_send_nothing_at_night(tmp_path: Path) -> None:
    env = {**ENV, "QUIET_HOURS": "21:00-08:00", "PRACTICE_TIMEZONE": "UTC"}
    async with practice(tmp_path, clients=6, env=env) as house:
        afternoon = (await house.telegram.now() + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
        await house.hop_to(afternoon)
        for client in house.clients:
            await house.session_now(client.name)
            await house.hop()
        await house.telegram.fault("sendMessage", times=100_000, status=502)
        for _ in range(24):  # from three until nine in the evening; the prompts fall due at five
            await house.hop(timedelta(minutes=15))
        assert {row["state"] for row in house.truth.check_ins()} == {"open"}
        await house.telegram.heal()
        await house.hop_to(afternoon.replace(hour=21, minute=1))
        for _ in range(10):
            await house.hop(timedelta(hours=1))
        assert ("prompt", "sent") not in house.truth.delivered()
        await house.hop_to(afternoon.replace(hour=8) + timedelta(days=1))
        await house.hop(timedelta(minutes=11))
        assert house.truth.delivered()["prompt", "sent"] == len(house.clients)
        for client in house.clients:
            prompts = [message for message in await client.messages() if "Start" in message.labels]
            assert len(prompts) == 1
