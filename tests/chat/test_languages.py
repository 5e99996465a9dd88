"""A client is asked in their own language, whatever their therapist reads: whole check-ins in German and Spanish."""

from datetime import timedelta

import pytest

from bot.playground.phones import Phone
from bot.texts import Speech, speech
from tests.house import House, link_in, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "Danke 💛 <gracias>"


async def joined(house: House, code: str, client_id: int, telegram_code: str, say: Speech) -> Phone:
    """Let a client join whose Telegram speaks `telegram_code`; every press is on a label of that language."""
    client = await house.telegram.person(client_id, code, language_code=telegram_code)
    await house.therapist.say(f"/invite {code}")
    await client.open(link_in(await house.therapist.wait_for(f"Link for {code}")))
    await press_when_shown(client, say("button.read_more"))
    await press_when_shown(client, say("button.agree"))
    await client.wait_for(f"{say('language.name')}, Europe/Berlin")
    await client.press(say("button.right"))
    await client.wait_for(say("enrolment.done", language=say("language.name"), zone="Europe/Berlin"))
    await house.hop()
    return client


async def answered(house: House, client: Phone, say: Speech, ratings: tuple[int, ...]) -> str:
    """Let a session take place and the client answer, with a note and a wish to talk; gives what the client saw."""
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    seen = [await client.wait_for(say.count("prompt.ready", 4, count=say("number.4")))]
    await client.press(say("button.start"))
    for position, rating in enumerate(ratings, start=1):
        seen.append(await client.wait_for(f"{position}/4"))
        await client.press(str(rating))
    await press_when_shown(client, say("button.talk", wish=say("word.no")))
    await client.wait_for(lambda message: say("button.talk", wish=say("word.yes")) in message.labels)
    await client.press(say("button.add_note"))
    seen.append(await client.wait_for("1000"))
    await client.say(WORDS)
    await press_when_shown(client, say("button.note.now"))
    seen.append(await client.wait_for(say("review.note.now")))
    await client.press(say("button.send"))
    await press_when_shown(client, say("button.show"))
    seen.append(await client.wait_for(lambda message: say("button.hide") in message.labels))
    return "\n".join(message.text for message in seen)


GERMAN = (
    "Wie sicher fühlte es sich an",
    "Gar nicht sicher",
    "Ihre Antworten",
    "Sie selbst sein: 9",
    "Was Sie gemacht haben: 8",
    "Danke.",
)
SPANISH = (
    "¿Con cuánta confianza",
    "Ninguna",
    "Sus respuestas",
    "Ser usted mismo/a: 9",
    "Lo que hicieron: 8",
    "Gracias.",
)


@pytest.mark.parametrize(("telegram_code", "code", "expected"), [("de", "de", GERMAN), ("es-mx", "es", SPANISH)])
async def test_a_client_answers_in_their_language_and_the_therapist_reads_it_in_english(
    house: House, telegram_code: str, code: str, expected: tuple[str, ...]
) -> None:
    say = speech(code)
    client = await joined(house, f"L-{code.upper()}", 81_000 + len(telegram_code), telegram_code, say)
    seen = await answered(house, client, say, (9, 9, 8, 9))
    assert [words for words in expected if words not in seen] == []
    assert [word for word in ("your", "Your", "you", "therapist ", "answer") if f" {word} " in seen] == []
    summary = await house.therapist.wait_for(f"{client.name}, session of")
    assert "Bond 9" in summary.text
    assert "Would like to talk about this next time." in summary.text
    await house.therapist.wait_for(f"{client.name} wrote: {WORDS}")


async def test_a_therapist_who_changes_the_language_reads_on_in_it(house: House) -> None:
    client = await joined(house, "L-EN", 81_900, "en", speech("en"))
    german = speech("de")
    await house.therapist.say("/language")
    await press_when_shown(house.therapist, german("language.name"))
    await house.therapist.wait_for(german("language.set", language="Deutsch"))
    await house.hop()
    await house.therapist.say(f"/session {client.name}")
    await press_when_shown(house.therapist, german("button.undo"))
    await house.therapist.wait_for("Zurückgenommen")
    await house.hop()
    await house.therapist.say(f"/session {client.name}")
    await house.therapist.wait_for(lambda message: german("button.undo") in message.labels)
    await house.hop(timedelta(hours=2, minutes=1))
    await house.answer(client, (9, 9, 9, 5))
    summary = await house.therapist.wait_for(f"{client.name}, Sitzung vom")
    assert "Insgesamt 5" in summary.text
    assert german("flag.low") in summary.text
    assert german("summary.footer") in summary.text


@pytest.mark.parametrize(("telegram_code", "code"), [("de-AT", "de"), ("es-419", "es"), ("fr", "en")])
async def test_a_stranger_is_answered_in_the_language_telegram_names(
    house: House, telegram_code: str, code: str
) -> None:
    stranger = await house.telegram.person(82_000 + len(telegram_code), "Sam", language_code=telegram_code)
    await stranger.say("Hello?")
    assert (await stranger.wait_for("Attune")).text == speech(code)("stranger")
