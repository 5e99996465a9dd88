import asyncio
import itertools
from datetime import timedelta

from sqlalchemy import select

from bot.store import updates
from bot.store.database import Database
from bot.store.tables import parked_updates
from tests.store.people import NOW


async def test_an_update_is_claimed_once(database: Database) -> None:
    async with database.writing() as tx:
        assert await updates.claim(tx, [3, 1, 3, 2], NOW) == {1, 2, 3}
        assert await updates.claim(tx, [2, 3, 4], NOW) == {4}
        assert await updates.claim(tx, [], NOW) == set()


async def test_two_processes_never_claim_the_same_update(database: Database, second: Database) -> None:
    async def claim(one: Database, shift: int) -> list[int]:
        mine: list[int] = []
        for start in range(0, 60, 6):
            async with one.writing() as tx:
                mine += await updates.claim(tx, range(start + shift, start + shift + 9), NOW)
        return mine

    claimed = await asyncio.gather(claim(database, 0), claim(second, 3), claim(database, 1))
    assert sorted(itertools.chain(*claimed)) == list(range(66))


async def test_an_update_can_be_claimed_again_only_after_two_days(database: Database) -> None:
    async with database.writing() as tx:
        await updates.claim(tx, [1], NOW)
        await updates.forget(tx, NOW + timedelta(hours=48))
        assert await updates.claim(tx, [1], NOW) == set()
        await updates.forget(tx, NOW + timedelta(hours=48, seconds=1))
        assert await updates.claim(tx, [1], NOW) == {1}


async def test_a_claim_is_taken_back_with_its_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as tx:
            await updates.claim(tx, [1], NOW)
            raise OSError

    await asyncio.gather(fail(), return_exceptions=True)
    async with database.writing() as tx:
        assert await updates.claim(tx, [1], NOW) == {1}


async def test_a_poison_update_is_parked_once_with_no_more_than_the_name_of_its_fault(database: Database) -> None:
    async with database.writing() as tx:
        await updates.park(tx, 9, "K" * 500, NOW)
        await updates.park(tx, 9, "KeyError", NOW)
        assert await updates.parked(tx) == 1
        assert (await tx.execute(select(parked_updates.c.fault))).scalar_one() == "K" * 128
