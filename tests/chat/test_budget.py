"""A budget that is below one set: whoever looks is told that nobody can be asked, and what to do."""

from pathlib import Path

from bot.playground.phones import Message
from tests.chat.second_set import publish
from tests.house import House, practice, press_when_shown

NOBODY = "No client can be asked “{}”: the budget is 1 question a week, the set has {}."


async def said(house: House, text: str, wanted: str) -> Message:
    before = await house.admin.say(text)
    return await house.admin.wait_for(lambda message: message.message_id > before and wanted in message.text)


async def test_a_budget_below_one_set_is_named_wherever_an_admin_looks(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0, env={"QUESTIONS_A_WEEK": "1"}) as house:
        admin = house.admin
        nobody = NOBODY.format("Session check-in", 4)
        status = await said(house, "/status", "is running")
        assert nobody in status.text
        assert status.text.endswith("Please change the budget with /practice, or the set with /questions.")
        await house.hop()
        await said(house, "/practice", nobody)
        await publish(house)
        await press_when_shown(admin, "Who is asked")
        await press_when_shown(admin, "Everyone")
        await press_when_shown(admin, "before each session")
        await admin.wait_for(NOBODY.format("Week", 2))
        await house.hop()
        opened = await said(house, "/practice", nobody)
        await admin.press(next(label for label in opened.labels if label.startswith("Questions a week")))
        await press_when_shown(admin, "20")
        kept = await admin.wait_for(lambda message: "Kept" in message.text or "saved" in message.text.lower())
        assert "No client" not in kept.text
        assert (await said(house, "/status", "is running")).text.endswith("Nothing to do.")
