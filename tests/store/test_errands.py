import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text

from bot.access import Action
from bot.clock import Clock
from bot.errands import Errands
from bot.store import errands as store
from bot.store import persons
from bot.store.database import Database
from bot.telegram import errands as running
from bot.telegram.asked import Asked
from bot.telegram.sender import Sender
from bot.telegram.transport import Telegram
from bot.telegram.upload import Visit
from bot.use_cases import UseCases
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


class Outdoors:
    """Two kinds of errands: one that nothing can be done about, not even telling, and a good one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        visits = {
            "poison": Visit(Action.ENTER_SESSION, self.go, self.break_down),
            "good": Visit(Action.ENTER_SESSION, self.go, self.take),
        }
        monkeypatch.setattr(running, "_KINDS", visits)
        monkeypatch.setattr(Asked, "deliver", self.break_down)

    async def go(self, *_: Any) -> str:
        return "found"

    async def break_down(self, *_: Any, **__: Any) -> None:
        raise RuntimeError

    async def take(self, _asked: Asked, found: str) -> None:
        self.done.append(found)


class Still(Clock):
    def now(self) -> datetime:
        return NOW


class Silent:
    def speak(self, _replies: object) -> None: ...


async def test_an_errand_that_can_neither_be_run_nor_told_of_holds_up_no_other(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdoors, cases = Outdoors(monkeypatch), UseCases(database, house.ring, house.practice)
    async with database.writing() as tx:
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await cases.errands.add(tx, therapist, "poison", NOW - timedelta(seconds=1))
        await cases.errands.add(tx, therapist, "good", NOW)
    porter = running.Porter(cases, cast("Telegram", None), cast("Sender", Silent()), Still())
    work = asyncio.create_task(porter.run())
    async with asyncio.timeout(5):
        await porter.settle()
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    assert outdoors.done == ["found"]
    async with database.reading() as tx:
        assert await cases.errands.next_at(tx) is None
