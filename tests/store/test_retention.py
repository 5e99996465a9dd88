"""What the consent text promises to delete is gone, and nothing else."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from bot.check_ins import CheckIns
from bot.digests import Digests
from bot.occasions import Occasions
from bot.roster import Roster
from bot.store import episodes, history, persons, retention
from bot.store.database import Database
from bot.store.tables import answers, notes
from bot.store.tables import check_ins as rows
from bot.store.tables import episodes as care
from bot.store.tables import persons as people
from bot.timers import Timers
from conversations.model import State
from tests.store.people import NOW, House, become, in_review, person


async def count(database: Database, table: object) -> int:
    async with database.reading() as tx:
        return (await tx.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]


async def answered(database: Database, house: House) -> None:
    """Let the client answer and send, with a note."""
    async with database.writing() as tx:
        full = await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        sent = replace(full.check_in, state=State.COMPLETED, closed_at=NOW, auto_send_at=None)
        await become(tx, house.ring, full, sent)


async def test_notes_and_words_go_when_their_time_is_over_and_the_ratings_stay(
    database: Database, house: House
) -> None:
    await answered(database, house)
    assert await count(database, answers) == 5
    async with database.writing() as tx:
        assert await retention.delete_notes(tx, NOW) == 0
        assert await retention.delete_notes(tx, NOW + timedelta(seconds=1)) == 1
    assert await count(database, notes) == 0
    assert await count(database, answers) == 4


async def test_a_number_stays_as_ratings_do_though_it_lies_where_words_do(database: Database, house: House) -> None:
    await answered(database, house)
    later, numbers = NOW + timedelta(seconds=1), {house.version: {"milestone"}}
    async with database.writing() as tx:
        await retention.delete_notes(tx, later, numbers)
    assert await count(database, answers) == 5
    async with database.writing() as tx:
        await retention.look_again(tx, NOW)
        await retention.delete_notes(tx, later, {house.version + 1: {"milestone"}, house.version: {"other"}})
    assert await count(database, answers) == 4


async def test_words_that_come_in_late_go_once_it_is_said_since_when_to_look(database: Database, house: House) -> None:
    later = NOW + timedelta(days=1)
    async with database.writing() as tx:
        await retention.delete_notes(tx, later)
    await answered(database, house)
    async with database.writing() as tx:
        assert await retention.delete_notes(tx, later) == 0, "it goes on where it ended"
        await retention.look_again(tx, later + timedelta(days=1))
        assert await retention.delete_notes(tx, later) == 0, "a later moment changes nothing"
        await retention.look_again(tx, NOW)
        assert await retention.delete_notes(tx, later) == 1


async def test_a_running_episode_is_never_deleted(database: Database, house: House) -> None:
    await answered(database, house)
    async with database.writing() as tx:
        assert await retention.delete_episodes(tx, NOW + timedelta(days=3650)) == 0
        assert await retention.delete_forgotten_people(tx) == 0
    assert await count(database, rows) == 1


async def test_an_ended_episode_goes_with_everything_in_it_and_then_the_person(
    database: Database, house: House
) -> None:
    await answered(database, house)
    async with database.writing() as tx:
        await episodes.end(tx, house.episode, "stopped", NOW)
        assert await retention.delete_episodes(tx, NOW) == 0
        assert await retention.delete_episodes(tx, NOW + timedelta(seconds=1)) == 1
        assert await retention.delete_forgotten_people(tx) == 1
    assert [await count(database, table) for table in (rows, answers, notes)] == [0, 0, 0]
    assert await count(database, people) == 1


async def test_a_person_with_an_ended_episode_stays_until_it_is_deleted(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await episodes.end(tx, house.episode, "stopped", NOW)
        assert await retention.delete_forgotten_people(tx) == 0
        assert house.client in await persons.by_ids(tx, [house.client])


async def test_the_history_of_a_client_holds_what_was_forwarded_oldest_first(database: Database, house: House) -> None:
    await answered(database, house)
    async with database.reading() as tx:
        closed = await history.of_episode(tx, house.episode)
    assert [one.prompted_at for one in closed] == [NOW]
    assert closed[0].answers == {"bond": 9, "goals": 0, "tasks": None, "overall": 10}


async def test_not_my_client_takes_that_care_away_at_once_and_leaves_what_another_therapist_still_has(
    database: Database, house: House
) -> None:
    await answered(database, house)
    check_ins = CheckIns(house.ring, house.practice)
    digests, occasions = Digests(house.ring, house.practice, Timers()), Occasions(house.practice, check_ins)
    roster = Roster(house.ring, house.practice, check_ins, digests, occasions)
    async with database.writing() as tx:
        await episodes.end(tx, house.episode, "stopped", NOW)
        other = await person(tx, house.ring, 700_000_002)
        number = await episodes.add(tx, house.ring, client_id=house.client, therapist_id=other, code="B-1", now=NOW)
        wrong = (await episodes.by_ids(tx, house.ring, [number]))[number]
        await roster.remove_wrong_client(tx, wrong, NOW)
    async with database.reading() as tx:
        assert list((await tx.execute(select(care.c.id))).scalars()) == [house.episode]
    assert [await count(database, table) for table in (rows, answers, notes)] == [1, 5, 1]
