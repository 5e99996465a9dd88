"""Nothing anyone said, and no secret, stands in a log or in the bytes of the database (F24, F28)."""

import asyncio
import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bot.crypto import KeyRing
from tests.faults.walkers import drained
from tests.house import House, practice, press_when_shown

TOKEN = "987654321:TEST-zqxjCANARYtokenAbCdEfGhIjKlMnOp"
KEY = KeyRing.generate_entry("zqxjkid1")
THERAPIST, CLIENT = 812_345_678_901_234, 823_456_789_012_345
CODE, NAME = "ZQXJ-4711", "Dr. Zqxjella Quorvak"
NOTE, TYPED, LATER = "zqxj note about the wardrobe", "zqxj words nobody kept", "zqxj words after the end"
WORDS = {
    "token": TOKEN, "token's secret": TOKEN.partition(":")[2], "key": KEY.partition(":")[2], "name": NAME, "code": CODE,
    "note": NOTE, "typed": TYPED, "later": LATER, "client": str(CLIENT), "therapist": str(THERAPIST),
}  # fmt: skip
ENV = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS": KEY, "LOG_LEVEL": "DEBUG", "ADMIN_TELEGRAM_IDS": "834567890123456"}


def spellings(words: str) -> Iterator[str]:
    """Write words as they might slip out: as they are, in a URL, in base64 at each of its three offsets."""
    yield words
    yield words.lower()
    yield quote(words, safe="")
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + words.encode()).decode()
        yield encoded[4 * bool(offset) : len(encoded) - len(encoded) % 4 - 4]


def leaks(house: House) -> dict[str, list[str]]:
    """Name every canary that can be read somewhere, and where."""
    found = {
        name: sorted({place for spelling in spellings(words) for place in house.found(spelling)})
        for name, words in WORDS.items()
    }
    return {name: places for name, places in found.items() if places}


async def story(house: House) -> None:
    """Say every canary aloud: names and codes when enrolling, then a note, words in passing, words after the end."""
    client = house.clients[0]
    await house.session_now(CODE)
    await house.hop_to_due()
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    typed = await client.say(TYPED)
    await press_when_shown(client, "Ignore")
    await client.wait_for(lambda message: message.message_id > typed and "1/4" in message.text)
    for position in range(1, 5):
        await client.wait_for(lambda message, position=position: f"{position}/4" in message.text)  # type: ignore[misc]
        await client.press("8")
    await press_when_shown(client, "Add a note")
    await client.wait_for("Write it here")
    await client.say(NOTE)
    await press_when_shown(client, "Share now")
    await press_when_shown(client, "Send")
    await client.wait_for("Sent")
    await drained(house)
    await house.therapist.wait_for(NOTE)
    await client.say(LATER)
    await house.therapist.say("/clients")
    await house.therapist.wait_for(lambda message: CODE in message.text and not message.buttons)
    await drained(house)


async def break_it(house: House) -> None:
    """Spoil a sealed code and drop a table under the running bot: handlers, renderers and batches fail."""
    change(house, "UPDATE episodes SET code_sealed = X'0102'")
    await house.therapist.say(f"/session {CODE}")
    await logged(house, "update_failed")
    await house.therapist.say("/clients")
    await logged(house, "delivery_failed")
    change(house, "DROP TABLE notes")
    await house.clients[0].say(LATER)
    await house.clients[0].press("Show")
    await logged(house, "poll_failed")


def change(house: House, statement: str) -> None:
    connection = sqlite3.connect(house.database, timeout=10, isolation_level=None)
    connection.execute(statement)
    connection.close()


async def logged(house: House, event: str) -> None:
    async with asyncio.timeout(20):
        while event not in house.logged():  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.05)


async def test_a_whole_story_at_debug_leaves_nobodys_words_in_logs_or_files(tmp_path: Path) -> None:
    people = {"codes": [CODE], "therapist_name": NAME, "therapist_id": THERAPIST, "first_client_id": CLIENT}
    async with practice(tmp_path, env=ENV, **people) as house:  # type: ignore[arg-type]
        await story(house)
        assert house.truth.counts()["notes"] == 1
        assert not leaks(house)
        await house.bot.kill()
        await house.bot.start()
        assert not leaks(house)
        await break_it(house)
        assert "frames=[bot" in house.logged()
        assert not leaks(house)


def test_the_search_finds_what_is_there() -> None:
    for words in WORDS.values():
        assert all(part in f"x{part}x" for part in spellings(words))
        assert any(part in base64.b64encode(f"abcd{words}efg".encode()).decode() for part in spellings(words))
