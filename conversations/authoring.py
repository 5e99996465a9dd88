r"""Changing a question set in the chat: every transition.

`advance(editing, event, around)` is the whole of it. It is pure: the same state and event always give the same outcome,
so a restart between any two presses changes nothing.

    LIST --a question--> QUESTION --Text, Short name, Answers--> ASKING (in each language) --> QUESTION
      |                      |  \--Answers of a choice--> OPTIONS --an option--> ASKING --> OPTIONS
      |                      \--Up, Down, Can be skipped: stays; Remove: back to the LIST, which can put it back
      \--Add a question--> KIND --> ASKING the text --> ASKING what the kind needs --> LIST

A new set begins with ASKING its title, then goes on as if a question were added; before it has one it is no draft.

Three rules hold everywhere:

* What an admin wants is tried on a copy, and the copy goes through the validator of uploaded files
  (`question_sets.check_parts`). What it finds is told in `Editing.problems`; the set, and where the admin stands,
  stay as they were. So every content that comes out of here can be published.
* An id is made once, out of the first words, and never changes with them: trends join on it. A new question takes no id
  that any set of the practice ever had.
* While a question is being made nothing else can be done but to go on with it or to drop it.

What changes questions that are there stands in `authoring_changes`, what asks for words in `authoring_asking`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conversations import authoring_asking as asking
from conversations import authoring_changes as changes
from conversations import authoring_events as ev
from conversations.authoring_events import Around, Event, Outcome, Refusal
from conversations.authoring_settling import refused, shown
from conversations.editing import Content, Editing, Step, Wanted, find
from conversations.model import Kind

__all__ = ["advance", "new_set"]

Handler = Callable[[Editing, Any, Around], Outcome]


def new_set(blank: Content) -> Editing:
    """Begin a set: `blank` is its file but for the name, the title and the questions."""
    return Editing({**blank, "number": 1, "questions": []}, Step.ASKING, wanted=Wanted.TITLE)


def advance(editing: Editing, event: Event, around: Around) -> Outcome:
    """Apply one event. Never raises on any event; what does not fit is refused and changes nothing."""
    busy = editing.making is not None or editing.is_new
    if editing.step is Step.CLOSED or (busy and type(event) not in _WHILE_MAKING):
        return refused(editing, Refusal.NOT_NOW)
    return _HANDLERS[type(event)](editing, event, around)


def _question_opened(editing: Editing, event: ev.QuestionOpened, _around: Around) -> Outcome:
    if find(editing.content, event.question) is None:
        return refused(editing, Refusal.GONE)
    return Outcome(shown(editing, Step.QUESTION, event.question))


def _options_opened(editing: Editing, event: ev.OptionsOpened, _around: Around) -> Outcome:
    question = find(editing.content, event.question)
    if question is None or question["kind"] != Kind.CHOICE:
        return refused(editing, Refusal.GONE)
    return Outcome(shown(editing, Step.OPTIONS, event.question))


def _went_back(editing: Editing, _event: ev.WentBack, _around: Around) -> Outcome:
    """Leave the screen for the one before it. A new set that has no question is dropped as a whole."""
    if editing.is_new:
        return Outcome(Editing({}, Step.CLOSED))
    if editing.step is Step.ASKING and editing.wanted is Wanted.OPTION:
        return Outcome(shown(editing, Step.OPTIONS, editing.question))
    if editing.step in (Step.ASKING, Step.OPTIONS) and editing.making is None:
        return Outcome(shown(editing, Step.QUESTION, editing.question))
    return Outcome(replace(shown(editing, Step.LIST), removed=editing.removed))


_HANDLERS: dict[type, Handler] = {
    ev.QuestionOpened: _question_opened,
    ev.OptionsOpened: _options_opened,
    ev.WentBack: _went_back,
    ev.AddAsked: asking.add_asked,
    ev.KindChosen: asking.kind_chosen,
    ev.WordsAsked: asking.words_asked,
    ev.Typed: asking.typed,
    ev.OthersTaken: asking.others_taken,
    ev.OthersLeft: asking.others_left,
    ev.AnchorsChosen: asking.anchors_chosen,
    ev.RangeChosen: asking.range_chosen,
    ev.SkippableSet: changes.skippable_set,
    ev.SeveralSet: changes.several_set,
    ev.Moved: changes.moved,
    ev.Removed: changes.removed,
    ev.OptionRemoved: changes.option_removed,
    ev.PutBack: changes.put_back,
}
_WHILE_MAKING = {
    ev.WentBack, ev.KindChosen, ev.Typed, ev.OthersTaken, ev.OthersLeft, ev.AnchorsChosen, ev.RangeChosen,
}  # fmt: skip
