"""A database full of clients, made with the product's own store, and the same clients as robots of the local server.

Making thousands of people takes longer than the benchmark round that uses them, so a database is made once and copied.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id
from bot.playground.phones import Telegram
from bot.roster import Notice
from bot.store import check_ins, episodes, persons, practice, schema, screens, sessions
from bot.store.database import Database
from bot.store.screens import Screen
from bot.telegram.buttons import check_in_data
from conversations.model import CheckIn, State
from conversations.schedule import ANSWER_WINDOW
from tests.bench.check_in import question_set

FIRST_CLIENT, FIRST_THERAPIST = 1_000_001, 9_000_001
CLIENTS_OF_A_THERAPIST = 40
MESSAGE = 5_000
"""The first client's prompt is message 5000; the ids are the server's to know and the robots' to press on."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client as the robots need them: Telegram id, message of the prompt, check-in."""

    telegram_id: int
    message_id: int
    check_in_id: int

    @property
    def start(self) -> str:
        """What stands behind their Start button."""
        return check_in_data(self.check_in_id, "go")


@dataclass(frozen=True, slots=True)
class Population:
    """A seeded database (to be copied), its key, and who is in it."""

    path: Path
    data_keys: str
    clients: tuple[Client, ...]
    therapists: tuple[int, ...]


async def seed(path: Path, count: int, *, opened: bool) -> Population:
    """Make a database with `count` clients, each with one check-in: open with its prompt sent, or due at once."""
    data_keys = KeyRing.generate_entry("bench")
    ring, now = KeyRing.parse(data_keys), datetime.now(UTC)
    database = Database(f"sqlite:///{path}")
    async with database.writing() as tx:
        await schema.upgrade(tx)
    async with database.writing() as tx:
        version = await practice.publish(tx, question_set(), now)
        therapists = [await _therapist(tx, ring, place, now) for place in range(-(-count // CLIENTS_OF_A_THERAPIST))]
        clients = []
        for place in range(count):
            episode = await _episode(tx, ring, place, therapists[place // CLIENTS_OF_A_THERAPIST], now)
            number = await _check_in(tx, episode, place, version if opened else None, now)
            clients.append(Client(FIRST_CLIENT + place, MESSAGE + place, number))
    await database.close()
    return Population(path, data_keys, tuple(clients), tuple(FIRST_THERAPIST + n for n in range(len(therapists))))


async def _person(tx: AsyncConnection, ring: KeyRing, telegram_id: int, now: datetime) -> int:
    return await persons.add(
        tx, ring, telegram_id, language="en", zone="Europe/Berlin", notice=Notice.SUMMARY.value, now=now
    )


async def _therapist(tx: AsyncConnection, ring: KeyRing, place: int, now: datetime) -> int:
    number = await _person(tx, ring, FIRST_THERAPIST + place, now)
    await persons.change(tx, number, is_therapist=True)
    return number


async def _episode(tx: AsyncConnection, ring: KeyRing, place: int, therapist: int, now: datetime) -> int:
    client = await _person(tx, ring, FIRST_CLIENT + place, now)
    return await episodes.add(tx, ring, client_id=client, therapist_id=therapist, code=f"K-{place}", now=now)


async def _check_in(tx: AsyncConnection, episode: int, place: int, version: int | None, now: datetime) -> int:
    """Plan a check-in that is due by now; with a version it is open and its prompt stands in the chat."""
    session = await sessions.add(tx, episode, now - timedelta(hours=3), 50, now)
    due_at = now - timedelta(minutes=1)
    planned = CheckIn(id=new_id(), episode_id=episode, session_id=session.id, due_at=due_at)
    if version is None:
        await check_ins.add(tx, planned)
        return planned.id
    opened = CheckIn(
        id=planned.id,
        episode_id=episode,
        session_id=session.id,
        due_at=due_at,
        state=State.OPEN,
        version_id=version,
        prompted_at=due_at,
        expires_at=due_at + ANSWER_WINDOW,
    )
    await check_ins.add(tx, opened)
    await screens.save_screens(tx, {opened.id: Screen(MESSAGE + place, wanted_rev=1)})
    await screens.record_shown(tx, {opened.id: (1, MESSAGE + place)})
    return opened.id


async def place(server: Telegram, ids: list[int]) -> None:
    """Let people have a chat with the bot in which nothing happens by itself."""
    await server.robots(user_ids=ids, concurrency=0, start={"text": "Ready."}, script=[])


def prompts(clients: tuple[Client, ...]) -> dict[str, Any]:
    """Return the `start` of the robots' orders: a prompt in each chat, as the database says it stands there."""
    return {
        "text": "Your 5 questions about the session are ready.",
        "message_ids": {str(client.telegram_id): client.message_id for client in clients},
        "callback_datas": {str(client.telegram_id): client.start for client in clients},
    }
