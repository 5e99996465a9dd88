from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.store import check_ins, screens, sessions
from bot.store.check_ins import Change, Kept
from bot.store.database import Database
from bot.store.screens import Screen
from bot.store.tables import answers
from conversations.model import Note, State, Unheld, Visibility
from tests.store.people import NOW, House, become, in_review, on_screen, planned
from tests.store.statements import watched


async def test_a_check_in_comes_back_as_it_was_saved(database: Database, house: House) -> None:
    async with database.writing() as tx:
        before = await house.kept(tx)
        wanted = in_review(before.check_in, house.version)
        await become(tx, house.ring, before, wanted)
    async with database.reading() as tx:
        kept = await house.kept(tx)
    assert kept.check_in == wanted
    assert kept.check_in.note == wanted.note
    assert kept.screen == Screen(None, 1, 0)
    assert (kept.client_id, kept.therapist_id, kept.running) == (house.client, house.therapist, True)


async def test_a_check_in_comes_back_when_everything_in_it_was_taken_away(database: Database, house: House) -> None:
    async with database.writing() as tx:
        full = await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        empty = replace(full.check_in, state=State.DECLINED, answers={}, words={}, note=None, talk=False, closed_at=NOW)
        await become(tx, house.ring, full, empty)
    async with database.reading() as tx:
        assert (await house.kept(tx)).check_in == empty
        assert (await tx.execute(select(answers))).all() == []


async def test_a_changed_answer_replaces_the_old_one(database: Database, house: House) -> None:
    async with database.writing() as tx:
        full = await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        changed = {"bond": 2, "goals": None, "tasks": 5, "overall": 10}
        await become(tx, house.ring, full, replace(full.check_in, answers=changed))
    async with database.reading() as tx:
        assert (await house.kept(tx)).check_in.answers == changed


async def test_only_rows_that_changed_are_written(database: Database, house: House) -> None:
    async with database.writing() as tx:
        full = await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        with watched(database) as seen:
            await check_ins.save(tx, house.ring, [Change(full, full)])
            assert seen.statements == []
            await check_ins.save(tx, house.ring, [Change(full, on_screen(full, 77, 2))])
            assert seen.tables() == ["screens"]
            await become(tx, house.ring, full, replace(full.check_in, answers={**full.check_in.answers, "bond": 3}))
        assert seen.rows_of("answers") == 1
        assert seen.rows_of("notes") == 0


async def test_an_edit_never_writes_what_the_screen_shows(database: Database, house: House) -> None:
    async with database.writing() as tx:
        kept = await house.kept(tx)
        await screens.save_screens(tx, {house.check_in: on_screen(kept, 77, 5).screen})
        await screens.record_shown(tx, {house.check_in: (5, 77)})
        await screens.save_screens(tx, {house.check_in: on_screen(kept, 77, 6).screen})
        assert (await house.kept(tx)).screen == Screen(77, 6, 5)


async def test_every_change_wants_a_new_picture_and_no_change_none(database: Database, house: House) -> None:
    async with database.reading() as tx:
        kept = await house.kept(tx)
    moved = check_ins.with_check_in(kept, replace(kept.check_in, talk=True))
    assert moved.screen.wanted_rev == kept.screen.wanted_rev + 1
    assert check_ins.with_check_in(kept, kept.check_in) is kept


async def test_what_an_old_copy_shows_is_not_what_the_new_one_shows(database: Database, house: House) -> None:
    async with database.writing() as tx:
        kept = await house.kept(tx)
        await screens.save_screens(tx, {house.check_in: on_screen(kept, 77, 6).screen})
        await screens.record_shown(tx, {house.check_in: (6, 76)})
        assert (await house.kept(tx)).screen == Screen(77, 6, 0)


async def test_screens_that_are_behind_are_found(database: Database, house: House) -> None:
    async with database.writing() as tx:
        kept = await house.kept(tx)
        await screens.save_screens(tx, {house.check_in: on_screen(kept, 77, 2).screen})
        assert set(await check_ins.behind(tx, house.ring, NOW)) == {house.check_in}
        await screens.record_shown(tx, {house.check_in: (2, 77)})
        assert await check_ins.behind(tx, house.ring, NOW) == {}


# ---- finding ----


async def opened(tx: Any, house: House, number: int, **changes: Any) -> Kept:
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[number]))[number]
    state = replace(kept.check_in, state=State.OPEN, prompted_at=NOW, expires_at=NOW + timedelta(days=3), **changes)
    return await become(tx, house.ring, kept, state)


async def test_what_is_due_is_found_longest_waiting_first_and_no_more_than_asked_for(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        later = await planned(tx, house.episode, NOW + timedelta(hours=1))
        await planned(tx, house.episode, NOW + timedelta(hours=9))
        at = NOW + timedelta(hours=2)
        assert list(await check_ins.due(tx, house.ring, at, 10)) == [house.check_in, later]
        assert list(await check_ins.due(tx, house.ring, at, 1)) == [house.check_in]
        assert await check_ins.due(tx, house.ring, NOW - timedelta(seconds=1), 10) == {}
        assert await check_ins.next_at(tx) == NOW


async def test_what_is_closed_is_never_due(database: Database, house: House) -> None:
    async with database.writing() as tx:
        kept = await house.kept(tx)
        await become(tx, house.ring, kept, replace(kept.check_in, state=State.CANCELLED))
        assert await check_ins.due(tx, house.ring, NOW + timedelta(days=99), 10) == {}
        assert await check_ins.next_at(tx) is None
        assert await check_ins.unfinished(tx, house.ring, NOW, house.episode) == {}


async def test_open_and_started_check_ins_are_found_by_episode(database: Database, house: House) -> None:
    async with database.writing() as tx:
        assert await check_ins.load(tx, house.ring, NOW, open_for=[house.episode]) == {}
        await opened(tx, house, house.check_in)
        assert set(await check_ins.load(tx, house.ring, NOW, open_for=[house.episode])) == {house.check_in}
        assert await check_ins.open_and_started(tx, house.ring, NOW) == {}
        kept = await house.kept(tx)
        await become(tx, house.ring, kept, replace(kept.check_in, started_at=NOW))
        assert set(await check_ins.open_and_started(tx, house.ring, NOW)) == {house.check_in}


async def test_the_next_session_is_the_first_planned_one_still_ahead(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for days in (-7, 14, 7):
            await sessions.add(tx, house.episode, NOW + timedelta(days=days), 50, NOW)
        off = await sessions.add(tx, house.episode, NOW + timedelta(days=1), 50, NOW)
        await sessions.cancel(tx, off.id, Unheld.UNDONE, NOW)
        assert (await house.kept(tx)).next_session_at == NOW + timedelta(days=7)
        assert (await house.kept(tx, NOW + timedelta(days=20))).next_session_at is None


@pytest.mark.parametrize("length", [0, 1000])
async def test_a_note_of_any_length_and_script_comes_back(database: Database, house: House, length: int) -> None:
    note = Note("\N{SNOWMAN}\x00\u202e" + "\N{GRINNING FACE}" * length, Visibility.BEFORE)
    async with database.writing() as tx:
        kept = await house.kept(tx)
        await become(tx, house.ring, kept, replace(kept.check_in, note=note))
    async with database.reading() as tx:
        assert (await house.kept(tx)).check_in.note == note


async def test_a_forgotten_client_leaves_nothing_behind(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        await tx.execute(text("DELETE FROM persons WHERE id = :id"), {"id": house.client})
        for table in ("episodes", "sessions", "check_ins", "answers", "notes", "screens", "consents"):
            assert (await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0, table  # noqa: S608


async def test_an_answer_that_another_one_has_taken_away_stays_away(database: Database, house: House) -> None:
    async with database.writing() as tx:
        full = await become(tx, house.ring, kept := await house.kept(tx), in_review(kept.check_in, house.version))
        fewer = replace(full.check_in, answers={"bond": 3, "week": 8}, words={})
        await become(tx, house.ring, full, fewer)
    async with database.reading() as tx:
        assert (await house.kept(tx)).check_in == fewer
