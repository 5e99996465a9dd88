"""What a check-in is told about those before it when it is prompted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.readings import Readings
from bot.store import check_ins, pasts
from bot.store.database import Database
from conversations.model import Past, State
from tests.store.people import NOW, House, become, client_of, planned
from tests.store.statements import watched

IDS = ("bond", "goals", "tasks", "overall")


async def held(tx: AsyncConnection, house: House, episode: int, week: int, rating: int, **changes: Any) -> None:
    """Let a check-in have taken place in a week, with the same rating four times."""
    at = NOW + timedelta(weeks=week)
    number = await planned(tx, episode, at)
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[number]))[number]
    values: dict[str, Any] = {"state": State.COMPLETED, "answers": dict.fromkeys(IDS, rating), **changes}
    await become(tx, house.ring, kept, replace(kept.check_in, prompted_at=at, closed_at=at, **values))


async def past_of(tx: AsyncConnection, house: House) -> Past:
    await Readings(house.practice).keep(tx, [house.episode])
    return (await pasts.of_episodes(tx, [house.episode])).get(house.episode, Past())


async def test_who_has_answered_nothing_yet_has_no_past(database: Database, house: House) -> None:
    async with database.reading() as tx:
        assert await pasts.of_episodes(tx, [house.episode]) == {}


async def test_only_completed_check_ins_count_but_whatever_was_asked_was_asked(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        await held(tx, house, house.episode, 1, 9, extra=("structure",))
        await held(tx, house, house.episode, 2, 9, extra=("listening",), state=State.EXPIRED)
        await held(tx, house, house.episode, 3, 9, extra=("empathy",), state=State.DECLINED, answers={})
        await held(tx, house, house.episode, 4, 9)
        await held(tx, house, house.episode, 5, 9, extra=("structure",))
        assert await past_of(tx, house) == Past(3, ("listening", "empathy", "structure"))


async def test_a_drop_that_is_open_gives_the_line_from_which_ratings_are_back(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for week, rating in enumerate((9, 9, 9, 7), start=1):
            await held(tx, house, house.episode, week, rating)
        assert (await past_of(tx, house)).repair_line == 8.5
        await held(tx, house, house.episode, 5, 0, state=State.EXPIRED, answers={})
        assert (await past_of(tx, house)).repair_line == 8.5
        await held(tx, house, house.episode, 6, 9)
        assert (await past_of(tx, house)).repair_line is None


async def test_nobody_is_told_about_somebody_elses_past(database: Database, house: House) -> None:
    async with database.writing() as tx:
        _, other = await client_of(tx, house.ring, house.therapist, 5, "K-18")
        await held(tx, house, other, 1, 5, extra=("listening",))
        found = await pasts.of_episodes(tx, [house.episode, other])
        assert found == {other: Past(1, ("listening",))}


async def test_a_prompt_keeps_the_past_found_in_one_look_at_what_was_asked(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for week in (-3, -2):
            await held(tx, house, house.episode, week, 9, extra=("openness",))
        with watched(database) as seen:
            await CheckIns(house.ring, house.practice).tick(tx, NOW)
        kept = await house.kept(tx)
    assert kept.check_in.state is State.OPEN
    assert kept.check_in.past == Past(2, ("openness",))
    assert sum("GROUP BY" in statement for statement in seen.statements) == 1
