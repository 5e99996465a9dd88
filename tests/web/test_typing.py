import os
import signal

import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import running_demo, visit
from tests.web.test_process import children_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _bot_process() -> int:
    """Find the bot of the one playground that this process started last."""
    demo = children_of(os.getpid(), "bot demo")[-1]
    return children_of(demo, "run --steered")[0]


async def test_a_phone_shows_that_the_bot_is_at_work(chromium: Browser) -> None:
    async with running_demo() as address, visit(chromium, address) as playground:
        bot = _bot_process()
        doing = playground.phone("client").locator(".doing")
        os.kill(bot, signal.SIGSTOP)
        try:
            await playground.say("client", "/help")
            await expect(doing).to_have_text("typing…")
        finally:
            os.kill(bot, signal.SIGCONT)
        await playground.sees("client", "What I can do for you")
        await expect(doing).to_have_text("bot")
