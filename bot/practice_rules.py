"""What an admin changes of the practice's rules in the chat: it is kept, and wins over what the environment says.

A rule is kept as the text the environment would have; a crisis card as JSON, one a language, and a card that is still
being written beside it, so that nothing is lost in between.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import rule_values
from bot.plans import REPLAN
from bot.practice import Practice, Rules
from bot.store import audit, episodes, timers, values
from bot.store import practice as store
from bot.store.persons import Person
from conversations.crisis_card import CrisisCard

_RULE, _CARD, _DRAFT = "rule:", "crisis:", "crisis_draft:"
_FORM = TypeAdapter(CrisisCard)


class Rule(StrEnum):
    """A rule by the name of its field in `Rules`."""

    NAME = "name"
    LANGUAGE = "language"
    ZONE = "zone"
    DELAY = "check_in_delay"
    TAKE_BACK = "take_back"
    QUIET = "quiet_hours"
    QUESTIONS = "questions_a_week"


_READERS: dict[Rule, Callable[[str], Any]] = {
    Rule.NAME: rule_values.read_practice_name,
    Rule.LANGUAGE: rule_values.read_language,
    Rule.ZONE: lambda text: ZoneInfo(rule_values.read_zone_name(text)),
    Rule.DELAY: rule_values.read_check_in_delay,
    Rule.TAKE_BACK: rule_values.read_take_back,
    Rule.QUIET: rule_values.parse_quiet_hours,
    Rule.QUESTIONS: rule_values.read_questions_a_week,
}


def read_rule(rule: Rule, text: str) -> Any | None:
    """Read a value, wrapped in a one-tuple because None is one too; None where it is none.

    A value nobody can have (an empty name, a zone that does not exist) gives None, never an exception.
    """
    try:
        return (_READERS[rule](text),)
    except ValueError:
        return None


async def rules_kept(tx: AsyncConnection, given: Rules) -> Rules:
    """Put what admins have changed over what the environment says; what no longer makes sense is left out."""
    kept = await values.beginning_with(tx, _RULE)
    read = {rule.value: read_rule(rule, kept[rule.value]) for rule in Rule if rule.value in kept}
    changes = {name: value[0] for name, value in read.items() if value is not None}
    cards = {language: _FORM.validate_json(card) for language, card in (await values.beginning_with(tx, _CARD)).items()}
    return replace(given, **changes, cards=cards)


async def budget_kept(tx: AsyncConnection, given: int | None) -> int | None:
    """Give the budget of questions that holds: what admins have changed, or what the environment says."""
    kept = (await values.beginning_with(tx, _RULE)).get(Rule.QUESTIONS.value)
    read = None if kept is None else read_rule(Rule.QUESTIONS, kept)
    return given if read is None else read[0]


class PracticeRules:
    """The use cases around rules and crisis cards. Every method works inside the caller's transaction."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def change(self, tx: AsyncConnection, admin: Person, rule: Rule, text: str, now: datetime) -> bool:
        """Keep a rule; False where the text is no value for it. The rules hold once the transaction is over."""
        if read_rule(rule, text) is None:
            return False
        await store.set_value(tx, _RULE + rule.value, text)
        if rule in (Rule.DELAY, Rule.QUIET):
            await self._plan_anew(tx, now)
        await self._changed(tx, admin, rule.value, text, now)
        return True

    async def _plan_anew(self, tx: AsyncConnection, now: datetime) -> None:
        """Have what is planned already follow the rule too: sessions of series are planned weeks ahead."""
        running = await episodes.all_running(tx)
        if running:
            await timers.put_all(tx, REPLAN, [(therapist, number, now) for therapist, number in running])

    async def draft(self, tx: AsyncConnection, language: str) -> CrisisCard:
        """Give the card that is being written in a language; an empty one before the first word."""
        found = (await values.beginning_with(tx, _DRAFT)).get(language)
        return CrisisCard() if found is None else _FORM.validate_json(found)

    async def keep_draft(self, tx: AsyncConnection, language: str, card: CrisisCard) -> None:
        """Keep a card that is being written."""
        await store.set_value(tx, _DRAFT + language, _FORM.dump_json(card).decode())

    async def publish_card(self, tx: AsyncConnection, admin: Person, language: str, now: datetime) -> CrisisCard | None:
        """Let a card that is written hold from now on, as checked today; None where a part is missing."""
        card = await self.draft(tx, language)
        if card.missing is not None:
            return None
        checked = replace(card, checked_on=now.astimezone(self._practice.rules.zone).date())
        await store.set_value(tx, _CARD + language, _FORM.dump_json(checked).decode())
        await values.remove(tx, _DRAFT + language)
        await self._changed(tx, admin, "crisis_card", language, now)
        return checked

    async def _changed(self, tx: AsyncConnection, admin: Person, what: str, detail: str, now: datetime) -> None:
        self._practice.is_stale = True
        await audit.add(tx, audit.Entry(now, admin.id, f"practice.{what}", detail))
