"""Changes of questions that are there, each in one press. See `authoring`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conversations import authoring_events as ev
from conversations.authoring_events import Around, Outcome, Refusal
from conversations.authoring_settling import refused, settled, shown, troubled
from conversations.editing import Content, Editing, Made, Problem, Step, Why, find, place_of
from conversations.model import Kind


def with_questions(content: Content, questions: Sequence[Content]) -> Content:
    """Give a set other questions."""
    return {**content, "questions": list(questions)}


def with_question(content: Content, question: str, other: Content) -> Content:
    """Put another version of a question in its place."""
    return with_questions(content, [other if one["id"] == question else one for one in content["questions"]])


def skippable_set(editing: Editing, event: ev.SkippableSet, around: Around) -> Outcome:
    """Let a question be skipped, or not."""
    return _switched(editing, event.question, "skippable", event.wanted, Made.SKIPPING, around)


def several_set(editing: Editing, event: ev.SeveralSet, around: Around) -> Outcome:
    """Let more than one option be chosen, or one only."""
    question = find(editing.content, event.question)
    if question is None or question["kind"] != Kind.CHOICE:
        return refused(editing, Refusal.GONE)
    return _switched(editing, event.question, "several", event.wanted, Made.ANSWERS, around)


_OTHERWISE: Mapping[str, bool] = {"skippable": True, "several": False}


def _switched(editing: Editing, name: str, key: str, wanted: bool, made: Made, around: Around) -> Outcome:
    question = find(editing.content, name)
    if question is None:
        return refused(editing, Refusal.GONE)
    if question.get(key, _OTHERWISE[key]) == wanted:
        return refused(editing, Refusal.NOT_NOW)
    other: dict[str, Any] = {one: value for one, value in question.items() if one != key}
    other |= {} if wanted == _OTHERWISE[key] else {key: wanted}
    step = Step.QUESTION if key == "skippable" else Step.OPTIONS
    return settled(editing, with_question(editing.content, name, other), made, shown(editing, step, name), around)


def moved(editing: Editing, event: ev.Moved, around: Around) -> Outcome:
    """Put a question at another place."""
    place = place_of(editing.content, event.question)
    if place is None or not 0 <= event.place < len(editing.questions):
        return refused(editing, Refusal.GONE)
    if place == event.place:
        return refused(editing, Refusal.NOT_NOW)
    questions = list(editing.questions)
    questions.insert(event.place, questions.pop(place))
    after = shown(editing, Step.QUESTION, event.question)
    return settled(editing, with_questions(editing.content, questions), Made.MOVED, after, around)


def removed(editing: Editing, event: ev.Removed, around: Around) -> Outcome:
    """Ask a question no more; it can be put back until something else is changed."""
    place = place_of(editing.content, event.question)
    if place is None:
        return refused(editing, Refusal.GONE)
    if len(editing.questions) == 1:
        return troubled(editing, Problem(Why.LAST))
    questions = [one for one in editing.questions if one["id"] != event.question]
    after = shown(editing, Step.LIST, event.question)
    outcome = settled(editing, with_questions(editing.content, questions), Made.REMOVED, after, around)
    if outcome.done is None:
        return outcome
    gone = (place, editing.questions[place])
    return replace(outcome, editing=replace(outcome.editing, question="", removed=gone))


def put_back(editing: Editing, _event: ev.PutBack, around: Around) -> Outcome:
    """Let the question that was removed last come back."""
    if editing.removed is None or find(editing.content, editing.removed[1]["id"]) is not None:
        return refused(editing, Refusal.GONE)
    place, question = editing.removed
    questions = [*editing.questions[:place], question, *editing.questions[place:]]
    content, after = with_questions(editing.content, questions), shown(editing, Step.LIST, question["id"])
    return _without_focus(settled(editing, content, Made.PUT_BACK, after, around))


def _without_focus(outcome: Outcome) -> Outcome:
    return outcome if outcome.done is None else replace(outcome, editing=replace(outcome.editing, question=""))


def option_removed(editing: Editing, event: ev.OptionRemoved, around: Around) -> Outcome:
    """Offer an option no more."""
    question = find(editing.content, event.question)
    options = [] if question is None else question.get("options", [])
    left = [one for one in options if one["id"] != event.option]
    if question is None or len(left) == len(options):
        return refused(editing, Refusal.GONE)
    if len(left) < 2:
        return troubled(editing, Problem(Why.TOO_FEW, 2, len(left)))
    content = with_question(editing.content, event.question, {**question, "options": left})
    return settled(editing, content, Made.ANSWERS, shown(editing, Step.OPTIONS, event.question), around)
