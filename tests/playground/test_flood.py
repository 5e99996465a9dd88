import pytest

from bot.playground.phones import Telegram
from tests.playground.conftest import Bot


@pytest.mark.usefixtures("kim")
async def test_a_chat_takes_a_burst_of_five_and_then_one_message_a_second(telegram: Telegram, bot: Bot) -> None:
    for number in range(5):
        await bot.do("sendMessage", chat_id=17, text=str(number))
    answer = await bot.call("sendMessage", chat_id=17, text="too fast")
    assert answer["error_code"] == 429
    assert answer["description"] == "Too Many Requests: retry after 1"
    assert answer["parameters"] == {"retry_after": 1}
    await telegram.advance(1)
    await bot.do("sendMessage", chat_id=17, text="in time")
    assert (await bot.call("sendMessage", chat_id=17, text="too fast again"))["error_code"] == 429
    figures = await telegram.figures()
    assert (figures["flood"], figures["refused"]) == (2, 0)


@pytest.mark.usefixtures("kim")
async def test_all_chats_together_take_thirty_messages_in_any_second(telegram: Telegram, bot: Bot) -> None:
    for user_id in range(1, 33):
        await (await telegram.person(user_id)).say("/start")
    answers = [await bot.call("sendMessage", chat_id=user_id, text="x") for user_id in range(1, 33)]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False] * 2
    await telegram.advance(1)
    await bot.do("sendMessage", chat_id=31, text="x")


@pytest.mark.usefixtures("kim")
async def test_edits_and_toasts_are_not_counted(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.do("sendMessage", chat_id=17, text="x")
    for number in range(40):
        await bot.do("editMessageText", chat_id=17, message_id=sent["message_id"], text=str(number))
    assert (await telegram.figures())["flood"] == 0


@pytest.mark.usefixtures("kim")
@pytest.mark.usefixtures("kim")
async def test_flood_control_can_be_switched_off(telegram: Telegram, bot: Bot) -> None:
    await telegram.flood(on=False)
    for number in range(40):
        await bot.do("sendMessage", chat_id=17, text=str(number))
    await telegram.flood(on=True)
