"""What is different in one version of a question set against another, as facts to be put into words.

Works on the content of files, so that nothing that stands in one goes unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conversations.continuity import agree
from conversations.question_form import QuestionForm
from conversations.question_making import question_of

Content = Mapping[str, Any]


class Change(StrEnum):
    """What sort of difference it is."""

    ADDED = "added"
    REMOVED = "removed"
    TEXT = "text"
    ANSWERS = "answers"
    ANSWER_WORDS = "answer_words"
    CONDITION = "condition"
    SKIPPING = "skipping"
    OTHER = "other"
    ORDER = "order"
    POOL = "pool"
    SCALES = "scales"
    LANGUAGES = "languages"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `question` is the id of the question it is about, "" where it is about the set."""

    change: Change
    question: str = ""


_OF_QUESTION: Mapping[str, Change] = {
    "text": Change.TEXT,
    "label": Change.TEXT,
    "own_label": Change.TEXT,
    "skip_label": Change.TEXT,
    "kind": Change.ANSWERS,
    "low_anchor": Change.ANSWER_WORDS,
    "high_anchor": Change.ANSWER_WORDS,
    "minimum": Change.ANSWERS,
    "maximum": Change.ANSWERS,
    "step": Change.ANSWERS,
    "decimals": Change.ANSWERS,
    "options": Change.ANSWERS,
    "several": Change.ANSWERS,
    "show_if": Change.CONDITION,
    "skippable": Change.SKIPPING,
}
_ABOUT_ANSWERS = {Change.ANSWERS, Change.ANSWER_WORDS}
_OF_SET: Mapping[str, Change] = {
    "follow_ups": Change.POOL,
    "scales": Change.SCALES,
    "languages": Change.LANGUAGES,
    "draft_languages": Change.LANGUAGES,
    "fallback": Change.LANGUAGES,
}
_NO_CHANGE = ("name", "number", "questions")


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """List what is different, the questions first and in the order of the newer version; nothing twice."""
    old, new = ({one["id"]: one for one in content["questions"]} for content in (before, after))
    found = [Difference(Change.ADDED, name) for name in new if name not in old]
    found += [Difference(Change.REMOVED, name) for name in old if name not in new]
    found += [one for name in new if name in old for one in _of_question(name, old[name], new[name])]
    if [name for name in old if name in new] != [name for name in new if name in old]:
        found.append(Difference(Change.ORDER))
    keys = sorted((before.keys() | after.keys()) - set(_NO_CHANGE))
    found += [Difference(_OF_SET.get(key, Change.SET)) for key in keys if before.get(key) != after.get(key)]
    return tuple(dict.fromkeys(found))


def _of_question(name: str, before: Content, after: Content) -> Sequence[Difference]:
    keys = [*_OF_QUESTION, *sorted((before.keys() | after.keys()) - _OF_QUESTION.keys())]
    found = {_OF_QUESTION.get(key, Change.OTHER) for key in keys if before.get(key) != after.get(key)}
    if found & _ABOUT_ANSWERS:
        found = found - _ABOUT_ANSWERS | {_of_answers(before, after)}
    return [Difference(change, name) for change in Change if change in found]


def _of_answers(before: Content, after: Content) -> Change:
    """Say whether answers can still be compared: where they can, the trend goes on."""
    old, new = (question_of(QuestionForm.model_validate(one), "") for one in (before, after))
    return Change.ANSWER_WORDS if agree(old, new) else Change.ANSWERS
