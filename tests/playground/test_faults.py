import time

import aiohttp
import pytest

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import Bot


@pytest.mark.parametrize("status", [500, 502, 409, 429])
async def test_the_next_calls_answer_what_was_ordered(telegram: Telegram, bot: Bot, kim: Phone, status: int) -> None:
    await telegram.fault("sendMessage", status=status, retry_after=7, times=2)
    for _ in range(2):
        answer = await bot.call("sendMessage", chat_id=17, text="x")
        assert answer["error_code"] == status
        assert answer.get("parameters") == ({"retry_after": 7} if status == 429 else None)
    await bot.do("sendMessage", chat_id=17, text="arrives")
    assert [message.text for message in await kim.messages()] == ["/start", "arrives"]
    figures = await telegram.figures()
    assert (figures["faults"], figures["flood"], figures["refused"]) == (2, 0, 0)


@pytest.mark.usefixtures("kim")
async def test_a_proxy_answers_404_in_html(telegram: Telegram, bot: Bot) -> None:
    await telegram.fault("getUpdates", status=404)
    async with bot.session.get(f"{telegram.url}/bot{telegram.token}/getUpdates") as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert "<html>" in await answer.text()
    assert await bot.updates() == []


async def test_a_dropped_connection_leaves_the_message_stored_or_not_as_ordered(
    telegram: Telegram, bot: Bot, kim: Phone
) -> None:
    for drop, stored in (("before", []), ("after", ["after"])):
        await telegram.fault("sendMessage", drop=drop)
        with pytest.raises(aiohttp.ClientError):
            await bot.call("sendMessage", chat_id=17, text=drop)
        assert [message.text for message in await kim.messages()][1:] == stored
    await bot.do("sendMessage", chat_id=17, text="again")


@pytest.mark.usefixtures("kim")
async def test_a_fault_can_let_calls_pass_before_it_hits(telegram: Telegram, bot: Bot) -> None:
    await telegram.fault("*", status=500, after=2)
    answers = [(await bot.call("getChat", chat_id=17))["ok"] for _ in range(4)]
    assert answers == [True, True, False, True]


@pytest.mark.usefixtures("kim")
async def test_latency_makes_answers_late_until_it_is_healed(telegram: Telegram, bot: Bot) -> None:
    await telegram.latency(0.3, "sendMessage")
    began = time.monotonic()
    await bot.do("sendMessage", chat_id=17, text="slow")
    assert time.monotonic() - began >= 0.3
    await telegram.heal()
    began = time.monotonic()
    await bot.do("sendMessage", chat_id=17, text="fast")
    assert time.monotonic() - began < 0.3
