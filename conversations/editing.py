"""Where an admin stands in changing a question set in the chat: a value, and the same as text for the database.

The questions themselves are no part of that text, except those of a set that is not a draft yet: what is asked lives in
the draft, and is read from there every time.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

Content = Mapping[str, Any]
"""What stands in the file of a set, or a part of it."""
Texts = Mapping[str, str]
"""A text by language."""

NAME_SHOWN = 40
"""Characters of a question that stand for it where it has no short name."""


class Step(StrEnum):
    """What the screen shows."""

    LIST = "list"
    QUESTION = "question"
    OPTIONS = "options"
    KIND = "kind"
    ASKING = "asking"
    CLOSED = "closed"


class Wanted(StrEnum):
    """What words are asked for."""

    TITLE = "title"
    TEXT = "text"
    LABEL = "label"
    ANCHORS = "anchors"
    OPTIONS = "options"
    OPTION = "option"
    RANGE = "range"


class Made(StrEnum):
    """What sort of change was made."""

    BEGUN = "begun"
    ADDED = "added"
    REMOVED = "removed"
    PUT_BACK = "put_back"
    MOVED = "moved"
    TEXT = "text"
    LABEL = "label"
    ANSWERS = "answers"
    SKIPPING = "skipping"


class Why(StrEnum):
    """Why a change was not made."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OPTION_TOO_LONG = "option_too_long"
    TWO_LINES = "two_lines"
    LINES = "lines"
    TWICE = "twice"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    QUESTIONS = "questions"
    NO_RANGE = "no_range"
    LAST = "last"
    NEEDED = "needed"
    ORDER = "order"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a change was not made, with what a sentence about it needs.

    `limit` and `length` are numbers of characters, lines or questions; `names` are the parts of the set it is about;
    `sentence` is what the validator says, in English.
    """

    why: Why
    limit: int = 0
    length: int = 0
    names: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made, and the short name of the question or set it is about."""

    made: Made
    about: str


@dataclass(frozen=True, slots=True)
class Editing:
    """An admin at work on a set.

    Attributes:
        content: the set as it would be asked; without questions while a new set has none yet.
        step: what the screen shows.
        question: the id of the question it is about, "" for none or one that is being made.
        making: the question that is being made, so far.
        wanted: the words that are asked for.
        option: the id of the option they are for, "" for a new one.
        given: the words so far, by language.
        borrowed: languages that take the words of another one for now.
        removed: the question removed last, with the place it had: it can be put back.
        problems: why the last change was not made.
        done: the last change, where the screen still has to say so.
    """

    content: Content = field(repr=False)
    step: Step = Step.LIST
    question: str = ""
    making: Content | None = field(default=None, repr=False)
    wanted: Wanted | None = None
    option: str = ""
    given: Texts = field(default_factory=dict, repr=False)
    borrowed: tuple[str, ...] = ()
    removed: tuple[int, Content] | None = field(default=None, repr=False)
    problems: tuple[Problem, ...] = ()
    done: Done | None = None

    @property
    def questions(self) -> Sequence[Content]:
        """The questions, in their order."""
        questions: Sequence[Content] = self.content.get("questions", ())
        return questions

    @property
    def is_new(self) -> bool:
        """Whether the set has no question yet, and so is no draft."""
        return not self.questions

    @property
    def about(self) -> Content:
        """The question the screen is about: the one in focus, or the one being made."""
        return self.making if self.making is not None else find(self.content, self.question) or {}

    def on(self, content: Content) -> "Editing":
        """Go on with what the set has become; back to its list where the screen would not fit it any more."""
        fits = self.footing == footing(content, self.question)
        return replace(self, content=content) if fits and self._has_option(content) else Editing(content)

    @property
    def footing(self) -> list[Any]:
        """What the screen stands on."""
        return footing(self.content, self.question)

    def _has_option(self, content: Content) -> bool:
        options = (find(content, self.question) or {}).get("options", ())
        return not self.option or any(one["id"] == self.option for one in options)


def footing(content: Content, question: str) -> list[Any]:
    """Give what a screen stands on: the languages of the set, and the kind of the question in focus, if there is one.

    Words that were given are by language, and what is asked for goes by the kind.
    """
    return [list(content.get("languages", ())), (find(content, question) or {}).get("kind")]


def find(content: Content, question: str) -> Content | None:
    """Give a question of a set by its id."""
    return next((one for one in content.get("questions", ()) if one["id"] == question), None)


def place_of(content: Content, question: str) -> int | None:
    """Give the place of a question, the first being 0."""
    return next((place for place, one in enumerate(content["questions"]) if one["id"] == question), None)


def ends_of(question: Content) -> tuple[int, int]:
    """Give the lowest and the highest rating or number."""
    low, high = question.get("minimum"), question.get("maximum")
    return 0 if low is None else low, 10 if high is None else high


def in_language(texts: Texts, language: str) -> str:
    """Choose a text; the first where there is none in this language."""
    return texts.get(language) or next(iter(texts.values()), "")


def short_name(part: Content, language: str, most: int = NAME_SHOWN) -> str:
    """Name a question, a follow-up or a scale: by its label, else the beginning of its text, else its id."""
    name = in_language(part.get("label") or part.get("text") or {}, language) or str(part.get("id", ""))
    return shortened(name, most)


def shortened(text: str, most: int) -> str:
    """Give the beginning of a text as one line, cut between words where it is too long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[:most].rsplit(" ", 1)[0]
    return f"{cut if len(cut) > most // 2 else line[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


# ---- as text ----


def write(editing: Editing) -> str:
    """Write where an admin stands."""
    plain = {
        "content": editing.content if editing.is_new else None,
        "step": editing.step.value,
        "question": editing.question,
        "footing": editing.footing,
        "making": editing.making,
        "wanted": editing.wanted.value if editing.wanted else None,
        "option": editing.option,
        "given": dict(editing.given),
        "borrowed": editing.borrowed,
        "removed": editing.removed,
        "problems": [[one.why.value, one.limit, one.length, one.names, one.sentence] for one in editing.problems],
        "done": [editing.done.made.value, editing.done.about] if editing.done else None,
    }
    return json.dumps(plain, ensure_ascii=False)


def read(text: str, content: Content | None) -> Editing | None:
    """Read what `write` wrote, on what the set has become; None where there is neither a set nor a beginning of one."""
    plain = json.loads(text)
    begun = plain["content"] if content is None else content
    if begun is None:
        return None
    if content is not None and plain.get("footing") != footing(content, plain["question"]):
        return Editing(content)
    kept = Editing(
        content=begun,
        step=Step(plain["step"]),
        question=plain["question"],
        making=plain["making"],
        wanted=Wanted(plain["wanted"]) if plain["wanted"] else None,
        option=plain["option"],
        given=plain["given"],
        borrowed=tuple(plain["borrowed"]),
        removed=(plain["removed"][0], plain["removed"][1]) if plain["removed"] else None,
        problems=tuple(_problem(*one) for one in plain["problems"]),
        done=Done(Made(plain["done"][0]), plain["done"][1]) if plain["done"] else None,
    )
    return kept.on(begun)


def _problem(why: str, limit: int, length: int, names: Sequence[str], sentence: str) -> Problem:
    return Problem(Why(why), limit, length, tuple(names), sentence)
