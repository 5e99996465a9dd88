"""Take the README's pictures: `python -m tests.web.picture [FILE]`, the summary's goes beside it as `summary.png`.

Four check-ins are answered, the last one lower, so that the therapist's phone shows a summary with its chart and a next
step, and the client's a question.
"""

import asyncio
import sys
from pathlib import Path

from tests.web.conftest import Playground, running_chromium, running_demo, visit

PICTURE = Path("docs/pictures/playground.png")
ANSWERS = ((9, 8, 9, 9), (9, 9, 9, 9), (9, 9, 10, 9), (9, 8, 6, 7))
FOLLOW_UPS = {2: "9", 3: "More room to talk freely"}
"""What is answered to the follow-ups that come in the third and the fourth week."""


async def _week(playground: Playground, number: int) -> None:
    await playground.hop("+2 h")
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")
    await playground.answer(*ANSWERS[number])
    if number in FOLLOW_UPS:
        await playground.sees("client", "5/5")
        await playground.press("client", FOLLOW_UPS[number])
    await playground.press("client", "Send")
    await playground.sees("client", "Sent")
    await playground.hop("+1 week")
    await playground.hop("Next morning")
    await playground.say("therapist", "/session K-17")
    await playground.sees("therapist", "Session with K-17")


async def take(picture: Path) -> None:
    """Play four weeks and take the pictures in the fifth."""
    async with (
        running_demo() as address,
        running_chromium() as browser,
        visit(browser, address, width=1280, height=940) as playground,
    ):
        for number in range(len(ANSWERS)):
            await _week(playground, number)
        await playground.hop("+2 h")
        await playground.press("client", "Start")
        await playground.sees("client", "1/4")
        await playground.answer(9, 8)
        chart = playground.page.locator(".picture:not(.code)")
        summary = playground.phone("therapist").locator(".message").filter(has=chart, has_text="session of").last
        await playground.page.set_viewport_size({"width": 1280, "height": 1500})
        await summary.screenshot(path=picture.with_name("summary.png"))
        await playground.page.set_viewport_size({"width": 1280, "height": 940})
        await summary.evaluate("e => e.scrollIntoView({block: 'end'})")
        await playground.page.mouse.move(0, 0)
        await playground.page.evaluate("document.activeElement.blur()")
        await playground.page.wait_for_timeout(500)
        await playground.page.screenshot(path=picture)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
