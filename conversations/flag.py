"""The words of the alliance flags: what can be said of a check-in, how loud, and by which numbers.

Only names and numbers live here. The rules that choose among them are in `alliance.py`, the sentences that
people read are in the texts of each language: a flag's value is an id, and ids are never shown.
"""

from dataclasses import dataclass
from enum import StrEnum


class Flag(StrEnum):
    """Something about a check-in that a therapist may want to ask about: a prompt to talk, not a finding."""

    LOW = "LOW"
    TALK = "TALK"
    DROP = "DROP"
    DROP_PROVISIONAL = "DROP_PROVISIONAL"
    REPAIRED = "REPAIRED"
    DEEPER = "DEEPER"
    UNREPAIRED = "UNREPAIRED"
    DECLINE = "DECLINE"
    CEILING = "CEILING"
    FLAT = "FLAT"
    MISSED_2 = "MISSED_2"
    MISSED_3 = "MISSED_3"
    DROPOUT_WATCH = "DROPOUT_WATCH"
    PARTIAL = "PARTIAL"


class Level(StrEnum):
    """How soon a flag is told, the soonest first."""

    RED = "red"  # at once
    AMBER = "amber"  # as a note in the summary, and in the digest
    INFO = "info"  # in the digest
    NONE = "none"  # in the summary at most

    @classmethod
    def loudest(cls, levels: "tuple[Level, ...]") -> "Level":
        """Return the level told soonest; NONE of no levels."""
        return next((level for level in cls if level in levels), cls.NONE)


def meant(flag: Flag, level: Level) -> Flag:
    """Give the flag in whose words another is told: a low answer among skipped ones is told as LOW is."""
    return Flag.LOW if flag is Flag.PARTIAL and level is Level.RED else flag


class Part(StrEnum):
    """The three parts of Bordin's working alliance (1979), in the order in which ties are decided."""

    BOND = "bond"
    GOALS = "goals"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Constants:
    """The numbers of a question set that the flags depend on; points are those of the 0-10 ratings.

    Attributes:
        nu0: weight of the assumed spread, counted in check-ins.
        sigma0: assumed spread of one client's scores around their own level, in points.
        z: two-sided 95 % point of the normal distribution.
        floor: no fall smaller than this many points is ever called one.
        window: how many scores, at most, make the baseline.
        repair_tolerance: a score this near to the baseline, in points, is back near usual.
        repair_patience: scores after a DROP that may stay down before this is the new level.
        low_composite: a score below this is LOW.
        low_item: a rating at or below this is LOW.
        talk_line: a score or rating below this is worth a word (TALK).

    Raises:
        ValueError: if a number would make a formula meaningless.
    """

    nu0: float = 4
    sigma0: float = 0.7
    z: float = 1.96
    floor: float = 1.0
    window: int = 5
    repair_tolerance: float = 0.5
    repair_patience: int = 3
    low_composite: float = 7.0
    low_item: float = 5
    talk_line: float = 9

    def __post_init__(self) -> None:
        for name in ("nu0", "sigma0", "z", "floor", "window", "repair_patience"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0")


DEFAULT = Constants()
