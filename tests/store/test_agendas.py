"""What is on the agenda of a session."""

import pytest
from sqlalchemy import delete, update

from bot.store import discussions, episodes, goals, own_views, persons
from bot.store.database import Database
from bot.store.tables import answers
from bot.store.tables import check_ins as rows
from conversations.discussion import Discussion
from conversations.flag import Level
from conversations.model import Answers, Note, Step, Visibility
from conversations.two_sided import OwnView, Stand
from tests import caseload
from tests.store.agenda_desk import DAY, GOOD, HOUR, LOW, MINUTE, NEXT, SECRET, Desk
from tests.store.people import NOW, House, person, planned, session_of


@pytest.mark.parametrize(
    ("answers", "talk", "note", "said"),
    [
        (GOOD, False, None, False),
        (GOOD, True, None, True),
        (LOW, False, None, True),
        (GOOD, False, SECRET, True),
        (GOOD, False, Note("as you know", Visibility.NOW), False),
        (GOOD, False, Note("only mine", Visibility.PRIVATE), False),
        ({}, False, None, False),
    ],
)
async def test_only_what_is_worth_a_word_makes_an_agenda(
    database: Database, house: House, answers: Answers, talk: bool, note: Note | None, said: bool
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, answers, talk=talk, note=note)
        await desk.time_is(NEXT - 30 * MINUTE)
        assert bool(await desk.sent()) == said
        assert (await desk.agenda(session.id) is not None) == said


async def test_whether_there_is_an_agenda_is_said_without_the_answers_of_before(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter()
        await desk.close(house.check_in, LOW)
        await desk.agendas.readings.keep(tx, [house.episode])
        await tx.execute(delete(answers))
        await desk.time_is(NEXT - 30 * MINUTE)
        assert len(await desk.sent()) == 1


async def test_past_scores_that_come_in_later_do_not_close_the_flag_of_the_last_one_asked(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW)
        between = await caseload.check_in(tx, house.episode, (9, 9, 9, 9), NOW + DAY)
        past_score = rows.c.id == between
        await tx.execute(update(rows).where(past_score).values(step=Step.IMPORTED.value, version_id=house.version))
        for _ in range(2):
            found = await desk.agenda(session.id)
            assert found is not None
            assert [(topic.check_in_id, topic.level) for topic in found.topics] == [(house.check_in, Level.RED)]
            await desk.agendas.readings.keep(tx, [house.episode])


async def test_a_private_note_is_on_no_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True, note=Note("only mine", Visibility.PRIVATE))
        found = await desk.agenda(session.id)
        assert found is not None
        assert [topic.note for topic in found.topics] == [None]


async def test_what_is_held_back_until_the_therapist_has_rated_is_on_no_agenda(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW, talk=True, note=SECRET)
        await own_views.add(tx, [OwnView(house.check_in, NEXT)])
        assert await desk.agenda(session.id) is None
        await own_views.save(tx, OwnView(house.check_in, NEXT, Stand.SKIPPED))
        assert await desk.agenda(session.id) is not None


async def test_a_held_back_rating_of_a_goal_is_on_no_agenda_either(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        key = (await episodes.by_ids(tx, house.ring, [house.episode]))[house.episode].key
        goal = await goals.add(tx, key, house.episode, "to sleep", NOW)
        held = await planned(tx, house.episode, NOW + HOUR)
        await desk.close(house.check_in, LOW, talk=True)
        await desk.close(held, {**GOOD, "goal_progress": 7})
        await tx.execute(update(rows).where(rows.c.id == held).values(goal_id=goal.id))
        await own_views.add(tx, [OwnView(held, NEXT)])
        assert [one.progress for one in await desk.goals(session.id)] == [[]]
        await own_views.save(tx, OwnView(held, NEXT, Stand.SKIPPED))
        assert [one.progress for one in await desk.goals(session.id)] == [[(NOW, 7)]]


async def test_what_is_said_about_a_session_is_never_on_its_own_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.close(house.check_in, GOOD, talk=True, note=SECRET)
        own = session_of(await house.kept(tx))
        assert await desk.agenda(own, NOW) is None


async def test_with_no_agenda_wanted_only_what_was_promised_comes(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.prefer(0)
        session = (await desk.enter()).session
        await desk.close(house.check_in, LOW, talk=True)
        await desk.time_is(NEXT - 30 * MINUTE)
        assert await desk.sent() == []
        await desk.close(house.check_in, LOW, talk=True, note=SECRET)
        assert await desk.agenda(session.id) is not None


async def test_what_was_talked_about_is_left_out_and_what_was_opened_again_is_not(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        await discussions.put(tx, house.check_in, Discussion.TALKED, NOW)
        assert await desk.agenda(session.id) is None
        await discussions.put(tx, house.check_in, Discussion.OPEN, NOW + DAY)
        found = await desk.agenda(session.id)
        assert found is not None
        assert [topic.again for topic in found.topics] == [True]


async def test_what_was_on_one_agenda_is_not_on_the_next(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.close(house.check_in, GOOD, talk=True)
        first, second = (await desk.enter()).session, (await desk.enter(NEXT + 7 * DAY)).session
        assert await desk.agenda(first.id) is not None
        assert await desk.agenda(second.id, NEXT + 7 * DAY - HOUR) is None


async def test_nobody_sees_another_therapists_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        other = await person(tx, house.ring, 5)
        await persons.change(tx, other, is_therapist=True)
        stranger = (await persons.by_ids(tx, [other]))[other]
        assert await desk.agendas.of(tx, stranger, session.id, NOW) is None
