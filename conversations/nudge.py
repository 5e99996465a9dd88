"""May a client be reminded now because their therapist wishes it? Once, and never against the client's own wish."""

from datetime import datetime
from enum import StrEnum

from conversations.model import CheckIn, Step, Terms
from conversations.moving import reminds_at
from conversations.schedule import in_quiet_hours


class Nudge(StrEnum):
    """What becomes of the wish; each has a sentence in the locale files."""

    GO = "remind.sent"
    NOTHING_OPEN = "remind.nothing_open"
    PAUSES = "remind.paused"
    BEGUN = "remind.begun"
    TWICE = "remind.twice"
    LATER = "remind.later"
    QUIET = "remind.quiet"
    UNREACHABLE = "remind.unreachable"


def judge(
    check_in: CheckIn | None, now: datetime, terms: Terms | None, *, already: bool, pauses: bool = False
) -> Nudge:
    """Judge a wish to remind.

    Args:
        check_in: the client's open check-in, None where there is none.
        now: the moment.
        terms: what holds for it.
        already: whether the client was reminded of it at the therapist's wish before.
        pauses: whether the client wants to be left alone for a while.
    """
    if check_in is None or terms is None:
        return Nudge.PAUSES if pauses else Nudge.NOTHING_OPEN
    if check_in.answers or check_in.words:
        return Nudge.BEGUN
    if already:
        return Nudge.TWICE
    wished = reminds_at(check_in) if check_in.step is Step.SNOOZED else None
    if wished is not None and wished > now:
        return Nudge.LATER
    return Nudge.QUIET if in_quiet_hours(now, terms.zone, terms.quiet_hours) else Nudge.GO
