"""What is not asked: because the client pauses, because the week's questions are used up, because it came too late."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.outbox import Outbox
from bot.pauses import Pauses
from bot.practice import Practice
from bot.store import check_ins, deliveries, persons, screens
from bot.store.check_ins import Kept
from bot.store.database import Database
from bot.store.deliveries import Delivery
from bot.store.persons import Person
from conversations import events as ev
from conversations.model import Note, State, Visibility
from conversations.pausing import Pause
from tests.store.people import NOW, House, become, client_of, planned

DAY = timedelta(days=1)


class Desk:
    """The use cases in one test's transaction."""

    def __init__(self, tx: AsyncConnection, house: House, budget: int | None = None) -> None:
        self.tx, self.house = tx, house
        house.practice.rules = replace(house.practice.rules, questions_a_week=budget)
        self.check_ins = CheckIns(house.ring, house.practice)
        self.pauses = Pauses(self.check_ins, Outbox(house.ring))

    async def client(self) -> Person:
        return (await persons.by_ids(self.tx, [self.house.client]))[self.house.client]

    async def pause(self, until: datetime | None = None, now: datetime = NOW) -> None:
        await self.pauses.begin(self.tx, await self.client(), Pause(now, until), now)

    async def tick(self, now: datetime = NOW) -> None:
        await self.check_ins.tick(self.tx, now)

    async def kept(self, number: int | None = None) -> Kept:
        number = number or self.house.check_in
        return (await check_ins.load(self.tx, self.house.ring, NOW, ids=[number]))[number]

    async def state(self, number: int | None = None) -> State:
        return (await self.kept(number)).check_in.state

    async def waiting(self, kind: str) -> list[Delivery]:
        return [one for one in await deliveries.waiting(self.tx, NOW + 99 * DAY, 500, ()) if one.kind == kind]


@pytest.fixture(autouse=True)
def _rules_as_they_were(house: House) -> None:
    assert isinstance(house.practice, Practice)


# ---- pauses ----


async def test_what_falls_due_in_a_pause_is_neither_asked_nor_missed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.pause(until=NOW + DAY)
        later = await planned(tx, house.episode, NOW + DAY)
        await desk.tick()
        assert (await desk.state(), await desk.waiting("prompt")) == (State.CANCELLED, [])
        await desk.tick(NOW + DAY)
        assert await desk.state(later) is State.OPEN


async def test_a_pause_takes_back_what_is_open_and_leaves_what_has_answers(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.tick()
        await desk.check_ins.event(tx, house.check_in, ev.Started(), NOW)
        await desk.check_ins.event(tx, house.check_in, ev.Answered(0, 7), NOW)
        await desk.pause()
        assert await desk.state() is State.OPEN
        await desk.tick(NOW + DAY)
        assert await desk.waiting("reminder") == []


@pytest.mark.parametrize("said", [{"note": Note("the letter", Visibility.NOW)}, {"words": {"milestone": "I slept"}}])
async def test_a_pause_leaves_what_was_written_where_nothing_is_rated_yet(
    database: Database, house: House, said: dict[str, Any]
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.tick()
        await desk.check_ins.event(tx, house.check_in, ev.Started(), NOW)
        kept = await desk.kept()
        await become(tx, house.ring, kept, replace(kept.check_in, **said))
        await desk.pause()
        after = (await desk.kept()).check_in
        assert (after.state, after.note, dict(after.words)) == (State.OPEN, said.get("note"), said.get("words", {}))


async def test_a_pause_takes_back_what_was_only_opened(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.tick()
        await desk.check_ins.event(tx, house.check_in, ev.Started(), NOW)
        await desk.pause()
        assert await desk.state() is State.CANCELLED


async def test_the_therapist_is_told_of_a_pause_and_of_its_end_and_only_once_each(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        assert not await desk.pauses.end(tx, await desk.client(), NOW)
        await desk.pause()
        assert await desk.pauses.end(tx, await desk.client(), NOW + DAY)
        assert not await desk.pauses.end(tx, await desk.client(), NOW + DAY)
        assert [one.person_id for one in await desk.waiting("pause")] == [house.therapist, house.therapist]
        await desk.tick(NOW + DAY)
        assert await desk.state() is State.OPEN


# ---- burden ----


async def test_a_week_has_room_for_so_many_questions(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house, budget=10)  # a check-in of the built-in set has four
        numbers = [house.check_in, *[await planned(tx, house.episode, NOW + days * DAY) for days in (2, 4, 8)]]
        for days in (0, 2, 4, 8):
            await desk.tick(NOW + days * DAY)
        asked = [(await desk.kept(number)).check_in.prompted_at is not None for number in numbers]
        assert asked == [True, True, False, True]
        assert await desk.state(numbers[2]) is State.CANCELLED


async def test_a_newer_check_in_takes_the_place_of_one_never_started_and_one_is_open_at_most(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        newer = await planned(tx, house.episode, NOW + DAY)
        await desk.tick()
        await desk.tick(NOW + DAY)
        assert (await desk.state(), await desk.state(newer)) == (State.EXPIRED, State.OPEN)


# ---- downtime ----


async def test_a_prompt_that_never_reached_anybody_is_no_missing_answer(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.tick()
        await desk.tick(NOW + 4 * DAY)
        assert await desk.state() is State.CANCELLED


async def test_a_prompt_that_reached_its_client_expires(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.tick()
        await screens.move(tx, house.check_in, 5, 1)
        await desk.tick(NOW + 4 * DAY)
        assert await desk.state() is State.EXPIRED


async def test_after_downtime_what_closes_soonest_is_sent_first(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        _, episode = await client_of(tx, house.ring, house.therapist, 710_000_077, "K-77")
        urgent = await planned(tx, episode, NOW + timedelta(minutes=1))
        await planned(tx, episode, NOW + 3 * DAY)  # its session is 69 hours from now, so `urgent` closes sooner
        await desk.tick(NOW + timedelta(hours=5))
        assert [one.about_id for one in await desk.waiting("prompt")] == [urgent, house.check_in]
