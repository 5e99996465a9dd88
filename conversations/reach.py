"""Whether a condition can hold at all: so that no question waits for an answer nobody can give.

Each alternative of the condition is looked at alone: for every answer and score in it there must be a value that meets
all that is asked of it. What hangs together in other ways is not seen, so nothing that can hold is ever refused.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, combinations, pairwise

from conversations.model import Kind, Question
from conversations.scoring import Range
from conversations.show_if import Any, Comparison, Condition, Value, compares

MOST = 500
"""Alternatives looked at; a condition with more is taken to be fine."""

Alternative = tuple[Comparison, ...]


def can_hold(
    condition: Condition | None,
    questions: Mapping[str, Question],
    ranges: Mapping[str, Range],
    never: Collection[str] = (),
) -> bool:
    """Say whether some answers make a condition hold.

    Args:
        condition: what must hold; it names only questions and scales that are given.
        questions: the questions, by id.
        ranges: the lowest and highest score of each scale.
        never: questions that are never asked.
    """
    if condition is None:
        return True
    alternatives = _alternatives(condition)
    return alternatives is None or any(_possible(one, questions, ranges, never) for one in alternatives)


def _alternatives(condition: Condition) -> list[Alternative] | None:
    """Write a condition as alternatives, each a list of comparisons that must all hold; None for too many."""
    if isinstance(condition, Comparison):
        return [(condition,)]
    parts = [_alternatives(part) for part in condition.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(condition, Any):
        together = list(chain.from_iterable(known))
        return together if len(together) <= MOST else None
    return _product(known)


def _product(parts: Iterable[list[Alternative]]) -> list[Alternative] | None:
    found: list[Alternative] = [()]
    for part in parts:
        if len(found) * len(part) > MOST:
            return None
        found = [(*before, *after) for before in found for after in part]
    return found


def _possible(
    alternative: Alternative, questions: Mapping[str, Question], ranges: Mapping[str, Range], never: Collection[str]
) -> bool:
    about: dict[tuple[str, bool], list[Comparison]] = defaultdict(list)
    for one in alternative:
        about[one.subject, one.of_score].append(one)
    for (subject, of_score), wanted in about.items():
        marks = [float(one.value) for one in wanted if not isinstance(one.value, str)]
        values: Iterable[Value | None]
        if of_score:
            values = _between(*ranges[subject], marks)
        else:
            values = [None] if subject in never else _answers(questions[subject], marks)
        if not any(all(compares(one, value) for one in wanted) for value in values):
            return False
    return True


def _answers(question: Question, marks: list[float]) -> Iterator[Value | None]:
    """Give answers enough to meet any comparison that some answer meets; None stands for no answer."""
    yield None
    if question.kind is Kind.RATING:
        yield from range(question.minimum, question.maximum + 1, question.step)
    elif question.kind is Kind.NUMBER:
        yield from (one for one in _between(question.minimum, question.maximum, marks) if one is not None)
    elif question.kind is Kind.YES_NO:
        yield from (0, 1)
    elif question.kind is Kind.TEXT:
        yield "text"
    else:
        yield from _choices(question)


def _choices(question: Question) -> Iterator[Value]:
    ids = [option.id for option in question.options]
    if not question.several:
        yield from ids
        return
    yield tuple(ids)
    for number in (1, 2):
        yield from combinations(ids, number)


def _between(low: float, high: float, marks: list[float]) -> Iterator[float | None]:
    """Give the ends, the marks, and a number between every two of them."""
    yield None
    points = sorted({low, high, *(mark for mark in marks if low <= mark <= high)})
    yield from points
    yield from ((first + second) / 2 for first, second in pairwise(points))
