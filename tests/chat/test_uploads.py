"""What cannot be used gets a way on, by who sent it: a client, a therapist or an admin."""

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer
from tests.house import House
from tests.playground.test_files import png

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALENDAR, QUESTIONS, SCORES = "ending in .ics", "ending in .yaml or .json", "ending in .csv"
PICTURE, FILE = "I cannot use pictures", "I cannot use this kind of file"


async def sent(phone: Phone, name: str, content: bytes = b"hello") -> Message:
    """Send a file, or a picture by its name, and wait for the answer."""
    is_picture = name.endswith(".png")
    number = await phone.upload(name, png(9, 9) if is_picture else content, kind="photo" if is_picture else "document")
    return await phone.wait_for(lambda message: message.message_id > number and message.from_bot)


@pytest.mark.parametrize(("name", "wanted"), [("notes.txt", FILE), ("a.png", PICTURE), ("week.yaml", FILE)])
async def test_a_therapist_is_told_which_files_to_send(house: House, name: str, wanted: str) -> None:
    answer = (await sent(house.therapist, name)).text
    assert answer.startswith(wanted)
    assert [part in answer for part in (CALENDAR, QUESTIONS, SCORES)] == [True, False, True]
    await house.hop()


@pytest.mark.parametrize(("name", "wanted"), [("a.ics", FILE), ("a.png", PICTURE)])
async def test_an_admin_is_told_of_question_sets_and_of_no_calendar(house: House, name: str, wanted: str) -> None:
    answer = (await sent(house.admin, name)).text
    assert answer.startswith(wanted)
    assert [part in answer for part in (CALENDAR, QUESTIONS, SCORES)] == [False, True, True]
    await house.hop()


async def test_a_client_hears_that_nobody_gets_it(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    for name in ("a.ics", "letter.pdf", "a.png"):
        answer = (await sent(client, name)).text
        assert answer.startswith("I understand only text and buttons")
        assert "show it to them yourself" in answer
        await house.hop()


async def test_what_is_too_big_is_told_the_limit_and_what_to_do(house: House) -> None:
    big = b"x" * 2_100_000
    assert "2 MB is the most. Export a shorter time" in (await sent(house.therapist, "b.ics", big)).text
    assert "2 MB is the most. Please cut it into several" in (await sent(house.therapist, "b.csv", big)).text
    assert "256 KB is the most. Please shorten it" in (await sent(house.admin, "b.yaml", big)).text
    assert house.truth.counts()["errands"] == 0
