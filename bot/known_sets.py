"""A question set as the practice knows it: its versions, who is asked it, and what its draft would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.question_sets import Stored
from conversations.core import asks_core
from conversations.occasions import EACH, ONCE, Assignment, Occasion, suggested
from conversations.question_diff import Difference, differences
from conversations.question_sets import read_question_set

Choice = tuple[Occasion, int]
"""When a set is asked: the occasion, and how often (see `Assignment`)."""
CHOICES: tuple[Choice, ...] = (
    *((Occasion.AFTER, every) for every in (EACH, 2, 3, 4, 6, ONCE)),
    (Occasion.BEFORE, EACH),
    (Occasion.START, EACH),
)


@dataclass(frozen=True, slots=True)
class Set:
    """A set with its versions, oldest first, and who is asked it."""

    name: str
    versions: tuple[Stored, ...]
    assignments: tuple[Assignment, ...]
    is_standard: bool

    @property
    def live(self) -> Stored | None:
        """The version that new check-ins take."""
        return next((version for version in self.versions if version.live), None)

    @property
    def draft(self) -> Stored | None:
        """The version that was uploaded and never published."""
        return next((version for version in self.versions if version.published_at is None), None)

    @property
    def earlier(self) -> tuple[Stored, ...]:
        """Versions that were live once, the newest first."""
        return tuple(one for one in reversed(self.versions) if one.published_at is not None and not one.live)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """When it can be asked; what its file suggests comes first."""
        wish = suggested(self.live.content.get("schedule")) if self.live else None
        return CHOICES if wish is None else (wish, *(one for one in CHOICES if one != wish))

    @property
    def lacks_core(self) -> bool:
        """Whether it is asked without the four usual ratings."""
        return self.live is not None and not _asks_core(self.live)

    @property
    def is_asked(self) -> bool:
        """Whether anybody is asked it."""
        return self.live is not None and (self.is_standard or bool(self.assignments))

    @property
    def length(self) -> int:
        """How many questions of it count in the budget: those of the version that is live."""
        return 0 if self.live is None else len(self.live.content["questions"])

    def is_beyond(self, budget: int | None) -> bool:
        """Whether it is to be asked and nobody can be: it alone has more questions than a client is asked in a week."""
        return self.is_asked and budget is not None and self.length > budget

    @property
    def changes(self) -> tuple[Difference, ...]:
        """What the draft would change against the version that is live."""
        if self.draft is None or self.live is None:
            return ()
        return differences(self.live.content, self.draft.content)

    @property
    def leaves_core(self) -> bool:
        """Whether the draft does not ask the four usual ratings that the live version asks."""
        if self.draft is None or self.live is None:
            return False
        return _asks_core(self.live) and not _asks_core(self.draft)

    def loses_draft_to(self, content: Mapping[str, Any]) -> bool:
        """Whether a file would take the place of a draft that says something else."""
        return self.draft is not None and bool(differences(self.draft.content, content))


def _asks_core(version: Stored) -> bool:
    return asks_core(read_question_set(version.content, version.id))
