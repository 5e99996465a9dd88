"""Whoever holds only the database reads nobody's words, codes, names or Telegram ids."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import Tampered
from bot.store import check_ins, episodes, invites, persons
from bot.store.database import Database
from bot.store.tables import answers, metadata, notes
from bot.store.tables import episodes as episode_rows
from bot.store.tables import persons as person_rows
from conversations.enrolment import InviteKind
from conversations.model import Note
from tests.store.people import (
    CLIENT_TELEGRAM,
    NOW,
    THERAPIST_TELEGRAM,
    House,
    become,
    client_of,
    planned,
)

SECRETS = [
    "I felt unheard",
    "I called my sister",
    "K-17",
    "K-99",
    "Dr. Kim Lee",
    str(CLIENT_TELEGRAM),
    str(THERAPIST_TELEGRAM),
]


async def everything(tx: AsyncConnection) -> list[bytes]:
    """Read every column of every row as bytes."""
    rows = [row for table in metadata.sorted_tables for row in await tx.execute(select(table))]
    return [value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row]


async def write_a_note(tx: AsyncConnection, house: House, check_in: int, words: str) -> None:
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[check_in]))[check_in]
    await become(tx, house.ring, kept, replace(kept.check_in, note=Note(words)))


async def answer_in_words(tx: AsyncConnection, house: House, **words: str) -> None:
    kept = await house.kept(tx)
    await become(tx, house.ring, kept, replace(kept.check_in, words=words))


async def test_no_column_holds_a_note_a_code_a_name_or_a_telegram_id(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await write_a_note(tx, house, house.check_in, "I felt unheard")
        await answer_in_words(tx, house, milestone="I called my sister")
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await persons.set_name(tx, house.ring, therapist, "Dr. Kim Lee")
        await invites.add(tx, house.ring, InviteKind.CLIENT, therapist, "K-99", NOW)
    async with database.reading() as tx:
        cells = await everything(tx)
    assert len(cells) > 80
    for secret in SECRETS:
        assert not [cell for cell in cells if secret.encode() in cell], secret


async def test_no_column_holds_a_token(database: Database, house: House) -> None:
    async with database.writing() as tx:
        found = await invites.token_of(
            tx, house.ring, await invites.add(tx, house.ring, InviteKind.ADMIN, None, "", NOW)
        )
        assert found is not None
        assert not [cell for cell in await everything(tx) if found[1].encode() in cell]


async def swap(tx: AsyncConnection, column: Any, key: Any, one: int | str, other: int | str) -> None:
    """Exchange a sealed value between two rows."""
    values = {row[0]: row[1] for row in await tx.execute(select(key, column))}
    for mine, theirs in ((one, other), (other, one)):
        await tx.execute(update(column.table).where(key == mine).values({column.name: values[theirs]}))


async def test_a_note_swapped_with_another_of_the_same_client_is_noticed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        second = await planned(tx, house.episode, NOW + timedelta(hours=1))
        await write_a_note(tx, house, house.check_in, "the first")
        await write_a_note(tx, house, second, "the second")
        await swap(tx, notes.c.text_sealed, notes.c.check_in_id, house.check_in, second)
        with pytest.raises(Tampered):
            await house.kept(tx)


async def test_words_swapped_between_two_questions_are_noticed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await answer_in_words(tx, house, milestone="I slept", week="I did not")
        await swap(tx, answers.c.text_sealed, answers.c.question_id, "milestone", "week")
        with pytest.raises(Tampered):
            await house.kept(tx)


async def test_a_code_or_a_telegram_id_swapped_between_clients_is_noticed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        client, episode = await client_of(tx, house.ring, house.therapist, 5, "K-18")
        await swap(tx, episode_rows.c.code_sealed, episode_rows.c.id, house.episode, episode)
        with pytest.raises(Tampered):
            await episodes.by_ids(tx, house.ring, [episode])
        await swap(tx, person_rows.c.telegram_sealed, person_rows.c.id, house.client, client)
        with pytest.raises(Tampered):
            persons.telegram_id(house.ring, (await persons.by_ids(tx, [client]))[client])


async def test_a_clients_key_swapped_with_the_sealed_words_is_noticed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        _, episode = await client_of(tx, house.ring, house.therapist, 5, "K-18")
        for column in (episode_rows.c.code_sealed, episode_rows.c.wrapped_key):
            await swap(tx, column, episode_rows.c.id, house.episode, episode)
        with pytest.raises(Tampered):
            await episodes.by_ids(tx, house.ring, [episode])


async def test_a_changed_byte_in_a_note_is_noticed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await write_a_note(tx, house, house.check_in, "I felt unheard")
        sealed = bytearray((await tx.execute(select(notes.c.text_sealed))).scalar_one())
        sealed[20] ^= 1
        await tx.execute(update(notes).values(text_sealed=bytes(sealed)))
        with pytest.raises(Tampered):
            await house.kept(tx)
