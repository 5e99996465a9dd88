"""What can happen while an admin changes a question set in the chat, and what comes of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from conversations.editing import Done, Editing, Texts, Wanted
from conversations.model import Kind


@dataclass(frozen=True, slots=True)
class Around:
    """What matters besides the set itself.

    Attributes:
        language: the admin's.
        ids: every id that stands in any version of any set of the practice; a new question takes none of them, since
            trends join on ids.
        names: the names of all sets.
    """

    language: str
    ids: Collection[str] = ()
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class QuestionOpened:
    """A question was chosen from the list."""

    question: str


@dataclass(frozen=True, slots=True)
class OptionsOpened:
    """The options of a choice are wanted."""

    question: str


@dataclass(frozen=True, slots=True)
class WentBack:
    """Back, or Cancel: the screen is left; a question that was being made is dropped."""


@dataclass(frozen=True, slots=True)
class AddAsked:
    """One more question is wanted."""


@dataclass(frozen=True, slots=True)
class KindChosen:
    """The kind of the question that is being made."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class WordsAsked:
    """Words of a question are to be changed; of an option where `option` names one, of a new one where it is ""."""

    question: str
    wanted: Wanted
    option: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Something was typed."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OthersTaken:
    """The languages that are left take the first words for now."""


@dataclass(frozen=True, slots=True)
class OthersLeft:
    """The languages that are left keep the words they have."""


@dataclass(frozen=True, slots=True)
class AnchorsChosen:
    """Anchors were chosen in one press, in the languages there are; none at all where both are empty."""

    low: Texts
    high: Texts


@dataclass(frozen=True, slots=True)
class RangeChosen:
    """The lowest and the highest number were chosen in one press."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SkippableSet:
    """Whether a question may be skipped."""

    question: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class SeveralSet:
    """Whether more than one option may be chosen."""

    question: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A question is to stand at a place, the first being 0."""

    question: str
    place: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A question is to be asked no more."""

    question: str


@dataclass(frozen=True, slots=True)
class OptionRemoved:
    """An option is to be offered no more."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """The question that was removed last comes back to its place."""


Event = (
    QuestionOpened
    | OptionsOpened
    | WentBack
    | AddAsked
    | KindChosen
    | WordsAsked
    | Typed
    | OthersTaken
    | OthersLeft
    | AnchorsChosen
    | RangeChosen
    | SkippableSet
    | SeveralSet
    | Moved
    | Removed
    | OptionRemoved
    | PutBack
)


class Refusal(StrEnum):
    """Why an event changed nothing."""

    GONE = "gone"
    NOT_NOW = "not_now"
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the admin stands now. With `done` the set is another one, checked, and to be kept.

    Where `refusal` is PROBLEMS, `editing` says which; nothing else of it has changed.
    """

    editing: Editing
    refusal: Refusal | None = None
    done: Done | None = None
