from datetime import timedelta

from sqlalchemy import text

from bot.errands import Errands
from bot.store import persons
from bot.store.database import Database
from tests.store.people import NOW, House


async def test_the_longest_waiting_errand_comes_first_and_goes_once(database: Database, house: House) -> None:
    errands = Errands(house.ring)
    async with database.writing() as tx:
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await errands.add(tx, therapist, "yaml", NOW, detail="file-2")
        await errands.add(tx, therapist, "ics", NOW - timedelta(seconds=1), detail="file-1", message_id=5)
        assert await errands.first(tx, NOW - timedelta(minutes=1)) is None
        first = await errands.first(tx, NOW)
        assert first is not None
        assert (first.kind, first.detail, first.message_id, first.attempts) == ("ics", "file-1", 5, 0)
        assert [await errands.end(tx, first), await errands.end(tx, first)] == [True, False]
        second = await errands.first(tx, NOW)
        assert second is not None
        await errands.put_off(tx, second, NOW + timedelta(minutes=1))
        assert await errands.first(tx, NOW) is None
        assert await errands.next_at(tx) == NOW + timedelta(minutes=1)
        again = await errands.first(tx, NOW + timedelta(minutes=1))
        assert again is not None
        assert again.attempts == 1


async def test_what_is_to_be_fetched_stands_nowhere_in_plain_sight(database: Database, house: House) -> None:
    async with database.writing() as tx:
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await Errands(house.ring).add(tx, therapist, "ics", NOW, detail="canary")
        row = (await tx.execute(text("SELECT * FROM errands"))).one()
    assert not any(b"canary" in value for value in row if isinstance(value, bytes))
