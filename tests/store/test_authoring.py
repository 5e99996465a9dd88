from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.authoring import Turn
from bot.crypto import KeyRing
from bot.practice import BUILT_IN_NAME, Practice
from bot.store import audit, persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.use_cases import UseCases
from conversations import authoring_events as ev
from conversations.authoring_events import Event, Refusal
from conversations.editing import Step
from conversations.model import Kind
from tests.store.people import NOW, House, person


async def opened(database: Database, house: House, ring: KeyRing) -> UseCases:
    cases = UseCases(database, ring, Practice(house.practice.rules))
    async with database.writing() as tx:
        await cases.practice.load(tx, NOW)
    return cases


async def admin_of(tx: AsyncConnection, house: House) -> Person:
    return (await persons.by_ids(tx, [house.therapist]))[house.therapist]


async def happens(cases: UseCases, tx: AsyncConnection, admin: Person, *events: Event) -> Turn:
    turn: Turn | None = None
    for event in events:
        turn = await cases.authoring.turn(tx, admin, event, None, NOW)
    assert turn is not None
    return turn


async def draft(cases: UseCases, tx: AsyncConnection, name: str = BUILT_IN_NAME) -> Any:
    known = await cases.question_sets.named(tx, name)
    return known.draft.content if known and known.draft else None


async def test_a_change_is_a_draft_a_row_of_audit_and_a_screen_that_is_there_afterwards(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        admin = await admin_of(tx, house)
        begun = await cases.authoring.open(tx, admin, BUILT_IN_NAME)
        assert begun is not None
        turn = await cases.authoring.turn(tx, admin, ev.Moved("goals", 0), begun.rev, NOW)
        assert turn is not None
        assert turn.refusal is None
    cases = await opened(database, house, ring)
    async with cases.reading() as tx:
        at = await cases.authoring.now(tx, admin)
        assert at == turn.at
        changed = await draft(cases, tx)
        assert (changed["number"], changed["questions"][0]["id"]) == (2, "goals")
        (entry,) = await audit.latest(tx, 10)
        assert (entry.at, entry.person_id, entry.action) == (NOW, admin.id, "questions.moved")
        assert entry.detail == f"{BUILT_IN_NAME} 2: Goals"


async def test_a_change_whose_transaction_fails_leaves_nothing(database: Database, house: House, ring: KeyRing) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        admin = await admin_of(tx, house)
        await cases.authoring.open(tx, admin, BUILT_IN_NAME)

    async def fail() -> None:
        async with cases.writing() as tx:
            await happens(cases, tx, admin, ev.Removed("goals"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with cases.reading() as tx:
        assert await draft(cases, tx) is None
        assert await audit.latest(tx, 10) == []


async def test_the_same_press_twice_and_one_on_an_older_screen_change_nothing(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        admin = await admin_of(tx, house)
        begun = await cases.authoring.open(tx, admin, BUILT_IN_NAME)
        assert begun is not None
        await cases.authoring.turn(tx, admin, ev.Moved("goals", 0), begun.rev, NOW)
        for event in (ev.Moved("goals", 0), ev.Removed("goals"), None):
            late = await cases.authoring.turn(tx, admin, event, begun.rev, NOW)
            assert late is not None
            assert (late.outdated, late.refusal) == (True, Refusal.NOT_NOW)
        assert len((await draft(cases, tx))["questions"]) == 4


async def test_what_another_admin_has_changed_meanwhile_is_shown_before_anything_else_happens(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        one = await admin_of(tx, house)
        two = (await persons.by_ids(tx, [await person(tx, ring, 700_000_099)])).popitem()[1]
        mine = await cases.authoring.open(tx, one, BUILT_IN_NAME)
        assert mine is not None
        opened_one = await cases.authoring.turn(tx, one, ev.QuestionOpened("goals"), mine.rev, NOW)
        assert opened_one is not None
        await cases.authoring.open(tx, two, BUILT_IN_NAME)
        await happens(cases, tx, two, ev.Removed("goals"))
        late = await cases.authoring.turn(tx, one, ev.Moved("goals", 0), opened_one.at.rev, NOW)
        assert late is not None
        assert late.outdated
        assert late.at.editing.step is Step.LIST
        assert [question["id"] for question in late.at.editing.questions] == ["bond", "tasks", "overall"]
        again = await cases.authoring.turn(tx, one, ev.Moved("overall", 0), late.at.rev, NOW)
        assert again is not None
        assert again.refusal is None


async def test_two_new_sets_of_the_same_title_do_not_take_each_others_place(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        one = await admin_of(tx, house)
        two = (await persons.by_ids(tx, [await person(tx, ring, 700_000_099)])).popitem()[1]
        for admin in (one, two):
            await cases.authoring.begin(tx, admin, "our own", "not validated")
            await happens(cases, tx, admin, ev.Typed("Homework"), ev.KindChosen(Kind.YES_NO))
        for admin in (one, two):
            await happens(cases, tx, admin, ev.Typed("Did you try it?"))
        first, second = await draft(cases, tx, "homework"), await draft(cases, tx, "homework_2")
        assert [first["questions"][0]["id"], second["questions"][0]["id"]] == ["did_you_try_it", "did_you_try_it_2"]
        assert (first["note"]["id"], first["talk"]["kind"]) == ("note", "yes_no")


async def test_a_draft_that_says_the_same_as_what_is_asked_is_none(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        admin = await admin_of(tx, house)
        await cases.authoring.open(tx, admin, BUILT_IN_NAME)
        await happens(cases, tx, admin, ev.Removed("goals"))
        assert len((await draft(cases, tx))["questions"]) == 3
        turn = await happens(cases, tx, admin, ev.PutBack())
        assert await draft(cases, tx) is None
        assert turn.at.draft is None
        assert turn.refusal is None


async def test_a_text_is_taken_for_what_was_asked_even_where_the_set_has_changed_meanwhile(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = await opened(database, house, ring)
    async with cases.writing() as tx:
        admin = await admin_of(tx, house)
        await cases.authoring.begin(tx, admin, "our own", "not validated")
        await happens(cases, tx, admin, ev.Typed("Homework"), ev.KindChosen(Kind.TEXT), ev.Typed("What else?"))
        await happens(cases, tx, admin, ev.AddAsked(), ev.KindChosen(Kind.TEXT))
        kept = await draft(cases, tx, "homework")
        other = {**kept, "questions": [{**kept["questions"][0], "text": {"en": "Other words?"}}]}
        assert not isinstance(await cases.question_sets.take_draft(tx, admin, other, NOW), str)
        await happens(cases, tx, admin, ev.Typed("And then?"))
        texts = [one["text"]["en"] for one in (await draft(cases, tx, "homework"))["questions"]]
        assert texts == ["Other words?", "And then?"]
