"""Drafts, publishing and going back: late and double presses change nothing, and nothing is lost unsaid."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.question_sets import Trouble
from bot.store import question_sets as store
from bot.store.database import Database
from bot.store.tables import audit, check_ins
from conversations.model import State
from tests.store.asking import WEEK, Asking
from tests.store.people import NOW, House


async def test_a_late_or_double_press_on_publish_is_no_going_back(database: Database, house: House) -> None:
    asking = Asking.of(house)
    async with database.writing() as tx:
        me, sets = await asking.therapist(tx), asking.question_sets
        await asking.week(tx)
        for words in ("Other?", "Third?"):
            other = {**WEEK, "questions": [{**WEEK["questions"][0], "text": {"en": words}}]}
            draft = await sets.take_draft(tx, me, other, NOW)
            assert not isinstance(draft, Trouble)
            assert await sets.go_back(tx, me, draft, NOW) is Trouble.GONE
            assert await sets.publish(tx, me, draft, NOW) is None
        known = await sets.named(tx, "week")
        assert known is not None
        for late in known.versions:
            assert await sets.publish(tx, me, late, NOW) is None
        assert (await live(asking, tx)) == 3
        back = known.versions[0]
        assert await sets.go_back(tx, me, back, NOW) is None
        again = await sets.version(tx, back.id)
        assert again is not None
        assert await sets.go_back(tx, me, again, NOW) is None
        assert (await live(asking, tx)) == 1
        actions = [row.action for row in await tx.execute(select(audit.c.action))]
        assert sorted(actions) == sorted(["questions.uploaded", "questions.published"] * 2 + ["questions.went_back"])


async def live(asking: Asking, tx: AsyncConnection) -> int | None:
    known = await asking.question_sets.named(tx, "week")
    return known.live.number if known and known.live else None


async def test_a_file_in_place_of_another_draft_is_in_the_audit(database: Database, house: House) -> None:
    asking = Asking.of(house)
    async with database.writing() as tx:
        me, sets = await asking.therapist(tx), asking.question_sets
        for questions in (WEEK["questions"], WEEK["questions"], WEEK["questions"][:1]):
            await sets.take_draft(tx, me, {**WEEK, "questions": questions}, NOW)
        actions = [row.action for row in await tx.execute(select(audit.c.action))]
        assert sorted(actions) == ["questions.replaced", "questions.uploaded", "questions.uploaded"]


@pytest.mark.parametrize("state", State)
async def test_a_set_counts_as_asked_once_somebody_was_asked_it(database: Database, house: House, state: State) -> None:
    asking = Asking.of(house)
    async with database.writing() as tx:
        known = await asking.week(tx)
        assert known.live is not None
        mine = update(check_ins).where(check_ins.c.id == house.check_in)
        await tx.execute(mine.values(version_id=known.live.id, state=state.value))
        expected = set() if state in (State.SCHEDULED, State.CANCELLED) else {(house.episode, "week")}
        assert await store.taken(tx, [house.episode]) == expected
