import re

import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import Playground, visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_first_check_in_is_two_clicks_away(fresh: Playground) -> None:
    await fresh.page.get_by_role("button", name="+2 h").click()
    await fresh.press("client", "Start")
    await fresh.sees("client", "1/4")


async def test_another_client_is_invited_answers_and_the_therapist_sees_the_summary(playground: Playground) -> None:
    page = playground.page
    await playground.hop("Next morning")
    await page.get_by_role("button", name="Add another client").click()
    await playground.sees("therapist", "Link for K-")
    await playground.phone("therapist").get_by_role("button", name="https://t.me/").last.click()
    await playground.sees("client", "No one watches this chat live")
    await playground.press("client", "I agree")
    await playground.press("client", "Right")
    await playground.sees("client", "All set")
    code = (await playground.phone("client").locator("h2").inner_text()).split()[-1]
    await playground.sees("therapist", f"{code} has joined")
    await playground.press("therapist", "That is right")
    await playground.say("therapist", f"/session {code}")
    await playground.sees("therapist", f"Session with {code}")
    await playground.hop("+2 h")
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")
    await playground.answer(9, 8, 9, 9)
    await playground.sees("client", "Your answers")
    await playground.press("client", "Send")
    await playground.sees("client", "Sent")
    for line in (code, "Bond 9", "Goals 8", "Tasks 9", "Overall 9"):
        await playground.sees("therapist", line)


async def test_the_second_summary_shows_what_changed_and_a_chart(playground: Playground) -> None:
    code = await playground.new_client()
    for ratings in ((8, 8, 9, 8), (9, 8, 8, 8)):
        await playground.hop("+2 h")
        await playground.press("client", "Start")
        await playground.sees("client", "1/4")
        await playground.answer(*ratings)
        await playground.press("client", "Send")
        await playground.sees("therapist", f"Bond {ratings[0]}")
        await playground.hop("+1 week")
        await playground.hop("Next morning")
        await playground.say("therapist", f"/session {code}")
        await playground.sees("therapist", f"Session with {code}")
    summary = playground.phone("therapist").locator(".words").filter(has_text="Bond 9 (+1)").last
    await expect(summary).to_contain_text("Tasks 8 (-1)")
    chart = playground.phone("therapist").get_by_role("button", name="Enlarge the picture").last
    await chart.click()
    enlarged = playground.page.get_by_role("dialog").get_by_role("img")
    await expect(enlarged).to_be_visible()
    assert await enlarged.evaluate("e => e.naturalWidth") > 300
    await playground.page.keyboard.press("Escape")
    await expect(enlarged).to_be_hidden()


async def test_the_qr_code_opens_the_link_in_the_phone_it_is_for(playground: Playground) -> None:
    await playground.say("therapist", "/invite K-30")
    await playground.sees("therapist", "Link for K-30")
    await playground.phone("therapist").get_by_role("button", name="QR code").last.click()
    await playground.sees("client", "No one watches this chat live")
    await expect(playground.phone("client").get_by_role("heading")).to_contain_text("known as K-30")


async def test_an_invited_therapist_gets_a_phone_of_their_own(playground: Playground) -> None:
    await playground.say("admin", "/invite_therapist Dr. Mara Klein")
    await playground.sees("admin", "Link for Dr. Mara Klein")
    await playground.phone("admin").get_by_role("button", name="https://t.me/").last.click()
    await playground.sees("therapist", "Welcome, Dr. Mara Klein")
    await playground.phone("therapist").get_by_role("combobox").select_option(label="Dr. Theo Lind")
    await expect(playground.phone("therapist").get_by_role("log")).to_contain_text("K-17 has joined")


async def test_a_client_goes_on_where_they_were_when_the_bot_was_killed(playground: Playground) -> None:
    page = playground.page
    await playground.new_client()
    await playground.hop("+2 h")
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")
    await playground.answer(8, 7)
    await playground.sees("client", "3/4")
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(page.locator("#bot-state")).to_have_text("Bot: killed")
    await playground.press("client", "9")
    await playground.press("client", "3")  # comes too late, which a toast says
    await page.get_by_role("button", name="Start it again").click()
    await playground.sees("client", "4/4")
    await expect(playground.phone("client").locator(".toast")).to_contain_text("already")
    await playground.answer(6)
    for line in ("Being yourself: 8", "Same aims: 7", "What you did: 9", "All in all: 6"):
        await playground.sees("client", line)
    await expect(playground.phone("client").get_by_text("Your answers")).to_have_count(1)


async def test_what_fell_due_while_the_bot_was_dead_is_asked_when_it_is_back(playground: Playground) -> None:
    page = playground.page
    await playground.new_client()
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(page.locator("#bot-state")).to_have_text("Bot: killed")
    await playground.hop("Next morning")
    await page.get_by_role("button", name="Start it again").click()
    await playground.press("client", "Start")
    await playground.sees("client", "1/4")


async def test_a_week_is_not_skipped_over(playground: Playground) -> None:
    await playground.new_client()
    await playground.hop("+1 week")
    said = playground.page.locator("#said")
    await expect(said).to_contain_text(re.compile("Something fell due on .+; .+; "))  # prompt, reminder, expiry
    await expect(playground.words("client")).to_contain_text("closed")
    await expect(playground.phone("client").locator(".keys")).to_have_count(0)


async def test_every_open_page_shows_the_same(playground: Playground, chromium: Browser, address: str) -> None:
    async with visit(chromium, address) as second:
        await playground.say("client", "/help")
        await second.sees("client", "What I can do for you")
        await expect(second.page.locator("#bot-state")).to_have_text("Bot: running")


async def test_a_file_that_a_person_sends_stands_in_the_chat(playground: Playground) -> None:
    chosen = playground.phone("therapist").locator("input[type=file]")
    await chosen.set_input_files({"name": "plan.ics", "mimeType": "text/calendar", "buffer": b"BEGIN:VCALENDAR"})
    await expect(playground.phone("therapist").get_by_role("link", name="plan.ics")).to_be_visible()


async def test_the_command_menu_shows_what_this_person_may_do(playground: Playground) -> None:
    phone = playground.phone("therapist")
    await phone.get_by_role("button", name="Commands").click()
    await expect(phone.get_by_role("menuitem", name="/sessions")).to_be_visible()
    await expect(phone.get_by_role("menuitem", name="/invite_therapist")).to_have_count(0)
    await phone.get_by_role("menuitem", name="/clients").click()
    await playground.sees("therapist", "K-17")
