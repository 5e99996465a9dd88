import asyncio

from alembic import command
from sqlalchemy import text

from bot.store import practice, schema
from bot.store.database import Database


async def test_the_migrations_build_exactly_the_tables(empty_address: str) -> None:
    database = Database(empty_address)
    async with database.writing() as tx:
        await schema.upgrade(tx)
    async with database.reading() as tx:
        assert await schema.differences(tx) == []
    await database.close()


async def test_a_missing_index_and_a_missing_column_are_noticed(empty_address: str) -> None:
    database = Database(empty_address)
    async with database.writing() as tx:
        await schema.upgrade(tx)
        await tx.execute(text("DROP INDEX ix_deliveries_waiting"))
        await tx.execute(text("ALTER TABLE invites DROP COLUMN used_at"))
    async with database.reading() as tx:
        found = " ".join(await schema.differences(tx))
    await database.close()
    assert "ix_deliveries_waiting" in found
    assert "used_at" in found


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database: Database) -> None:
    async with database.writing() as tx:
        await practice.set_value(tx, "name", "kept")
    for _ in range(2):
        async with database.writing() as tx:
            await schema.upgrade(tx)
    async with database.reading() as tx:
        assert await practice.value(tx, "name") == "kept"
        assert await schema.differences(tx) == []


async def test_two_processes_may_upgrade_at_once(empty_address: str) -> None:
    async def start() -> list[str]:
        database = Database(empty_address)
        try:
            async with database.writing() as tx:
                await schema.upgrade(tx)
            async with database.reading() as tx:
                return await schema.differences(tx)
        finally:
            await database.close()

    assert list(await asyncio.gather(start(), start())) == [[], []]


async def test_a_database_with_check_ins_keeps_them_when_a_session_becomes_optional(empty_address: str) -> None:
    database = Database(empty_address)
    async with database.writing() as tx:
        await tx.run_sync(lambda connection: command.upgrade(schema._config(connection), "0013"))
        for statement in _OLD:
            await tx.execute(text(statement))
    async with database.writing() as tx:
        await schema.upgrade(tx)
        await tx.execute(text(_SESSIONLESS))
    async with database.reading() as tx:
        rows = await tx.execute(text("SELECT id, session_id, occasion FROM check_ins ORDER BY id"))
        assert [tuple(row) for row in rows] == [(5, 4, "after"), (6, None, "now")]
        assert (await tx.execute(text("SELECT rating FROM answers"))).scalars().all() == [7]
        kept = (await tx.execute(text("SELECT about_id, name, every, occasion FROM assignments"))).one()
        assert tuple(kept) == (0, "week", 3, "after")
        if tx.dialect.name == "sqlite":
            assert (await tx.execute(text("PRAGMA integrity_check"))).scalar() == "ok"
            assert (await tx.execute(text("PRAGMA foreign_key_check"))).all() == []
    await database.close()


_OLD = (
    (
        "INSERT INTO persons (id, telegram_index, telegram_sealed, wrapped_key, is_admin, is_therapist, language, zone,"
        " notice, created_at) VALUES (1, 'i', 's', 'k', false, true, 'en', 'UTC', 'summary', 0)"
    ),
    (
        "INSERT INTO episodes (id, client_id, therapist_id, code_sealed, code_index, wrapped_key, started_at)"
        " VALUES (3, 1, 1, 's', 'i', 'k', 0)"
    ),
    "INSERT INTO sessions (id, episode_id, starts_at, minutes, created_at) VALUES (4, 3, 0, 50, 0)",
    (
        "INSERT INTO check_ins (id, episode_id, session_id, state, step, position, talk, due_at)"
        " VALUES (5, 3, 4, 'completed', 'sent', 0, false, 0)"
    ),
    "INSERT INTO answers (check_in_id, question_id, rating) VALUES (5, 'bond', 7)",
    "INSERT INTO assignments (about_id, name, every) VALUES (0, 'week', 3)",
)
_SESSIONLESS = (
    "INSERT INTO check_ins (id, episode_id, occasion, state, step, position, talk, due_at)"
    " VALUES (6, 3, 'now', 'scheduled', 'prompt', 0, false, 0)"
)
