"""A set that is asked now, over HTTP: in the room, of everyone, and by nobody who may not."""

from datetime import timedelta
from pathlib import Path

from tests.chat.second_set import ASKED, data_of, newest, on_card, publish, states
from tests.faults.cast import SCREENS
from tests.house import practice, press_when_shown


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
        await house.hop(timedelta(minutes=61))
        await client.wait_for("Two short questions are ready")
