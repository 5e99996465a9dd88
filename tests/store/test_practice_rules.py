from datetime import timedelta

import pytest

from bot.crypto import KeyRing
from bot.practice import Practice
from bot.practice_rules import Rule
from bot.store import persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.use_cases import UseCases
from conversations.crisis_card import CrisisCard
from tests.store.people import NOW, House


async def _change_and_fail(cases: UseCases, admin: Person) -> None:
    async with cases.writing() as tx:
        assert await cases.practice_rules.change(tx, admin, Rule.TAKE_BACK, "1h", NOW)
        raise ZeroDivisionError


async def test_a_rule_holds_once_its_transaction_is_over_and_not_where_it_failed(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = UseCases(database, ring, Practice(house.practice.rules))
    async with database.writing() as tx:
        await cases.practice.load(tx, NOW)
        admin = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
    with pytest.raises(ZeroDivisionError):
        await _change_and_fail(cases, admin)
    assert cases.practice.rules.take_back == timedelta(minutes=15)
    async with cases.writing() as tx:
        assert await cases.practice_rules.change(tx, admin, Rule.TAKE_BACK, "1h", NOW)
        assert not await cases.practice_rules.change(tx, admin, Rule.ZONE, "Mars/Olympus", NOW)
    assert cases.practice.rules.take_back == timedelta(hours=1)


async def test_a_crisis_card_with_a_part_missing_never_holds(database: Database, house: House, ring: KeyRing) -> None:
    cases = UseCases(database, ring, Practice(house.practice.rules))
    async with cases.writing() as tx:
        await cases.practice.load(tx, NOW)
        admin = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await cases.practice_rules.keep_draft(tx, "de", CrisisCard("Rufen Sie an", "112"))
        assert await cases.practice_rules.publish_card(tx, admin, "de", NOW) is None
    assert cases.practice.rules.card_in("de") == "112", "the card the practice began with"
