"""Who is asked a set, and when, over HTTP: one client, before each session, at the start, and now."""

from datetime import timedelta
from pathlib import Path

from bot.playground.keyboards import find
from bot.playground.phones import Message, Phone
from tests.faults.cast import SCREENS
from tests.house import House, practice, press_when_shown
from tests.truth import Truth

WEEK = """
name: week
number: 1
title: {en: Week}
licence: CC0-1.0
source: our own wording, not validated
languages: [en]
schedule: {ask: before_each_session}
questions:
  - id: mood
    kind: rating
    label: {en: Mood}
    text: {en: How was your week?}
  - id: sleep
    kind: rating
    label: {en: Sleep}
    text: {en: How did you sleep?}
"""
ASKED = "are ready"


async def publish(house: House) -> None:
    """Bring the second set and show its card."""
    await house.admin.upload("week.yaml", WEEK.encode())
    await house.hop()
    await press_when_shown(house.admin, "Publish version 1")
    await house.admin.wait_for("Version 1 is asked now")


async def labels(phone: Phone, label: str) -> tuple[str, ...]:
    """Give the buttons beside a label, once it is shown."""
    message = await phone.wait_for(lambda message: label in message.labels)
    return tuple(message.labels)


async def newest(phone: Phone) -> Message:
    return [message for message in await phone.messages() if message.from_bot][-1]


async def on_card(house: House, code: str, button: str) -> None:
    """Press a button on the therapist's card of a client."""
    await house.hop()
    await house.therapist.say(f"/client {code}")
    card = await house.therapist.wait_for(lambda message: f"{code}, since" in message.text and button in message.labels)
    await house.therapist.press_data(card.message_id, data_of(card, button))
    await house.settled()


async def session_at(house: House, code: str, ahead: timedelta) -> None:
    """Enter a session that begins so far from now."""
    moment = (await house.telegram.now() + ahead).astimezone(house.zone)
    await house.therapist.say(f"/session {code} {moment:%Y-%m-%d %H:%M}")
    await house.therapist.wait_for(lambda message: code in message.text and "Undo" in message.labels)
    await house.settled()


def states(truth: Truth, occasion: str) -> list[str]:
    rows = truth.ask(f"SELECT state FROM check_ins WHERE occasion = '{occasion}' ORDER BY due_at, rowid")  # noqa: S608
    return [row["state"] for row in rows]


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


async def test_the_room_is_served_at_night_once_and_never_somebody_who_pauses(tmp_path: Path) -> None:
    night = {"QUIET_HOURS": "09:00-23:00"}  # it is ten in the morning: as good as night
    async with practice(tmp_path, clients=2, env=night) as house:
        therapist, client = house.therapist, house.client("K-01")
        await publish(house)
        await on_card(house, "K-01", "Ask now")
        picked = await therapist.wait_for("What is K-01 to be asked now?")
        data = data_of(picked, "Week")
        await therapist.press_data(picked.message_id, data)
        await therapist.press_data(picked.message_id, data)
        await therapist.wait_for("K-01")
        await house.settled()
        await client.wait_for(ASKED)
        assert states(house.truth, "now") == ["open"]
        paused = house.client("K-02")
        await paused.say("/pause")
        await house.settled()
        await paused.press((await newest(paused)).labels[0])
        await house.settled()
        await on_card(house, "K-02", "Ask now")
        await therapist.wait_for("What is K-02 to be asked now?")
        await therapist.press("Week")
        await therapist.wait_for("K-02 has paused and wants to be left alone. Nothing was sent.")
        assert states(house.truth, "now") == ["open"]


async def test_everyone_is_asked_now_after_the_night_and_nobody_twice(tmp_path: Path) -> None:
    night = {"QUIET_HOURS": "09:00-23:00"}
    async with practice(tmp_path, clients=3, env=night) as house:
        admin = house.admin
        await publish(house)
        paused = house.client("K-03")
        await paused.say("/pause")
        await house.settled()
        await paused.press((await newest(paused)).labels[0])
        await house.settled()

        await admin.press("Ask now")
        await press_when_shown(admin, "Everyone")
        confirm = await admin.wait_for("Clients who will be asked: 2. Left out")
        assert "have it already: 1." in confirm.text
        data = data_of(confirm, "Ask now")
        for _ in range(2):
            await admin.press_data(confirm.message_id, data)
        await admin.wait_for("Asked now: 0")  # what the second press did
        await house.settled()
        assert states(house.truth, "now") == ["scheduled", "scheduled"]
        for phone in house.clients:
            assert not any(ASKED in message.text for message in await phone.messages())
        await house.hop(timedelta(hours=14))
        await house.client("K-02").wait_for(ASKED)
        await house.hop(timedelta(hours=24))
        assert states(house.truth, "now") == ["open", "open"]
        await house.hop(timedelta(hours=24))  # a day's quiet hours later
        reminded = house.truth.ask("SELECT kind FROM deliveries WHERE kind = 'reminder'")
        assert len(reminded) == 2, "one reminder each"
        await house.hop(timedelta(hours=60))
        assert states(house.truth, "now") == ["cancelled", "cancelled"]


async def test_an_old_count_of_clients_is_shown_anew_before_anybody_is_asked(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin = house.admin
        await publish(house)
        await admin.press("Ask now")
        await press_when_shown(admin, "Dr. Theo Lind")
        await press_when_shown(admin, "One client")
        await admin.wait_for("Write me the code.")
        await admin.say("K-01")
        confirm = await admin.wait_for("Clients who will be asked: 1.")
        await house.hop(timedelta(hours=2))
        await admin.press_data(confirm.message_id, data_of(confirm, "Ask now"))
        await house.settled()
        assert states(house.truth, "now") == []
        await admin.press("Ask now")
        await admin.wait_for("Asked now: 1")
        await house.hop()
        await house.client("K-01").wait_for(ASKED)


async def test_what_is_open_comes_first_and_what_the_therapist_asked_after_it(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        client, therapist = house.client("K-01"), house.therapist
        await publish(house)
        await house.session_now("K-01")
        await house.hop_to_due()
        await client.wait_for("Four short questions are ready")
        await on_card(house, "K-01", "Ask now")
        await therapist.wait_for("What is K-01 to be asked now?")
        await therapist.press("Week")
        await therapist.wait_for("K-01 still has questions open since")
        await house.hop()
        assert not any("Two short questions" in one.text for one in await client.messages())
        await house.answer(client, [8, 8, 8, 8])
        await house.hop()
        await client.wait_for("Two short questions are ready")


async def test_nobody_asks_or_assigns_for_somebody_elses_client_or_after_the_care(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        admin, client, therapist = house.admin, house.client("K-01"), house.therapist
        await admin.say("/start")
        await press_when_shown(admin, "I am a therapist too")
        await publish(house)
        await on_card(house, "K-01", "Questions")
        listed = await therapist.wait_for("None so far.")
        await on_card(house, "K-01", "Ask now")
        picked = await therapist.wait_for("What is K-01 to be asked now?")
        number = data_of(listed, "Week").split(":")[2]
        forged = [
            f"cq:open:{number}", f"cq:list:{number}", f"cq:as:{number}:week:b", f"cq:stop:{number}:week:b",
            f"an:open:{number}", data_of(picked, "Week"), f"qs:as:week:{number}:b", f"qs:go:week:{number}:0",
        ]  # fmt: skip
        before = house.truth.everything(without=SCREENS)
        for data in forged:
            for phone in (client, *((admin,) if not data.startswith("qs") else (therapist,))):
                query = await phone.press_data(1, data)
                assert (await phone.wait_for_toast(query)).text, data
        await house.settled()
        assert house.truth.everything(without=SCREENS) == before
        for data in (f"cq:as:{number}:week:9", f"cq:as:{number}:gone:b", f"an:go:{number}:week:zz", f"an:go:{number}"):
            query = await therapist.press_data(1, data)
            assert (await therapist.wait_for_toast(query)).text, data
        await therapist.say("/end K-01")
        await press_when_shown(therapist, "End the care of K-01")
        await house.settled()
        for message, label in ((listed, "Week"), (picked, "Week")):
            query = await therapist.press_data(message.message_id, data_of(message, label))
            assert (await therapist.wait_for_toast(query)).text
        assert house.truth.ask("SELECT * FROM assignments") == []
        assert states(house.truth, "now") == []


async def test_what_waits_for_its_turn_is_asked_after_a_restart_too(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        client, therapist = house.client("K-01"), house.therapist
        await publish(house)
        await house.session_now("K-01")
        await house.hop_to_due()
        await client.wait_for("Four short questions are ready")
        await on_card(house, "K-01", "Ask now")
        await therapist.wait_for("What is K-01 to be asked now?")
        await therapist.press("Week")
        await therapist.wait_for("K-01 still has questions open since")
        await house.hop()
        await house.bot.kill()
        await house.bot.start()
        await house.answer(client, [8, 8, 8, 8])
        await house.hop(timedelta(minutes=11))
        await client.wait_for("Two short questions are ready")


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


def data_of(message: Message, label: str) -> str:
    button = find(message.raw, label)
    assert button is not None
    return str(button["callback_data"])
