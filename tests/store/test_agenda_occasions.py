"""What else is asked takes nothing off the agenda, and past scores from a file are no meeting."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store import agendas, check_ins, own_views, sessions
from bot.store.database import Database
from bot.store.tables import check_ins as check_in_table
from bot.store.tables import sessions as session_table
from conversations.model import Answers, CheckIn, State
from conversations.occasions import Occasion
from conversations.two_sided import OwnView
from tests.store.agenda_desk import GOOD, LOW, NEXT, Desk
from tests.store.asking import Asking
from tests.store.people import NOW, House, become, session_of
from tests.store.test_past_scores import bring, weeks

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATE = NOW + DAY - 2 * HOUR
"""After the session of the day after has begun."""


async def closed(
    tx: AsyncConnection, house: House, occasion: Occasion, answers: Answers, version: int, days: int = 1
) -> int:
    """Add a check-in that was answered some days from now; give its id."""
    at = NOW + days * DAY
    session = await sessions.add(tx, house.episode, at - 3 * HOUR, 50, NOW) if occasion is Occasion.AFTER else None
    planned = CheckIn(new_id(), house.episode, session.id if session else None, at, occasion=occasion)
    await check_ins.add(tx, planned)
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[planned.id]))[planned.id]
    after = CheckIn(
        planned.id,
        planned.episode_id,
        planned.session_id,
        at,
        occasion=occasion,
        state=State.COMPLETED,
        version_id=version,
        prompted_at=at,
        closed_at=at,
        answers=answers,
    )
    await become(tx, house.ring, kept, after)
    return planned.id


async def flagged(desk: Desk, session_id: int) -> list[int]:
    found = await desk.agenda(session_id)
    return [topic.check_in_id for topic in found.topics if topic.is_flagged] if found else []


@pytest.mark.parametrize("occasion", list(Occasion))
async def test_a_flag_stays_on_the_agenda_when_another_set_is_answered(
    database: Database, house: House, occasion: Occasion
) -> None:
    async with database.writing() as tx:
        desk, known = Desk(tx, house), await Asking.of(house).week(tx)
        assert known.live is not None
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW, LATE)
        await closed(tx, house, occasion, {"mood": 8, "sleep": 9}, known.live.id)
        assert await flagged(desk, session.id) == [house.check_in]


@pytest.mark.parametrize("occasion", list(Occasion))
async def test_the_usual_questions_asked_again_settle_or_raise_a_flag_whenever_they_are_asked(
    database: Database, house: House, occasion: Occasion
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW, LATE)
        assert await flagged(desk, session.id) == [house.check_in]
        await closed(tx, house, occasion, GOOD, house.version)
        assert await flagged(desk, session.id) == []
        low = await closed(tx, house, occasion, LOW, house.version, days=2)
        assert await flagged(desk, session.id) == [low]


async def test_what_is_held_back_takes_no_flag_off_the_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW)
        number = await closed(tx, house, Occasion.NOW, GOOD, house.version)
        await own_views.add(tx, [OwnView(number, NEXT)])
        assert await flagged(desk, session.id) == [house.check_in]


async def test_a_session_that_only_past_scores_know_of_is_no_meeting(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        met = NOW - 9 * DAY
        own = session_of(await house.kept(tx))
        await tx.execute(update(session_table).where(session_table.c.id == own).values(starts_at=met))
        await desk.close(house.check_in, LOW, NOW - 3 * DAY)
        session = (await desk.enter()).session
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 1, NOW - DAY))
        assert await agendas.since(tx, session) == met
        assert await flagged(desk, session.id) == [house.check_in]
        planned = await sessions.add(tx, house.episode, NOW - DAY, 50, NOW)
        assert await agendas.since(tx, session) == planned.starts_at, "one that nobody is asked about is a meeting"


async def test_a_session_that_was_there_when_past_scores_came_stays_a_meeting(database: Database, house: House) -> None:
    async with database.writing() as tx:
        session = (await Desk(tx, house).enter()).session
        own, met = session_of(await house.kept(tx)), NOW - DAY
        await tx.execute(update(session_table).where(session_table.c.id == own).values(starts_at=met))
        await tx.execute(update(check_in_table).values(state=State.CANCELLED.value))
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 1, met))
        of_it = select(func.count()).where(check_in_table.c.session_id == own)
        assert (await tx.execute(of_it)).scalar_one() == 2
        assert await agendas.since(tx, session) == met
