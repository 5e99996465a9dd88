"""Occasions: what a check-in is asked about, and which set is asked on it.

Most check-ins come *after* a session. Others come *before* one, once at the *start* of the care, or *now*, because
somebody asks for it. Those are no part of the alliance history unless they ask its four ratings.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ONCE = 0
"""The rhythm of a set that is asked once."""
EACH = 1
"""The rhythm of a set that is asked each time."""


class Occasion(StrEnum):
    """What a check-in is asked about: a session that was or will be, the start of the care, or now."""

    AFTER = "after"
    BEFORE = "before"
    START = "start"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which set is asked whom, and when. `about_id` is 0 for the practice, else a therapist's person or an episode.

    `every` is 1 for each check-in, n for every n-th, 0 for once; other occasions than AFTER know only 1.
    """

    about_id: int
    name: str
    every: int = EACH
    occasion: Occasion = Occasion.AFTER

    @property
    def takes_turns(self) -> bool:
        """Whether it leaves other check-ins of its occasion to another set."""
        return self.occasion is Occasion.AFTER and self.every != EACH


def chosen(
    assignments: Iterable[Assignment],
    live: Collection[str],
    whose: Sequence[int],
    occasion: Occasion,
    completed: int = 0,
    taken: Collection[str] = (),
) -> str | None:
    """Choose the set a check-in asks: what is for the client goes before the rest; None where nothing is assigned.

    Args:
        assignments: all there are.
        live: the names of the sets that may be asked.
        whose: the client's episode, their therapist, the practice: in this order.
        occasion: the check-in's.
        completed: how many check-ins after sessions were completed before.
        taken: the sets that were asked before.
    """
    fitting = [one for one in assignments if one.occasion is occasion and one.about_id in whose and one.name in live]
    turns = [one for one in fitting if one.takes_turns and _is_turn(one, completed, taken)]
    standing = [one for one in fitting if not one.takes_turns]
    first = sorted(turns, key=lambda one: whose.index(one.about_id)) + sorted(
        standing, key=lambda one: whose.index(one.about_id)
    )
    return first[0].name if first else None


def _is_turn(one: Assignment, completed: int, taken: Collection[str]) -> bool:
    return one.name not in taken if one.every == ONCE else (completed + 1) % one.every == 0


def suggested(schedule: Mapping[str, Any] | None) -> tuple[Occasion, int] | None:
    """Read what a file says about when its set is asked: the occasion, and how often."""
    ask = (schedule or {}).get("ask")
    if ask == "every_nth_session":
        return Occasion.AFTER, int((schedule or {})["every"])
    return _SCHEDULES.get(str(ask))


_SCHEDULES = {
    "after_each_session": (Occasion.AFTER, EACH),
    "before_each_session": (Occasion.BEFORE, EACH),
    "once": (Occasion.AFTER, ONCE),
    "at_start": (Occasion.START, EACH),
}
