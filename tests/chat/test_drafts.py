"""A draft in the chat and a file from outside, over HTTP: what was changed in the chat is not lost unsaid."""

from datetime import timedelta
from pathlib import Path

from tests.chat.test_editing import homework, pressed, says, wrote
from tests.chat.test_question_sets import HOMEWORK
from tests.house import practice


async def test_a_draft_is_downloaded_and_a_file_that_takes_its_place_says_so(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await homework(house)
        await pressed(admin, "Back", "Version 1 is a draft")
        await pressed(admin, "Download", "Version 1, a draft that is asked nobody yet")
        await admin.upload("homework.yaml", HOMEWORK.encode())
        await house.settled()
        await house.hop(timedelta(seconds=3))  # one chat takes one message a second
        card = await says(admin, "Version 1 is a draft")
        assert "The changes of that draft are gone." in card.text
        changes = await wrote(house, "/audit", "Who changed what")
        assert "uploaded homework 1 in place of another draft" in changes.text


async def test_a_set_without_the_usual_ratings_says_what_there_is_not(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await wrote(house, "/questions", "Question sets")
        await pressed(admin, "Session check-in", "Version 1 is asked now")
        await pressed(admin, "Edit", "Version 1 is asked until you publish")
        await pressed(admin, "2. Goals", "2/4 Goals")
        await pressed(admin, "Remove", "Removed: Goals")
        await pressed(admin, "Back", "While only it is asked, there are no flags and charts.")
        await pressed(admin, "Publish version 2", "Version 2 is asked now")
        await pressed(admin, "Who is asked", "Who is asked")
        await pressed(admin, "Everyone", "When is")
        await pressed(admin, "after each session", "While only these are asked, there are no flags and charts.")
