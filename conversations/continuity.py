"""Which answers may be set side by side, though the questions have changed in between.

Versions of a question set, and different sets, join where a question has the same id and its answers lie on the same
scale; how it is worded, and where it stands, may change. What does not join is not compared, and that is said.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from conversations.alliance import Response
from conversations.answers import values_of
from conversations.core import CORE, asks_core, scale_of
from conversations.model import Answers, Kind, Question, QuestionSetVersion
from conversations.scales import Scale
from conversations.scoring import scores


class Given(NamedTuple):
    """What was answered in one closed check-in, and the questions it asked."""

    answers: Answers
    version: QuestionSetVersion


def response(answers: Answers) -> Response:
    """Put the core ratings in their order, as `alliance.step` takes them; None for a check-in nobody answered."""
    return tuple(answers.get(name) for name in CORE) if answers else None


def agree(one: Question, other: Question) -> bool:
    """Say whether answers to these two questions mean the same by their numbers."""
    return _scale_of(one) == _scale_of(other)


def _scale_of(question: Question) -> tuple[Any, ...]:
    options = tuple((option.id, option.points) for option in question.options)
    return (question.id, *scale_of(question), question.decimals, question.several, options)


def previous(history: Sequence[Given], version: QuestionSetVersion) -> tuple[Answers, frozenset[str]]:
    """Look at how each question of a version was answered the last time.

    Args:
        history: closed check-ins, oldest first, without the one that is looked at.
        version: the questions of that one.

    Returns:
        The rating by question, where it can be compared, and the ids of those that were asked on another scale then.
    """
    asked = {one.id: one for one in version.questions}
    last: dict[str, tuple[Question, int]] = {}
    for given in history:
        for question in given.version.questions:
            if question.id in asked and (rating := given.answers.get(question.id)) is not None:
                last[question.id] = question, rating
    joins = {name: agree(question, asked[name]) for name, (question, _) in last.items()}
    return {name: last[name][1] for name in last if joins[name]}, frozenset(name for name in last if not joins[name])


def previous_points(history: Sequence[Given], scale: Scale, version: QuestionSetVersion) -> float | None:
    """Give what a scale of a version came to the last time it had a score, in points.

    None where that was another scale. One with a number among its items has none: numbers are kept apart from ratings.
    """
    mine = _made_of(scale, version)
    for given in reversed(history):
        theirs = next((one for one in given.version.scales if one.id == scale.id), None)
        found = None if theirs is None else _points(theirs, given)
        if theirs is not None and found is not None:
            return found if mine is not None and _made_of(theirs, given.version) == mine else None
    return None


def _points(scale: Scale, given: Given) -> float | None:
    questions = given.version.questions
    return scores(given.version.scales, questions, values_of(questions, given.answers, {}))[scale.id].points


def _made_of(scale: Scale, version: QuestionSetVersion) -> tuple[Any, ...] | None:
    """Give all that decides about a scale's points; None where they do not follow from ratings and choices."""
    asked, scales = {one.id: one for one in version.questions}, {one.id: one for one in version.scales}
    parts = [_made_of(scales[name], version) if name in scales else _scale_of(asked[name]) for name in scale.items]
    if None in parts or any(asked[name].kind is Kind.NUMBER for name in scale.items if name in asked):
        return None
    rules = (scale.direction, scale.method, scale.reversed_items, scale.missing_allowed, scale.missing)
    return (scale.id, *rules, *parts)


def core_of(history: Iterable[Given]) -> list[Response]:
    """Give the core ratings of the check-ins that asked for them, an unanswered one among them as None."""
    return [response(given.answers) for given in history if asks_core(given.version)]
