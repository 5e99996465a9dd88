"""The playground as a user starts it, in the system's Chromium."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PREFIX = "Playground: "
PATIENCE = 15_000  # milliseconds; the machine may be busy

Scheme = Literal["light", "dark"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip where there is no browser, but never in CI: there its absence is a fault."""
    if os.path.exists(CHROMIUM) or os.environ.get("CI"):  # noqa: PTH110 - a plain question
        return
    for item in items:  # a newcomer without a browser may still run `make test`; it says what was left out
        if "tests/web/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@contextlib.asynccontextmanager
async def running_demo() -> AsyncIterator[str]:
    """Run `attune demo` and give its address; it must end cleanly on Ctrl-C."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout
    try:
        yield await asyncio.wait_for(_address(child.stdout), 60)
        child.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(child.wait(), 30) == 0
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()


async def _address(said: asyncio.StreamReader) -> str:
    while line := (await said.readline()).decode():
        if line.startswith(PREFIX):
            return line.removeprefix(PREFIX).strip()
    raise AssertionError("attune demo ended without an address")


@contextlib.asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Playground:
    """The page as one user sees it."""

    page: Page

    def phone(self, role: str) -> Locator:
        return self.page.locator(f"#{role}")

    def words(self, role: str) -> Locator:
        """The newest message in a phone."""
        return self.phone(role).locator(".log .words").last

    def button(self, role: str, label: str) -> Locator:
        """The newest button with this label under a message."""
        return self.phone(role).locator(".keys").get_by_role("button", name=label, exact=True).last

    async def press(self, role: str, label: str) -> None:
        await self.button(role, label).click()

    async def say(self, role: str, text: str) -> None:
        field = self.phone(role).get_by_role("textbox")
        await field.fill(text)
        await field.press("Enter")

    async def sees(self, role: str, text: str) -> None:
        await expect(self.words(role)).to_contain_text(text)

    async def hop(self, label: str) -> None:
        """Move the clock and wait until it has moved."""
        clock = self.page.locator("#clock")
        before = await clock.inner_text()
        button = self.page.get_by_role("button", name=label, exact=True)
        await button.click()
        await expect(clock).not_to_have_text(before)
        await expect(button).not_to_have_attribute("aria-busy", "true")

    async def new_client(self) -> str:
        """Let another client join and have a session this morning; gives the code. +2 h is what they wait for."""
        await self.hop("Next morning")
        await self.page.get_by_role("button", name="Add another client").click()
        await expect(self.phone("client").locator(".hint")).to_be_visible()
        code = (await self.phone("client").locator("h2").inner_text()).split()[-1]
        await self.sees("therapist", f"Link for {code}")
        await self.phone("therapist").get_by_role("button", name="https://t.me/").last.click()
        await self.press("client", "I agree")
        await self.press("client", "Right")
        await self.sees("client", "All set")
        await self.say("therapist", f"/session {code}")
        await self.sees("therapist", f"Session with {code}")
        return code

    async def answer(self, *ratings: int) -> None:
        """Answer the open questions of the client's phone, the first one first."""
        for rating in ratings:
            before = await self.words("client").inner_text()
            await self.press("client", str(rating))
            await expect(self.words("client")).not_to_have_text(before)


@contextlib.asynccontextmanager
async def visit(
    browser: Browser, address: str, *, width: int = 1440, height: int = 900, scheme: Scheme = "light"
) -> AsyncIterator[Playground]:
    """Open the page; a script error or a refused resource fails the test."""
    faults: list[str] = []
    context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    await page.goto(address)
    await expect(page.locator("#client .message").last).to_be_visible()
    yield Playground(page)
    await context.close()
    assert not faults


expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with running_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address() -> AsyncIterator[str]:
    """One playground for all tests that bring a client of their own."""
    async with running_demo() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(chromium: Browser) -> AsyncIterator[Playground]:
    """A playground as it opens."""
    async with running_demo() as address, visit(chromium, address) as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def playground(chromium: Browser, address: str) -> AsyncIterator[Playground]:
    async with visit(chromium, address) as playground:
        yield playground
