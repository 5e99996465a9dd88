import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import Bot


class Hook:
    """A webhook that answers the given statuses, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.got: list[tuple[int, str | None, str]] = []
        self.news = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        update = await request.json()
        status = self.statuses.pop(0) if self.statuses else 200
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((status, secret, update["message"]["text"]))
        self.news.set()
        return web.Response(status=status)

    async def count(self, number: int) -> None:
        while len(self.got) < number:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 10)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret_and_repeated_until_they_are_taken(
    telegram: Telegram, bot: Bot, kim: Phone, hook: Hook
) -> None:
    hook.statuses = [500, 403]
    await bot.do("setWebhook", url=hook.url, secret_token="s-3_cret")
    await kim.say("one")
    await kim.say("two")
    await hook.count(4)
    assert hook.got == [
        (500, "s-3_cret", "one"),
        (403, "s-3_cret", "one"),
        (200, "s-3_cret", "one"),
        (200, "s-3_cret", "two"),
    ]
    async with asyncio.timeout(5):
        while (await telegram.queue())["unconfirmed"]:
            pass  # the last answer is still on its way
    info = await bot.do("getWebhookInfo")
    assert info["url"] == hook.url
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"
    assert info["pending_update_count"] == 0
    assert "s-3_cret" not in str(await telegram.journal())


async def test_nobody_polls_beside_a_webhook(bot: Bot, kim: Phone, hook: Hook) -> None:
    await bot.do("setWebhook", url=hook.url)
    assert (await bot.refused("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot.do("deleteWebhook")
    await kim.say("one")
    assert len(await bot.updates()) == 1
    assert hook.got == []


async def test_updates_from_before_can_be_dropped(bot: Bot, kim: Phone, hook: Hook) -> None:
    await kim.say("one")
    await bot.do("setWebhook", url=hook.url, drop_pending_updates=True)
    await kim.say("two")
    await hook.count(1)
    assert [text for _, _, text in hook.got] == ["two"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://e.org/hook", "An HTTPS URL must be provided"),
        ("https://e.org:8081/hook", "only on ports 80, 88, 443 or 8443"),
    ],
)
async def test_an_address_telegram_cannot_reach_is_refused(bot: Bot, url: str, reason: str) -> None:
    assert reason in await bot.refused("setWebhook", url=url)
