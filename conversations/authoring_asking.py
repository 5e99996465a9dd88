"""Asking for words: a new question step by step, and other words for one that is there. See `authoring`.

A set may have several languages. The admin's comes first; for the others the words can be typed, left as they are, or
taken from the first for now: a language that takes them counts as a draft (`draft_languages`) from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conversations import authoring_events as ev
from conversations.authoring_changes import with_question, with_questions
from conversations.authoring_events import Around, Outcome, Refusal
from conversations.authoring_settling import refused, settled, shown, troubled
from conversations.authoring_words import cleaned, id_for, range_in, twice, wrong_with
from conversations.authoring_writing import WRITERS
from conversations.editing import Content, Editing, Made, Problem, Step, Texts, Wanted, Why, find
from conversations.model import Kind
from conversations.question_form import OPTIONS, QUESTIONS

_NEEDS: Mapping[str, Wanted] = {
    Kind.RATING: Wanted.ANCHORS,
    Kind.CHOICE: Wanted.OPTIONS,
    Kind.NUMBER: Wanted.RANGE,
}
"""What a new question of a kind needs after its text."""
_CHANGES: Mapping[Wanted, Made] = {
    Wanted.TEXT: Made.TEXT,
    Wanted.LABEL: Made.LABEL,
    Wanted.ANCHORS: Made.ANSWERS,
    Wanted.OPTION: Made.ANSWERS,
    Wanted.RANGE: Made.ANSWERS,
}
"""What can be changed of a question that is there."""
_ONLY_OF: Mapping[Wanted, Kind] = {
    Wanted.ANCHORS: Kind.RATING,
    Wanted.OPTION: Kind.CHOICE,
    Wanted.RANGE: Kind.NUMBER,
}


def languages_of(content: Content, language: str) -> list[str]:
    """Give the languages of a set, the admin's first if it is one of them, else the one to fall back to."""
    known: list[str] = content["languages"]
    first = language if language in known else content.get("fallback") or known[0]
    return [first, *(one for one in known if one != first)]


def languages_left(editing: Editing, language: str) -> list[str]:
    """Give the languages in which words are still to be given, the next one first."""
    if editing.wanted in (Wanted.TITLE, Wanted.RANGE):
        return languages_of(editing.content, language)[: 0 if editing.given else 1]
    return [one for one in languages_of(editing.content, language) if one not in editing.given]


def can_be_left(editing: Editing, language: str) -> bool:
    """Say whether the languages that are left have words that can stay."""
    left = languages_left(editing, language)
    return bool(editing.given and left) and all(one in _there(editing) for one in left)


def words_there(editing: Editing, language: str) -> str:
    """Give the words that are there already, in the language that is asked for next; "" for none."""
    left = languages_left(editing, language)
    return _there(editing).get(left[0], "") if left else ""


def _there(editing: Editing) -> Texts:
    """Give the words that are there already, by language, in the form in which they are written."""
    question = find(editing.content, editing.question) if editing.making is None else None
    if question is None:
        return {}
    if editing.wanted is Wanted.OPTION:
        return next((one["text"] for one in question.get("options", []) if one["id"] == editing.option), {})
    if editing.wanted is Wanted.ANCHORS:
        low, high = question.get("low_anchor", {}), question.get("high_anchor", {})
        return {language: f"{low[language]}\n{high[language]}" for language in low if language in high}
    found: Texts = question.get(str(editing.wanted), {})
    return found


# ---- what begins ----


def add_asked(editing: Editing, _event: ev.AddAsked, _around: Around) -> Outcome:
    """Ask what kind of question is to be added."""
    if len(editing.questions) >= QUESTIONS:
        return troubled(editing, Problem(Why.QUESTIONS, QUESTIONS, len(editing.questions)))
    return Outcome(replace(shown(editing, Step.KIND), making={}))


def kind_chosen(editing: Editing, event: ev.KindChosen, _around: Around) -> Outcome:
    """Ask for the text of the new question."""
    if editing.step is not Step.KIND:
        return refused(editing, Refusal.NOT_NOW)
    return Outcome(_asked(editing, Wanted.TEXT, making={"kind": event.kind.value}))


def words_asked(editing: Editing, event: ev.WordsAsked, _around: Around) -> Outcome:
    """Ask for other words for a question that is there."""
    question = find(editing.content, event.question)
    if question is None or event.wanted not in _CHANGES:
        return refused(editing, Refusal.GONE)
    if _ONLY_OF.get(event.wanted, question["kind"]) != question["kind"]:
        return refused(editing, Refusal.GONE)
    options = [one["id"] for one in question.get("options", [])]
    if event.option and event.option not in options:
        return refused(editing, Refusal.GONE)
    if event.wanted is Wanted.OPTION and not event.option and len(options) >= OPTIONS:
        return troubled(editing, Problem(Why.TOO_MANY, OPTIONS, len(options)))
    return Outcome(replace(_asked(shown(editing, Step.QUESTION, event.question), event.wanted), option=event.option))


def _asked(editing: Editing, wanted: Wanted, making: Content | None = None) -> Editing:
    return replace(
        editing, step=Step.ASKING, wanted=wanted, making=making, given={}, borrowed=(), problems=(), done=None
    )


# ---- what is answered ----


def typed(editing: Editing, event: ev.Typed, around: Around) -> Outcome:
    """Take words in the next language; where it was the last one, the question is changed or goes on being made."""
    if editing.step is not Step.ASKING or editing.wanted is None or not languages_left(editing, around.language):
        return refused(editing, Refusal.NOT_NOW)
    words = cleaned(editing.wanted, event.text)
    problem = wrong_with(editing.wanted, words) or _wrong_beside(editing, words, around)
    if problem is not None:
        return troubled(editing, problem)
    language = languages_left(editing, around.language)[0]
    return _taken(editing, {**editing.given, language: words}, around)


def _wrong_beside(editing: Editing, words: str, around: Around) -> Problem | None:
    """Say what is wrong with words beside others that are there."""
    if editing.wanted is Wanted.RANGE:
        found = range_in(words)
        return None if found and found[0] < found[1] else Problem(Why.NO_RANGE)
    if editing.wanted is Wanted.OPTIONS and editing.given:
        wanted, there = (len(text.split("\n")) for text in (next(iter(editing.given.values())), words))
        return Problem(Why.LINES, wanted, there) if there != wanted else None
    if editing.wanted is Wanted.OPTION:
        language = languages_left(editing, around.language)[0]
        others = [one for one in editing.about.get("options", []) if one["id"] != editing.option]
        return twice([*(one["text"].get(language, "") for one in others), words])
    return None


def others_taken(editing: Editing, _event: ev.OthersTaken, around: Around) -> Outcome:
    """Let the languages that are left take the first words for now."""
    if editing.step is not Step.ASKING or not editing.given:
        return refused(editing, Refusal.NOT_NOW)
    left = languages_left(editing, around.language)
    first = next(iter(editing.given.values()))
    borrowing = replace(editing, borrowed=(*editing.borrowed, *left))
    return _taken(borrowing, {**editing.given, **dict.fromkeys(left, first)}, around, editing)


def others_left(editing: Editing, _event: ev.OthersLeft, around: Around) -> Outcome:
    """Let the languages that are left keep the words they have."""
    if editing.step is not Step.ASKING or not can_be_left(editing, around.language):
        return refused(editing, Refusal.NOT_NOW)
    return _changed(editing, around)


def anchors_chosen(editing: Editing, event: ev.AnchorsChosen, around: Around) -> Outcome:
    """Take anchors that were chosen in one press; none takes those away that are there."""
    if editing.step is not Step.ASKING or editing.wanted is not Wanted.ANCHORS or editing.given:
        return refused(editing, Refusal.NOT_NOW)
    if not event.low or not event.high:
        plain = {key: value for key, value in editing.about.items() if key not in ("low_anchor", "high_anchor")}
        return _grown(editing, plain, around)
    languages = languages_of(editing.content, around.language)
    known = [one for one in languages if one in event.low and one in event.high]
    first = known[0] if known else next(iter(event.low))
    borrowed = tuple(one for one in languages if one not in known)
    pairs = {one: one if one in known else first for one in languages}
    given = {one: f"{event.low[source]}\n{event.high.get(source, '-')}" for one, source in pairs.items()}
    return _taken(replace(editing, borrowed=borrowed), given, around, editing)


def range_chosen(editing: Editing, event: ev.RangeChosen, around: Around) -> Outcome:
    """Take the lowest and the highest number."""
    if editing.step is not Step.ASKING or editing.wanted is not Wanted.RANGE:
        return refused(editing, Refusal.NOT_NOW)
    if event.low >= event.high:
        return troubled(editing, Problem(Why.NO_RANGE))
    return _taken(editing, {"": f"{event.low} {event.high}"}, around)


# ---- what comes of it ----


def _taken(editing: Editing, given: Texts, around: Around, before: Editing | None = None) -> Outcome:
    """Take words; `before` is where the admin stays if they cannot be used."""
    filled = replace(editing, given=given, problems=(), done=None)
    if languages_left(filled, around.language):
        return Outcome(filled)
    outcome = _titled(filled) if editing.wanted is Wanted.TITLE else _changed(filled, around)
    if outcome.done is None and outcome.editing.problems:
        return troubled(before or editing, *outcome.editing.problems)
    return outcome


def _titled(editing: Editing) -> Outcome:
    """Give a new set its title, and ask for its first question."""
    content = {**editing.content, "title": dict(editing.given)}
    return Outcome(replace(_asked(editing, Wanted.TEXT, making={}), content=content, step=Step.KIND, wanted=None))


def _changed(editing: Editing, around: Around) -> Outcome:
    assert editing.wanted is not None  # noqa: S101 - words are asked for
    return _grown(editing, WRITERS[editing.wanted](editing.about, editing.given, editing.option), around)


def _grown(editing: Editing, question: Content, around: Around) -> Outcome:
    """Go on with a question that is being made, or keep what is changed of one that is there."""
    if editing.making is not None:
        needs = _NEEDS.get(question["kind"])
        if editing.wanted is Wanted.TEXT and needs is not None:
            return Outcome(replace(_asked(editing, needs, making=question), borrowed=editing.borrowed))
        return _added(editing, question, around)
    content = _with_drafts(with_question(editing.content, editing.question, question), editing.borrowed)
    if content == editing.content:
        return Outcome(_after(editing))
    assert editing.wanted is not None  # noqa: S101 - words were asked for
    return settled(editing, content, _CHANGES[editing.wanted], _after(editing), around)


def _after(editing: Editing) -> Editing:
    return shown(editing, Step.OPTIONS if editing.wanted is Wanted.OPTION else Step.QUESTION, editing.question)


def _added(editing: Editing, question: Content, around: Around) -> Outcome:
    """Add a question under an id of its own; the first one makes a new set a draft."""
    words = question["text"][languages_of(editing.content, around.language)[0]]
    name = id_for(words, {*around.ids, *ids_in(editing.content)}, "question")
    whole = _named(editing.content, around) if editing.is_new else editing.content
    content = with_questions(whole, [*editing.questions, {"id": name, **question}])
    made = Made.BEGUN if editing.is_new else Made.ADDED
    outcome = settled(editing, _with_drafts(content, editing.borrowed), made, shown(editing, Step.LIST, name), around)
    return outcome if outcome.done is None else replace(outcome, editing=replace(outcome.editing, question=""))


def _named(content: Content, around: Around) -> Content:
    """Give a new set a name made out of its title, only now: another admin may have taken it meanwhile."""
    title = next(iter(content["title"].values()))
    return {"name": id_for(title, around.names, "questions"), **content}


def ids_in(content: Content) -> set[str]:
    """Give every id in a set: of questions, follow-ups, scales, the note and the wish to talk."""
    parts = [*content.get("questions", ()), *content.get("follow_ups", ()), *content.get("scales", ())]
    parts += [content[key] for key in ("note", "talk") if content.get(key)]
    return {part["id"] for part in parts}


def _with_drafts(content: Content, borrowed: Sequence[str]) -> Content:
    drafts = content.get("draft_languages", [])
    new = [one for one in dict.fromkeys(borrowed) if one not in drafts]
    return {**content, "draft_languages": [*drafts, *new]} if new else content
