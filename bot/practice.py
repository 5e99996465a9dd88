"""The rules of this practice, and the question set versions it has published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncConnection

import conversations
from bot.store import practice as store
from bot.store import question_sets
from conversations.answers import every_question
from conversations.crisis_card import CrisisCard, card_in
from conversations.model import AskedGoal, Kind, Past, Question, QuestionSetVersion, Terms
from conversations.occasions import EACH, ONCE, Assignment, Occasion, chosen
from conversations.preferences import DEFAULT, Preferences
from conversations.question_sets import read_question_set
from conversations.schedule import QuietHours

_LIBRARY = Path(conversations.__file__).parent / "library"
BUILT_IN = _LIBRARY / "session_checkin.yaml"
BUILT_IN_NAME = "session_checkin"
TEMPLATE = _LIBRARY / "template" / "week.yaml"
OFFERED = (_LIBRARY / "short_form.yaml",)
"""Sets of the library that an admin can take over as they are."""
_ABOUT_GOALS = _LIBRARY / "goal_agreement.yaml"
NOTHING = Past()
"""The past of whoever has none."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the practice has decided. Durations are of real time, quiet hours of the client's wall clock.

    `questions_a_week` is the most one client is asked in seven days, over all sets; None is no limit. `cards` are the
    crisis cards by language that admins have written; `crisis_card` is the one the practice began with.
    """

    name: str
    zone: ZoneInfo
    language: str
    crisis_card: str | None
    check_in_delay: timedelta
    take_back: timedelta
    quiet_hours: QuietHours | None
    admin_telegram_ids: frozenset[int] = field(default=frozenset(), repr=False)
    questions_a_week: int | None = None
    cards: Mapping[str, CrisisCard] = field(default_factory=dict)

    def card_in(self, language: str) -> str | None:
        """Give the crisis card for a language, or the best there is; None where the practice has none yet."""
        return card_in(language, self.cards, self.crisis_card)


class Practice:
    """The rules, and every published version kept ready in memory (versions never change)."""

    def __init__(self, rules: Rules) -> None:
        self.given = rules
        self.rules = rules
        self.is_stale = False
        self._versions: Mapping[int, QuestionSetVersion] = {}
        self._live: Mapping[str, int] = {}
        self._assigned: Mapping[int, Sequence[Assignment]] = {}
        self._occasions: Collection[Occasion] = ()
        self.asks_once = False
        """Whether any set is asked once only, so that it matters what somebody was asked before."""
        self.about_goals = _library(_ABOUT_GOALS)

    async def load(self, tx: AsyncConnection, now: datetime) -> None:
        """Publish the built-in set where it never was, then read all published versions, and who is asked which."""
        versions = await question_sets.all_versions(tx)
        if not any(version.name == BUILT_IN_NAME and version.published_at for version in versions):
            await store.publish(tx, built_in(), now)
        await self.read(tx)

    async def read(self, tx: AsyncConnection) -> None:
        """Read all published versions, and who is asked which."""
        versions = await question_sets.all_versions(tx)
        published = [version for version in versions if version.published_at is not None]
        known = self._versions
        self._versions = {one.id: known.get(one.id) or read_question_set(one.content, one.id) for one in published}
        self._live = {version.name: version.id for version in published if version.live}
        assigned = await question_sets.all_assignments(tx)
        self.asks_once = any(one.every == ONCE for one in assigned)
        self._occasions = {one.occasion for one in assigned if one.name in self._live}
        self._assigned = {about: tuple(several) for about, several in groupby(assigned, lambda one: one.about_id)}

    def version(self, version_id: int | None) -> QuestionSetVersion:
        """Give a version; None means the one that everybody is asked after a session."""
        return self._versions[self._standing((0,)) if version_id is None else version_id]

    @property
    def live_versions(self) -> tuple[QuestionSetVersion, ...]:
        """The version of each set that new check-ins take."""
        return tuple(self._versions[number] for number in self._live.values())

    @property
    def versions(self) -> tuple[QuestionSetVersion, ...]:
        """Every version that was published."""
        return tuple(self._versions.values())

    @property
    def numbers(self) -> Mapping[int, frozenset[str]]:
        """The questions that ask for a number, by version; versions without any are absent."""
        found = {
            version.id: frozenset(one.id for one in every_question(version) if one.kind is Kind.NUMBER)
            for version in self._versions.values()
        }
        return {number: ids for number, ids in found.items() if ids}

    def asks_on(self, occasion: Occasion) -> bool:
        """Whether anybody is asked anything on an occasion. Free: most practices ask after sessions only."""
        return occasion in self._occasions

    def is_asked(self, occasion: Occasion, episode_id: int, therapist_id: int) -> bool:
        """Whether a client is asked something on an occasion other than after a session."""
        return occasion in self._occasions and self.version_on(occasion, episode_id, therapist_id) is not None

    def version_on(self, occasion: Occasion, episode_id: int, therapist_id: int) -> int | None:
        """Choose the version for an occasion other than after a session; None where nothing is assigned (any more)."""
        whose = (episode_id, therapist_id, 0)
        name = chosen(self._of(whose), self._live, whose, occasion)
        return None if name is None else self._live[name]

    def has_own(self, about_id: int) -> bool:
        """Whether anything is assigned to somebody in particular: a therapist, or one client."""
        return about_id in self._assigned

    def newest(self, version_id: int) -> int | None:
        """Give the version of the same set that is live now; None where it is retired."""
        return self._live.get(self._versions[version_id].name)

    def version_for(self, episode_id: int, therapist_id: int, completed: int, taken: Collection[str]) -> int:
        """Choose the version a check-in takes when it is prompted: what is for the client goes before the rest.

        Args:
            episode_id: whose check-in it is.
            therapist_id: their therapist.
            completed: how many check-ins after sessions were completed before.
            taken: the sets that were asked before, where `asks_once`.
        """
        whose = (episode_id, therapist_id, 0)
        name = chosen(self._of(whose), self._live, whose, Occasion.AFTER, completed, taken)
        return self._live[name or BUILT_IN_NAME]

    def _standing(self, whose: Sequence[int]) -> int:
        standing = [one for one in self._of(whose) if one.every == EACH]
        return self._live[chosen(standing, self._live, whose, Occasion.AFTER) or BUILT_IN_NAME]

    def _of(self, whose: Sequence[int]) -> list[Assignment]:
        return [one for about in whose for one in self._assigned.get(about, ())]

    def terms_of(self, version_id: int, content: Mapping[str, Any], zone: str) -> Terms:
        """Put together what holds for a preview of a version, which need not be published."""
        version = self._versions.get(version_id) or read_question_set(content, version_id)
        return Terms(version, self.rules.take_back, ZoneInfo(zone), None)

    def terms(
        self,
        version_id: int | None,
        zone: str,
        next_session_at: datetime | None,
        client: Preferences = DEFAULT,
        past: Past = NOTHING,
        goal: AskedGoal | None = None,
    ) -> Terms:
        """Put together what holds for one check-in and its client."""
        return Terms(
            version=self.version(version_id),
            take_back=self.rules.take_back,
            zone=ZoneInfo(zone),
            quiet_hours=client.quiet_hours_or(self.rules.quiet_hours),
            next_session_at=next_session_at,
            past=past,
            goal=goal,
            about_goals=self.about_goals,
            milestone_lines=client.milestone_lines,
        )


def built_in() -> dict[str, Any]:
    """Read the set every practice begins with."""
    content: dict[str, Any] = YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8"))
    return content


@cache
def _library(path: Path) -> tuple[Question, ...]:
    """Read the questions of a set that is not asked on its own."""
    return read_question_set(YAML(typ="safe").load(path.read_text(encoding="utf-8")), 0).questions
