"""Check-ins before the sessions of a series that goes on at another time."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.repeats import Repeats, Started
from bot.store.database import Database
from bot.taking_back import TakingBack
from bot.typed_times import read_rhythm
from conversations import events as ev
from conversations.events import Event
from conversations.model import Session, State
from conversations.occasions import Occasion
from conversations.series import Rhythm
from tests.store.asking import DAY, DONE, HOUR, Asking
from tests.store.people import NOW, House


async def first_of_a_series(tx: AsyncConnection, asking: Asking, repeats: Repeats) -> Session:
    """Enter a series before whose sessions questions are asked; give the first one."""
    await asking.assign(tx)
    await asking.done_with_the_morning(tx)
    me = await asking.therapist(tx)
    rhythm = read_rhythm(["weekly", "Tue", "15:00"], me.zone, NOW)
    assert isinstance(rhythm, Rhythm)
    started = await repeats.start(tx, me, await asking.episode(tx), rhythm, NOW)
    assert isinstance(started, Started)
    return started.sessions[0]


@pytest.mark.parametrize(
    ("did", "becomes"),
    [(DONE, State.COMPLETED), ((ev.Skipped(),), State.DECLINED), ((), State.CANCELLED)],
)
async def test_nobody_is_asked_twice_before_a_session_that_moves_with_all_later_ones(
    database: Database, house: House, did: tuple[Event, ...], becomes: State
) -> None:
    asking = Asking.of(house)
    repeats = Repeats(asking.plans, asking.sessions, asking.timers)
    async with database.writing() as tx:
        me = await asking.therapist(tx)
        first = await first_of_a_series(tx, asking, repeats)
        asked_at = first.starts_at - DAY
        await asking.tick(tx, asked_at)
        asked = (await asking.on(tx, Occasion.BEFORE))[0]
        assert asked.check_in.state is State.OPEN
        await asking.do(tx, asked, asked_at, *did)

        onto = first.starts_at + 2 * DAY
        moved = await repeats.move_rest(tx, me, first.id, onto, asked_at + HOUR)
        assert isinstance(moved, tuple)
        new = moved[0].sessions
        found = await asking.on(tx, Occasion.BEFORE, asked_at + HOUR)
        kept = {one.check_in.session_id: one.check_in for one in found if one.check_in.state is not State.CANCELLED}
        answered = becomes is not State.CANCELLED
        assert kept[new[0].id].state is (becomes if answered else State.SCHEDULED)
        assert (kept[new[0].id].id == asked.check_in.id) is answered
        assert {kept[one.id].state for one in new[1:]} == {State.SCHEDULED}
        assert len(kept) == len(new)
        await asking.tick(tx, onto - DAY + timedelta(hours=1))
        states = await asking.states(tx, Occasion.BEFORE)
        assert states.count(State.OPEN) == (not answered)


async def test_what_was_said_before_a_session_goes_back_with_it(database: Database, house: House) -> None:
    asking = Asking.of(house)
    repeats = Repeats(asking.plans, asking.sessions, asking.timers)
    taking_back = TakingBack(asking.plans, asking.sessions, repeats)
    async with database.writing() as tx:
        me = await asking.therapist(tx)
        first = await first_of_a_series(tx, asking, repeats)
        asked_at = first.starts_at - DAY
        await asking.tick(tx, asked_at)
        asked = (await asking.on(tx, Occasion.BEFORE))[0]
        await asking.do(tx, asked, asked_at, *DONE)
        then = asked_at + HOUR
        moved = await repeats.move_rest(tx, me, first.id, first.starts_at + 2 * DAY, then)
        assert isinstance(moved, tuple)
        back = await taking_back.move(tx, me, moved[0].series.id, first.id, None, then)
        assert isinstance(back, tuple)
        found = await asking.on(tx, Occasion.BEFORE, then)
        kept = {one.check_in.session_id: one.check_in for one in found if one.check_in.state is not State.CANCELLED}
        assert kept[first.id].id == asked.check_in.id
        assert kept[first.id].state is State.COMPLETED
        assert set(kept) == {one.id for one in back[0].sessions}
