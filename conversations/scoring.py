"""Answers -> scores, by the rules of the set: reversed items, sum or mean, what is missing, bands, flag thresholds.

An item counts in points: a rating, a number and the points of an option as they are, yes as 1 and no as 0, several
options together. A scale among the items counts with its score. A question that was skipped, or not asked because its
`show_if` did not hold, lacks an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conversations.model import Kind, Question
from conversations.scales import Band, Method, Missing, Scale
from conversations.show_if import Value

Range = tuple[float, float]
"""The lowest and the highest number of points."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a scale came to. `points` is None where too few items have an answer; then there is no band and no flag."""

    scale: str
    points: float | None
    answered: int
    items: int
    band: Band | None = None
    flagged: bool = False


def scores(
    scales: Sequence[Scale], questions: Sequence[Question], answers: Mapping[str, Value | None]
) -> dict[str, Score]:
    """Score every scale of a set whose file has passed its check.

    Args:
        scales: the scales.
        questions: the questions they are made of.
        answers: question id -> answer as conditions see it; None for skipped, no entry for not asked.

    Returns:
        Scale id -> score, in the order of the scales.
    """
    ranges, points = ranges_of(scales, questions), points_of(questions, answers)
    found: dict[str, Score] = {}
    for scale in in_order(scales):
        found[scale.id] = score = _score(scale, points, ranges)
        points[scale.id] = score.points
    return {scale.id: found[scale.id] for scale in scales if scale.id in found}


def points_of(questions: Sequence[Question], answers: Mapping[str, Value | None]) -> dict[str, float | None]:
    """Give each question's points, None where there is no answer."""
    return {question.id: _points(question, answers.get(question.id)) for question in questions}


def _points(question: Question, answer: Value | None) -> float | None:
    if answer is None or question.kind is Kind.TEXT:
        return None
    if question.kind is Kind.CHOICE:
        chosen = answer if isinstance(answer, tuple) else (answer,)
        return sum(option.points or 0 for option in question.options if option.id in chosen)
    return None if isinstance(answer, str | tuple) else answer


def _score(scale: Scale, points: Mapping[str, float | None], ranges: Mapping[str, Range]) -> Score:
    turned = [_turned(item, points.get(item), scale, ranges) for item in scale.items]
    there = [value for value in turned if value is not None]
    total = _total(scale, turned, there, ranges)
    if total is None:
        return Score(scale.id, None, len(there), len(turned))
    flagged = scale.threshold is not None and scale.threshold.reached_by(total)
    return Score(scale.id, total, len(there), len(turned), band_of(scale, total), flagged)


def _turned(item: str, value: float | None, scale: Scale, ranges: Mapping[str, Range]) -> float | None:
    if value is None or item not in scale.reversed_items:
        return value
    low, high = ranges[item]
    return low + high - value


def _total(
    scale: Scale, turned: Sequence[float | None], there: Sequence[float], ranges: Mapping[str, Range]
) -> float | None:
    gaps = len(turned) - len(there)
    if not there or gaps > scale.missing_allowed:
        return None
    if scale.missing is Missing.AS_LOWEST:
        lowest = sum(ranges[item][0] for item, value in zip(scale.items, turned, strict=True) if value is None)
        total = sum(there) + lowest
        return total / len(turned) if scale.method is Method.MEAN else total
    mean = sum(there) / len(there)
    if scale.method is Method.MEAN:
        return mean
    return mean * len(turned) if gaps else sum(there)


def band_of(scale: Scale, points: float) -> Band | None:
    """Give the band a number of points lies in."""
    below = [band for band in scale.bands if band.start <= points + 1e-9]
    return below[-1] if below else None


# ---- ranges ----


def ranges_of(scales: Sequence[Scale], questions: Sequence[Question]) -> dict[str, Range]:
    """Give the lowest and highest points of every question that can be scored, and of every scale.

    A scale with an item that has no range, or that contains itself, has none.
    """
    ranges = {question.id: found for question in questions if (found := _range(question)) is not None}
    for scale in in_order(scales):
        if scale.items and all(item in ranges for item in scale.items):
            low, high = (sum(ranges[item][end] for item in scale.items) for end in (0, 1))
            parts = len(scale.items) if scale.method is Method.MEAN else 1
            ranges[scale.id] = (low / parts, high / parts)
    return ranges


def _range(question: Question) -> Range | None:
    if question.kind is Kind.TEXT:
        return None
    if question.kind is Kind.YES_NO:
        return 0, 1
    if question.kind is not Kind.CHOICE:
        return question.minimum, question.maximum
    points = [option.points for option in question.options if option.points is not None]
    if not points or len(points) < len(question.options):
        return None
    if question.several:
        return sum(value for value in points if value < 0), sum(value for value in points if value > 0)
    return min(points), max(points)


def in_order(scales: Sequence[Scale]) -> list[Scale]:
    """Sort scales so that each comes after those it is made of; those that contain themselves are left out."""
    waiting, done, ordered = {scale.id: scale for scale in scales}, set[str](), list[Scale]()
    while ready := [one for one in waiting.values() if all(item in done or item not in waiting for item in one.items)]:
        for scale in ready:
            ordered.append(waiting.pop(scale.id))
            done.add(scale.id)
    return ordered
