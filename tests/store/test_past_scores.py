"""Past scores in the database: history for flags and charts, and neither news nor a burden; all or nothing; undone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.crypto import new_id
from bot.digests import Digests, Span
from bot.past_scores import Import, ScoreImports
from bot.question_sets import QuestionSets
from bot.readings import Readings
from bot.reports import Reports
from bot.roster import Person
from bot.store import agendas, audit, check_ins, episodes, pasts, persons, question_sets, sessions
from bot.store.database import Database
from bot.store.tables import answers, deliveries, imported_check_ins, score_imports, timers
from bot.store.tables import check_ins as check_in_table
from bot.store.tables import sessions as session_table
from bot.timers import Timers
from conversations.flag import Flag
from conversations.model import CheckIn
from conversations.question_sets import read_file
from conversations.score_faults import PastScoresFault
from conversations.score_files import read_rows
from tests import caseload
from tests.conversations.scores import SETS
from tests.store.people import BERLIN, CLIENT_TELEGRAM, NOW, THERAPIST_TELEGRAM, House, client_of, person

LONG_AGO = NOW - timedelta(days=4000)
YESTERDAY = NOW - timedelta(days=1)


def weeks(code: str, ratings: tuple[int, ...], count: int, last: datetime = NOW - timedelta(weeks=6)) -> str:
    """Write a file: the same four ratings once a week."""
    days = [(last - timedelta(weeks=number)).astimezone(BERLIN).date() for number in range(count)]
    names = ("bond", "goals", "tasks", "overall")
    lines = [f"{code},{day},{name},{rating}" for day in days for name, rating in zip(names, ratings, strict=True)]
    return "\n".join(("code,date,question,value", *lines))


async def therapist_of(tx: AsyncConnection, house: House) -> Person:
    return (await persons.by_ids(tx, [house.therapist]))[house.therapist]


async def bring(tx: AsyncConnection, house: House, text: str, message_id: int = 5, who: int = 0) -> Import:
    number = who or house.therapist
    sender = (await persons.by_ids(tx, [number]))[number]
    imports = ScoreImports(house.ring, house.practice)
    return await imports.bring(tx, sender, read_rows(text.encode()), message_id, NOW)


async def count(tx: AsyncConnection, table: object) -> int:
    number: int = (await tx.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]
    return number


async def test_the_next_check_in_is_compared_with_what_was_imported(database: Database, house: House) -> None:
    use = Readings(house.practice)
    async with database.writing() as tx:
        await caseload.check_in(tx, house.episode, (6, 7, 7, 7), YESTERDAY, before=0)
        await use.keep(tx, [house.episode])
        (alone,) = (await use.since(tx, [house.episode], LONG_AGO))[house.episode]
        assert Flag.DROP not in alone.flags
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 8))
        for _ in range(2):
            judged = (await use.since(tx, [house.episode], LONG_AGO))[house.episode]
            assert [one.score for one in judged[:-1]] == [9.0] * 8
            assert Flag.DROP in judged[-1].flags
            assert judged[-1].usual is not None
            assert judged[-1].usual.mean == pytest.approx(9, abs=0.05)
            assert not any(one.milestones for one in judged[:-1])
            await use.keep(tx, [house.episode])


async def test_it_stands_in_the_chart_and_no_button_is_about_it(database: Database, house: House) -> None:
    reports = Reports(house.ring, CheckIns(house.ring, house.practice))
    async with database.writing() as tx:
        await bring(tx, house, weeks("K-17", (9, 8, 9, 7), 3))
        episode = (await episodes.by_ids(tx, house.ring, [house.episode]))[house.episode]
        found = await reports.overview(tx, episode, BERLIN, NOW)
        client = (await persons.by_ids(tx, [house.client]))[house.client]
        own = await reports.own_trend(tx, client)
    assert found.trend is not None
    assert own == found.trend
    assert [(point.bond, point.goals) for point in found.trend.points] == [(9, 8)] * 3
    assert found.last_id is None


async def test_it_is_no_news_no_milestone_and_no_burden(database: Database, house: House) -> None:
    async with database.writing() as tx:
        before = await count(tx, deliveries), await count(tx, timers)
        await bring(tx, house, weeks("K-17", (3, 3, 3, 3), 8, last=YESTERDAY))
        assert (await count(tx, deliveries), await count(tx, timers)) == before

        therapist, span = await therapist_of(tx, house), Span(NOW - timedelta(days=7), NOW)
        digests = Digests(house.ring, house.practice, Timers())
        for _ in range(2):
            told = await digests.of(tx, therapist, span)
            assert (told.answered, told.asked, told.lines, told.milestones) == (0, 0, (), ())
            await digests.keep(tx, therapist)
        ((code, trend),) = await digests.trends(tx, therapist, told)
        assert (code, len(trend.points)) == ("K-17", 8)

        coming = await sessions.add(tx, house.episode, NOW + timedelta(days=1), 50, NOW)
        assert await agendas.open_ones(tx, coming) == {}
        assert await house.agendas(Timers()).of(tx, therapist, coming.id, NOW) is None
        assert (await pasts.of_episodes(tx, [house.episode])).get(house.episode) is None
        assert await check_ins.asked_since(tx, [house.episode], LONG_AGO) == {}
        assert await question_sets.taken(tx, [house.episode]) == set()
        assert await check_ins.behind(tx, house.ring, NOW) == {}
        assert set(await check_ins.due(tx, house.ring, NOW, 9)) == {house.check_in}


async def test_the_fifth_real_check_in_is_still_the_fifth(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for number in range(4):
            await caseload.check_in(tx, house.episode, (9, 9, 9, 9), YESTERDAY - number * caseload.WEEK)
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 20))
        assert (await pasts.of_episodes(tx, [house.episode]))[house.episode].completed == 4


async def test_undo_leaves_what_was_there_before_and_nothing_else(database: Database, house: House) -> None:
    use, imports = Readings(house.practice), ScoreImports(house.ring, house.practice)
    tables = (session_table, check_in_table, answers, imported_check_ins, score_imports)
    async with database.writing() as tx:
        await caseload.check_in(tx, house.episode, (6, 7, 7, 7), YESTERDAY, before=0)
        await use.keep(tx, [house.episode])
        before, said = [await count(tx, table) for table in tables], await use.since(tx, [house.episode], LONG_AGO)
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 8))
        await use.keep(tx, [house.episode])
        therapist = await therapist_of(tx, house)
        one = await imports.made_by(tx, therapist, 5)
        assert one is not None
        assert await imports.find(tx, therapist, one.id, NOW + timedelta(hours=23)) == one
        assert await imports.find(tx, therapist, one.id, NOW + timedelta(days=1)) is None
        client = (await persons.by_ids(tx, [house.client]))[house.client]
        assert await imports.find(tx, client, one.id, NOW) is None
        await imports.take_back(tx, therapist, one, NOW)
        assert [await count(tx, table) for table in tables] == before
        assert await use.since(tx, [house.episode], LONG_AGO) == said
        log = [(entry.action, entry.detail, entry.person_id) for entry in await audit.latest(tx, 9)]
    expected = [(f"scores.{action}", "32 / 1", house.therapist) for action in ("imported", "undone")]
    assert sorted(log) == sorted(expected)


async def test_after_a_day_an_import_is_forgotten_and_what_came_of_it_stays(database: Database, house: House) -> None:
    imports = ScoreImports(house.ring, house.practice)
    async with database.writing() as tx:
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 2))
        await imports.forget(tx, NOW + timedelta(hours=23))
        assert await count(tx, score_imports) == 1
        await imports.forget(tx, NOW + timedelta(days=1, seconds=1))
        assert (await count(tx, score_imports), await count(tx, imported_check_ins)) == (0, 0)
        assert await count(tx, answers) == 8


async def test_one_fault_in_the_last_line_leaves_nothing(database: Database, house: House) -> None:
    text = f"{weeks('K-17', (9, 9, 9, 9), 5)}\nK-17,2026-01-01,bond,11"
    async with database.writing() as tx:
        before = [await count(tx, table) for table in (session_table, check_in_table, answers, score_imports)]
        with pytest.raises(PastScoresFault):
            await bring(tx, house, text)
        assert [await count(tx, table) for table in (session_table, check_in_table, answers, score_imports)] == before
        assert not await audit.latest(tx, 9)


async def test_the_same_file_again_is_all_faults(database: Database, house: House) -> None:
    text = weeks("K-17", (9, 9, 9, 9), 5)
    async with database.writing() as tx:
        await bring(tx, house, text)
        with pytest.raises(PastScoresFault) as caught:
            await bring(tx, house, text, message_id=6)
    assert [one.problem.wrong.name for one in caught.value.faults] == ["TAKEN"] * 5


async def sink(tx: AsyncConnection, house: House) -> None:
    """Publish a second set."""
    admin = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
    use = QuestionSets(house.practice)
    draft = await use.take_draft(tx, admin, read_file((SETS / "kitchen_sink.yaml").read_bytes()), NOW)
    assert isinstance(draft, question_sets.Stored)
    await use.publish(tx, admin, draft, NOW, "somebody looks")


async def test_two_sets_of_a_day_share_its_session_and_one_that_was_held_stays(
    database: Database, house: House
) -> None:
    day = (NOW - timedelta(days=30)).astimezone(BERLIN).date()
    text = f"code,date,set,question,value\nK-17,{day},,bond,8\nK-17,{day},kitchen_sink,more,gut"
    async with database.writing() as tx:
        await sink(tx, house)
        one = await bring(tx, house, text)
        made = (await tx.execute(select(check_in_table.c.session_id, check_in_table.c.prompted_at))).all()
        shared = [row for row in made if row.prompted_at is not None]
        assert len(shared) == 2
        assert len({row.session_id for row in shared}) == 1
        assert len({row.prompted_at for row in shared}) == 2
        coming = await sessions.add(tx, house.episode, NOW - timedelta(days=29), 50, NOW)
        assert await agendas.open_ones(tx, coming) == {}
        await ScoreImports(house.ring, house.practice).take_back(tx, await therapist_of(tx, house), one, NOW)
        held = await sessions.add(tx, house.episode, NOW - timedelta(days=30, hours=4), 50, NOW)
        one = await bring(tx, house, text)
        made = (
            await tx.execute(select(check_in_table.c.session_id).where(check_in_table.c.closed_at.is_not(None)))
        ).all()
        assert {row.session_id for row in made} == {held.id}
        await ScoreImports(house.ring, house.practice).take_back(tx, await therapist_of(tx, house), one, NOW)
        assert await sessions.get(tx, held.id) == held


async def test_a_therapist_brings_their_own_only_and_an_admin_everybodys(database: Database, house: House) -> None:
    async with database.writing() as tx:
        other, admin = await person(tx, house.ring, THERAPIST_TELEGRAM + 9), await person(tx, house.ring, 5)
        await persons.change(tx, other, is_therapist=True)
        await persons.change(tx, admin, is_admin=True)
        _, theirs = await client_of(tx, house.ring, other, CLIENT_TELEGRAM + 9, "Z-1")
        for sender, code in ((other, "K-17"), (house.therapist, "Z-1"), (house.client, "K-17")):
            with pytest.raises(PastScoresFault) as caught:
                await bring(tx, house, weeks(code, (9, 9, 9, 9), 1), who=sender)
            assert {one.problem.wrong.name for one in caught.value.faults} == {"CODE"}
        await bring(tx, house, weeks("Z-1", (9, 9, 9, 9), 1), who=admin)
        assert (
            await tx.execute(select(check_in_table.c.episode_id).where(check_in_table.c.closed_at.is_not(None)))
        ).scalars().all() == [theirs]
        await episodes.end(tx, theirs, "ended", NOW)
        with pytest.raises(PastScoresFault):
            await bring(tx, house, weeks("Z-1", (9, 9, 9, 9), 2, NOW - timedelta(weeks=20)), who=admin)


async def test_a_day_with_a_check_in_that_is_still_open_is_taken(database: Database, house: House) -> None:
    day = (NOW - timedelta(days=2)).astimezone(BERLIN).date()
    async with database.writing() as tx:
        held = await sessions.add(tx, house.episode, NOW - timedelta(days=2), 50, NOW)
        await check_ins.add(tx, CheckIn(new_id(), house.episode, held.id, NOW))
        with pytest.raises(PastScoresFault) as caught:
            await bring(tx, house, f"code,date,question,value\nK-17,{day},bond,8")
    assert [one.problem.wrong.name for one in caught.value.faults] == ["TAKEN"]
