from collections.abc import AsyncIterator

import pytest_asyncio

from bot.charts import Charts


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def charts() -> AsyncIterator[Charts]:
    """One worker for all the pictures of a module."""
    running = Charts()
    yield running
    await running.close()
