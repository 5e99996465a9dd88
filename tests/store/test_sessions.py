from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.sessions import Noted, Sessions, Trouble, When
from bot.store import check_ins, history, persons
from bot.store import sessions as store
from bot.store.check_ins import Change, Kept, with_check_in
from bot.store.database import Database
from bot.store.episodes import Episode, by_ids
from bot.store.persons import Person
from bot.timers import Timers
from conversations import events as ev
from conversations.check_in import advance
from conversations.model import State
from tests.store.people import NOW, House, person, session_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW = NOW + DAY


@pytest.fixture
def sessions(house: House) -> Sessions:
    return Sessions(house.ring, house.plans(Timers()))


async def therapist(tx: AsyncConnection, house: House) -> Person:
    return (await persons.by_ids(tx, [house.therapist]))[house.therapist]


async def episode(tx: AsyncConnection, house: House) -> Episode:
    return (await by_ids(tx, house.ring, [house.episode]))[house.episode]


async def entered(tx: AsyncConnection, house: House, sessions: Sessions, starts_at: datetime = TOMORROW) -> Noted:
    noted = await sessions.enter(tx, await episode(tx, house), When(starts_at), NOW)
    assert isinstance(noted, Noted)
    return noted


async def happen(tx: AsyncConnection, house: House, number: int, now: datetime, *events: ev.Event) -> Kept:
    """Let things happen to a check-in, saved and read anew after each."""
    for event in events:
        kept = (await check_ins.load(tx, house.ring, now, ids=[number]))[number]
        terms = house.practice.terms(kept.check_in.version_id, kept.zone, kept.next_session_at)
        after = with_check_in(kept, advance(kept.check_in, event, now, terms).check_in)
        await check_ins.save(tx, house.ring, [Change(kept, after)])
    return (await check_ins.load(tx, house.ring, now, ids=[number]))[number]


async def test_a_session_that_did_not_happen_is_not_asked_about(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        noted = await entered(tx, house, sessions)
        number = noted.session.id
        assert noted.check_in is not None
        await sessions.cancel(tx, await therapist(tx, house), number, NOW)
        kept = (await check_ins.load(tx, house.ring, NOW, ids=[noted.check_in.id]))[noted.check_in.id]
        assert (kept.check_in.state, kept.check_in.next_at) == (State.CANCELLED, None)
        assert await sessions.cancel(tx, await therapist(tx, house), number, NOW) is Trouble.ALREADY_UNDONE


async def test_silence_about_a_session_that_did_not_happen_is_no_miss(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        session = session_of(await house.kept(tx))
        await happen(tx, house, house.check_in, NOW, ev.TimePassed())
        expired = await happen(tx, house, house.check_in, NOW + 4 * DAY, ev.TimePassed())
        assert expired.check_in.state is State.EXPIRED
        assert len(await history.of_episode(tx, house.episode)) == 1
        await sessions.cancel(tx, await therapist(tx, house), session, NOW + 4 * DAY)
        assert await history.of_episode(tx, house.episode) == []


async def test_a_session_its_client_has_answered_about_stays(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        me, session = await therapist(tx, house), session_of(await house.kept(tx))
        await happen(tx, house, house.check_in, NOW, ev.TimePassed(), ev.Started())
        assert await sessions.cancel(tx, me, session, NOW) is Trouble.TOO_LATE
        assert await sessions.move(tx, me, session, TOMORROW, NOW) is Trouble.TOO_LATE
        expired = await happen(tx, house, house.check_in, NOW, ev.Answered(0, 7))
        expired = await happen(tx, house, house.check_in, NOW + 4 * DAY, ev.TimePassed())
        assert expired.check_in.state is State.EXPIRED
        assert await sessions.cancel(tx, me, session, NOW + 4 * DAY) is Trouble.TOO_LATE
        assert len(await history.of_episode(tx, house.episode)) == 1


async def test_a_moved_session_asks_after_its_new_time_only(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        me, first = await therapist(tx, house), await entered(tx, house, sessions)
        moved = await sessions.move(tx, me, first.session.id, TOMORROW - 5 * HOUR, NOW)
        assert not isinstance(moved, Trouble)
        assert moved is not None
        after = moved[0].check_in
        assert after is not None
        assert after.due_at == TOMORROW - 5 * HOUR + timedelta(hours=2, minutes=50)
        known = await sessions.known(tx, first.session.id, NOW)
        assert known is not None
        assert (known.session.starts_at, known.check_in) == (TOMORROW - 5 * HOUR, after)
        due = await check_ins.unfinished(tx, house.ring, NOW, house.episode)
        assert set(due) == {house.check_in, after.id}
        assert await sessions.move(tx, me, first.session.id, TOMORROW - 5 * HOUR, NOW) is Trouble.ALREADY_THERE, (
            "a double press"
        )


async def test_a_session_cannot_be_moved_onto_another_but_within_its_own_time(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        me, first = await therapist(tx, house), await entered(tx, house, sessions)
        await entered(tx, house, sessions, TOMORROW + 3 * HOUR)
        assert await sessions.move(tx, me, first.session.id, TOMORROW + 3 * HOUR, NOW) is Trouble.DOUBLE
        moved = await sessions.move(tx, me, first.session.id, TOMORROW + timedelta(minutes=15), NOW)
        assert isinstance(moved, tuple)


async def test_what_was_called_off_by_mistake_is_on_again_and_asked_about(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        me, first = await therapist(tx, house), await entered(tx, house, sessions)
        assert await sessions.restore(tx, me, first.session.id, NOW) is Trouble.ALREADY_THERE
        await sessions.cancel(tx, me, first.session.id, NOW)
        again = await sessions.restore(tx, me, first.session.id, NOW)
        assert isinstance(again, Noted)
        assert again.check_in is not None
        kept = await sessions.known(tx, first.session.id, NOW)
        assert kept is not None
        assert (kept.session.cancelled_at, kept.check_in) == (None, again.check_in)
        await sessions.cancel(tx, me, first.session.id, NOW)
        await entered(tx, house, sessions)
        assert await sessions.restore(tx, me, first.session.id, NOW) is Trouble.DOUBLE


async def test_nobody_touches_another_therapists_sessions(database: Database, house: House, sessions: Sessions) -> None:
    async with database.writing() as tx:
        first = await entered(tx, house, sessions)
        other = await person(tx, house.ring, 5)
        await persons.change(tx, other, is_therapist=True)
        stranger = (await persons.by_ids(tx, [other]))[other]
        assert await sessions.cancel(tx, stranger, first.session.id, NOW) is None
        assert await sessions.move(tx, stranger, first.session.id, NOW, NOW) is None
        assert await sessions.restore(tx, stranger, first.session.id, NOW) is None
        kept = await store.get(tx, first.session.id)
        assert kept == first.session
