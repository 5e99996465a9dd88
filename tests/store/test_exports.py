"""What leaves in an export, and what never does."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.exports import Exports
from bot.past_scores import ScoreImports
from bot.roster import Person
from bot.store import audit, check_ins, episodes, own_views, persons, sessions
from bot.store.check_ins import Kept
from bot.store.database import Database
from bot.store.tables import own_views as own_view_table
from bot.store.tables import sessions as session_table
from conversations.model import CheckIn, Note, State, Visibility
from conversations.occasions import Occasion
from conversations.score_files import read_rows
from tests.store.people import CLIENT_TELEGRAM, NOW, House, become, client_of, session_of
from tests.store.test_past_scores import bring, sink, weeks

ANSWERS = {"bond": 9, "goals": None, "tasks": 3, "overall": 7}


async def told(tx: AsyncConnection, house: House, days_ago: float, state: State = State.COMPLETED, **said: Any) -> Kept:
    """Add a closed check-in with everything in it that a client can say."""
    moment = NOW - timedelta(days=days_ago)
    session = await sessions.add(tx, house.episode, moment - timedelta(hours=3), 50, NOW)
    planned = CheckIn(new_id(), house.episode, session.id, moment)
    await check_ins.add(tx, planned)
    kept = (await check_ins.load(tx, house.ring, NOW, ids=[planned.id]))[planned.id]
    whole: dict[str, Any] = {"answers": ANSWERS, "version_id": house.version, **said}
    after = replace(planned, state=state, prompted_at=moment, closed_at=moment, **whole)
    return await become(tx, house.ring, kept, after)


async def exported(tx: AsyncConnection, house: House, now: datetime = NOW) -> tuple[str, dict[str, Any]]:
    """Export the client both ways."""
    exports, therapist = Exports(house.ring, house.practice), await therapist_of(tx, house)
    episode = (await episodes.by_ids(tx, house.ring, [house.episode]))[house.episode]
    plain = (await exports.csv_of(tx, therapist, episode, now)).decode("utf-8-sig")
    return plain, json.loads(await exports.fhir_of(tx, therapist, episode, now))


async def therapist_of(tx: AsyncConnection, house: House) -> Person:
    return (await persons.by_ids(tx, [house.therapist]))[house.therapist]


async def test_what_the_therapist_was_told_leaves(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await told(tx, house, 9, note=Note("less homework", Visibility.NOW), talk=True)
        await told(tx, house, 2, State.EXPIRED, answers={"bond": 4})
        plain, whole = await exported(tx, house)
    lines = plain.split("\r\n")
    assert lines[0] == "code,date,question,value,set,version,occasion"
    assert lines[1:5] == [
        f"K-17,2026-10-26,{name},session_checkin,1,after" for name in ("bond,9", "goals,", "tasks,3", "overall,7")
    ]
    assert "less homework" in plain
    assert "K-17,2026-11-02,bond,4,session_checkin,1,after" in lines
    responses = [entry["resource"] for entry in whole["entry"]][1:]
    assert [one["status"] for one in responses] == ["completed", "in-progress"]
    assert "less homework" in json.dumps(whole)


async def test_what_is_private_declined_or_held_back_stays(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await told(tx, house, 9, note=Note("canary private", Visibility.PRIVATE))
        await told(tx, house, 8, State.DECLINED, answers={"bond": 1}, note=Note("canary declined", Visibility.NOW))
        await told(tx, house, 7, State.EXPIRED, answers={}, note=Note("canary expired", Visibility.PRIVATE))
        held = await told(tx, house, 6, note=Note("canary held", Visibility.NOW))
        await tx.execute(
            own_view_table.insert().values(
                check_in_id=held.check_in.id, stands="waiting", position=0, ratings="{}", held_until=NOW
            )
        )
        assert await own_views.held_of(tx, house.episode) == {held.check_in.id}
        plain, whole = await exported(tx, house)
    assert "canary" not in plain + json.dumps(whole)
    assert plain.count("K-17") == 4
    assert len(whole["entry"]) == 2


async def test_a_note_for_a_session_leaves_once_that_session_is_there(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await told(tx, house, 0.01, note=Note("just before", Visibility.BEFORE))
        assert "just before" not in (await exported(tx, house))[0]
        await sessions.add(tx, house.episode, NOW + timedelta(days=2), 50, NOW)
        assert "just before" not in (await exported(tx, house))[0]
        assert "just before" in (await exported(tx, house, NOW + timedelta(days=2)))[0]


async def test_a_session_that_only_past_scores_know_of_lets_no_note_leave(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await told(tx, house, 3, note=Note("just before", Visibility.BEFORE))
        await tx.execute(delete(session_table).where(session_table.c.id == session_of(await house.kept(tx))))
        await bring(tx, house, weeks("K-17", (9, 9, 9, 9), 1, NOW - timedelta(days=1)))
        assert "just before" not in (await exported(tx, house))[0]


async def test_no_id_and_no_name_of_anybody_leaves(database: Database, house: House) -> None:
    async with database.writing() as tx:
        kept = await told(tx, house, 9)
        plain, whole = await exported(tx, house)
    for number in (house.client, house.therapist, house.episode, kept.check_in.id, CLIENT_TELEGRAM):
        assert str(number) not in plain + json.dumps(whole)


async def test_an_export_is_kept_in_the_audit_without_whose(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await Exports(house.ring, house.practice).note(tx, await therapist_of(tx, house), NOW)
        (entry,) = await audit.latest(tx, 9)
    assert (entry.action, entry.detail, entry.person_id) == ("answers.exported", "", house.therapist)


@pytest.mark.parametrize("name", ["session_checkin", "kitchen_sink"])
async def test_one_clients_export_is_another_ones_import(database: Database, house: House, name: str) -> None:
    answers: dict[str, int | None] = dict(ANSWERS)
    words: dict[str, str] = {}
    async with database.writing() as tx:
        await sink(tx, house)
        version = next(one for one in house.practice.live_versions if one.name == name)
        if name == "kitchen_sink":
            answers = {"mood": 0, "worry": 50, "sleep": 0, "help": 2, "which": 3, "openness": None}
            words = {"weight": "72.5", "more": "=SUM(A1)\n\N{SNOWMAN}"}
        for days_ago in (30, 20, 10):
            await told(tx, house, days_ago, answers=answers, words=words, version_id=version.id)
        plain, _ = await exported(tx, house)
        _, other = await client_of(tx, house.ring, house.therapist, CLIENT_TELEGRAM + 1, "Z-2")
        imports = ScoreImports(house.ring, house.practice)
        rows = read_rows(plain.replace("K-17", "Z-2").encode())
        one = await imports.bring(tx, await therapist_of(tx, house), rows, 5, NOW)
        again = plain_of(await exported_of(tx, house, other))
    assert one.scores == 3 * (len(answers) + len(words))
    assert again == plain_of(plain.replace("K-17", "Z-2"))


async def test_what_was_asked_now_leaves_by_the_day_it_was_asked_and_is_not_imported(
    database: Database, house: House
) -> None:
    asked = NOW - timedelta(days=5)
    async with database.writing() as tx:
        await told(tx, house, 9)
        planned = CheckIn(new_id(), house.episode, None, asked, Occasion.NOW)
        await check_ins.add(tx, planned)
        kept = (await check_ins.load(tx, house.ring, NOW, ids=[planned.id]))[planned.id]
        whole: dict[str, Any] = {"answers": {"bond": 2}, "version_id": house.version, "prompted_at": asked}
        await become(tx, house.ring, kept, replace(planned, state=State.COMPLETED, closed_at=NOW, **whole))
        plain, _ = await exported(tx, house)
        assert f"K-17,{asked.date()},bond,2,session_checkin,1,now" in plain
        await client_of(tx, house.ring, house.therapist, CLIENT_TELEGRAM + 1, "Z-2")
        rows = read_rows(plain.replace("K-17", "Z-2").encode())
        found = await ScoreImports(house.ring, house.practice).check(tx, await therapist_of(tx, house), rows, NOW)
    assert (len(found.check_ins), found.other_occasions) == (1, 1)


async def exported_of(tx: AsyncConnection, house: House, episode_id: int) -> str:
    exports, therapist = Exports(house.ring, house.practice), await therapist_of(tx, house)
    episode = (await episodes.by_ids(tx, house.ring, [episode_id]))[episode_id]
    return (await exports.csv_of(tx, therapist, episode, NOW)).decode("utf-8-sig")


def plain_of(text: str) -> list[str]:
    return sorted(text.split("\r\n"))
