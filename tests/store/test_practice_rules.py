from datetime import UTC, datetime, timedelta

import pytest

from bot.crypto import KeyRing
from bot.practice import Practice
from bot.practice_rules import Rule
from bot.sessions import Noted, When
from bot.store import episodes, persons
from bot.store.database import Database
from bot.store.persons import Person
from bot.use_cases import UseCases
from conversations.crisis_card import CrisisCard
from tests.store.people import NOW, House

DAY = timedelta(days=1)


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


async def test_what_is_planned_already_follows_a_changed_delay_and_changed_quiet_hours(
    database: Database, house: House, ring: KeyRing
) -> None:
    cases = UseCases(database, ring, Practice(house.practice.rules))
    async with database.writing() as tx:
        await cases.practice.load(tx, NOW)
        admin = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        episode = (await episodes.by_ids(tx, ring, [house.episode]))[house.episode]
        noted = await cases.sessions.enter(tx, episode, When(NOW + DAY), NOW)
        assert isinstance(noted, Noted)
    ends_at = noted.session.ends_at
    for rule, text, due_at in (
        (Rule.DELAY, "4h", ends_at + timedelta(hours=4)),
        (Rule.QUIET, "18:00-09:00", datetime(2026, 11, 6, 8, tzinfo=UTC)),
        (Rule.DELAY, "30m", ends_at + timedelta(minutes=30)),
    ):
        async with cases.writing() as tx:
            assert await cases.practice_rules.change(tx, admin, rule, text, NOW)
        async with cases.writing() as tx:
            for timer in await cases.timers.due(tx, NOW, 10):
                await cases.timers.go_off(tx, timer, NOW)
            kept = await cases.plans.of(tx, noted.session.id, NOW)
        assert kept is not None
        assert kept.check_in.due_at == due_at


async def test_a_crisis_card_with_a_part_missing_never_holds(database: Database, house: House, ring: KeyRing) -> None:
    cases = UseCases(database, ring, Practice(house.practice.rules))
    async with cases.writing() as tx:
        await cases.practice.load(tx, NOW)
        admin = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        await cases.practice_rules.keep_draft(tx, "de", CrisisCard("Rufen Sie an", "112"))
        assert await cases.practice_rules.publish_card(tx, admin, "de", NOW) is None
    assert cases.practice.rules.card_in("de") == "112", "the card the practice began with"
