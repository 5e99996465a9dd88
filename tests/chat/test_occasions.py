"""Who is asked a set, and when, over HTTP: one client, before each session, at the start."""

from datetime import timedelta
from pathlib import Path

from tests.chat.second_set import ASKED, data_of, labels, on_card, publish, session_at, states
from tests.house import practice, press_when_shown


async def test_a_set_is_assigned_before_each_session_of_one_client_whose_code_is_typed(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=2) as house:
        admin, client = house.admin, house.client("K-01")
        await publish(house)
        await admin.press("Who is asked")
        await press_when_shown(admin, "Dr. Theo Lind")
        await press_when_shown(admin, "One client")
        await admin.wait_for("Which client of Dr. Theo Lind? Write me the code.")
        await admin.say("K-77")
        await admin.wait_for("has no client K-77 in care. Nothing was changed.")
        await admin.say("what is this")
        await admin.wait_for("has no client what is this in care")
        await admin.say("k-01")
        choices = await labels(admin, "before each session")
        assert choices[0] == "before each session", "what the file says comes first"
        assert "when a client joins" not in choices, "who has joined cannot be asked on joining"
        await admin.press("before each session")
        card = await admin.wait_for("one client of Dr. Theo Lind, before each session")
        assert not any("K-01" in message.text for message in await admin.messages() if message.from_bot)
        assert "K-01" not in "".join(card.labels)

        await session_at(house, "K-01", timedelta(hours=30))
        await session_at(house, "K-02", timedelta(hours=31))
        await house.hop(timedelta(hours=6, minutes=1))
        await client.wait_for(ASKED)
        await press_when_shown(client, "Start")
        await client.wait_for("How was your week?")
        await client.press("7")
        await client.wait_for("How did you sleep?")
        await client.press("4")
        await press_when_shown(client, "Send")
        await house.hop()
        told = await house.therapist.wait_for("Mood 7")
        assert "before the coming session" in told.text
        assert states(house.truth, "before") == ["completed"]
        assert "refused" not in house.logged()


async def test_an_admin_who_is_the_therapist_picks_the_code_and_takes_it_back(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin = house.admin
        await admin.say("/start")
        await press_when_shown(admin, "I am a therapist too")
        await house.settled()
        await publish(house)
        house.therapist, theo = admin, house.therapist
        await house.enrol("A-01", 71_900)
        house.therapist = theo
        await house.hop()
        await press_when_shown(admin, "Who is asked")
        offered = await labels(admin, "Everyone")
        await admin.press(next(one for one in offered if one not in ("Everyone", "Dr. Theo Lind", "Back")))
        await press_when_shown(admin, "One client")
        assert "K-01" not in await labels(admin, "A-01")
        await admin.press("A-01")
        await press_when_shown(admin, "every 2 check-ins")
        await admin.wait_for("A-01, every 2 check-ins")
        await press_when_shown(admin, "Stop: A-01, every 2 check-ins")
        await admin.wait_for("asked nobody yet")
        assert house.truth.ask("SELECT * FROM assignments") == []


async def test_a_therapist_has_one_client_asked_and_stops_it(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=2) as house:
        therapist = house.therapist
        await publish(house)
        await on_card(house, "K-01", "Questions")
        await therapist.wait_for("None so far.")
        await therapist.press("Week")
        await press_when_shown(therapist, "before each session")
        await therapist.wait_for("Week: K-01, before each session")
        await press_when_shown(therapist, "Stop: Week, before each session")
        await therapist.wait_for("None so far.")
        actions = [row["action"] for row in house.truth.ask("SELECT action FROM audit ORDER BY at, rowid")]
        assert actions[-2:] == ["questions.assigned", "questions.unassigned"]
        await house.hop()
        await house.admin.say("/audit")
        told = await house.admin.wait_for("Who changed what")
        assert "Dr. Theo Lind: set who is asked week 1: one client, before each session" in told.text
        assert "Dr. Theo Lind: took back who is asked week 1: one client, before each session" in told.text


async def test_what_is_planned_before_a_session_moves_and_goes_with_it(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        therapist, client = house.therapist, house.client("K-01")
        await session_at(house, "K-01", timedelta(hours=26))  # planned before anybody is asked anything
        await publish(house)
        await on_card(house, "K-01", "Questions")
        await press_when_shown(therapist, "Week")
        await press_when_shown(therapist, "before each session")
        await therapist.wait_for("Week: K-01, before each session")
        await house.hop()
        await house.hop(timedelta(hours=2, minutes=1))
        await client.wait_for(ASKED)
        entered = next(message for message in await therapist.messages() if "Undo" in message.labels)
        await therapist.press_data(entered.message_id, data_of(entered, "Undo"))
        await client.wait_for("These questions are closed now. No answer is fine.")
        await session_at(house, "K-01", timedelta(hours=25))
        await house.hop(timedelta(hours=1, minutes=1))
        await client.wait_until(lambda messages: sum("Start" in one.labels for one in messages) == 1)
        assert sorted(states(house.truth, "before")) == ["cancelled", "open"]
        await therapist.say("/end K-01")
        await press_when_shown(therapist, "End the care of K-01")
        await house.settled()
        assert sorted(states(house.truth, "before")) == ["cancelled", "cancelled"]
        assert house.truth.ask("SELECT * FROM assignments") == []


async def test_a_new_client_is_asked_once_after_language_and_zone(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=0) as house:
        admin = house.admin
        await publish(house)
        await admin.press("Who is asked")
        await press_when_shown(admin, "Everyone")
        await press_when_shown(admin, "when a client joins")
        await admin.wait_for("Everyone, when a client joins")
        client = await house.enrol("K-01", 71_001)
        await client.wait_for("A few questions to begin with come soon.")
        await house.hop()
        await house.hop(timedelta(minutes=1))
        await client.wait_for(ASKED)
        await press_when_shown(client, "Start")
        await client.wait_for("How was your week?")
        await client.press("7")
        await client.wait_for("How did you sleep?")
        await client.press("4")
        await press_when_shown(client, "Send")
        await house.hop()
        assert "at the start" in (await house.therapist.wait_for("Mood 7")).text
        await house.hop(timedelta(hours=2))
        assert states(house.truth, "start") == ["completed"]


async def test_a_prompt_before_a_session_goes_when_that_moves_far_and_comes_again(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        therapist, client = house.therapist, house.client("K-01")
        await publish(house)
        await house.admin.press("Who is asked")
        await press_when_shown(house.admin, "Dr. Theo Lind")
        await press_when_shown(house.admin, "All clients")
        await press_when_shown(house.admin, "before each session")
        await house.admin.wait_for("Dr. Theo Lind, before each session")
        await session_at(house, "K-01", timedelta(hours=20))
        await house.hop()
        prompt = await client.wait_for(ASKED)
        start = data_of(prompt, "Start")
        await therapist.say("/sessions")
        coming = await therapist.wait_for("Your next two weeks")
        await therapist.press(next(label for label in coming.labels if "K-01" in label))
        await press_when_shown(therapist, "Move")
        days = await therapist.wait_for("which day is it now")
        await therapist.press(days.labels[5])
        await press_when_shown(therapist, "16:30")
        await therapist.wait_for(lambda message: message.text.startswith("Moved."))
        await house.settled()
        await client.wait_for("These questions are closed now. No answer is fine.")
        toast = await client.wait_for_toast(await client.press_data(prompt.message_id, start))
        assert toast.text
        assert states(house.truth, "before") == ["cancelled", "scheduled"]
