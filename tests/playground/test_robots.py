from typing import Any

from bot.playground.phones import Telegram
from tests.playground.conftest import Bot, button, keyboard

SCALE = keyboard([button(str(number), f"r:{number}") for number in range(6)], [button("Back", "b")])
REVIEW = keyboard([button("✅ Send", "send")])


async def answer_all(bot: Bot, telegram: Telegram, steps: int) -> list[tuple[int, str]]:
    """Ask `steps` questions, then the review, then be done, until all robots are through."""
    pressed: list[tuple[int, str]] = []
    reached: dict[int, int] = {}
    offset = 0
    while (await telegram.get("robots"))["finished"] < (await telegram.get("robots"))["wanted"]:
        for update in await bot.updates(offset=offset, timeout=1):
            offset = update["update_id"] + 1
            query: dict[str, Any] = update["callback_query"]
            user_id = query["from"]["id"]
            pressed.append((user_id, query["data"]))
            reached[user_id] = step = reached.get(user_id, 0) + 1
            markup = {"reply_markup": SCALE if step <= steps else REVIEW} if step <= steps + 1 else {}
            message_id = query["message"]["message_id"]
            await bot.do("editMessageText", chat_id=user_id, message_id=message_id, text=f"step {step}", **markup)
    return pressed


async def test_robots_press_their_way_through_one_after_another(telegram: Telegram, bot: Bot) -> None:
    started = await telegram.robots(
        user_ids=[101, 102, 103, 104], concurrency=2, labels=["3", "Send"],
        start={"text": "Ready", "callback_data": "go", "message_ids": {"103": 5000}, "callback_datas": {"104": "go4"}},
    )  # fmt: skip
    assert (started["started"], started["presses"]) == (2, 2)
    pressed = await answer_all(bot, telegram, steps=2)
    for user_id, start in ((101, "go"), (102, "go"), (103, "go"), (104, "go4")):
        assert [data for who, data in pressed if who == user_id] == [start, "r:3", "r:3", "send"]
    done = await telegram.robots_done(timeout=5)
    assert (done["finished"], done["presses"], done["answered"]) == (4, 16, 16)
    assert done["elapsed"] > 0
    sent = [
        entry["message_id"] for entry in await telegram.calls("editMessageText") if entry["params"]["chat_id"] == 103
    ]
    assert set(sent) == {5000}


async def test_a_script_names_the_button_of_each_step_and_then_stops(telegram: Telegram, bot: Bot) -> None:
    await telegram.robots(first_id=200, count=2, concurrency=2, script=["1", ["9", "4"]], start={"text": "Ready"})
    pressed = await answer_all(bot, telegram, steps=9)
    assert [data for who, data in pressed if who == 201] == ["start", "r:1", "r:4"]
    assert (await telegram.robots_done())["finished"] == 2
