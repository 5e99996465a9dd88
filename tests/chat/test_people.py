"""/people: who works here, and therapists who leave: what they, their clients and their successors see of it."""

from datetime import timedelta

import pytest

from conversations.enrolment import CONSENT_VERSION
from tests.chat.staff import Desk, card, client, offer, said, therapist, told
from tests.faults.cast import person_id
from tests.house import House, link_in, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEWS = "There is news about your care here."
DAY = timedelta(days=1)


async def test_people_shows_counts_and_a_card_and_never_a_code(house: House) -> None:
    ann = await therapist(house, "Ann Abel")
    await client(ann, "PA-1")
    listed = await said(house.admin, "/people", "Ann Abel")
    assert "Ann Abel: 1 client" in listed.text
    shown = await card(house, ann)
    assert "1 client now." in shown.text
    assert "I can write to them." in shown.text
    assert shown.labels == ["Remove", "Back"]
    for message in await house.admin.messages():
        assert "PA-1" not in message.text
    await house.admin.press("Back")
    await house.admin.wait_for("Therapists here")


async def test_a_therapist_without_clients_goes_after_one_question_and_hears_one_sentence(house: House) -> None:
    ben = await therapist(house, "Ben Brook")
    await card(house, ben)
    await house.admin.press("Remove")
    ask = await house.admin.wait_for("Remove Ben Brook as a therapist?")
    assert ask.labels == ["Remove Ben Brook", "Back"]
    await house.admin.press("Back")
    await house.admin.wait_for(lambda message: message.labels == ["Remove", "Back"])
    await house.admin.press("Remove")
    yes = await house.admin.wait_for("Remove Ben Brook as a therapist?")
    await house.admin.press("Remove Ben Brook")
    await house.admin.wait_for("Ben Brook is no longer a therapist here")
    await ben.phone.wait_for("You are no longer a therapist in Attune here")
    again = yes.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = await house.admin.press_data(yes.message_id, again)
    assert "no longer a therapist" in (await house.admin.wait_for_toast(query)).text
    await said(ben.phone, "/clients", "You have stopped taking part, or your care here has ended")
    timers = house.truth.ask("SELECT kind FROM timers JOIN persons ON persons.id = person_id WHERE NOT is_therapist")
    assert timers == []
    count = len(await ben.phone.messages())
    await house.hop(8 * DAY)  # no digest, no morning list
    assert len(await ben.phone.messages()) == count
    assert "Ben Brook" not in (await said(house.admin, "/people", "Therapists here")).text


async def test_a_client_goes_on_with_a_colleague_who_inherits_nothing(house: House) -> None:
    old, new = await therapist(house, "Cleo Cray"), await therapist(house, "Dan Dorn")
    kim = await client(old, "PC-1")
    await said(old.phone, "/session PC-1", "noted")
    later = ((await house.telegram.now()) + 3 * DAY).date().isoformat()
    await said(old.phone, f"/session PC-1 {later} 10:00", "noted")
    await house.hop(timedelta(hours=3))
    await press_when_shown(kim, "Start")
    await kim.wait_for("1/4")
    await offer(house, old, new)
    await old.phone.wait_for("Your 1 client is asked how they want to go on")
    first = await kim.wait_for(NEWS)
    assert first.text == NEWS
    await kim.press("Open")
    shown = await kim.wait_for("Cleo Cray leaves Attune. Dan Dorn can go on with you here.")
    assert shown.labels == ["Go on with Dan Dorn", "End here"]
    assert "/crisis" in shown.text
    await kim.press("Go on with Dan Dorn")
    await kim.wait_for("Dan Dorn reads what you answer from now on")
    joined = await new.phone.wait_for("PC-1 (formerly with Cleo Cray) has joined")
    assert joined.labels == ["That is right", "Not my client"]
    await house.hop()
    assert "taken back" in "\n".join(message.text for message in await kim.messages())
    await house.admin.wait_for("Nobody is left to choose: Cleo Cray is no longer a therapist here")
    await old.phone.wait_for("You are no longer a therapist in Attune here")
    assert "No answers yet" in (await said(new.phone, "/client PC-1", "PC-1")).text
    care = house.truth.ask(
        "SELECT e.id, end_reason, version, revoked_at FROM episodes e JOIN consents c ON episode_id = e.id "
        "WHERE client_id = ? ORDER BY started_at",
        person_id(house, kim),
    )
    assert [(row["end_reason"], row["version"]) for row in care] == [
        ("went_on", CONSENT_VERSION),
        (None, CONSENT_VERSION),
    ]
    assert [row["revoked_at"] is None for row in care] == [False, True]
    dropped = house.truth.ask("SELECT unheld FROM sessions WHERE episode_id = ? ORDER BY starts_at", care[0]["id"])
    assert [row["unheld"] for row in dropped] == [None, "ended"]
    await said(new.phone, "/session PC-1", "noted")
    await house.hop(timedelta(hours=3))
    await house.answer(kim, (9, 9, 9, 9))
    summary = await new.phone.wait_for(lambda message: "PC-1, session" in message.text)
    assert "(+" not in summary.text


async def test_who_ends_here_is_thanked_once_and_never_written_to_again(house: House) -> None:
    old, new = await therapist(house, "Eva Egge"), await therapist(house, "Fay Fern")
    lee, sam = await client(old, "PE-1"), await client(old, "PE-2")
    await offer(house, old, new)
    await lee.press("Open")
    await press_when_shown(lee, "End here")
    goodbye = await lee.wait_for("I have stopped asking")
    assert "Call 112" in goodbye.text
    assert goodbye.labels == []
    await old.phone.wait_for("PE-1 has chosen to end here")
    assert "1 of 2 clients have still to choose" in (await card(house, old)).text
    await house.hop()
    count = len(await lee.messages())
    await sam.press("Open")
    await press_when_shown(sam, "Go on with Fay Fern")
    await house.hop()
    await house.admin.wait_for("Eva Egge is no longer a therapist here")
    await house.hop(20 * DAY)
    assert len(await lee.messages()) == count
    actions = [row["action"] for row in house.truth.ask("SELECT action FROM audit ORDER BY at DESC, id DESC LIMIT 4")]
    assert sorted(actions) == ["people.ended", "people.left", "people.offered", "people.went_on"]
    seen = (await said(house.admin, "/audit", "Who changed what")).text
    assert "offered the clients of Eva Egge to go on with Fay Fern" in seen
    assert "a client: chose to end after Eva Egge" in seen
    assert "by itself: Eva Egge is no longer a therapist" in seen


async def test_who_does_not_choose_is_reminded_once_and_their_care_ends_after_fourteen_days(house: House) -> None:
    old, new = await therapist(house, "Gil Gray"), await therapist(house, "Hal Hart")
    mia = await client(old, "PG-1")
    await offer(house, old, new)
    await mia.wait_for(NEWS)
    await house.hop(6 * DAY)
    assert await told(mia, "There is still news") == []
    await house.settled()
    await house.bot.kill()
    await house.bot.start()
    await house.hop(DAY)
    await mia.wait_for("There is still news about your care here")
    await house.hop(6 * DAY)
    assert len(await told(mia, "There is still news")) == 1
    assert await told(old.phone, "You are no longer") == []
    await house.hop(timedelta(hours=20))
    await said(old.phone, "/session PG-1", "noted")
    await house.hop(timedelta(hours=3))
    await mia.wait_for("short questions are ready")
    await house.hop(timedelta(hours=2))
    await house.hop()
    await house.hop()
    await mia.wait_for("Your therapist has left Attune")
    await old.phone.wait_for("You are no longer a therapist in Attune here")
    await house.admin.wait_for("Gil Gray is no longer a therapist here")
    asked = await mia.wait_for(lambda message: "taken back" in message.text)
    assert asked.labels == []
    late = await mia.press("Open")
    assert (await mia.wait_for_toast(late)).text
    assert house.truth.ask("SELECT stands FROM transfers ORDER BY offered_at DESC LIMIT 1")[0]["stands"] == "expired"


async def test_a_leaving_therapist_invites_nobody_and_can_stay_after_all(house: House) -> None:
    old, new = await therapist(house, "Ida Iris"), await therapist(house, "Jan Jung")
    read, unread = await client(old, "PI-1"), await client(old, "PI-2")
    link = link_in(await said(old.phone, "/invite PI-3", "https://"))
    await offer(house, old, new)
    late = await house.telegram.person(73_001, "Late")
    await late.open(link)
    await late.wait_for("This link does not work")
    await said(old.phone, "/invite PI-4", "nobody new can be invited")
    await read.press("Open")
    shown = await read.wait_for("Ida Iris leaves Attune")
    await unread.wait_for(NEWS)
    await card(house, old)
    await house.admin.press("Stay after all")
    await house.admin.wait_for(lambda message: message.labels == ["Remove", "Back"])
    await house.hop()
    assert len(await told(read, NEWS)) == 1, "the read one was opened; this is the new one"
    assert len(await told(unread, NEWS)) == 1
    goes = shown.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = await read.press_data(shown.message_id, goes)
    assert "changed meanwhile" in (await read.wait_for_toast(query)).text
    await read.wait_for("Ida Iris stays with Attune after all")
    await unread.press("Open")
    await unread.wait_for("Nothing changes for you")
    await old.phone.wait_for("You stay with Attune after all")
    await said(old.phone, "/invite PI-5", "https://")
    await house.hop(20 * DAY)
    assert await told(unread, "still news") == []
    assert "2 clients now" in (await card(house, old)).text


async def test_two_admins_and_double_presses_end_in_one_state(house: House) -> None:
    old, new = await therapist(house, "Kai Kern"), await therapist(house, "Lou Lang")
    one, two = await client(old, "PK-1"), await client(old, "PK-2")
    await card(house, old)
    await house.admin.press("Remove")
    await press_when_shown(house.admin, "Lou Lang")
    page = await house.admin.wait_for("I offer each of the 2 clients of Kai Kern")
    offer_data = page.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for _ in range(2):
        await house.admin.press_data(page.message_id, offer_data)
    await house.hop()
    await house.hop()
    for phone in (one, two):
        assert len(await told(phone, NEWS)) == 1
    await one.press("Open")
    shown = await one.wait_for("Kai Kern leaves Attune")
    go_on = shown.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    end = shown.raw["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
    for chosen in (go_on, go_on, end):
        query = await one.press_data(shown.message_id, chosen)
    assert "changed meanwhile" in (await one.wait_for_toast(query)).text
    await house.hop()
    assert len(await told(new.phone, "PK-1 (formerly with Kai Kern)")) == 1
    assert "Lou Lang: 1 client" in (await said(house.admin, "/people", "Lou Lang")).text
    await card(house, old)
    await house.admin.press("End the rest now")
    ask = await house.admin.wait_for("End the care of 1 client of Kai Kern here?")
    await two.say("/stop")
    await press_when_shown(two, "Yes, stop asking")
    await two.wait_for("You have stopped")
    stale = ask.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = await house.admin.press_data(ask.message_id, stale)
    assert (await house.admin.wait_for_toast(query)).text
    await house.hop()
    await old.phone.wait_for("You are no longer a therapist in Attune here")
    count = len(await two.messages())
    await house.hop(20 * DAY)
    assert len(await two.messages()) == count


async def test_a_press_on_a_page_that_is_no_longer_true_does_nothing(house: House) -> None:
    old, new = await therapist(house, "Ked Kost"), await therapist(house, "Lin Lau")
    other = await therapist(house, "Mo Mund")
    one = await client(old, "PL-1")
    pages = []
    for successor in (new, other):
        await card(house, old)
        await house.admin.press("Remove")
        await press_when_shown(house.admin, successor.name)
        pages.append(await house.admin.wait_for(f"to go on with {successor.name}"))
        await house.hop()
    two = await client(old, "PL-2")
    stale = [page.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"] for page in pages]
    query = await house.admin.press_data(pages[0].message_id, stale[0])
    assert "changed meanwhile" in (await house.admin.wait_for_toast(query)).text
    assert await told(one, NEWS) == []
    await house.admin.press_data(pages[0].message_id, stale[0].removesuffix(":1") + ":2")
    await two.wait_for(NEWS)
    for late in (stale[1], stale[1].removesuffix(":1") + ":2"):
        query = await house.admin.press_data(pages[1].message_id, late)
        assert "changed meanwhile" in (await house.admin.wait_for_toast(query)).text
    await one.press("Open")
    await one.wait_for("Lin Lau can go on with you here")
    await house.hop()


async def test_a_chosen_successor_stays_until_someone_else_is_offered(house: House) -> None:
    old, new = await therapist(house, "Mel Moss"), await therapist(house, "Nik Noll")
    other = await therapist(house, "Ola Orth")
    pat = await client(old, "PM-1")
    await offer(house, old, new)
    await pat.press("Open")
    shown = await pat.wait_for("Nik Noll can go on with you here")
    await card(house, new)
    toast = await house.admin.wait_for_toast(await house.admin.press("Remove"))
    assert "First offer those clients someone else" in toast.text
    await card(house, old)
    await house.admin.press("Offer someone else")
    await press_when_shown(house.admin, "Ola Orth")
    await press_when_shown(house.admin, "Offer Ola Orth")
    await house.admin.wait_for("They can go on with Ola Orth")
    agreed_to_another = shown.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = await pat.press_data(shown.message_id, agreed_to_another)
    assert "changed meanwhile" in (await pat.wait_for_toast(query)).text
    await pat.wait_for("Ola Orth can go on with you here")
    await house.hop()
    await card(house, new)
    await house.admin.press("Remove")
    await press_when_shown(house.admin, "Remove Nik Noll")
    await house.hop()
    await pat.press("Go on with Ola Orth")
    await other.phone.wait_for("PM-1 (formerly with Mel Moss) has joined")
    await house.hop()


async def test_a_code_that_is_taken_gets_a_number_and_a_wrong_client_can_be_refused(house: House) -> None:
    old, new = await therapist(house, "Pia Pohl"), await therapist(house, "Quin Quast")
    await client(new, "PP-1")
    rob = await client(old, "PP-1")
    await offer(house, old, new)
    await rob.press("Open")
    await press_when_shown(rob, "Go on with Quin Quast")
    await new.phone.wait_for("PP-1-2 (formerly with Pia Pohl) has joined")
    await new.phone.press("Not my client")
    await new.phone.wait_for("PP-1-2 is off your list again")
    await rob.wait_for("Your new therapist says that you two do not work together")
    await house.hop()
    assert "PP-1-2" not in (await said(new.phone, "/clients", "Your clients")).text


async def test_a_pause_does_not_hide_the_news_and_goes_on_with_the_new_therapist(house: House) -> None:
    old, new = await therapist(house, "Rea Rohr"), await therapist(house, "Sol Sand")
    tom = await client(old, "PR-1")
    await tom.say("/pause")
    await press_when_shown(tom, "Until I say so")
    await house.hop()
    await offer(house, old, new)
    await tom.wait_for(NEWS)
    await tom.press("Open")
    await press_when_shown(tom, "Go on with Sol Sand")
    await new.phone.wait_for("PR-1 (formerly")
    await new.phone.wait_for("PR-1 takes a break")
    await said(new.phone, "/session PR-1", "noted")
    await house.hop(DAY)
    assert await told(tom, "short questions are ready") == []


async def test_who_cannot_be_reached_finds_the_news_when_they_come_back(house: House) -> None:
    old, new = await therapist(house, "Tea Thal"), await therapist(house, "Uli Uhl")
    una = await client(old, "PT-1")
    await una.block()
    await offer(house, old, new)
    await old.phone.wait_for("PT-1 cannot be reached")
    await house.hop(DAY)
    await una.unblock()
    await house.settled()
    await una.wait_for(NEWS)
    start = await said(una, "/start", NEWS)
    assert start.labels == ["Open"]
    await una.press("Open")
    await press_when_shown(una, "Go on with Uli Uhl")
    await new.phone.wait_for("PT-1 (formerly with Tea Thal)")
    await house.hop()


async def test_ending_all_at_once_says_so_before_and_tells_each_client_kindly(house: House) -> None:
    vic = await therapist(house, "Vic Voss")
    wim, xia = await client(vic, "PV-1"), await client(vic, "PV-2")
    await card(house, vic)
    await house.admin.press("Remove")
    await press_when_shown(house.admin, "End all 2")
    ask = await house.admin.wait_for("End the care of 2 clients of Vic Voss here?")
    assert "cannot undo" in ask.text
    await house.admin.press("Yes, end all 2")
    await house.admin.wait_for("Vic Voss is no longer a therapist here")
    for phone in (wim, xia):
        await phone.wait_for("Your therapist has left Attune")
    await vic.phone.wait_for("You are no longer a therapist")


async def test_a_waiting_link_of_a_therapist_is_taken_back(house: House) -> None:
    link = link_in(await said(house.admin, "/invite_therapist Yve Yoon", "https://"))
    listed = await said(house.admin, "/people", "Yve Yoon, invited")
    assert "Take back: Yve Yoon" in listed.labels
    await house.admin.press("Take back: Yve Yoon")
    await house.admin.wait_for(lambda m: m.message_id == listed.message_id and "Yve Yoon" not in m.text)
    late = await house.telegram.person(73_002, "Yve")
    await late.open(link)
    await late.wait_for("This link does not work")


async def test_an_admin_leaves_as_a_therapist_and_stays_an_admin(house: House) -> None:
    await said(house.admin, "/start", "Welcome")
    await press_when_shown(house.admin, "I am a therapist too")
    await press_when_shown(house.admin, "Show summaries right away")
    await house.hop()
    await card(house, Desk(house, "Admin", house.admin))
    await house.admin.press("Remove")
    await press_when_shown(house.admin, "Remove Admin")
    await house.admin.wait_for("Admin is no longer a therapist here")
    await house.settled()  # the admin's menu has become shorter by then
    status = await said(house.admin, "/status", "is running")
    assert "Messages waiting to be sent: 0." in status.text, "the answer itself is not one of them"
    await said(house.admin, "/clients", "That is not something I can do for you")
    assert await told(house.admin, "You are no longer a therapist in Attune") == []


async def test_nobody_else_removes_anybody_or_chooses_for_a_client(house: House) -> None:
    old, new = await therapist(house, "Zoe Zorn"), await therapist(house, "Abe Arp")
    ann, bob = await client(old, "PZ-1"), await client(old, "PZ-2")
    asked = await card(house, old)
    remove = asked.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await offer(house, old, new)
    await ann.press("Open")
    shown = await ann.wait_for("Zoe Zorn leaves Attune")
    choices = [row[0]["callback_data"] for row in shown.raw["reply_markup"]["inline_keyboard"]]
    staying = [remove.replace(":off:", f":{what}:") for what in ("stay", "end", "all", "one")]
    before = house.truth.everything()
    for phone in (old.phone, new.phone, ann, bob):
        for data in (remove, *staying):
            toast = await phone.wait_for_toast(await phone.press_data(1, data))
            assert "not something" in toast.text
    for phone, refused in (
        (bob, "does not work any more"),
        (old.phone, "not something"),
        (house.admin, "not something"),
    ):
        for data in choices:
            assert refused in (await phone.wait_for_toast(await phone.press_data(1, data))).text
    for forged in (
        "people:offer",
        "people:end:AAAAAAAAAAA:1",
        f"{choices[0]}x",
        f"{choices[1]}:1",
        "news:x",
        "people:xx",
    ):
        phone = house.admin if forged.startswith("people") else ann
        assert (await phone.wait_for_toast(await phone.press_data(1, forged))).text
    after = house.truth.everything()
    assert after["transfers"] == before["transfers"]
    assert after["episodes"] == before["episodes"]
    assert after["persons"] == before["persons"]


async def test_telegram_refused_nothing(house: House) -> None:
    await house.settled()
    assert [entry for entry in await house.telegram.journal() if entry["kind"] == "refused"] == []
