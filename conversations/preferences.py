"""What a person has set for themselves: one frozen value for every role, of which each screen shows its part.

Kept as JSON that holds only what differs from the default, so that a better default reaches whoever chose nothing.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from conversations.schedule import QuietHours

PRACTICE: Literal["practice"] = "practice"
"""The person follows the practice."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's own settings. Times are wall times in the person's own zone.

    `quiet_hours` is the practice's, one's own, or None for none at all. `digest_weekday` counts from Monday = 0.
    `agenda_minutes` before a session the agenda comes; 0 is never.
    """

    quiet_hours: QuietHours | Literal["practice"] | None = PRACTICE
    milestone_lines: bool = True
    digest_weekday: int = 0
    digest_time: time = time(8)
    morning_list: bool = True
    agenda_minutes: int = 30
    two_sided: bool = False
    alerts_in_quiet_hours: bool = False

    def quiet_hours_or(self, practice: QuietHours | None) -> QuietHours | None:
        """Give the quiet hours that hold for this person where the practice's are these."""
        return practice if self.quiet_hours == PRACTICE else self.quiet_hours


DEFAULT = Preferences()


def before_session(therapist: Preferences) -> timedelta:
    """How long before a session what is meant for it is shown; what was asked for comes also where no agenda does."""
    return timedelta(minutes=therapist.agenda_minutes or DEFAULT.agenda_minutes)


_FORM = TypeAdapter(Preferences)


@lru_cache(maxsize=1024)
def read_preferences(content: str | None) -> Preferences:
    """Read what `write_preferences` wrote; None and what no longer fits mean the defaults."""
    if content is None:
        return DEFAULT
    try:
        return _FORM.validate_json(content)
    except ValidationError:
        return DEFAULT


def write_preferences(preferences: Preferences) -> str | None:
    """Write what differs from the defaults as JSON; None where nothing does."""
    if preferences == DEFAULT:
        return None
    return _FORM.dump_json(preferences, exclude_defaults=True).decode()
