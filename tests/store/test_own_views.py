"""Two-sided rating in the store: what is held back, what lets it go, and that it happens once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Press
from bot.holding import OWN_VIEW
from bot.store import check_ins as store
from bot.store import own_views, persons, sessions
from bot.store.check_ins import Kept
from bot.store.database import Database
from bot.store.deliveries import Lane
from bot.store.tables import deliveries
from bot.timers import Timers
from bot.two_sided import TwoSided
from conversations import events as ev
from conversations.model import Note, State, Step, Visibility
from conversations.preferences import Preferences
from conversations.two_sided import HELD_AT_MOST
from tests.store.people import NOW, House, become, in_review
from tests.store.statements import watched

HOUR = timedelta(hours=1)
Said = list[tuple[str, int, datetime, str | None]]


class Desk:
    """A therapist who rates first, and a client who has everything ready to send."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house = tx, house
        self.check_ins = CheckIns(house.ring, house.practice)
        self.use = TwoSided(self.check_ins)
        self.timers = Timers()
        self.timers.answer({OWN_VIEW: self.use.lapse})

    async def prefer(self, *, two_sided: bool) -> None:
        await persons.set_preferences(self.tx, self.house.therapist, Preferences(two_sided=two_sided))

    async def send(self, note: Note | None = None) -> Kept:
        kept = await self.house.kept(self.tx)
        ready = replace(in_review(kept.check_in, self.house.version), note=note)
        await become(self.tx, self.house.ring, kept, ready)
        client = (await persons.by_ids(self.tx, [self.house.client]))[self.house.client]
        press = Press(1, client, self.house.check_in, ev.Sent(), message_id=1)
        await self.check_ins.press(self.tx, [press], NOW)
        return await self.house.kept(self.tx)

    async def said(self) -> Said:
        """What has been queued for the therapist: kind, lane, not before, detail."""
        mine = select(deliveries).where(deliveries.c.person_id == self.house.therapist).order_by(deliveries.c.id)
        return [(row.kind, row.lane, row.not_before, row.detail) for row in await self.tx.execute(mine)]

    async def time_is(self, now: datetime) -> None:
        for timer in await self.timers.due(self.tx, now, 10):
            await self.timers.go_off(self.tx, timer, now)


async def desk(tx: AsyncConnection, house: House) -> Desk:
    found = Desk(tx, house)
    await found.prefer(two_sided=True)
    return found


ASKED = (OWN_VIEW, int(Lane.ALERT), NOW, None)


async def test_nothing_is_held_back_for_a_therapist_who_does_not_rate(database: Database, house: House) -> None:
    async with database.writing() as tx:
        at = Desk(tx, house)
        await at.send()
        assert await at.said() == [("summary", int(Lane.ALERT), NOW, None)]
        assert await own_views.held(tx) == frozenset()
        assert await at.timers.next_at(tx) is None


async def test_the_last_rating_shows_everything_at_once_and_once(database: Database, house: House) -> None:
    async with database.writing() as tx:
        at = await desk(tx, house)
        kept = await at.send(Note("less homework", Visibility.NOW))
        assert await at.said() == [ASKED]
        assert await own_views.held(tx) == {house.check_in}
        assert await at.timers.next_at(tx) == NOW + HELD_AT_MOST
        for position, rating in enumerate((9, 0, 7, 10)):
            assert await at.use.rate(tx, kept, position, rating, NOW + HOUR) is not None
            assert await at.use.rate(tx, kept, position, 3, NOW + HOUR) is None
        later = NOW + HOUR
        assert (await at.said())[1:] == [
            ("summary", int(Lane.REPLY), later, "whole"),
            ("note", int(Lane.REPLY), later, "whole"),
        ]
        view = await own_views.find(tx, house.check_in)
        assert view is not None
        assert view.ratings == {"bond": 9, "goals": 0, "tasks": 7, "overall": 10}
        assert await at.timers.next_at(tx) is None
        assert await own_views.held_of(tx, house.episode) == frozenset()
        await at.use.let_go(tx, (await persons.by_ids(tx, [house.therapist]))[house.therapist], later)
        assert len(await at.said()) == 3


async def test_after_twelve_hours_it_is_shown_once_whatever_was_rated(database: Database, house: House) -> None:
    async with database.writing() as tx:
        at = await desk(tx, house)
        kept = await at.send()
        await at.use.rate(tx, kept, 0, 4, NOW)
        await at.time_is(NOW + HELD_AT_MOST - timedelta(seconds=1))
        assert await at.said() == [ASKED]
        end = NOW + HELD_AT_MOST
        await at.time_is(end)
        await at.time_is(end)
        assert await at.said() == [ASKED, ("summary", int(Lane.ALERT), end, None)]
        for late in (
            await at.use.rate(tx, kept, 1, 4, end),
            await at.use.skip(tx, kept, end),
            await at.use.go_back(tx, kept, 1, end),
        ):
            assert late is None


async def test_a_note_for_just_before_the_session_waits_for_the_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await sessions.add(tx, house.episode, NOW + timedelta(days=3), 50, NOW)
        at = await desk(tx, house)
        kept = await at.send(Note("later", Visibility.BEFORE))
        await at.use.skip(tx, kept, NOW)
        assert [kind for kind, *_ in await at.said()] == [OWN_VIEW, "summary"]


async def test_a_note_held_back_until_the_agenda_has_gone_comes_by_itself(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await sessions.add(tx, house.episode, NOW + 3 * HOUR, 50, NOW)
        at = await desk(tx, house)
        await at.send(Note("later", Visibility.BEFORE))
        await at.time_is(NOW + 2.5 * HOUR)
        assert [kind for kind, *_ in await at.said()] == [OWN_VIEW, "summary", "note"]


async def test_it_is_shown_in_time_for_a_session_that_is_near(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await sessions.add(tx, house.episode, NOW + 3 * HOUR, 50, NOW)
        at = await desk(tx, house)
        await at.send()
        assert await at.timers.next_at(tx) == NOW + 2.5 * HOUR


async def test_who_turns_it_off_is_shown_what_was_held_back(database: Database, house: House) -> None:
    async with database.writing() as tx:
        at = await desk(tx, house)
        await at.send()
        await at.prefer(two_sided=False)
        therapist = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await at.use.let_go(tx, therapist, NOW + HOUR)
        await at.use.let_go(tx, therapist, NOW + HOUR)
        assert [kind for kind, *_ in await at.said()] == [OWN_VIEW, "summary"]
        assert await at.timers.next_at(tx) is None


@pytest.mark.parametrize("two_sided", [False, True])
async def test_a_press_costs_no_more_statements_where_nothing_is_sent(
    database: Database, house: House, two_sided: bool
) -> None:
    async with database.writing() as tx:
        at = Desk(tx, house)
        await at.prefer(two_sided=two_sided)
        kept = await house.kept(tx)
        opened = replace(kept.check_in, state=State.OPEN, step=Step.QUESTION, started_at=NOW, version_id=house.version)
        await become(tx, house.ring, kept, opened)
        client = (await persons.by_ids(tx, [house.client]))[house.client]
        with watched(database) as seen:
            press = Press(1, client, house.check_in, ev.Answered(0, 7), message_id=1)
            await at.check_ins.press(tx, [press], NOW)
        assert set(seen.tables()) == {"check_ins", "answers", "screens"}
        assert (await store.load(tx, house.ring, NOW, ids=[house.check_in]))[
            house.check_in
        ].therapist.two_sided is two_sided
