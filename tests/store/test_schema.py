import asyncio

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
