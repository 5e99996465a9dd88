"""When a question is asked: conditions on earlier answers and on scores, combined with all and any.

A comparison with an answer that is not there (not asked, or skipped) is false, whichever way it compares; only
`answered: false` holds then. A score that cannot be given counts as not there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Value = float | str | tuple[str, ...]
"""An answer as conditions see it: a number, 1 or 0 for yes or no, the id of an option or of several, a text."""


class Comparator(StrEnum):
    """How an answer or a score is compared."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    INCLUDES = "includes"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: with the answer to the question of this id, or with the score of the scale of this id."""

    subject: str
    comparator: Comparator
    value: float | str | bool
    of_score: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold; with none it holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part must hold; with none it does not."""

    parts: tuple["Condition", ...]


Condition = Comparison | All | Any


def holds(condition: Condition | None, answers: Mapping[str, Value | None], scores: Mapping[str, float | None]) -> bool:
    """Say whether a condition holds. No condition always does.

    Args:
        condition: what must hold.
        answers: question id -> answer, None where it was skipped; a question not reached has no entry.
        scores: scale id -> score, None where it cannot be given.
    """
    if condition is None:
        return True
    if isinstance(condition, All):
        return all(holds(part, answers, scores) for part in condition.parts)
    if isinstance(condition, Any):
        return any(holds(part, answers, scores) for part in condition.parts)
    there = scores.get(condition.subject) if condition.of_score else answers.get(condition.subject)
    return compares(condition, there)


def compares(comparison: Comparison, there: Value | None) -> bool:
    """Compare one answer or score; None is one that is not there."""
    if comparison.comparator is Comparator.ANSWERED:
        return (there is not None) == bool(comparison.value)
    if there is None:
        return False
    if comparison.comparator is Comparator.IS:
        return _same(there, comparison.value)
    if comparison.comparator is Comparator.IS_NOT:
        return not _same(there, comparison.value)
    if comparison.comparator is Comparator.INCLUDES:
        return isinstance(there, tuple) and comparison.value in there
    return _in_order(comparison, there)


def _same(there: Value, value: float | str) -> bool:
    return there == (value,) if isinstance(there, tuple) else there == value


def _in_order(comparison: Comparison, there: Value) -> bool:
    bound = comparison.value
    if isinstance(there, str | tuple) or isinstance(bound, str):
        return False
    match comparison.comparator:
        case Comparator.AT_LEAST:
            return there >= bound
        case Comparator.AT_MOST:
            return there <= bound
        case Comparator.ABOVE:
            return there > bound
        case _:
            return there < bound


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """List every comparison in a condition, in the order of the file."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition is not None:
        for part in condition.parts:
            yield from comparisons(part)
