"""The page in other hands: the keyboard, a narrow window, hostile words."""

import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import Playground, visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _tab_to(playground: Playground, label: str) -> None:
    """Press Tab until the focus is on the button with this label."""
    for _ in range(40):
        await playground.page.keyboard.press("Tab")
        focused = await playground.page.evaluate("document.activeElement.textContent.trim()")
        if focused == label:
            return
    raise AssertionError(f"Tab never comes to {label}")


async def test_a_check_in_needs_no_mouse(playground: Playground) -> None:
    keyboard = playground.page.keyboard
    await playground.new_client()
    await playground.page.locator("body").focus()
    await _tab_to(playground, "+2 h")
    await keyboard.press("Enter")
    await expect(playground.button("client", "Start")).to_be_visible()
    await playground.page.get_by_role("link", name="To the client's phone").focus()
    await keyboard.press("Enter")
    await _tab_to(playground, "Start")
    await keyboard.press("Space")
    await playground.sees("client", "1/4")
    await _tab_to(playground, "8")
    for question in ("2/4", "3/4", "4/4", "Your answers"):
        await keyboard.press("Enter")  # the focus stays on 8 from question to question
        await playground.sees("client", question)
    await expect(playground.button("client", "Send")).to_be_focused()
    await keyboard.press("Enter")
    await playground.sees("therapist", "Overall 8")


async def test_the_focus_can_always_be_seen(playground: Playground) -> None:
    for _ in range(25):
        await playground.page.keyboard.press("Tab")
        outline = await playground.page.evaluate(
            """() => {
                const one = document.activeElement.closest(".attach") ?? document.activeElement;
                return getComputedStyle(one).outlineStyle;
            }"""
        )
        assert outline == "solid"


async def test_escape_closes_the_menu_and_gives_the_focus_back(playground: Playground) -> None:
    phone = playground.phone("client")
    await phone.get_by_role("textbox").press_sequentially("/he")
    await expect(phone.get_by_role("menuitem")).to_have_count(1)
    await playground.page.keyboard.press("ArrowDown")
    await expect(phone.get_by_role("menuitem")).to_be_focused()
    await playground.page.keyboard.press("Escape")
    await expect(phone.get_by_role("menu")).to_be_hidden()
    await expect(phone.get_by_role("textbox")).to_be_focused()


async def test_a_narrow_window_shows_one_phone_at_a_time(chromium: Browser, address: str) -> None:
    async with visit(chromium, address, width=390, height=844) as playground:
        tabs = playground.page.get_by_role("navigation", name="Phones")
        await expect(playground.phone("client")).to_be_visible()
        await expect(playground.phone("therapist")).to_be_hidden()
        await playground.hop("Next morning")
        await tabs.get_by_role("button", name="Therapist").click()
        await playground.say("therapist", "/session K-17")
        await playground.sees("therapist", "Session with K-17")
        await playground.hop("+2 h")
        await tabs.get_by_role("button", name="Client, new messages").click()
        await playground.press("client", "Start")
        await playground.sees("client", "1/4")
        await playground.answer(9, 9, 9, 9)
        await playground.press("client", "Send")
        await playground.sees("client", "Sent")
        await tabs.get_by_role("button", name="Therapist, new messages").click()
        await expect(playground.phone("client")).to_be_hidden()
        await playground.sees("therapist", "Overall 9")
        assert await playground.page.evaluate("document.documentElement.scrollWidth") == 390


HOSTILE = [  # markup, a long word, right to left, links, signs, as long as Telegram lets it be
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    "W" * 300,
    "\u202etfel ot thgir\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "[link](javascript:alert(1)) javascript:alert(1) https://example.org/%3Cscript%3E",
    "a < b && c > d &lt;b&gt; \U0001f469\U0001f3fd\u200d\U0001f52c *bold* _it_ `x`",
    ("0123456789" * 400)[:4000],
]


async def test_a_hostile_text_is_shown_as_text(chromium: Browser, address: str) -> None:
    async with visit(chromium, address, width=390, height=844) as playground:
        for text in HOSTILE:
            await playground.say("client", text)
            own = playground.phone("client").locator(".mine .words").last
            await expect(own).to_have_text(text)
            assert await playground.page.title() == "Attune playground", text
            assert await own.locator("img, script, [href^=javascript]").count() == 0, text
            assert await playground.page.evaluate("document.documentElement.scrollWidth") == 390, text
            assert await own.evaluate("e => e.scrollWidth <= e.clientWidth"), text


async def test_other_sites_cannot_make_the_playground_act(playground: Playground) -> None:
    request = playground.page.request
    address = playground.page.url
    form = await request.post(f"{address}act/kill", form={"a": "b"})
    rebound = await request.post(f"{address}act/kill", data={}, headers={"Host": "evil.example"})
    assert (form.status, rebound.status) == (415, 400)
    await expect(playground.page.locator("#bot-state")).to_have_text("Bot: running")


async def test_the_newest_message_stays_in_view_when_the_window_shrinks(playground: Playground) -> None:
    await playground.new_client()
    await playground.hop("+2 h")
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")
    await playground.page.set_viewport_size({"width": 390, "height": 700})
    await expect(playground.button("client", "Skip")).to_be_in_viewport(ratio=1)
