"""The rules of this practice, and the question set versions it has published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncConnection

import conversations
from bot.store import practice as store
from conversations.model import AskedGoal, Past, Question, QuestionSetVersion, Terms
from conversations.preferences import DEFAULT, Preferences
from conversations.question_sets import read_question_set
from conversations.schedule import QuietHours

_LIBRARY = Path(conversations.__file__).parent / "library"
BUILT_IN = _LIBRARY / "session_checkin.yaml"
_ABOUT_GOALS = _LIBRARY / "goal_agreement.yaml"
NOTHING = Past()
"""The past of whoever has none."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the practice has decided. Durations are of real time, quiet hours of the client's wall clock.

    `questions_a_week` is the most one client is asked in seven days, over all sets; None is no limit.
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


class Practice:
    """The rules, and every published version kept ready in memory (versions never change)."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._versions: Mapping[int, QuestionSetVersion] = {}
        self._live = 0
        self.about_goals = _library(_ABOUT_GOALS)

    async def load(self, tx: AsyncConnection, now: datetime) -> None:
        """Publish the built-in set where nothing is live yet, then read all versions."""
        if await store.live_version(tx) is None:
            await store.publish(tx, YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8")), now)
        contents = await store.versions(tx)
        self._versions = {number: read_question_set(content, number) for number, content in contents.items()}
        self._live = await store.live_version(tx) or 0

    def version(self, version_id: int | None) -> QuestionSetVersion:
        """Give a version; None means the one that is live."""
        return self._versions[self._live if version_id is None else version_id]

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


@cache
def _library(path: Path) -> tuple[Question, ...]:
    """Read the questions of a set that is not asked on its own."""
    return read_question_set(YAML(typ="safe").load(path.read_text(encoding="utf-8")), 0).questions
