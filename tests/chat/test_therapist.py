"""The therapist's and the admin's side: inviting, sessions, summaries, and what goes wrong on the way."""

from datetime import timedelta

import pytest

from bot.playground.phones import Phone
from tests.chat.conftest import Newcomer
from tests.house import House, link_in, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def said(phone: Phone, text: str, wanted: str) -> str:
    """Send a text and wait for the answer to it."""
    before = await phone.say(text)
    answer = await phone.wait_for(lambda message: message.message_id > before and wanted in message.text)
    return answer.text


async def test_an_admin_can_become_a_therapist_in_one_press(house: House) -> None:
    await house.admin.say("/start")
    await press_when_shown(house.admin, "I am a therapist too")
    await press_when_shown(house.admin, "Only tell me there is one")
    await house.admin.wait_for("I will only tell you")
    await house.hop()
    assert "/session" in await said(house.admin, "/help", "What I can do")


async def test_commands_of_other_roles_are_refused_in_the_same_words(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    words = "That is not something I can do for you"
    for phone, command in ((client, "/session K-1"), (house.therapist, "/invite_therapist X"), (client, "/nonsense")):
        assert await said(phone, command, words) == f"{words}. /help shows what I can."


async def test_an_invite_needs_a_code_and_not_a_name(house: House) -> None:
    assert "/invite K-17" in await said(house.therapist, "/invite", "A code, not a name")
    assert "Kim Lee" in await said(house.therapist, "/invite Kim Lee", "cannot be a code")
    await house.hop()


async def test_a_code_in_use_is_refused(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await said(house.therapist, f"/invite {client.name.lower()}", "already your client")


async def test_used_unknown_and_own_links_keep_everything_as_it_was(house: House) -> None:
    await said(house.therapist, "/invite Z-9", "Link for Z-9")
    link = link_in(await house.therapist.wait_for("Link for Z-9"))
    await house.therapist.open(link)
    await house.therapist.wait_for("This is the link you made")
    await house.hop()
    stranger = await house.telegram.person(90_001, "Sam")
    await stranger.open(link)
    await press_when_shown(stranger, "No thanks")
    await stranger.wait_for("I have kept nothing about you")
    await stranger.open(link)
    await press_when_shown(stranger, "I agree")
    await stranger.wait_for("is that right")
    other = await house.telegram.person(90_002, "Eve")
    await other.open(link)
    used = await other.wait_for("This link does not work")
    await other.say("/start aaaaaaaaaaaaaaaaaaaaaa")
    unknown = await other.wait_for(lambda message: message.message_id > used.message_id)
    assert used.text == unknown.text


async def test_the_wrong_client_is_taken_off_and_forgotten(house: House) -> None:
    people = house.truth.counts()["persons"]
    await said(house.therapist, "/invite W-1", "Link for W-1")
    wrong = await house.telegram.person(90_003, "Wim")
    await wrong.open(link_in(await house.therapist.wait_for("Link for W-1")))
    await press_when_shown(wrong, "I agree")
    await house.therapist.wait_for("W-1 has joined")
    await house.therapist.press("Not my client")
    await wrong.wait_for("I have removed everything that came of it")
    await house.hop()
    assert house.truth.counts()["persons"] == people
    assert "W-1" not in await said(house.therapist, "/clients", "Your clients")


async def test_a_planned_session_is_asked_about_after_its_end(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    day = ((await house.telegram.now()) + timedelta(days=3)).date().isoformat()
    noted = await said(house.therapist, f"/session {client.name} {day} 10:00 60", "noted")
    assert "13:00" in noted.replace("\n", " ")
    await house.hop(timedelta(days=2))
    assert all("short questions" not in message.text for message in await client.messages())
    await house.hop(timedelta(days=2))
    await client.wait_for("short questions are ready")


async def test_faults_in_a_session_are_named_and_nothing_is_entered(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    before = house.truth.counts()["sessions"]
    code = client.name
    await said(house.therapist, "/session Q-404", "You have no client Q-404")
    await said(house.therapist, f"/session {code} tomorrow", "I could not read that time")
    await said(house.therapist, f"/session {code} 2026-13-40 25:00", "I could not read that time")
    await house.hop()
    await said(house.therapist, f"/session {code} 2031-01-01 10:00", "more than a year away")
    await said(house.therapist, f"/session {code} 2027-01-01 10:00 9999", "5 to 480 minutes")
    assert house.truth.counts()["sessions"] == before


async def test_the_same_session_twice_is_noticed(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await said(house.therapist, f"/session {client.name}", "There is already a session")


async def test_undo_takes_a_session_back_and_the_client_is_not_asked(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.therapist.press("Undo")
    await house.therapist.wait_for("Taken back")
    await house.hop(timedelta(hours=4))
    assert all("short questions" not in message.text for message in await client.messages())


async def test_undo_comes_too_late_once_the_client_has_begun(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=3))
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    toast = await house.therapist.wait_for_toast(await house.therapist.press("Undo"))
    assert "already begun" in toast.text
    assert "1/4" in (await client.last()).text


async def test_a_session_can_be_entered_with_buttons_alone(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await said(house.therapist, "/session", "Which client")
    await house.therapist.press(client.name)
    await press_when_shown(house.therapist, "Another day")
    days = await house.therapist.wait_for("which day")
    await house.therapist.press(days.labels[0])
    await press_when_shown(house.therapist, "10:00")
    await house.therapist.wait_for(f"Session with {client.name}")


async def test_who_only_wants_to_be_told_opens_the_summary_with_one_press(house: House) -> None:
    await house.hop()
    assert "Link for" in await said(house.admin, "/invite A-1", "Link for A-1")
    client = await house.telegram.person(90_010, "Ann")
    await client.open(link_in(await house.admin.wait_for("Link for A-1")))
    await press_when_shown(client, "I agree")
    await client.wait_for("is that right")
    await house.hop()
    await said(house.admin, "/session A-1", "noted")
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, (9, 9, 9, 5))
    told = await house.admin.wait_for("A-1 has answered")
    assert "9" not in told.text
    await house.admin.press("Open")
    assert "Overall 5" in (await house.admin.wait_for("session of")).text


async def test_who_stops_is_never_written_to_again_and_the_therapist_is_told(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await client.say("/stop")
    await press_when_shown(client, "Yes, stop asking")
    await client.wait_for("You have stopped")
    await house.therapist.wait_for(f"{client.name} has stopped taking part")
    count = len(await client.messages())
    await house.hop(timedelta(days=4))
    assert len(await client.messages()) == count
    await said(client, "hello", "You have stopped taking part")


async def test_groups_are_left_without_a_word(house: House) -> None:
    await house.admin.add_bot_to_group(-100_500, "Friends")
    await house.settled()
    calls = [call["what"] for call in await house.telegram.journal() if "-100500" in str(call["params"])]
    assert "leaveChat" in calls
    assert "sendMessage" not in calls


async def test_a_nearer_session_that_is_undone_leaves_the_clients_wish_to_be_asked_later(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.session_now(client.name)
    await house.hop_to_due()
    await press_when_shown(client, "Later")
    await press_when_shown(client, "Tomorrow (09:00)")
    wished = (await client.wait_for("I will ask again on")).text
    await house.hop()
    now = (await house.telegram.now()).astimezone(house.zone)
    sooner = now + timedelta(hours=20)
    await house.therapist.say(f"/session {client.name} {sooner:%Y-%m-%d %H:%M}")
    await house.therapist.wait_for(lambda message: f"{sooner:%H:%M}" in message.text and "Undo" in message.labels)
    await house.hop()
    await client.wait_for("These stay open until")
    await house.hop()
    await house.therapist.press("Undo")
    await client.wait_for(wished)
    await house.hop_to(now.replace(hour=9, minute=0, second=0) + timedelta(days=1))
    await client.wait_for("still here")
