"""What a file of past scores is held against before it is imported: what was asked, versions, names, and the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.crypto import new_id
from bot.past_scores import ScoreImports
from bot.practice import BUILT_IN
from bot.store import check_ins, persons, practice, retention, sessions
from bot.store.database import Database
from bot.store.tables import answers, imported_check_ins
from conversations.model import CheckIn
from conversations.occasions import Occasion
from conversations.question_sets import read_file
from conversations.score_faults import PastScoresFault
from conversations.score_files import read_rows
from tests.store.people import BERLIN, CLIENT_TELEGRAM, NOW, House, client_of, person
from tests.store.test_past_scores import bring, count, sink, therapist_of


async def test_texts_the_next_tidy_would_take_are_left_out_and_those_that_stay_a_while_are_not(
    database: Database, house: House
) -> None:
    days = [(NOW - timedelta(days=number)).astimezone(BERLIN).date() for number in (89, 90)]
    lines = [f"K-17,{day},kitchen_sink,{answer}" for day in days for answer in ("more,gut", "nights,3")]
    text = "\n".join(("code,date,set,question,value", *lines))
    async with database.writing() as tx:
        await sink(tx, house)
        therapist = await therapist_of(tx, house)
        found = await ScoreImports(house.ring, house.practice).check(tx, therapist, read_rows(text.encode()), NOW)
        assert (found.scores, found.old_texts) == (3, 1)
        await bring(tx, house, text)
        await retention.delete_notes(tx, NOW - retention.NOTES_KEPT, house.practice.numbers)
        assert await count(tx, answers) == 3


async def test_a_version_on_another_scale_is_named(database: Database, house: House) -> None:
    text = f"code,date,question,value,version\nK-17,{(NOW - timedelta(days=9)).date()},bond,5,1"
    content = {**read_file(BUILT_IN.read_bytes()), "number": 2}
    content["questions"] = [{**one, "minimum": 1} if one["id"] == "bond" else one for one in content["questions"]]
    async with database.writing() as tx:
        await practice.publish(tx, content, NOW)
        await house.practice.read(tx)
        with pytest.raises(PastScoresFault) as caught:
            await bring(tx, house, text)
    assert [one.problem.wrong.name for one in caught.value.faults] == ["VERSION"]


async def test_a_therapist_without_a_name_is_called_what_people_shows(database: Database, house: House) -> None:
    day = (NOW - timedelta(days=30)).date()
    async with database.writing() as tx:
        await persons.set_name(tx, house.ring, await therapist_of(tx, house), "Dr. Kim Lee")
        nameless = await person(tx, house.ring, 5)
        await persons.change(tx, nameless, is_admin=True, is_therapist=True)
        await client_of(tx, house.ring, nameless, CLIENT_TELEGRAM + 9, "K-17")
        sender, imports = (await persons.by_ids(tx, [nameless]))[nameless], ScoreImports(house.ring, house.practice)
        rows = read_rows(f"code,date,question,value,therapist\nK-17,{day},bond,7,verwaltung".encode())
        with pytest.raises(PastScoresFault):
            await imports.check(tx, sender, rows, NOW)
        assert (await imports.check(tx, sender, rows, NOW, unnamed="Verwaltung")).scores == 1


@pytest.mark.parametrize("occasion", [Occasion.NOW, Occasion.BEFORE, Occasion.START])
async def test_a_day_is_taken_by_what_was_asked_on_it_whatever_the_occasion(
    database: Database, house: House, occasion: Occasion
) -> None:
    moment = NOW - timedelta(days=3)
    day = moment.astimezone(BERLIN).date()
    file = f"code,date,question,value\nK-17,{day},bond,8"
    async with database.writing() as tx:
        met = await sessions.add(tx, house.episode, moment + timedelta(days=1), 50, NOW)
        about = met.id if occasion is Occasion.BEFORE else None
        asked = CheckIn(new_id(), house.episode, about, moment, occasion, version_id=house.version, prompted_at=moment)
        await check_ins.add(tx, asked, replace(asked, id=new_id(), prompted_at=None))
        with pytest.raises(PastScoresFault) as caught:
            await bring(tx, house, file)
        assert [one.problem.wrong.name for one in caught.value.faults] == ["TAKEN"]
        later = file.replace(f"{day}", f"{day + timedelta(days=1)}")
        await bring(tx, house, later)
        (made,) = (await tx.execute(select(imported_check_ins.c.own_session))).scalars()
        assert not made
