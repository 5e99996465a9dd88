from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import KIND, Agenda
from bot.sessions import Noted, Sessions, When
from bot.store import check_ins, discussions, episodes, goals, own_views, persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import answers, deliveries
from bot.store.tables import check_ins as rows
from bot.timers import Timers
from conversations.discussion import Discussion
from conversations.flag import Level
from conversations.goals import Goal
from conversations.model import Answers, CheckIn, Note, State, Step, Visibility
from conversations.two_sided import OwnView, Stand
from tests import caseload
from tests.store.people import NOW, House, become, person, planned, session_of

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NEXT = NOW + 7 * DAY
GOOD: Answers = {"bond": 9, "goals": 9, "tasks": 9, "overall": 9}
LOW: Answers = {"bond": 4, "goals": 8, "tasks": 8, "overall": 8}
SECRET = Note("the letter to my sister", Visibility.BEFORE)


class Desk:
    """A client's check-ins are closed as a test wants them; sessions are entered; time passes."""

    def __init__(self, tx: AsyncConnection, house: House) -> None:
        self.tx, self.house = tx, house
        self.timers = Timers()
        self.agendas = house.agendas(self.timers)
        self.timers.answer({KIND: self.agendas.go_off})
        self.sessions = Sessions(house.ring, house.plans(self.timers))

    async def therapist(self) -> Person:
        return (await persons.by_ids(self.tx, [self.house.therapist]))[self.house.therapist]

    async def prefer(self, minutes: int) -> None:
        mine = (await self.therapist()).preferences
        await persons.set_preferences(self.tx, self.house.therapist, replace(mine, agenda_minutes=minutes))

    async def enter(self, starts_at: datetime = NEXT, now: datetime = NOW) -> Noted:
        episode = (await episodes.by_ids(self.tx, self.house.ring, [self.house.episode]))[self.house.episode]
        noted = await self.sessions.enter(self.tx, episode, When(starts_at), now)
        assert isinstance(noted, Noted)
        return noted

    async def close(
        self, number: int, answers: Answers, at: datetime = NOW, *, talk: bool = False, note: Note | None = None
    ) -> None:
        kept = (await check_ins.load(self.tx, self.house.ring, NOW, ids=[number]))[number]
        closed: CheckIn = replace(
            kept.check_in,
            state=State.COMPLETED if answers else State.EXPIRED,
            version_id=self.house.version,
            prompted_at=at,
            closed_at=at,
            answers=answers,
            talk=talk,
            note=note,
        )
        await become(self.tx, self.house.ring, kept, closed)

    async def time_is(self, now: datetime) -> None:
        for timer in await self.timers.due(self.tx, now, 10):
            await self.timers.go_off(self.tx, timer, now)

    async def goals(self, session_id: int) -> Sequence[Goal]:
        found = await self.agenda(session_id)
        return found.goals if found else ()

    async def sent(self) -> list[tuple[int, datetime]]:
        rows = await self.tx.execute(select(deliveries).where(deliveries.c.kind == KIND).order_by(deliveries.c.id))
        return [(row.about_id, row.created_at) for row in rows]

    async def agenda(self, session_id: int, now: datetime = NEXT - 30 * MINUTE) -> Agenda | None:
        return await self.agendas.of(self.tx, await self.therapist(), session_id, now)


async def test_a_wish_to_talk_comes_half_an_hour_before_the_session_and_once(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        for moment in (NEXT - 31 * MINUTE, NEXT - 30 * MINUTE, NEXT - MINUTE, NEXT + DAY):
            await desk.time_is(moment)
        assert await desk.sent() == [(session.id, NEXT - 30 * MINUTE)]


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


@pytest.mark.parametrize("minutes", [15, 60])
async def test_it_comes_as_long_before_as_the_therapist_has_set_also_when_set_later(
    database: Database, house: House, minutes: int
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter()
        await desk.close(house.check_in, GOOD, talk=True)
        await desk.prefer(minutes)
        await desk.agendas.again(tx, await desk.therapist(), NOW)
        for back in range(120, 0, -5):
            await desk.time_is(NEXT - back * MINUTE)
        assert [at for _, at in await desk.sent()] == [NEXT - minutes * MINUTE]


async def test_a_note_for_just_before_still_comes_where_the_agenda_is_wanted_later_after_its_first_moment(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.prefer(60)
        await desk.enter()
        await desk.time_is(NEXT - HOUR)
        assert await desk.sent() == [], "nothing to say yet"
        await desk.prefer(15)
        await desk.agendas.again(tx, await desk.therapist(), NEXT - 50 * MINUTE)
        await desk.close(house.check_in, GOOD, NEXT - 40 * MINUTE, note=SECRET)
        for back in range(40, 0, -5):
            await desk.time_is(NEXT - back * MINUTE)
        assert [at for _, at in await desk.sent()] == [NEXT - 15 * MINUTE]


@pytest.mark.parametrize(("note", "times"), [(SECRET, 2), (None, 1)])
async def test_where_it_has_come_already_it_comes_again_only_with_what_is_new(
    database: Database, house: House, note: Note | None, times: int
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.prefer(60)
        await desk.enter()
        await desk.close(house.check_in, GOOD, talk=True)
        await desk.time_is(NEXT - HOUR)
        await desk.prefer(15)
        await desk.agendas.again(tx, await desk.therapist(), NEXT - 50 * MINUTE)
        if note is not None:
            await desk.close(await planned(tx, house.episode, NOW + HOUR), GOOD, NEXT - 40 * MINUTE, note=note)
        for back in range(40, 0, -5):
            await desk.time_is(NEXT - back * MINUTE)
        assert [at for _, at in await desk.sent()] == [NEXT - HOUR, NEXT - 15 * MINUTE][:times]


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


async def test_a_session_that_did_not_happen_hands_its_agenda_on(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.close(house.check_in, GOOD, note=SECRET)
        first, second = (await desk.enter()).session, (await desk.enter(NEXT + 7 * DAY)).session
        await desk.sessions.cancel(tx, await desk.therapist(), first.id, NOW)
        await desk.time_is(NEXT - 30 * MINUTE)
        assert await desk.sent() == []
        await desk.time_is(NEXT + 7 * DAY - 30 * MINUTE)
        assert [number for number, _ in await desk.sent()] == [second.id]


async def test_it_moves_with_its_session_and_is_sent_anew_for_the_new_time(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        await desk.time_is(NEXT - 30 * MINUTE)
        await desk.sessions.move(tx, await desk.therapist(), session.id, NEXT + DAY, NEXT - 20 * MINUTE)
        await desk.time_is(NEXT)
        await desk.time_is(NEXT + DAY - 30 * MINUTE)
        assert [at for _, at in await desk.sent()] == [NEXT - 30 * MINUTE, NEXT + DAY - 30 * MINUTE]


@pytest.mark.parametrize(
    ("back_at", "note", "sent_at"),
    [
        (NEXT + 20 * MINUTE, None, NEXT + 20 * MINUTE),
        (NEXT + 3 * HOUR, None, None),
        (NEXT + 3 * HOUR, SECRET, NEXT + 3 * HOUR),
        (NEXT + 12 * HOUR, SECRET, datetime(2026, 11, 12, 6, 30, tzinfo=UTC)),
    ],
)
async def test_after_downtime_a_promised_note_still_comes_but_not_at_night_and_the_rest_only_in_time(
    database: Database, house: House, back_at: datetime, note: Note | None, sent_at: datetime | None
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.enter()
        await desk.close(house.check_in, GOOD, talk=True, note=note)
        for moment in (back_at, back_at + HOUR, datetime(2026, 11, 12, 6, 30, tzinfo=UTC)):
            await desk.time_is(moment)
        assert [at for _, at in await desk.sent()] == ([sent_at] if sent_at else [])


async def test_a_summary_is_put_on_the_next_agenda_at_the_therapists_wish(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.close(house.check_in, GOOD)
        kept = (await check_ins.load(tx, house.ring, NOW, ids=[house.check_in]))[house.check_in]
        assert await desk.agendas.ask_again(tx, await desk.therapist(), kept, NOW) is None
        session = (await desk.enter()).session
        assert await desk.agendas.ask_again(tx, await desk.therapist(), kept, NOW) == NEXT - 30 * MINUTE
        assert await desk.agendas.ask_again(tx, await desk.therapist(), kept, NOW) == NEXT - 30 * MINUTE
        await desk.time_is(NEXT - 30 * MINUTE)
        assert [number for number, _ in await desk.sent()] == [session.id]
        late = NEXT - 10 * MINUTE
        assert await desk.agendas.ask_again(tx, await desk.therapist(), kept, late) == late
        assert len(await desk.sent()) == 2


async def test_of_many_sessions_entered_at_once_each_has_its_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        episode = (await episodes.by_ids(tx, house.ring, [house.episode]))[house.episode]
        await desk.sessions.enter_all(tx, episode, [When(NEXT + days * DAY) for days in (0, 7, 14)], NOW)
        await desk.sessions.cancel(tx, await desk.therapist(), (await desk.enter(NEXT + 3 * DAY)).session.id, NOW)
        await desk.close(house.check_in, GOOD, note=SECRET)
        for days in (0, 3, 7, 14):
            await desk.time_is(NEXT + days * DAY - 30 * MINUTE)
            await discussions.put(tx, house.check_in, Discussion.OPEN, NEXT + days * DAY + HOUR)
        assert [at for _, at in await desk.sent()] == [NEXT + days * DAY - 30 * MINUTE for days in (0, 7, 14)]


async def test_nobody_sees_another_therapists_agenda(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        other = await person(tx, house.ring, 5)
        await persons.change(tx, other, is_therapist=True)
        stranger = (await persons.by_ids(tx, [other]))[other]
        assert await desk.agendas.of(tx, stranger, session.id, NOW) is None
