"""How a change of a question set ends: kept, after the validator has seen it, or told what is wrong with it."""

from dataclasses import replace

from conversations.authoring_events import Around, Outcome, Refusal
from conversations.editing import Content, Done, Editing, Made, Problem, Step, Why, find, short_name
from conversations.faults import Fault, Path, QuestionSetFault
from conversations.question_sets import PARTS, check_parts

MOST, MOST_NAMES = 5, 8
"""Problems told at once, and names in one of them."""


def refused(editing: Editing, why: Refusal) -> Outcome:
    """Change nothing."""
    return Outcome(editing, why)


def troubled(editing: Editing, *problems: Problem) -> Outcome:
    """Change nothing but what the screen says is wrong."""
    return Outcome(replace(editing, problems=problems[:MOST], done=None), Refusal.PROBLEMS)


def shown(editing: Editing, step: Step, question: str = "") -> Editing:
    """Show another screen of the same set; whatever was half done there is dropped."""
    return Editing(editing.content, step, question)


def settled(editing: Editing, content: Content, made: Made, after: Editing, around: Around) -> Outcome:
    """Keep a change if the validator has nothing against it.

    Args:
        editing: where the admin stands.
        content: the set as it shall be.
        made: what is changed about it.
        after: where the admin stands then; `after.question` is what the change is about.
        around: what matters besides.
    """
    if problems := _problems(editing.content, content, after.question, made, around.language):
        return troubled(editing, *problems)
    about = find(content, after.question) or find(editing.content, after.question) or content
    named = {**content, "id": content["name"], "label": content.get("title")} if made is Made.BEGUN else about
    done = Done(made, short_name(named, around.language))
    return Outcome(replace(after, content=content, done=done), done=done)


def _problems(before: Content, content: Content, question: str, made: Made, language: str) -> list[Problem]:
    """Let the validator look, and put what it finds into words; what hangs together is told once."""
    try:
        check_parts(content)
    except QuestionSetFault as fault:
        found = [_problem(one, before, content, question, made, language) for one in fault.faults]
    else:
        return []
    names = {name: None for one in found if one.why is not Why.FAULT for name in one.names}
    apart = [one for one in found if one.why is Why.FAULT]
    together = [one for one in found if one.why is not Why.FAULT][:1]
    return [*(replace(one, names=tuple(names)[:MOST_NAMES]) for one in together), *dict.fromkeys(apart)]


def _problem(fault: Fault, before: Content, content: Content, question: str, made: Made, language: str) -> Problem:
    part = _part(content, fault.path)
    name = short_name(part, language) if part else ""
    if part is not None and made is Made.MOVED:
        return Problem(Why.ORDER, names=(name,))
    if part is not None and part.get("id") != question and find(before, question) is not None:
        return Problem(Why.NEEDED, names=(name,))
    return Problem(Why.FAULT, names=(name,) if name else (), sentence=fault.sentence)


def _part(content: Content, path: Path) -> Content | None:
    """Give the question, follow-up or scale a fault is about."""
    if len(path) < 2 or path[0] not in PARTS or not isinstance(path[1], int):
        return None
    part: Content = content[path[0]][path[1]]
    return part
