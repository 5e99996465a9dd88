"""Therapists who leave, on both databases: what is kept, what falls due, what goes and what stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.digests import Digests
from bot.leaving import Leaving, Member, Trouble
from bot.occasions import Occasions
from bot.roster import Roster
from bot.store import deliveries as outbox
from bot.store import episodes, persons, retention, series, timers
from bot.store import question_sets as sets
from bot.store import transfers as store
from bot.store.database import Database
from bot.store.deliveries import Lane
from bot.store.persons import Person
from bot.store.tables import audit, consents, deliveries, leavings, transfers
from bot.store.tables import episodes as care
from bot.store.tables import timers as timer_rows
from bot.telegram.letters import Letter
from bot.telegram.messages import render
from bot.timers import Timers
from bot.transfers import KIND, LEAVING, Offer, Transfers
from bot.use_cases import UseCases
from conversations.occasions import Assignment
from conversations.transfers import Stands
from tests.store.people import NOW, House, client_of, person, planned

DAY = timedelta(days=1)


@dataclass(slots=True)
class Office:
    """The use cases around leaving, an admin, and a therapist who could go on."""

    house: House
    timers: Timers
    transfers: Transfers
    leaving: Leaving
    admin: Person
    successor: Person

    async def member(self, tx: AsyncConnection) -> Member:
        found = await self.leaving.member(tx, self.house.therapist)
        assert found is not None
        return found

    async def offer(self, tx: AsyncConnection, now: datetime = NOW) -> Trouble | None:
        return await self.leaving.offer(tx, self.admin, await self.member(tx), self.successor, now)

    async def offered(self, tx: AsyncConnection) -> tuple[Person, Offer]:
        client = (await persons.by_ids(tx, [self.house.client]))[self.house.client]
        offer = await self.transfers.of(tx, client, self.house.episode)
        assert offer is not None
        return client, offer

    async def let_pass(self, database: Database, now: datetime) -> None:
        for _ in range(3):  # a timer may set another
            async with database.reading() as tx:
                due = await self.timers.due(tx, now, 10)
            for timer in due:
                async with database.writing() as tx:
                    await self.timers.go_off(tx, timer, now)


@pytest.fixture
async def office(database: Database, house: House) -> Office:
    check_ins, clock = CheckIns(house.ring, house.practice), Timers()
    moves = Transfers(house.ring, check_ins, clock, Occasions(house.practice, check_ins))
    leaving = Leaving(house.ring, house.practice, moves)
    clock.answer({KIND: moves.go_off, LEAVING: leaving.go_off})
    async with database.writing() as tx:
        ids = [await person(tx, house.ring, 701), await person(tx, house.ring, 702)]
        await persons.change(tx, ids[0], is_admin=True)
        await persons.change(tx, ids[1], is_therapist=True)
        people = await persons.by_ids(tx, ids)
    return Office(house, clock, moves, leaving, people[ids[0]], people[ids[1]])


async def kinds(tx: AsyncConnection, person_id: int) -> list[str]:
    theirs = select(deliveries.c.kind).where(deliveries.c.person_id == person_id)
    return list((await tx.execute(theirs.order_by(deliveries.c.id))).scalars())


async def to_be_told(tx: AsyncConnection, person_id: int) -> list[int]:
    waiting = await outbox.waiting(tx, NOW + DAY, 50)
    return [one.id for one in waiting if one.person_id == person_id]


async def all_said(tx: AsyncConnection, numbers: list[int]) -> None:
    for number in numbers:
        await outbox.finish(tx, number, outbox.Outcome.SENT, NOW)


async def stands(tx: AsyncConnection, episode_id: int) -> Stands | None:
    offer = await store.get(tx, episode_id)
    return offer.stands if offer else None


async def test_an_offer_is_kept_and_the_therapist_keeps_the_client_until_they_choose(
    database: Database, office: Office
) -> None:
    async with database.writing() as tx:
        assert await office.offer(tx) is None
        assert await office.offer(tx) is Trouble.CHANGED
        member = await office.member(tx)
        assert (member.clients, member.waiting, member.until) == (1, 1, NOW + 14 * DAY)
        assert member.leave is not None
        assert await kinds(tx, office.house.client) == ["care_news"]
        assert await kinds(tx, office.house.therapist) == ["you_leave"]
        successor = await office.leaving.member(tx, office.successor.id)
        assert successor is not None
        assert await office.leaving.end_all(tx, office.admin, successor, NOW) is Trouble.SUCCEEDS
        await client_of(tx, office.house.ring, successor.person.id, 705, "K-1")
        third = await person(tx, office.house.ring, 706)
        await persons.change(tx, third, is_therapist=True)
        other = (await persons.by_ids(tx, [third]))[third]
        assert await office.leaving.offer(tx, office.admin, successor, other, NOW) is Trouble.SUCCEEDS


async def test_going_on_is_a_new_episode_with_its_own_consent(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        await office.offer(tx)
        client, offer = await office.offered(tx)
        assert offer.successor is not None
        work = await office.transfers.go_on(tx, client, offer, offer.successor, NOW + DAY)
        assert list(work.screens) == [house.check_in]
        (new,) = await episodes.of_therapist(tx, house.ring, office.successor.id)
        assert (new.code, new.client_id, new.started_at) == ("K-17", house.client, NOW + DAY)
        agreed = await tx.execute(select(consents.c.agreed_at, consents.c.revoked_at).order_by(consents.c.agreed_at))
        assert [tuple(row) for row in agreed] == [(NOW, NOW + DAY), (NOW + DAY, None)]
        assert await office.transfers.was(tx, new.id) is not None
        _, stale = await office.offered(tx)
        assert stale.transfer.stands is Stands.WENT_ON
        assert await timers.find(tx, KIND, house.client, house.episode) is None
    await office.let_pass(database, NOW + DAY)
    async with database.reading() as tx:
        assert await office.leaving.member(tx, house.therapist) is None
        assert "you_left" in await kinds(tx, house.therapist)
        assert "therapist_left" in await kinds(tx, office.admin.id)
        assert (await tx.execute(select(func.count()).select_from(leavings))).scalar_one() == 0


async def test_without_an_answer_there_is_one_reminder_and_then_the_end(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        await office.offer(tx)
    for days in (6, 7, 8, 13):
        await office.let_pass(database, NOW + days * DAY)
    async with database.reading() as tx:
        assert await kinds(tx, house.client) == ["care_news", "care_news"]
    await office.let_pass(database, NOW + 14 * DAY)
    async with database.reading() as tx:
        assert await stands(tx, house.episode) is Stands.EXPIRED
        assert await episodes.running(tx, house.therapist) == []
        assert "care_ended" in await kinds(tx, house.client)
        assert await office.leaving.member(tx, house.therapist) is None
        actions = (await tx.execute(select(audit.c.action).order_by(audit.c.at, audit.c.id))).scalars().all()
        assert sorted(actions) == ["people.expired", "people.left", "people.offered"]


async def test_what_ends_a_care_otherwise_lets_the_therapist_go(database: Database, office: Office) -> None:
    house = office.house
    check_ins = CheckIns(house.ring, house.practice)
    occasions = Occasions(house.practice, check_ins)
    roster = Roster(house.ring, house.practice, check_ins, _digests(house), occasions)
    async with database.writing() as tx:
        await office.offer(tx)
        client, _ = await office.offered(tx)
        await roster.stop(tx, client, NOW + DAY)
        assert await stands(tx, house.episode) is Stands.OVER
    await office.let_pass(database, NOW + DAY)
    async with database.reading() as tx:
        assert await office.leaving.member(tx, house.therapist) is None


def _digests(house: House) -> Digests:
    return Digests(house.ring, house.practice, Timers())


async def test_staying_withdraws_and_nothing_ends_later(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        await office.offer(tx)
        _, offer = await office.offered(tx)
        await office.transfers.opened(tx, offer, NOW)
        await office.leaving.stay(tx, office.admin, await office.member(tx), NOW + DAY)
        assert not await office.leaving.is_leaving(tx, (await office.member(tx)).person)
    await office.let_pass(database, NOW + 30 * DAY)
    async with database.reading() as tx:
        assert await episodes.running(tx, house.therapist) == [house.episode]
        assert await kinds(tx, house.client) == ["care_news", "care_news"], "who had read it is told that all stays"


async def test_the_only_therapist_has_nobody_to_offer_but_can_end_all(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        await persons.change(tx, office.successor.id, is_therapist=False)
        member = await office.member(tx)
        assert await office.leaving.successors(tx, member) == []
        assert await office.offer(tx) is Trouble.CANNOT
        assert isinstance(await office.leaving.end_all(tx, office.admin, member, NOW), Work)
        assert await office.leaving.member(tx, house.therapist) is None
        assert await episodes.running(tx, house.therapist) == []


async def test_a_client_is_never_offered_themselves(database: Database, office: Office) -> None:
    async with database.writing() as tx:
        await persons.change(tx, office.house.client, is_therapist=True)
        office.successor = (await persons.by_ids(tx, [office.house.client]))[office.house.client]
        assert await office.offer(tx) is None
        _, offer = await office.offered(tx)
        assert offer.successor is None


async def test_with_the_role_goes_all_that_only_a_therapist_has(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        for kind in ("digest", "morning", "agenda", "series", "feed", "own_view", "before_sessions", "replan"):
            await timers.put(tx, kind, house.therapist, 0, NOW + DAY)
        await series.add_holiday(tx, house.therapist, NOW.date(), NOW.date(), NOW)
        await sets.assign(tx, Assignment(house.therapist, "session_checkin", 1))
        await office.leaving.end_all(tx, office.admin, await office.member(tx), NOW)
        assert house.practice.is_stale
        mine = select(func.count()).select_from(timer_rows).where(timer_rows.c.person_id == house.therapist)
        assert (await tx.execute(mine)).scalar_one() == 0
        assert await series.holidays_of(tx, house.therapist, NOW.date()) == []
        assert await sets.all_assignments(tx) == []
        assert await kinds(tx, house.client) == ["care_ended", "menu"]


async def test_a_therapist_who_left_is_kept_as_long_as_their_clients_answers_and_then_forgotten(
    database: Database, office: Office
) -> None:
    house = office.house
    async with database.writing() as tx:
        await office.leaving.end_all(tx, office.admin, await office.member(tx), NOW)
        to_therapist, to_client = await to_be_told(tx, house.therapist), await to_be_told(tx, house.client)
        await all_said(tx, to_therapist)
        assert await retention.delete_forgotten_people(tx) == 0
        assert (await tx.execute(select(func.count()).select_from(care))).scalar_one() == 1
        assert await retention.delete_episodes(tx, NOW + DAY) == 1
        assert await retention.delete_forgotten_people(tx) == 1, "the client is still to be told"
        await all_said(tx, to_client)
        assert await retention.delete_forgotten_people(tx) == 1
        assert house.therapist not in await persons.by_ids(tx, [house.therapist])
        assert (await tx.execute(select(func.count()).select_from(transfers))).scalar_one() == 0


async def test_planned_sessions_and_open_questions_end_with_the_old_episode(database: Database, office: Office) -> None:
    async with database.writing() as tx:
        await planned(tx, office.house.episode, NOW + 5 * DAY)
        await office.offer(tx)
        _, offer = await office.offered(tx)
        work = await office.transfers.end_here(tx, offer, NOW)
        assert len(work.screens) == 2
        assert all(kept.check_in.state == "cancelled" for kept in work.screens.values())
        assert await kinds(tx, office.house.client) == ["care_news", "menu"], "the goodbye is the message they pressed"


@pytest.mark.parametrize("is_therapist", [True, False])
async def test_an_admin_who_is_no_therapist_any_more_is_sent_nothing_as_one(
    database: Database, office: Office, *, is_therapist: bool
) -> None:
    house = office.house
    async with database.writing() as tx:
        await persons.change(tx, house.therapist, is_admin=True, is_therapist=is_therapist)
        told = outbox.new(house.therapist, "stopped_client", Lane.ALERT, NOW, about_id=house.episode)
        await outbox.queue(tx, [told], NOW)
    cases = UseCases(database, house.ring, house.practice)
    async with cases.reading() as tx:
        (parcel,) = await cases.outbox.ready(tx, NOW, 10, ())
        rendered = await render(tx, cases, parcel, NOW, "bot")
    assert isinstance(rendered, Letter) is is_therapist


async def test_offers_of_others_are_not_touched(database: Database, office: Office) -> None:
    house = office.house
    async with database.writing() as tx:
        third = await person(tx, house.ring, 703)
        await persons.change(tx, third, is_therapist=True)
        _, other = await client_of(tx, house.ring, third, 704, "K-17")
        await office.offer(tx)
        await tx.execute(insert(leavings).values(person_id=third, since=NOW, clients=1))
        assert [one.episode_id for one in await store.open_of(tx, house.therapist)] == [house.episode]
        assert await store.open_of(tx, third) == []
        assert await store.get(tx, other) is None
        assert await store.open_counts(tx) == {house.therapist: 1}
        await outbox.queue(tx, [outbox.new(third, "menu", Lane.PROMPT, NOW)], NOW)
        assert set(await store.all_leaving(tx)) == {house.therapist, third}
