"""The weekly digest: at the therapist's hour, once, also after downtime, in pages; one kind line if all is quiet."""

from datetime import datetime, time, timedelta

import pytest

from bot.crypto import KeyRing
from bot.playground.phones import Message, Phone
from bot.store.database import Database
from conversations.wall_clock import day_of, from_wall
from tests import caseload
from tests.caseload import Ratings
from tests.chat.conftest import Newcomer
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
GOOD, LOW = (9, 9, 9, 9), (5, 6, 5, 6)


async def next_digest(house: House) -> datetime:
    """When it is Monday, 08:00, where the therapist is."""
    now = await house.telegram.now()
    monday = day_of(now, house.zone) - timedelta(days=day_of(now, house.zone).weekday())
    at_eight = (from_wall(day, time(8), house.zone) for day in (monday, monday + WEEK))
    return next(moment for moment in at_eight if moment > now)


async def digests(therapist: Phone) -> list[Message]:
    told = ("Your week, ", "A quiet week")
    return [message for message in await therapist.messages() if message.from_bot and message.text.startswith(told)]


async def with_past(house: House, clients: list[tuple[str, list[Ratings]]]) -> None:
    """Give the therapist clients who have answered for weeks."""
    (therapist,) = house.truth.ask("SELECT id FROM persons WHERE is_therapist")
    database, ring = Database(f"sqlite:///{house.database}"), KeyRing.parse(house.env["DATA_KEYS"])
    last = await house.telegram.now() + MINUTE
    async with database.writing() as tx:
        for code, past in clients:
            await caseload.client(tx, ring, therapist["id"], code, past, last)
    await database.close()
    await house.hop(2 * MINUTE)


async def test_it_comes_once_at_the_hour_and_a_quiet_week_is_one_kind_line(house: House, newcomer: Newcomer) -> None:
    await newcomer()
    monday = await next_digest(house)
    await house.hop_to(monday - MINUTE)
    assert await digests(house.therapist) == []
    for _ in range(3):
        await house.hop_to(monday)
    (quiet,) = await digests(house.therapist)
    assert quiet.text == "A quiet week: nothing came in, and nothing waits for you. Have a good one."
    assert quiet.raw["has_protected_content"]


async def test_who_needs_attention_comes_first_with_a_picture(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await with_past(house, [("Z-9", [GOOD, GOOD, GOOD, GOOD, LOW]), ("B-2", [GOOD] * 4), ("S-1", [GOOD, None])])
    before = len(await digests(house.therapist))
    await house.hop_to(await next_digest(house))
    (told,) = (await digests(house.therapist))[before:]
    lines = told.text.splitlines()
    assert lines[0].startswith("Your week, ")
    assert lines[1] == "Answered: 2 of 3 (67 %)"
    at = lines.index("Please look first")
    assert lines[at + 1] == "Z-9 1/1 · 5.5 (-3.5) · low answers · lower than own usual · 5 check-ins"
    assert "As usual: B-2" in lines
    assert "No answer: S-1" in lines
    assert any(line.startswith("Not asked: ") and client.name in line for line in lines)
    assert lines[-1] == "A prompt to talk, not a finding."
    assert told.raw["has_protected_content"]
    picture = await house.therapist.wait_for("Your clients over the last 12 weeks")
    assert picture.file_id is not None
    assert picture.raw["has_protected_content"]


async def test_after_downtime_it_comes_late_and_once_with_all_that_was_missed(house: House) -> None:
    await house.settled()
    before = len(await digests(house.therapist))
    monday = await next_digest(house)
    await with_past(house, [("D-1", [GOOD])])
    await house.bot.stop()
    await house.telegram.set_clock(monday + WEEK + timedelta(days=2))
    await house.bot.start(at=await house.telegram.now())
    await house.settled()
    await house.hop(MINUTE)
    (late,) = (await digests(house.therapist))[before:]
    assert "As usual: D-1" in late.text
    await house.hop_to(monday + 2 * WEEK - MINUTE)
    assert len(await digests(house.therapist)) == before + 1
    await house.hop_to(monday + 2 * WEEK)
    assert len(await digests(house.therapist)) == before + 2


async def test_fifty_clients_are_read_in_pages_that_change_in_place(house: House) -> None:
    falling: list[Ratings] = [GOOD, GOOD, GOOD, LOW]
    await with_past(house, [(f"P-{number}", list(falling)) for number in range(1, 51)])
    await house.therapist.say("/digest")
    first = await house.therapist.wait_for(lambda message: "P-1 1/1" in message.text)
    assert "P-15 1/1" in first.text
    assert "P-16" not in first.text
    assert first.labels == ["More"]
    await house.therapist.press("More")
    second = await house.therapist.wait_for(lambda message: "P-16 1/1" in message.text)
    assert second.message_id == first.message_id
    assert second.labels == ["Back", "More"]
    for at in (31, 46):
        await house.therapist.press("More")
        last = await house.therapist.wait_for(f"P-{at} 1/1")
    assert last.labels == ["Back"]
    await house.therapist.press("Back")
    await house.therapist.wait_for(lambda message: "P-31 1/1" in message.text and message.labels == ["Back", "More"])
    await house.settled()


async def test_who_wants_only_to_be_told_reads_it_after_a_press(house: House) -> None:
    await house.therapist.press_data(1, "notice:tell")
    await with_past(house, [("A-0", [GOOD, LOW])])
    before = len(await house.therapist.messages())
    await house.hop_to(await next_digest(house))
    (ready,) = (await house.therapist.messages())[before:]
    assert ready.text == "Your week is ready to read."
    await house.therapist.press("Open")
    opened = await house.therapist.wait_for(lambda message: "A-0 1/1" in message.text)
    assert opened.message_id == ready.message_id
    await house.settled()
    assert (await house.therapist.messages())[-1].text.endswith("over the last 12 weeks")


async def test_a_button_about_nothing_changes_nothing(house: House) -> None:
    for data in ("digest:x:y:0", "digest:1", "digest:9:1:0", "digest_open:1:2:-1", "digest:1:99999999999999999:0"):
        toast = await house.therapist.wait_for_toast(await house.therapist.press_data(1, data))
        assert toast.text == "This button does not work any more. /start shows where you are."
