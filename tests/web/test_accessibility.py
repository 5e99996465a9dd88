"""axe-core where npm can fetch it, and in any case a small check of our own."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.web.conftest import Playground, Scheme, visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
OURS = Path(__file__).with_name("accessibility.js").read_text()
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str | None:
    """The source of axe-core, or None where npm cannot be asked for it."""
    npm, place = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        return None
    try:
        subprocess.run([npm, "pack", "axe-core@4"], cwd=place, check=True, capture_output=True, timeout=60)  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        return None
    shutil.unpack_archive(next(place.glob("axe-core-*.tgz")), place, filter="data")
    return (place / "package" / "axe.min.js").read_text()


async def _faults(page: Page, axe: str | None) -> list[Any]:
    faults: list[Any] = list(await page.evaluate(OURS))
    if axe is not None:
        await page.evaluate(axe + "; undefined")
        result = await page.evaluate("axe.run()")
        faults += [
            {"rule": violation["id"], "where": [node["target"] for node in violation["nodes"]][:5]}
            for violation in result["violations"]
            if violation["impact"] in SERIOUS
        ]
    return faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_everybody_can_use_the_page(
    chromium: Browser, address: str, axe: str | None, scheme: Scheme, width: int
) -> None:
    async with visit(chromium, address, width=width, scheme=scheme) as playground:
        await playground.say("client", "/help")
        await playground.sees("client", "What I can do for you")
        assert await _faults(playground.page, axe) == []
        await playground.phone("client").get_by_role("button", name="Commands").click()
        assert await _faults(playground.page, axe) == []


async def test_everybody_can_use_a_check_in(playground: Playground, axe: str | None) -> None:
    await playground.new_client()
    await playground.hop("+2 h")
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")
    assert await _faults(playground.page, axe) == []


async def test_the_check_of_our_own_finds_a_text_without_contrast(playground: Playground) -> None:
    await playground.page.locator("h1").evaluate("e => e.style.color = '#ccc'")
    assert any("Attune playground" in fault for fault in await _faults(playground.page, None))
