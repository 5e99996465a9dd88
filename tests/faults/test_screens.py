"""A press on the old copy of a question while a new copy is on its way: the new one shows what is open."""

from pathlib import Path

from tests.faults.walkers import Walker
from tests.house import practice


async def test_a_press_while_a_new_copy_travels_is_seen_on_the_new_copy(tmp_path: Path) -> None:
    async with practice(tmp_path, env={"TICK": "5m"}) as house:
        client = house.clients[0]
        await house.session_now(client.name)
        await house.hop_to_due()
        await client.press("Start")
        old = await client.wait_for("1/4")
        eight = next(
            b["callback_data"] for row in old.raw["reply_markup"]["inline_keyboard"] for b in row if b["text"] == "8"
        )
        await house.settled()
        await house.telegram.latency(0.6, "sendMessage")
        await client.say("something on my mind")
        await client.wait_for("Shall I add it")  # the new copy of the question is sent right after this
        await client.press_data(old.message_id, eight, forged=True)
        await client.wait_for(lambda message: message.message_id > old.message_id and "2/4" in message.text)
        await house.telegram.heal()
        await Walker(client).answer((8, 7, 6, 5))
        assert house.truth.ratings() == [(8, 7, 6, 5)]
