"""When a client with nothing open is asked next: what is over already comes first."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.sessions import Noted, Sessions, When
from bot.store.database import Database
from bot.store.episodes import by_ids
from bot.store.tables import check_ins as rows
from bot.timers import Timers
from conversations.pausing import Pause
from tests.store.people import NOW, House
from tests.store.test_pauses import Desk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sessions(house: House) -> Sessions:
    return Sessions(house.ring, house.plans(Timers()))


async def enter(tx: AsyncConnection, house: House, sessions: Sessions, starts_at: datetime) -> datetime:
    """Enter a session and give when it is asked about."""
    episode = (await by_ids(tx, house.ring, [house.episode]))[house.episode]
    noted = await sessions.enter(tx, episode, When(starts_at), NOW)
    assert isinstance(noted, Noted)
    assert noted.check_in is not None
    return noted.check_in.due_at


async def coming(tx: AsyncConnection, house: House, now: datetime = NOW) -> datetime | None:
    return await CheckIns(house.ring, house.practice).coming(tx, house.episode, now)


async def test_a_session_that_is_over_or_on_is_asked_about_at_its_time(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        await tx.execute(delete(rows))
        assert await coming(tx, house) is None
        later = await enter(tx, house, sessions, NOW + 2 * DAY)
        assert await coming(tx, house) is None, "that is after the next session"
        soon = await enter(tx, house, sessions, NOW - HOUR)
        assert await coming(tx, house) == soon
        assert await coming(tx, house, NOW + 2 * DAY) == soon, "late, and still to come"
        await tx.execute(delete(rows).where(rows.c.due_at == soon))
        assert await coming(tx, house, NOW + 2 * DAY) == later


async def test_what_will_not_be_asked_is_not_promised(database: Database, house: House, sessions: Sessions) -> None:
    async with database.writing() as tx:
        await tx.execute(delete(rows))
        await enter(tx, house, sessions, NOW - HOUR)
        await enter(tx, house, sessions, NOW + 6 * HOUR)
        assert await coming(tx, house) is None, "the next session is too close"


async def test_while_a_client_pauses_nothing_comes_before_it_is_over(
    database: Database, house: House, sessions: Sessions
) -> None:
    async with database.writing() as tx:
        await tx.execute(delete(rows))
        due = await enter(tx, house, sessions, NOW - HOUR)
        desk = Desk(tx, house)
        await desk.pauses.begin(tx, await desk.client(), Pause(NOW, due + DAY), NOW)
        assert await coming(tx, house) is None
        await desk.pauses.end(tx, await desk.client(), NOW)
        assert await coming(tx, house) == due
