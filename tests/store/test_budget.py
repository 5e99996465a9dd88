"""The budget of questions: what a new client is asked waits for room, and what can never have any is named."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bot.store.database import Database
from conversations.model import State
from conversations.occasions import EACH, Occasion
from tests.store.asking import DAY, HOUR, Asking, one
from tests.store.people import NOW, House

START = (Occasion.START, EACH)


@pytest.fixture
def asking(house: House) -> Asking:
    return Asking.of(house)


def budget(asking: Asking, questions: int | None) -> None:
    practice = asking.house.practice
    practice.rules = replace(practice.rules, questions_a_week=questions)


async def joined(tx: AsyncConnection, asking: Asking) -> None:
    """Let two questions be asked of whoever joins, and somebody join."""
    await asking.assign(tx, START)
    client = await asking.person(tx, asking.house.client)
    await asking.occasions.begin(tx, client, asking.house.episode, asking.house.therapist, NOW)
    await asking.occasions.settled(tx, client, NOW)


async def days_pass(tx: AsyncConnection, asking: Asking, days: int) -> datetime:
    for day in range(1, days + 1):
        await asking.tick(tx, NOW + HOUR + day * DAY)
    return NOW + HOUR + days * DAY


async def test_what_a_new_client_is_asked_waits_until_the_week_has_room(database: Database, asking: Asking) -> None:
    budget(asking, 5)
    async with database.writing() as tx:
        await asking.done_with_the_morning(tx)  # four questions
        await joined(tx, asking)
        await asking.tick(tx, NOW + HOUR)
        waits = one(await asking.on(tx, Occasion.START)).check_in
        assert (waits.state, waits.due_at) == (State.SCHEDULED, NOW + HOUR + DAY)
        await days_pass(tx, asking, 6)
        assert await asking.states(tx, Occasion.START) == [State.SCHEDULED]
        await days_pass(tx, asking, 7)
        assert await asking.states(tx, Occasion.START) == [State.OPEN]


async def test_what_never_has_room_does_not_wait_for_ever(database: Database, asking: Asking) -> None:
    budget(asking, 1)
    async with database.writing() as tx:
        await joined(tx, asking)
        with capture_logs() as logged:
            await asking.tick(tx, NOW + HOUR)
        assert await asking.states(tx, Occasion.START) == [State.CANCELLED]
        why = [line["reason"] for line in logged if line["event"] == "check_in_not_asked"]
        assert set(why) == {"set_beyond_budget"}


@pytest.mark.parametrize(
    ("questions", "named"),
    [(None, []), (4, []), (3, ["session_checkin"]), (1, ["session_checkin", "week"])],
)
async def test_the_sets_that_nobody_can_be_asked_are_named(
    database: Database, asking: Asking, questions: int | None, named: list[str]
) -> None:
    async with database.writing() as tx:
        await asking.week(tx)
        assert [one.name for one in await asking.question_sets.beyond(tx, 1)] == ["session_checkin"]
        await asking.assign(tx, START)
        assert [one.name for one in await asking.question_sets.beyond(tx, questions)] == named
