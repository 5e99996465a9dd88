"""Past scores from a file and answers as files, over HTTP: faults, Import, Cancel, Undo, who may, and what follows."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import THERAPIST_NAME, House, link_in, press_when_shown, skip_follow_up

pytestmark = pytest.mark.asyncio(loop_scope="module")
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ("bond", "goals", "tasks", "overall")
_TABLES = ("sessions", "check_ins", "answers", "score_imports", "imported_check_ins")


async def weeks(house: House, code: str, ratings: tuple[int, ...], count: int, separator: str = ",") -> str:
    """Write a file: the same ratings once a week, up to a month ago."""
    today = (await house.telegram.now()).astimezone(BERLIN).date()
    lines = [("code", "date", "question", "value")]
    for number in range(count):
        day = (today - timedelta(days=30 + 7 * number)).isoformat()
        lines += [(code, day, name, str(rating)) for name, rating in zip(NAMES, ratings, strict=True)]
    return "\r\n".join(map(separator.join, lines))


async def sent(phone: Phone, text: str, words: str) -> Message:
    """Send a file and wait for an answer with these words."""
    before = await phone.upload("scores.csv", text.encode("utf-8-sig"), mime_type="text/csv")
    return await phone.wait_for(lambda message: message.message_id > before and words in message.text)


async def became(phone: Phone, message: Message, words: str) -> Message:
    """Wait until a message has changed."""
    return await phone.wait_for(lambda one: one.message_id == message.message_id and words in one.text)


def counts(house: House) -> list[int]:
    found = house.truth.counts()
    return [found[table] for table in _TABLES]


def data_of(message: Message, label: str) -> str:
    """Give what stands behind a button."""
    rows = message.raw["reply_markup"]["inline_keyboard"]
    return next(str(button["callback_data"]) for row in rows for button in row if label in button["text"])


async def texts(phone: Phone) -> list[str]:
    return [message.text for message in await phone.messages()]


async def imported(house: House, client: Phone, ratings: tuple[int, ...], count: int) -> tuple[Message, Message]:
    """Import a file as its therapist; gives the message as it was before and after."""
    promise = await sent(house.therapist, await weeks(house, client.name, ratings, count), f"{4 * count} scores of 1")
    await house.therapist.press("Import")
    done = await became(house.therapist, promise, f"Imported: {4 * count} scores of 1 client.")
    await house.settled()
    return promise, done


async def test_every_fault_is_named_and_nothing_imported(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    good, before = await weeks(house, client.name, (9, 9, 9, 9), 8), counts(house)
    broken = good.replace(f"{client.name},", "C-9999,", 1).replace("overall,9", "overall,11")
    faults = await sent(
        therapist, broken.replace("tasks", "taks", 1), "Nothing was imported. This is wrong in the file:"
    )
    assert "Line 2, code: C-9999 is no client whose scores you can bring. Has the client joined?" in faults.text
    assert "Line 4, question: The set session_checkin has no question taks." in faults.text
    assert "Lines 5, 9, 13, 17, 21, 25, 29, 33, value: This must be a whole number from 0 to 10." in faults.text
    assert not faults.labels
    german = f"code;date;question;value\r\n{client.name};03.04.2026;bond;9"
    assert "I do not guess other forms" in (await sent(therapist, german, "Nothing was imported")).text
    await house.settled()
    assert counts(house) == before


async def test_cancel_imports_nothing(house: House, newcomer: Newcomer) -> None:
    client, before = await newcomer(), counts(house)
    promise = await sent(house.therapist, await weeks(house, client.name, (9, 9, 9, 9), 8), "32 scores of 1 client")
    assert promise.labels == ["Import", "Cancel"]
    assert "Questions: session_checkin 1." in promise.text
    await house.therapist.press("Cancel")
    await became(house.therapist, promise, "Nothing was imported, and I have kept nothing")
    await house.settled()
    assert counts(house) == before


async def test_import_works_after_a_restart_once_and_tells_no_client(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    good = await weeks(house, client.name, (9, 9, 9, 9), 8)
    before, heard = counts(house), await texts(client)
    promise = await sent(therapist, good.replace(",", ";"), "32 scores of 1 client")
    await house.settled()
    await house.bot.kill()
    await house.bot.start()
    await therapist.press("Import")
    done = await became(therapist, promise, "Imported: 32 scores of 1 client.")
    assert done.labels == ["Undo"]
    await house.settled()
    after = counts(house)
    assert [new - old for new, old in zip(after, before, strict=True)] == [8, 8, 32, 1, 8]

    for label in ("Import", "Import", "Cancel"):  # late
        query = await therapist.press_data(promise.message_id, data_of(promise, label))
        assert (await therapist.wait_for_toast(query)).text == "This was imported already."
    again = await sent(therapist, good, "Nothing was imported")
    assert "There is a check-in of this client on" in again.text
    await house.settled()
    assert counts(house) == after
    assert await texts(client) == heard
    assert house.found(f"{client.name},2") == []


async def test_what_was_imported_is_history_and_no_news(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await imported(house, client, (9, 9, 9, 9), 8)
    await client.say("/progress")
    assert (await client.wait_for("Your own answers over time")).file_id is not None
    await therapist.say(f"/client {client.name}")
    glance = await therapist.wait_for(lambda message: message.text.startswith(f"{client.name}, since"))
    assert glance.file_id is not None
    assert "Before the session" not in glance.labels
    await therapist.say("/digest")
    digest = await therapist.wait_for(lambda message: message.message_id > glance.message_id and "week" in message.text)
    assert f"{client.name}:" not in digest.text

    await house.hop()
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await answered(client, (9, 9, 6, 6))
    await press_when_shown(client, "Send")
    fallen = await therapist.wait_for(lambda message: f"{client.name}, session" in message.text)
    assert "Lower than this client's own usual" in fallen.text
    assert "Usual: 9. This time: 7.5." in fallen.text
    assert "Tasks 6 (-3)" in fallen.text
    assert "first" in (await client.wait_for("Sent")).text.lower()  # asked here, whatever was imported


async def answered(client: Phone, ratings: tuple[int, ...]) -> None:
    """Answer the check-in that is there, up to its review."""
    await press_when_shown(client, "Start")
    for position, rating in enumerate(ratings, start=1):
        await asked(client, position)
        await client.press(str(rating))
    await skip_follow_up(client)


async def test_undo_takes_it_back_once_and_not_after_a_day(house: House, newcomer: Newcomer) -> None:
    client, therapist, before = await newcomer(), house.therapist, counts(house)
    _, done = await imported(house, client, (9, 9, 9, 9), 3)
    await therapist.press("Undo")
    await became(therapist, done, "Taken back: 12 scores of 1 client.")
    query = await therapist.press_data(done.message_id, data_of(done, "Undo"))
    assert "taken back already" in (await therapist.wait_for_toast(query)).text
    await house.settled()
    assert counts(house) == before
    log = house.truth.ask("SELECT action FROM audit WHERE action LIKE 'scores%' ORDER BY at")
    assert [row["action"] for row in log][-2:] == ["scores.imported", "scores.undone"]

    _, done = await imported(house, client, (9, 9, 9, 9), 3)
    await house.hop(timedelta(days=1, minutes=1))
    query = await therapist.press_data(done.message_id, data_of(done, "Undo"))
    assert "more than a day ago" in (await therapist.wait_for_toast(query)).text
    await client.say("/progress")
    assert (await client.wait_for("Your own answers over time")).file_id is not None


async def test_import_pressed_and_taken_back_at_once_imports_nothing_or_says_so(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    promise = await sent(house.therapist, await weeks(house, client.name, (8, 8, 8, 8), 2), "8 scores of 1 client")
    presses = [
        await house.therapist.press_data(promise.message_id, data_of(promise, label))
        for label in ("Import", "Import", "Cancel")
    ]
    said = [(await house.therapist.wait_for_toast(query)).text for query in presses]
    await house.settled()
    (final,) = [one for one in await house.therapist.messages() if one.message_id == promise.message_id]
    imported = house.truth.ask("SELECT count(*) AS n FROM score_imports WHERE scores = 8")[0]["n"]
    assert imported == ("Imported" in final.text), said
    assert final.labels == (["Undo"] if imported else [])
    assert not house.truth.ask("SELECT * FROM errands")


async def test_an_admin_brings_scores_of_anybody_and_names_the_therapist_where_a_code_is_not_enough(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    other, double = await house.telegram.person(70_055, "Thea"), await house.telegram.person(89_055, "Double")
    await house.admin.say("/invite_therapist Thea Holm")
    await other.open(link_in(await house.admin.wait_for(lambda m: "https://" in m.text and "Thea" in m.text)))
    await press_when_shown(other, "Show summaries right away")
    await other.say(f"/invite {client.name}")
    await double.open(link_in(await other.wait_for("https://")))
    await press_when_shown(double, "I agree")
    await press_when_shown(double, "Right")
    await double.wait_for("All set")
    await house.hop()

    plain = await weeks(house, client.name, (7, 7, 7, 7), 3)
    unclear = await sent(house.admin, plain, "More than one therapist has a client")
    assert "Add a column therapist" in unclear.text
    named = "\r\n".join(
        f"{line},{'therapist' if number == 0 else THERAPIST_NAME}" for number, line in enumerate(plain.split("\r\n"))
    )
    await sent(house.admin, named, "12 scores of 1 client")
    await press_when_shown(house.admin, "Import")
    await house.admin.wait_for("Imported: 12 scores of 1 client.")
    await client.say("/progress")
    assert (await client.wait_for("Your own answers over time")).file_id is not None
    await double.say("/progress")
    await double.wait_for("Nothing to show yet")

    foreign = await weeks(house, "C-01", (7, 7, 7, 7), 1)
    assert "C-01 is no client whose scores you can bring." in (await sent(other, foreign, "Nothing was imported")).text
    await sent(double, plain, "I understand only text and buttons")
    await house.settled()
    assert house.truth.ask("SELECT count(*) AS n FROM score_imports WHERE scores = 12")[0]["n"] == 1


async def test_a_file_that_is_none_is_refused_and_one_with_nothing_to_import_says_so(
    house: House, newcomer: Newcomer
) -> None:
    client, before = await newcomer(), counts(house)
    number = await house.therapist.upload("scores.csv", b"\x89PNG\0\0", mime_type="text/csv")
    await house.therapist.wait_for(lambda one: one.message_id > number and "This is not a CSV file" in one.text)
    number = await house.therapist.upload("scores.csv", b"a" * 3_000_000)
    await house.therapist.wait_for(lambda one: one.message_id > number and "too big" in one.text)
    await sent(house.therapist, "", "There is no score in the file")
    await sent(
        house.therapist, f"code,date,question,value\n{client.name},2026-01-05,note,hello", "nothing in this file"
    )
    assert counts(house)[1:] == [before[1], *before[2:]]


async def documents(phone: Phone, since: int) -> dict[str, Message]:
    """Wait for the two files of an export."""

    def both(messages: list[Message]) -> bool:
        return sum(one.message_id > since and bool(one.file_name) for one in messages) >= 2

    await phone.wait_until(both)
    return {str(one.file_name): one for one in await phone.messages() if one.message_id > since and one.file_name}


async def test_a_clients_answers_go_out_as_files_and_come_in_for_another(house: House, newcomer: Newcomer) -> None:
    client, therapist = await newcomer(), house.therapist
    await sent(therapist, await weeks(house, client.name, (9, 8, 7, 10), 2), "8 scores of 1 client")
    await press_when_shown(therapist, "Import")
    await therapist.wait_for(lambda one: "Imported: 8 scores" in one.text)
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    await answered(client, (9, 9, 8, 9))
    await press_when_shown(client, "Add a note")
    await client.wait_for("Write it here")
    await client.say("canary of a private note")
    await press_when_shown(client, "Keep it to myself")
    await press_when_shown(client, "Send")
    await client.wait_for("Sent")
    await house.hop()

    since = await therapist.say("/export")
    await therapist.wait_for(lambda message: message.message_id > since and client.name in message.labels)
    await therapist.press(client.name)
    found = await documents(therapist, since)
    assert set(found) == {f"{client.name}.csv", f"{client.name}.json"}
    assert not any(message.raw.get("has_protected_content") for message in found.values())
    raw = await house.telegram.file(found[f"{client.name}.csv"].file_id or "")
    bundle = await house.telegram.file(found[f"{client.name}.json"].file_id or "")
    assert b"canary" not in raw + bundle
    responses = [
        one["resource"] for one in json.loads(bundle)["entry"] if one["resource"]["resourceType"] != "Questionnaire"
    ]
    assert len(responses) == 3
    assert raw.decode("utf-8-sig").splitlines()[0] == "code,date,question,value,set,version,occasion"
    assert house.truth.ask("SELECT detail FROM audit WHERE action = 'answers.exported'")[0]["detail"] == ""

    other = await newcomer()
    today = (await house.telegram.now()).astimezone(BERLIN).date().isoformat()
    lines = [line for line in raw.decode("utf-8-sig").splitlines() if today not in line]
    await sent(therapist, "\n".join(lines).replace(client.name, other.name), "8 scores of 1 client")
    await press_when_shown(therapist, "Import")
    await house.settled()
    await other.say("/progress")
    assert (await other.wait_for("Your own answers over time")).file_id is not None

    await therapist.say("/export C-9999")
    await therapist.wait_for("C-9999")
    await client.say(f"/export {client.name}")
    await client.wait_for("not something I can do for you")
