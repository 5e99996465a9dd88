"""What may be promised about a session: that its client is asked after it, or why not, as far as it is known by now."""

from datetime import datetime
from enum import StrEnum

from conversations.model import CheckIn, State
from conversations.pausing import Pause
from conversations.schedule import expires_at


class NotAsked(StrEnum):
    """Why a client is not asked about a session that is held; each has a sentence in the locale files."""

    TOO_LONG_AGO = "session.not_asked.long_ago"
    PAUSES = "session.not_asked.pauses"
    PAUSES_YET = "session.not_asked.pauses_yet"
    NEXT_TOO_CLOSE = "session.not_asked.next"
    CALLED_OFF = "session.not_asked"


def why_not_asked(
    check_in: CheckIn | None, pause: Pause | None, next_session_at: datetime | None, now: datetime
) -> NotAsked | None:
    """Say why nobody will be asked; None where they are, or were. `next_session_at` is the first after the check-in."""
    if check_in is None:
        return NotAsked.TOO_LONG_AGO
    if check_in.state not in (State.SCHEDULED, State.CANCELLED):
        return None
    if pause is not None and pause.holds(max(check_in.due_at, now)):
        return NotAsked.PAUSES if _is_settled(check_in, now) else NotAsked.PAUSES_YET
    if expires_at(check_in.due_at, next_session_at) <= check_in.due_at:
        return NotAsked.NEXT_TOO_CLOSE
    return NotAsked.CALLED_OFF if check_in.state is State.CANCELLED else None


def _is_settled(check_in: CheckIn, now: datetime) -> bool:
    """Say whether a pause that ends sooner than was said would change nothing."""
    return check_in.state is State.CANCELLED or check_in.due_at <= now
