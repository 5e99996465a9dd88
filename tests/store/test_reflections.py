from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.crypto import Tampered
from bot.reflections import Held, Reflections
from bot.store import persons
from bot.store import reflections as store
from bot.store.database import Database
from bot.store.episodes import end
from bot.store.tables import deliveries, reflections
from conversations import events, reflection
from conversations.reflection import AGAIN_AFTER, ASK, STORIES, Event, State
from tests.store.people import NOW, House

MESSAGE = 41


class Desk:
    """One client's reflection: every event is applied to what is read from the database."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house = tx, house
        self.check_ins = CheckIns(house.ring, house.practice)
        self.cases = Reflections(house.ring, self.check_ins)

    async def client(self) -> persons.Person:
        return (await persons.by_ids(self.tx, [self.house.client]))[self.house.client]

    async def held(self) -> Held:
        found = await self.cases.of(self.tx, await self.client())
        assert found is not None
        return found

    async def begin(self) -> None:
        assert await self.cases.start(self.tx, await self.client(), MESSAGE, NOW) is not None

    async def do(self, *happened: Event) -> Held:
        for event in happened:
            outcome = await self.cases.apply(self.tx, await self.held(), event, NOW, pressed_on=MESSAGE)
            assert outcome.refusal is None
        return await self.held()

    async def rate(self) -> Held:
        for story in (await self.held()).stories.order:
            await self.do(reflection.Rated(story, 8 if story == "space" else 3))
        return await self.held()

    async def queued(self) -> list[tuple[int, str]]:
        rows = await self.tx.execute(select(deliveries.c.person_id, deliveries.c.kind).order_by(deliveries.c.id))
        return [(row.person_id, row.kind) for row in rows]


async def test_everything_comes_back_as_it_was_after_each_step(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await Desk(tx, house).begin()
        order = (await Desk(tx, house).held()).stories.order
    for at, story in enumerate(order):
        async with database.writing() as tx:
            desk = Desk(tx, house)
            assert (await desk.held()).stories.place == story
            held = await desk.do(reflection.Rated(story, at))
            assert (held.stories.order, held.message_id) == (order, MESSAGE)
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.cases.type_text(tx, await desk.held(), "a plan \N{SNOWMAN}", 77, NOW)
        held = await desk.do(reflection.KeptPrivate())
        assert held.stories.ratings == {story: at for at, story in enumerate(order)}
        assert (held.stories.words, held.stories.state) == ("a plan \N{SNOWMAN}", State.PRIVATE)


async def test_neither_ratings_nor_words_are_readable_and_neither_can_be_swapped(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        await desk.rate()
        await desk.cases.type_text(tx, await desk.held(), "a plan", 77, NOW)
        row = (await tx.execute(select(reflections))).one()
        assert not any(word in row.ratings_sealed + row.words_sealed for word in (b"space", b"steady", b"plan"))
        await tx.execute(update(reflections).values(words_sealed=row.ratings_sealed))
        with pytest.raises(Tampered):
            await desk.held()


async def test_one_client_has_one_reflection_and_another_only_when_its_time_has_come(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        client = await desk.client()
        assert await desk.cases.start(tx, client, MESSAGE, NOW) is None
        await desk.rate()
        await desk.do(reflection.Passed(), reflection.KeptPrivate())
        assert await desk.cases.start(tx, client, MESSAGE, NOW + AGAIN_AFTER - timedelta(seconds=1)) is None
        before = (await desk.held()).stories
        begun = await desk.cases.start(tx, client, MESSAGE, NOW + AGAIN_AFTER)
        assert begun is not None
        assert (await desk.held()).stories == begun.stories != before
        assert len((await tx.execute(select(reflections.c.id))).all()) == 1


async def test_shared_it_reaches_its_therapist_once_and_kept_private_nobody(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        await desk.rate()
        await desk.do(reflection.Passed(), reflection.KeptPrivate())
        assert await desk.queued() == []
        await desk.do(reflection.Shared())
        assert await desk.queued() == [(house.therapist, "reflection_shared")]


async def test_deleted_there_is_no_row(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        await desk.rate()
        held = await desk.do(reflection.Passed())
        await desk.cases.apply(tx, held, reflection.Deleted(), NOW)
        assert (await tx.execute(select(reflections))).all() == []


async def test_words_that_may_point_to_danger_bring_the_card_and_tell_the_therapist_nothing_of_them(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        await desk.cases.type_text(tx, await desk.held(), "I want to kill myself", 76, NOW)
        assert await desk.queued() == [(house.client, "crisis"), (house.therapist, "risk_unkept")]
        held = await desk.rate()
        assert held.stories.place == ASK
        await desk.cases.type_text(tx, held, "I want to kill myself", 77, NOW)
        expected = [(house.client, "crisis"), (house.therapist, "risk_private"), (house.client, "delete")]
        assert (await desk.queued())[2:] == expected


async def test_it_waits_while_a_check_in_is_open(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        client = await desk.client()
        assert not await desk.cases.has_to_wait(tx, client, NOW)
        await desk.check_ins.event(tx, house.check_in, events.TimePassed(), NOW)
        assert await desk.cases.has_to_wait(tx, client, NOW)
        await desk.check_ins.event(tx, house.check_in, events.Skipped(), NOW)
        assert not await desk.cases.has_to_wait(tx, client, NOW)


async def test_words_go_after_their_time_and_all_of_it_with_the_episode(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.begin()
        await desk.rate()
        await desk.cases.type_text(tx, await desk.held(), "a plan", 77, NOW)
        await desk.do(reflection.KeptPrivate())
        assert await store.delete_words(tx, NOW) == 0
        assert await store.delete_words(tx, NOW + timedelta(seconds=1)) == 1
        left = (await desk.held()).stories
        assert (left.words, set(left.ratings)) == ("", set(STORIES))
        number = left.id
        await end(tx, house.episode, "ended", NOW)
        assert await desk.cases.get(tx, number) is None, "nobody reads it once the care is over"
