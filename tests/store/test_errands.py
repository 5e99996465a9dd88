from datetime import timedelta

from sqlalchemy import text

from bot.errands import Errands
from bot.store import errands as store
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


async def test_only_what_somebody_gave_up_is_dropped(database: Database, house: House) -> None:
    errands = Errands(house.ring)
    async with database.writing() as tx:
        therapist, client = (await persons.by_ids(tx, [house.therapist, house.client])).values()
        for person, kind, message_id in (
            (therapist, "a", 1),
            (therapist, "a", 2),
            (therapist, "b", 1),
            (client, "a", 1),
        ):
            await errands.add(tx, person, kind, NOW, message_id=message_id)
        await store.drop(tx, therapist.id, "a", 1)
        left = [await errands.first(tx, NOW)]
        while left[-1] is not None and await errands.end(tx, left[-1]):
            left.append(await errands.first(tx, NOW))
    found = {(one.person.id, one.kind, one.message_id) for one in left if one is not None}
    assert found == {(therapist.id, "a", 2), (therapist.id, "b", 1), (client.id, "a", 1)}


async def test_what_is_to_be_fetched_stands_nowhere_in_plain_sight(database: Database, house: House) -> None:
    async with database.writing() as tx:
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await Errands(house.ring).add(tx, therapist, "ics", NOW, detail="canary")
        row = (await tx.execute(text("SELECT * FROM errands"))).one()
    assert not any(b"canary" in value for value in row if isinstance(value, bytes))
