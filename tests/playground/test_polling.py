import asyncio
import time

import aiohttp
import pytest

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import TOKEN, Bot, button, keyboard


def texts(updates: list[dict[str, object]]) -> list[str]:
    return [update["message"]["text"] for update in updates]  # type: ignore[index]


@pytest.mark.usefixtures("kim")
async def test_a_poll_waits_for_a_message_and_returns_as_soon_as_one_comes(bot: Bot, kim: Phone) -> None:
    poll = asyncio.create_task(bot.updates(timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    began = time.monotonic()
    await kim.say("hello")
    assert texts(await poll) == ["hello"]
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("kim")
async def test_a_poll_without_news_returns_nothing_when_its_time_is_over(bot: Bot) -> None:
    began = time.monotonic()
    assert await bot.updates(timeout=1) == []
    assert 0.9 < time.monotonic() - began < 5


async def test_updates_come_again_until_the_offset_confirms_them(bot: Bot, kim: Phone) -> None:
    for text in ("one", "two", "three"):
        await kim.say(text)
    first = await bot.updates()
    assert texts(first) == ["one", "two", "three"]
    assert await bot.updates() == first
    assert texts(await bot.updates(offset=first[1]["update_id"])) == ["two", "three"]
    assert texts(await bot.updates()) == ["two", "three"]
    assert await bot.updates(offset=first[2]["update_id"] + 1) == []


async def test_limit_bounds_an_answer(bot: Bot, kim: Phone) -> None:
    for text in ("one", "two", "three"):
        await kim.say(text)
    assert texts(await bot.updates(limit=2)) == ["one", "two"]


async def test_a_negative_offset_keeps_only_the_last_updates(bot: Bot, kim: Phone) -> None:
    for text in ("one", "two", "three"):
        await kim.say(text)
    assert texts(await bot.updates(offset=-1)) == ["three"]
    assert texts(await bot.updates()) == ["three"]


async def test_a_second_poller_ends_the_older_poll_with_409(bot: Bot, kim: Phone, telegram: Telegram) -> None:
    older = asyncio.create_task(bot.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(bot.call("getUpdates", timeout=20))
    answer = await older
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await kim.say("hello")
    assert texts((await newer)["result"]) == ["hello"]
    assert (await telegram.figures())["conflict"] == 1


async def test_allowed_updates_stay_until_they_are_changed(bot: Bot, kim: Phone) -> None:
    await bot.updates(allowed_updates=["my_chat_member"])
    await kim.say("unwanted")
    await kim.block()
    assert [list(update) for update in await bot.updates()] == [["update_id", "my_chat_member"]]
    await kim.unblock()
    await bot.updates(offset=2**40, allowed_updates=[])
    await kim.say("wanted")
    assert texts(await bot.updates()) == ["wanted"]


async def test_a_press_nobody_fetched_is_gone_after_150_seconds_and_a_message_after_a_day(
    telegram: Telegram, bot: Bot, kim: Phone
) -> None:
    await bot.do("sendMessage", chat_id=17, text="?", reply_markup=keyboard([button("Yes", "y")]))
    await kim.say("a message")
    await kim.press("Yes")
    await telegram.advance(149)
    assert len(await bot.updates(limit=1)) == 1  # the message is fetched, the press is not
    await telegram.advance(2)
    assert texts(await bot.updates()) == ["a message"]
    await kim.say("another")
    await telegram.advance(24 * 3600 + 1)
    assert texts(await bot.updates()) == ["a message"], "what was fetched comes until it is confirmed"
    assert (await telegram.queue())["dropped"] == 2


async def test_redelivery_brings_every_update_up_to_four_times_and_out_of_order(
    telegram: Telegram, bot: Bot, kim: Phone
) -> None:
    await telegram.redeliver(seed=3)
    for number in range(40):
        await kim.say(str(number))
    arrived: list[str] = []
    offset = 0
    while updates := await bot.updates(offset=offset, limit=10):
        arrived += texts(updates)
        offset = max(offset, *(update["update_id"] + 1 for update in updates))
    counts = [arrived.count(str(number)) for number in range(40)]
    assert set(counts) == {1, 2, 3, 4}
    assert arrived != sorted(arrived, key=int)


@pytest.mark.usefixtures("kim")
async def test_a_malformed_update_is_delivered_as_it_is(telegram: Telegram, bot: Bot) -> None:
    await telegram.inject({"message": {"chat": "no object"}})
    await telegram.inject([1, 2], raw=True)
    first, second = await bot.updates()
    assert first["message"] == {"chat": "no object"}
    assert first["update_id"] > 0
    assert second == [1, 2]  # type: ignore[comparison-overlap]


async def test_an_update_is_not_lost_when_the_poller_hangs_up(telegram: Telegram, bot: Bot, kim: Phone) -> None:
    async with aiohttp.ClientSession() as session:
        poll = asyncio.create_task(session.get(f"{telegram.url}/bot{TOKEN}/getUpdates?timeout=20"))
        await asyncio.sleep(0.1)
        poll.cancel()
    await asyncio.sleep(0.1)
    await kim.say("still here")
    assert texts(await bot.updates()) == ["still here"]
    assert (await telegram.queue())["delivered"] == 2  # "/start" of the fixture and this one
