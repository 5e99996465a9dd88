"""What a therapist is told of a check-in is read against those that asked the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.practice import OFFERED
from bot.reports import Reports, Told
from bot.store import check_ins, sessions
from bot.store import practice as store
from bot.store.database import Database
from bot.store.history import Closed
from conversations.flag import Flag
from conversations.model import Answers, State, Unheld
from conversations.trends import Standing
from tests.store.people import BERLIN, NOW, House, become, planned

WEEK = timedelta(weeks=1)
LOW: Answers = {"bond": 3, "goals": 8, "tasks": 8, "overall": 8}


async def told_of(tx: AsyncConnection, house: House, number: int) -> Told | None:
    asking = CheckIns(house.ring, house.practice)
    kept = await asking.get(tx, number, NOW)
    assert kept is not None
    return await Reports(house.ring, asking).told(tx, kept, BERLIN)


async def closed(tx: AsyncConnection, house: House, week: int, version: int, answers: Answers) -> int:
    at = NOW + (week + 1) * WEEK
    number = await planned(tx, house.episode, at)
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[number]))[number]
    state = State.COMPLETED if answers else State.EXPIRED
    told = replace(
        kept.check_in, state=state, version_id=version, prompted_at=at, closed_at=at, answers=answers, due_at=at
    )
    await become(tx, house.ring, kept, told)
    return number


async def test_silence_about_other_questions_is_none_about_these(database: Database, house: House) -> None:
    async with database.writing() as tx:
        other = await store.publish(tx, YAML(typ="safe").load(OFFERED[0].read_text(encoding="utf-8")), NOW)
        await house.practice.load(tx, NOW)
        await closed(tx, house, 0, house.version, LOW)
        await closed(tx, house, 1, other, {})
        number = await closed(tx, house, 2, house.version, {})
        told = await told_of(tx, house, number)
    assert told is not None
    assert told.summary.reading is not None
    assert told.summary.reading.flags == (Flag.DROPOUT_WATCH,), "one miss and not two"
    assert told.trend is None or [point.standing for point in told.trend.points] == [Standing.SCORED, Standing.MISSED]


async def test_the_chart_knows_the_days_of_other_questions_without_comparing_answers(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as tx:
        other = await store.publish(tx, YAML(typ="safe").load(OFFERED[0].read_text(encoding="utf-8")), NOW)
        await house.practice.load(tx, NOW)
        for week, version in enumerate((house.version, house.version, other, house.version, other)):
            number = await closed(tx, house, week, version, LOW)
        monkeypatch.setattr(Closed, "__eq__", lambda *_: pytest.fail("years of answers are compared with each other"))
        told = await told_of(tx, house, number)
    assert told is not None
    assert told.trend is not None
    assert told.trend.left_out == tuple((NOW + weeks * WEEK - timedelta(hours=3)).date() for weeks in (3, 5))


async def test_of_a_session_that_did_not_happen_there_is_nothing_to_tell(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await closed(tx, house, 0, house.version, LOW)
        number = await closed(tx, house, 1, house.version, {})
        assert await told_of(tx, house, number) is not None
        kept = (await check_ins.load(tx, house.ring, NOW, ids=[number]))[number]
        assert kept.check_in.session_id is not None
        await sessions.cancel(tx, kept.check_in.session_id, Unheld.CALLED_OFF, NOW + 3 * WEEK)
        assert await told_of(tx, house, number) is None
