"""What a set of answers adds up to: scales with their items, bands and flags. Texts are per language code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """Which way a scale is good."""

    HIGHER_IS_BETTER = "higher_is_better"
    HIGHER_IS_WORSE = "higher_is_worse"


class Method(StrEnum):
    """How items become a score."""

    SUM = "sum"
    MEAN = "mean"


class Missing(StrEnum):
    """What an item without an answer counts as, where the scale allows for some."""

    AS_THE_OTHERS = "as_the_others"
    AS_LOWEST = "as_lowest"


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a scale: from `start`, itself included, up to the next one."""

    start: float
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where a score is worth a look. One of the two is None."""

    at_least: float | None = None
    at_most: float | None = None

    def reached_by(self, score: float) -> bool:
        """Say whether a score is there."""
        above = self.at_least is not None and score >= self.at_least
        return above or (self.at_most is not None and score <= self.at_most)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale, or a subscale that another scale has among its items.

    `items` are ids of questions and of other scales, `reversed_items` those that count from the other end.
    `missing_allowed` is how many items may lack an answer; with more there is no score.
    """

    id: str
    items: tuple[str, ...]
    label: Mapping[str, str] = field(default_factory=dict)
    direction: Direction = Direction.HIGHER_IS_BETTER
    method: Method = Method.SUM
    reversed_items: frozenset[str] = frozenset()
    missing_allowed: int = 0
    missing: Missing = Missing.AS_THE_OTHERS
    bands: tuple[Band, ...] = ()
    threshold: Threshold | None = None
