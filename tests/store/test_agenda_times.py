"""When the agenda of a session comes, and how often."""

from datetime import UTC, datetime

import pytest

from bot.sessions import When
from bot.store import check_ins, discussions, episodes
from bot.store.database import Database
from conversations.discussion import Discussion
from conversations.model import Note
from tests.store.agenda_desk import DAY, GOOD, HOUR, MINUTE, NEXT, SECRET, Desk
from tests.store.people import NOW, House, planned


async def test_a_wish_to_talk_comes_half_an_hour_before_the_session_and_once(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        session = (await desk.enter()).session
        await desk.close(house.check_in, GOOD, talk=True)
        for moment in (NEXT - 31 * MINUTE, NEXT - 30 * MINUTE, NEXT - MINUTE, NEXT + DAY):
            await desk.time_is(moment)
        assert await desk.sent() == [(session.id, NEXT - 30 * MINUTE)]


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
