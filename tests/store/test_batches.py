"""What a batch of presses costs, and that each is kept."""

import contextlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Press
from bot.store import check_ins as store
from bot.store import persons
from bot.store.database import Database
from conversations import events as ev
from conversations.events import Event
from conversations.model import Note, State, Step, Visibility
from tests.store.people import NOW, House, become, client_of, planned
from tests.store.statements import Seen, watched


async def many_at(tx: AsyncConnection, house: House, step: Step, count: int) -> list[Press]:
    """Bring clients to a step and give what each would press there."""
    presses = []
    first = list(EVENTS).index(step) * 1000
    for number in range(first, first + count):
        client, episode = await client_of(tx, house.ring, house.therapist, 720_000_000 + number, f"C-{number}")
        check_in = await planned(tx, episode, NOW)
        kept = (await store.load(tx, house.ring, NOW, ids=[check_in]))[check_in]
        opened = replace(kept.check_in, state=State.OPEN, step=step, started_at=NOW, version_id=house.version)
        opened = replace(opened, expires_at=NOW + timedelta(days=3), note=Note("a note"))
        await become(tx, house.ring, kept, opened)
        someone = (await persons.by_ids(tx, [client]))[client]
        presses.append(Press(number, someone, check_in, EVENTS[step], message_id=number))
    return presses


EVENTS: dict[Step, Event] = {
    Step.QUESTION: ev.Answered(0, 7),
    Step.VISIBILITY: ev.VisibilityChosen(Visibility.NOW),
    Step.REVIEW: ev.Sent(),
}


async def statements_of(database: Database, house: House, steps: list[Step], count: int) -> Seen:
    """Count what a batch of presses says to the database, and take it back."""
    with watched(database) as seen, contextlib.suppress(Undone):
        async with database.writing() as tx:
            presses = [press for step in steps for press in await many_at(tx, house, step, count)]
            seen.clear()
            work = await CheckIns(house.ring, house.practice).press(tx, presses, NOW)
            assert set(work.verdicts.values()) == {None}
            raise Undone
    return seen


class Undone(Exception):
    """Takes a transaction back."""


async def test_a_hundred_presses_cost_as_many_statements_as_one(database: Database, house: House) -> None:
    one = await statements_of(database, house, [Step.QUESTION], 1)
    hundred = await statements_of(database, house, [Step.QUESTION], 100)
    assert "check_ins" in one.tables()
    assert hundred.rows_of("check_ins") == 100
    assert len(hundred.statements) == len(one.statements), hundred.tables()


async def test_notes_and_sending_cost_a_fixed_number_of_statements_too(database: Database, house: House) -> None:
    few = await statements_of(database, house, list(EVENTS), 1)
    many = await statements_of(database, house, list(EVENTS), 8)
    assert {"notes", "answers", "deliveries"} <= set(few.tables())
    assert len(many.statements) == len(few.statements), many.tables()


async def test_every_press_of_a_batch_is_kept_with_its_message(database: Database, house: House) -> None:
    async with database.writing() as tx:
        presses = await many_at(tx, house, Step.QUESTION, 7)
        await CheckIns(house.ring, house.practice).press(tx, presses, NOW)
    async with database.reading() as tx:
        loaded = await store.load(tx, house.ring, NOW, ids=[press.check_in_id for press in presses])
    kept = [loaded[press.check_in_id] for press in presses]
    assert [dict(one.check_in.answers) for one in kept] == [{"bond": 7}] * 7
    assert [one.screen.message_id for one in kept] == list(range(7))


async def test_the_same_press_twice_in_a_batch_counts_once(database: Database, house: House) -> None:
    async with database.writing() as tx:
        first = (await many_at(tx, house, Step.QUESTION, 1))[0]
        again = first._replace(update_id=99)
        work = await CheckIns(house.ring, house.practice).press(tx, [first, again], NOW)
        assert (work.verdicts[first.update_id], work.verdicts[99]) == (None, "stale")


async def test_a_press_on_somebody_elses_check_in_changes_nothing(database: Database, house: House) -> None:
    async with database.writing() as tx:
        mine, theirs = await many_at(tx, house, Step.QUESTION, 2)
        forged = mine._replace(check_in_id=theirs.check_in_id)
        before = await store.load(tx, house.ring, NOW, ids=[theirs.check_in_id])
        work = await CheckIns(house.ring, house.practice).press(tx, [forged], NOW)
        assert work.verdicts == {mine.update_id: "closed"}
        assert await store.load(tx, house.ring, NOW, ids=[theirs.check_in_id]) == before
