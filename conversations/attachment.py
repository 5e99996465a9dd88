"""The attachment reflection: four short stories, each rated 0-10 by how much it is like oneself.

The stories are the everyday faces of secure (steady), anxious (closeness), avoidant (space) and disorganized
(push_pull) attachment. Two dimensions fit such answers better than four types (Fraley et al. 2015), so two
are scored: worry about closeness and distance from it. Both contrast the two stories that have the trait with
the two that have not, so that someone who rates every story high, or every one low, scores 0 on both.

The lean is for words, not for records: it names a story only where one stands out, and is mixed for most
people. It is a reflection, not a test and not a diagnosis.
"""

from dataclasses import dataclass
from enum import StrEnum

STANDS_OUT = 6
AHEAD = 2


class Lean(StrEnum):
    """The story that stands out among the four, or none of them."""

    STEADY = "steady"
    CLOSENESS = "closeness"
    SPACE = "space"
    PUSH_PULL = "push_pull"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Reflection:
    """What the four ratings come to.

    Attributes:
        worry: from -10 to 10 points; high: fears to lose closeness.
        distance: from -10 to 10 points; high: keeps away from closeness.
        lean: the story that stands out.
    """

    worry: float
    distance: float
    lean: Lean


def reflect(
    steady: float | None, closeness: float | None, space: float | None, push_pull: float | None
) -> Reflection | None:
    """Score the four stories.

    worry = ((closeness + push_pull) - (steady + space)) / 2 and
    distance = ((space + push_pull) - (steady + closeness)) / 2, the two axes of Bartholomew & Horowitz (1991).

    Args:
        steady: 0-10, None where skipped; likewise the other three.
        closeness: see `steady`.
        space: see `steady`.
        push_pull: see `steady`.

    Returns:
        The reflection, or None unless all four are rated: a skipped story might have been the one ahead.
    """
    if steady is None or closeness is None or space is None or push_pull is None:
        return None
    return Reflection(
        worry=((closeness + push_pull) - (steady + space)) / 2,
        distance=((space + push_pull) - (steady + closeness)) / 2,
        lean=_lean({Lean.STEADY: steady, Lean.CLOSENESS: closeness, Lean.SPACE: space, Lean.PUSH_PULL: push_pull}),
    )


def _lean(ratings: dict[Lean, float]) -> Lean:
    first, second = sorted(ratings, key=lambda story: ratings[story], reverse=True)[:2]
    stands_out = ratings[first] >= STANDS_OUT and ratings[first] - ratings[second] >= AHEAD
    return first if stands_out else Lean.MIXED
