from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import persons
from bot.store.database import Database
from bot.timers import AGAIN_AFTER, Timer, Timers
from conversations.preferences import Preferences
from tests.store.people import NOW, House

HOUR = timedelta(hours=1)


class Bell:
    """A handler that remembers when it was called and answers with the next moment it was given."""

    def __init__(self, *moments: datetime | None) -> None:
        self.rung: list[datetime] = []
        self._moments = list(moments)

    async def ring(self, _tx: AsyncConnection, _timer: Timer, now: datetime) -> datetime | None:
        self.rung.append(now)
        return self._moments.pop(0)


async def let_pass(database: Database, timers: Timers, now: datetime) -> None:
    async with database.reading() as tx:
        due = await timers.due(tx, now, 10)
    for timer in due:
        async with database.writing() as tx:
            await timers.go_off(tx, timer, now)


async def test_a_timer_goes_off_once_when_its_moment_has_come(database: Database, house: House) -> None:
    bell, timers = Bell(None), Timers()
    timers.answer({"bell": bell.ring})
    async with database.writing() as tx:
        await timers.set(tx, "bell", house.client, 7, NOW + HOUR)
    for moment in (NOW, NOW + HOUR, NOW + 2 * HOUR):
        await let_pass(database, timers, moment)
    assert bell.rung == [NOW + HOUR]


async def test_a_timer_set_again_is_moved_and_one_taken_back_stays_silent(database: Database, house: House) -> None:
    bell, timers = Bell(None), Timers()
    timers.answer({"bell": bell.ring})
    async with database.writing() as tx:
        for about, moment in ((1, NOW), (1, NOW + 2 * HOUR), (2, NOW)):
            await timers.set(tx, "bell", house.client, about, moment)
        await timers.drop(tx, "bell", house.client, 2)
        assert await timers.next_at(tx) == NOW + 2 * HOUR
    await let_pass(database, timers, NOW + HOUR)
    assert bell.rung == []


async def test_a_handler_names_the_next_moment(database: Database, house: House) -> None:
    bell, timers = Bell(NOW + HOUR, None), Timers()
    timers.answer({"bell": bell.ring})
    async with database.writing() as tx:
        await timers.set(tx, "bell", house.client, 0, NOW)
    for moment in (NOW, NOW, NOW + HOUR, NOW + HOUR):
        await let_pass(database, timers, moment)
    assert bell.rung == [NOW, NOW + HOUR]


async def test_a_timer_read_before_it_was_moved_does_not_go_off(database: Database, house: House) -> None:
    bell, timers = Bell(None), Timers()
    timers.answer({"bell": bell.ring})
    async with database.writing() as tx:
        await timers.set(tx, "bell", house.client, 0, NOW)
        (read,) = await timers.due(tx, NOW, 10)
        await timers.set(tx, "bell", house.client, 0, NOW + HOUR)
        assert not await timers.go_off(tx, read, NOW)
    assert bell.rung == []


async def test_a_timer_whose_handler_failed_is_tried_again_in_a_while(database: Database, house: House) -> None:
    timers = Timers()
    async with database.writing() as tx:
        await timers.set(tx, "bell", house.client, 0, NOW)
        (failed,) = await timers.due(tx, NOW, 10)
        await timers.put_off(tx, failed, NOW)
        assert await timers.due(tx, NOW, 10) == []
        assert await timers.next_at(tx) == NOW + AGAIN_AFTER


async def test_a_kind_nobody_answers_to_ends_and_one_with_two_handlers_is_refused(
    database: Database, house: House
) -> None:
    timers = Timers()
    async with database.writing() as tx:
        await timers.set(tx, "gone", house.client, 0, NOW)
    await let_pass(database, timers, NOW)
    async with database.reading() as tx:
        assert await timers.next_at(tx) is None
    timers.answer({"bell": Bell().ring})
    with pytest.raises(ValueError, match="bell"):
        timers.answer({"bell": Bell().ring})


async def test_the_timers_of_somebody_who_is_forgotten_go_with_them(database: Database, house: House) -> None:
    timers = Timers()
    async with database.writing() as tx:
        await timers.set(tx, "bell", house.client, 0, NOW)
        await persons.remove(tx, house.client)
        assert await timers.next_at(tx) is None


async def test_what_a_person_has_set_comes_with_them(database: Database, house: House) -> None:
    wanted = Preferences(agenda_minutes=0, two_sided=True)
    async with database.writing() as tx:
        assert (await persons.by_ids(tx, [house.client]))[house.client].preferences == Preferences()
        await persons.set_preferences(tx, house.client, wanted)
        assert (await persons.by_ids(tx, [house.client]))[house.client].preferences == wanted
