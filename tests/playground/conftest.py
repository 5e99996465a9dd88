from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.playground.phones import Phone, Telegram
from bot.playground.process import running_server

TOKEN = "4242:made-up"


class Bot:
    """A bot that calls the server with JSON and looks at nothing."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Return the whole answer."""
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as answer:
            return dict(await answer.json())

    async def do(self, method: str, /, **params: Any) -> Any:
        """Return the result, which must be there."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, /, **params: Any) -> str:
        """Return the description of a refusal, which must be one."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        return list(await self.do("getUpdates", **params))


def button(text: str, data: str) -> dict[str, str]:
    return {"text": text, "callback_data": data}


def keyboard(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_url() -> AsyncIterator[str]:
    async with running_server(TOKEN) as telegram:
        yield telegram.url


@pytest.fixture
async def telegram(server_url: str) -> AsyncIterator[Telegram]:
    async with Telegram(server_url, TOKEN) as telegram:
        await telegram.reset()
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(telegram.url, session)


@pytest.fixture
async def kim(telegram: Telegram, bot: Bot) -> Phone:
    """A person who has written /start, which the bot has confirmed."""
    phone = await telegram.person(17, "Kim")
    await phone.say("/start")
    await bot.updates(offset=-1)
    await bot.updates(offset=2**40)
    return phone
