"""What check-ins have said is judged once, kept, and the same as judging the whole history."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.readings import Readings
from bot.store import discussions, readings, sessions
from bot.store.database import Database
from bot.store.pasts import write_past
from bot.store.tables import answers, check_ins
from conversations.alliance import replay
from conversations.discussion import Discussion
from conversations.flag import Flag
from conversations.milestones import WIN, Kind, Milestone
from conversations.model import Past, Unheld
from tests import caseload
from tests.caseload import WEEK, Ratings
from tests.store.people import NOW, House
from tests.store.statements import watched

LONG_AGO = NOW - timedelta(days=4000)
PAST: list[Ratings] = [(9, 9, 9, 9), (9, 8, 9, 9), (9, 9, 9, 8), (5, 6, 5, 5), None, (9, 9, 9, 9), (8, None, None, 8)]


async def moved_in(tx: AsyncConnection, house: House, past: list[Ratings], code: str = "P-1") -> int:
    return await caseload.client(tx, house.ring, house.therapist, code, past, NOW)


async def test_what_is_kept_is_what_the_whole_history_says(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST)
        fresh = await use.since(tx, [episode], LONG_AGO)
        assert await use.keep(tx, [episode]) == len(PAST)
        assert await use.keep(tx, [episode]) == 0
        kept = await use.since(tx, [episode], LONG_AGO)
    expected = replay(PAST)[1]
    assert [one.flags for one in kept[episode]] == [reading.flags for reading in expected]
    assert kept[episode] == fresh[episode]


async def test_one_more_check_in_is_judged_by_what_was_kept_alone(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST[:4])
        await use.keep(tx, [episode])
        await tx.execute(text("DELETE FROM answers"))  # what was judged need not be read again
        await caseload.check_in(tx, episode, (4, 4, 4, 4), NOW + WEEK)
        assert await use.keep(tx, [episode]) == 1
        (last,) = (await use.since(tx, [episode], NOW))[episode]
    assert last.flags == tuple(replay([*PAST[:4], (4, 4, 4, 4)])[1][-1].flags)
    assert Flag.DEEPER in last.flags


async def test_only_the_time_asked_for_is_given(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST)
        for _ in range(2):
            found = await use.since(tx, [episode], NOW - 2.5 * WEEK)
            assert [one.answered for one in found[episode]] == [False, True, True]
            await use.keep(tx, [episode])


async def test_one_that_closes_after_a_later_one_was_judged_makes_it_all_anew(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST[:3])
        await use.keep(tx, [episode])
        await caseload.check_in(tx, episode, (3, 3, 3, 3), NOW + timedelta(minutes=1), open_for=72)
        fresh = await use.since(tx, [episode], LONG_AGO)
        assert [Flag.LOW in one.flags for one in fresh[episode]] == [False, False, True, False]
        assert await use.keep(tx, [episode]) == 4
        assert await use.since(tx, [episode], LONG_AGO) == fresh
        assert await use.keep(tx, [episode]) == 0


async def test_silence_about_a_session_that_was_not_held_is_forgotten(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, [(9, 9, 9, 9), None, None])
        await use.keep(tx, [episode])
        found = await use.since(tx, [episode], LONG_AGO)
        assert found[episode][-1].flags == (Flag.MISSED_2,)
        missed = select(check_ins.c.session_id).where(check_ins.c.id == found[episode][-1].check_in_id)
        session: Any = (await tx.execute(missed)).scalar_one()
        await sessions.cancel(tx, session, next(iter(Unheld)), NOW)
        assert len((await use.since(tx, [episode], LONG_AGO))[episode]) == 2
        await sessions.restore(tx, session)
        assert (await use.since(tx, [episode], LONG_AGO))[episode] == found[episode]


async def test_a_session_to_come_that_moves_or_is_called_off_leaves_what_was_judged(
    database: Database, house: House
) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST)
        await use.keep(tx, [episode])
        coming = await sessions.add(tx, episode, NOW + WEEK, 50, NOW)
        await sessions.move(tx, coming.id, NOW + 2 * WEEK, 50)
        await sessions.cancel(tx, coming.id, Unheld.CALLED_OFF, NOW)
        assert len((await readings.kept(tx, [episode], LONG_AGO))[episode]) == len(PAST)


async def test_a_wish_to_talk_and_where_the_loop_stands_come_with_it(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, [])
        number = await caseload.check_in(tx, episode, (9, 9, 9, 9), NOW, talk=True)
        for stands in (None, Discussion.TALKED, Discussion.OPEN):
            if stands is not None:
                await discussions.put(tx, number, stands, NOW)
            (one,) = (await use.since(tx, [episode], LONG_AGO))[episode]
            assert (one.talk, one.stands) == (True, stands)
            await use.keep(tx, [episode])


async def test_what_has_closed_lately_is_judged_all_along(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episodes = [await moved_in(tx, house, PAST, f"P-{number}") for number in range(3)]
        await caseload.client(tx, house.ring, house.therapist, "OLD", PAST, NOW - 3 * WEEK)
        assert [await use.keep_up(tx, NOW, 2) for _ in range(3)] == [2 * len(PAST), len(PAST), 0]
        with watched(database) as seen:
            await use.since(tx, episodes, NOW - WEEK)
        assert len(seen.statements) == 2


async def test_the_fifth_check_in_and_a_small_win_are_milestones(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, [])
        number = await caseload.check_in(tx, episode, (9, 9, 9, 9), NOW)
        past = {"past": write_past(Past(completed=4))}
        await tx.execute(update(check_ins).where(check_ins.c.id == number).values(**past))
        await tx.execute(insert(answers).values(check_in_id=number, question_id=WIN, text_sealed=b"sealed"))
        for _ in range(2):
            (one,) = (await use.since(tx, [episode], LONG_AGO))[episode]
            assert one.milestones == (Milestone(Kind.WIN, 5), Milestone(Kind.COUNT, 5))
            await use.keep(tx, [episode])


async def test_everything_goes_with_the_episode(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        episode = await moved_in(tx, house, PAST)
        await use.keep(tx, [episode])
        await tx.execute(text(f"DELETE FROM episodes WHERE id = {episode}"))  # noqa: S608 - a number
        assert await readings.kept(tx, [episode], LONG_AGO) == {}
        assert (await tx.execute(text("SELECT count(*) FROM courses"))).scalar() == 0


async def test_a_long_care_costs_no_more_than_a_short_one(database: Database, house: House) -> None:
    use = Readings(house.practice)
    spent = []
    for past in (PAST, PAST * 8):
        async with database.writing() as tx:
            episode = await moved_in(tx, house, past, f"P-{len(past)}")
            await use.keep(tx, [episode])
            with watched(database) as seen:
                found = await use.since(tx, [episode], NOW - 4 * WEEK)
            spent.append((len(seen.statements), len(found[episode])))
    assert spent == [(2, 4), (2, 4)]
