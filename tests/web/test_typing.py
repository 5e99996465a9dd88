import os
import signal

import pytest
from playwright.async_api import expect

from tests.web.conftest import Playground
from tests.web.test_process import children_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_phone_shows_that_the_bot_is_at_work(playground: Playground) -> None:
    demo = children_of(os.getpid(), "bot demo")[0]
    bot = children_of(demo, "run --steered")[0]
    doing = playground.phone("client").locator(".doing")
    os.kill(bot, signal.SIGSTOP)
    try:
        await playground.say("client", "/help")
        await expect(doing).to_have_text("typing…")
    finally:
        os.kill(bot, signal.SIGCONT)
    await playground.sees("client", "What I can do for you")
    await expect(doing).to_have_text("bot")


async def test_the_menu_of_commands_is_gone_once_a_command_is_sent(playground: Playground) -> None:
    phone = playground.phone("admin")
    menu = phone.locator(".menu")
    await phone.get_by_role("textbox").press_sequentially("/status")
    await expect(menu).to_be_visible()
    await phone.get_by_role("textbox").press("Enter")
    await playground.sees("admin", "is running")
    await expect(menu).to_be_hidden()
