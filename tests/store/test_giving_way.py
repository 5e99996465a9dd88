"""What gives way to a check-in after a session, or meets a pause: nothing said is lost, nothing asked without end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox import Outbox
from bot.pauses import Pauses
from bot.practice import BUILT_IN_NAME
from bot.store import check_ins, deliveries, episodes, history, screens
from bot.store.check_ins import Kept
from bot.store.database import Database
from conversations import events as ev
from conversations.events import Event
from conversations.model import State, Visibility
from conversations.occasions import EACH, Occasion
from conversations.pausing import Pause
from conversations.schedule import Later
from tests.store.asking import DAY, HOUR, Asking, one
from tests.store.people import NOW, House, planned

START = (Occasion.START, EACH)
MINUTE = timedelta(minutes=1)
TO_MYSELF: tuple[Event, ...] = (ev.NoteAdded("only mine"), ev.VisibilityChosen(Visibility.PRIVATE))


@pytest.fixture
def asking(house: House) -> Asking:
    return Asking.of(house)


async def asked_now(tx: AsyncConnection, asking: Asking, name: str = "week") -> Kept:
    """Ask the client a set an hour before the check-in after this morning's session falls due."""
    await asking.week(tx)
    found = await asking.question_sets.named(tx, name)
    assert found is not None
    assert found.live is not None
    await asking.occasions.ask(tx, asking.house.episode, name, found.live.id, NOW - HOUR, NOW - HOUR)
    await asking.tick(tx, NOW - HOUR)
    opened = one(await asking.on(tx, Occasion.NOW))
    assert opened.check_in.state is State.OPEN
    await screens.move(tx, opened.check_in.id, 5, 1)  # it has reached its client
    return opened


async def started(tx: AsyncConnection, asking: Asking) -> None:
    """Let the client be asked what new clients are asked, now."""
    await asking.done_with_the_morning(tx)
    client = await asking.person(tx, asking.house.client)
    await asking.occasions.begin(tx, client, asking.house.episode, asking.house.therapist, NOW)
    await asking.occasions.settled(tx, client, NOW)


# ---- what was said ----


@pytest.mark.parametrize("name", ["week", BUILT_IN_NAME])
async def test_a_private_note_stays_when_what_it_was_written_in_gives_way_and_the_questions_come_again(
    database: Database, asking: Asking, name: str
) -> None:
    async with database.writing() as tx:
        opened = await asked_now(tx, asking, name)
        await asking.do(tx, opened, NOW - HOUR, *TO_MYSELF)
        await asking.tick(tx, NOW)
        old, new = sorted(await asking.on(tx, Occasion.NOW), key=lambda kept: kept.check_in.due_at)
        assert (old.check_in.state, new.check_in.state) == (State.CANCELLED, State.SCHEDULED)
        assert old.check_in.note is not None
        assert old.check_in.note.text == "only mine"
        assert await history.of_episode(tx, asking.house.episode) == [], "it is asked again, and so no miss"
        told = [row.kind for row in await deliveries.waiting(tx, NOW, 50, ()) if row.about_id == old.check_in.id]
        assert "silence" not in told


async def test_a_private_note_stays_when_the_session_it_was_written_before_is_called_off(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        await asking.assign(tx)
        await asking.done_with_the_morning(tx)
        session = await asking.enter(tx, NOW + DAY)
        await asking.tick(tx, NOW)
        await asking.do(tx, one(await asking.on(tx, Occasion.BEFORE)), NOW, *TO_MYSELF)
        await asking.sessions.cancel(tx, await asking.therapist(tx), session.id, NOW)
        closed = one(await asking.on(tx, Occasion.BEFORE)).check_in
        assert closed.state is State.CANCELLED
        assert closed.note is not None


async def test_what_is_open_before_a_session_is_called_off_with_it_also_where_nobody_is_asked_that_any_more(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        known, me = await asking.assign(tx), await asking.therapist(tx)
        await asking.done_with_the_morning(tx)
        session = await asking.enter(tx, NOW + DAY)
        await asking.tick(tx, NOW)
        assert await asking.states(tx, Occasion.BEFORE) == [State.OPEN]
        await asking.question_sets.unassign(tx, me, known, 0, Occasion.BEFORE, NOW)
        await asking.sessions.cancel(tx, me, session.id, NOW)
        assert await asking.states(tx, Occasion.BEFORE) == [State.CANCELLED]


# ---- what meets a pause ----


@pytest.mark.parametrize("until", [NOW + 3 * DAY, None])
async def test_what_new_clients_are_asked_comes_after_a_pause_that_was_there_first(
    database: Database, asking: Asking, until: object
) -> None:
    async with database.writing() as tx:
        await asking.assign(tx, START)
        await started(tx, asking)
        await episodes.pause(tx, asking.house.episode, Pause(NOW, NOW + 3 * DAY if until else None))
        for days in range(3):
            await asking.tick(tx, NOW + days * DAY)
            assert await asking.states(tx, Occasion.START) == [State.SCHEDULED]
        await episodes.pause(tx, asking.house.episode, None)
        await asking.tick(tx, NOW + 3 * DAY)
        assert await asking.states(tx, Occasion.START) == [State.OPEN]


async def test_what_new_clients_are_asked_is_taken_back_by_a_pause_and_comes_again_after_it(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        await asking.assign(tx, START)
        await started(tx, asking)
        await asking.tick(tx, NOW)
        pauses = Pauses(asking.check_ins, Outbox(asking.house.ring))
        client = await asking.person(tx, asking.house.client)
        await pauses.begin(tx, client, Pause(NOW, NOW + 14 * DAY), NOW + MINUTE)
        for days in range(14):
            await asking.tick(tx, NOW + MINUTE + days * DAY)
            assert sorted(await asking.states(tx, Occasion.START)) == [State.CANCELLED, State.SCHEDULED]
        await asking.tick(tx, NOW + 14 * DAY + MINUTE)
        assert sorted(await asking.states(tx, Occasion.START)) == [State.CANCELLED, State.OPEN]


async def test_a_pause_outlasts_the_end_that_came_from_the_first_prompt(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        await asking.assign(tx, START)
        await started(tx, asking)
        await asking.tick(tx, NOW)
        await planned(tx, asking.house.episode, NOW + HOUR)
        await asking.tick(tx, NOW + HOUR)
        await episodes.pause(tx, asking.house.episode, Pause(NOW + HOUR, NOW + 14 * DAY))
        newest = (await asking.on(tx, Occasion.AFTER))[-1]
        await asking.do(tx, newest, NOW + HOUR, ev.Skipped())
        for days in range(15):
            await asking.tick(tx, NOW + HOUR + days * DAY)
        assert (await asking.on(tx, Occasion.START))[-1].check_in.state is State.OPEN


# ---- how often, and when ----


async def test_what_gave_way_unanswered_takes_no_room_in_the_weekly_budget(database: Database, asking: Asking) -> None:
    house = asking.house
    house.practice.rules = replace(house.practice.rules, questions_a_week=7)
    async with database.writing() as tx:
        await asking.assign(tx)
        await asking.enter(tx, NOW + DAY - HOUR, NOW - HOUR)
        await asking.tick(tx, NOW - HOUR)
        await asking.tick(tx, NOW)  # two questions gave way to four
        await asking.do(tx, (await asking.on(tx, Occasion.AFTER))[0], NOW, ev.Skipped())
        await asking.tick(tx, NOW)
        assert (await asking.on(tx, Occasion.BEFORE))[-1].check_in.state is State.OPEN
        counted = await check_ins.asked_since(tx, [house.episode], NOW - DAY)
        assert sorted(counted[house.episode].values()) == [1, 1]


async def test_what_nobody_answers_is_not_asked_again_after_every_session(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        await asked_now(tx, asking)
        for days in range(12):
            moment = NOW + days * DAY
            if days:
                await planned(tx, asking.house.episode, moment)
            await asking.tick(tx, moment)
            newest = (await asking.on(tx, Occasion.AFTER))[-1]
            await asking.do(tx, newest, moment + MINUTE, ev.Skipped())
            await asking.tick(tx, moment + MINUTE)
        asked = await asking.on(tx, Occasion.NOW)
        assert {kept.check_in.state for kept in asked} == {State.CANCELLED}
        ends = NOW - HOUR + timedelta(hours=72)
        prompted = [kept.check_in.prompted_at for kept in asked if kept.check_in.prompted_at is not None]
        assert 1 < len(prompted) < 5
        assert max(prompted) < ends


async def test_what_was_put_off_till_tomorrow_comes_tomorrow_also_where_it_gave_way_today(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        opened = await asked_now(tx, asking)
        later = await asking.do(tx, opened, NOW - HOUR, ev.LaterAsked(), ev.Snoozed(Later.TOMORROW))
        tomorrow = later.check_in.reminder_at
        assert tomorrow is not None
        await asking.tick(tx, NOW)
        await asking.do(tx, (await asking.on(tx, Occasion.AFTER))[0], NOW, ev.Skipped())
        await asking.tick(tx, NOW + HOUR)
        again = (await asking.on(tx, Occasion.NOW))[-1].check_in
        assert (again.state, again.due_at) == (State.SCHEDULED, tomorrow)
        await asking.tick(tx, tomorrow)
        assert (await asking.on(tx, Occasion.NOW))[-1].check_in.state is State.OPEN


async def test_what_waits_is_looked_at_every_hour_and_for_the_last_time_while_it_is_of_use(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        known = await asking.assign(tx)
        assert known.live is not None
        await asking.done_with_the_morning(tx)
        await asking.occasions.ask(tx, asking.house.episode, "week", known.live.id, NOW, NOW)
        await asking.tick(tx, NOW)
        session = await asking.enter(tx, NOW + 2 * HOUR + 30 * MINUTE)
        await asking.tick(tx, NOW)
        waits = one(await asking.on(tx, Occasion.BEFORE)).check_in
        assert (waits.state, waits.due_at) == (State.SCHEDULED, NOW + HOUR)
        await asking.tick(tx, NOW + HOUR)
        waits = one(await asking.on(tx, Occasion.BEFORE)).check_in
        assert (waits.state, waits.due_at) == (State.SCHEDULED, session.starts_at - HOUR)
        await asking.tick(tx, session.starts_at - HOUR)
        assert await asking.states(tx, Occasion.BEFORE) == [State.CANCELLED]
