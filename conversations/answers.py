"""Answers as they are kept, and as conditions, scores and exports see them.

Kept are whole numbers: a rating; of a choice the place of the option, from 0; of one with several the sum of 2 to the
power of each place; 1 for yes and 0 for no. Answers in words and numbers with their decimals are kept as text.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from conversations.model import Answers, Kind, Question, QuestionSetVersion
from conversations.show_if import Value


def every_question(version: QuestionSetVersion) -> tuple[Question, ...]:
    """Give a version's own questions and those of its pool."""
    return (*version.questions, *(one.question for one in version.follow_ups))


def values_of(questions: Iterable[Question], answers: Answers, words: Mapping[str, str]) -> dict[str, Value | None]:
    """Give each answer as a condition sees it: None for a skipped question, no entry for one that was not reached."""
    found: dict[str, Value | None] = {}
    for question in questions:
        if question.id in words:
            found[question.id] = in_words(question, words[question.id])
        elif question.id in answers:
            found[question.id] = _value(question, answers[question.id])
    return found


def in_words(question: Question, text: str) -> Value:
    """Read an answer that is kept as text."""
    return float(text) if question.kind is Kind.NUMBER else text


def _value(question: Question, kept: int | None) -> Value | None:
    if kept is None or question.kind is not Kind.CHOICE:
        return kept
    if question.several:
        return tuple(question.options[place].id for place in places(kept, len(question.options)))
    return question.options[kept].id if kept < len(question.options) else None


def places(kept: int, options: int) -> tuple[int, ...]:
    """Read which options of a choice with several were chosen."""
    return tuple(place for place in range(options) if kept >> place & 1)


_NUMBER = re.compile(r"[-+]?[0-9]{1,9}([.,][0-9]{1,3})?")


def read_number(question: Question, text: str) -> str | None:
    """Read a typed number as it is kept; None where it is none, lies outside, or is finer than the question asks."""
    word = text.strip()
    if not _NUMBER.fullmatch(word):
        return None
    number = Decimal(word.replace(",", ".")).normalize()
    fine = -int(number.as_tuple().exponent)
    if fine > question.decimals or not question.minimum <= number <= question.maximum:
        return None
    return f"{number:f}"
