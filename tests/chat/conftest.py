"""One practice for all tests of a file: each test enrols clients of its own."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.playground.phones import Message, Phone
from tests.house import House, practice

_numbers = itertools.count(1)

Newcomer = Callable[[], Awaitable[Phone]]


async def asked(client: Phone, position: int) -> Message:
    """Wait until a question stands open, with its buttons (an old copy has none)."""

    def is_open(message: Message) -> bool:
        return message.text.startswith(f"{position}/4") and bool(message.labels)

    return await client.wait_for(is_open)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    directory: Path = tmp_path_factory.mktemp("practice")
    async with practice(directory, clients=0) as running:
        yield running


@pytest.fixture
def newcomer(house: House) -> Newcomer:
    """Enrol a client nobody has used yet."""

    async def enrol() -> Phone:
        number = next(_numbers)
        await house.enrol(f"C-{number:02}", 80_000 + number)
        await house.hop()
        return house.clients[-1]

    return enrol
