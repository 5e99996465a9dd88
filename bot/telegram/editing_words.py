"""The buttons of a set that is changed in the chat, what a press on one means, and what was done or is wrong.

A button names the screen it stands on (`rev`) and what it is about; options by their place on it.
"""

from collections.abc import Callable, Mapping

from bot.authoring import At
from bot.telegram.buttons import Button, data
from bot.telegram.question_views import EDIT
from bot.texts import Speech, languages, speech
from conversations import authoring_events as ev
from conversations.authoring_events import Event
from conversations.editing import Editing, Problem, Texts, Wanted, Why, find
from conversations.model import Kind

PAIRS = ("amount", "quality", "often")
"""Anchors to choose in one press: their names in the locale files."""
RANGES = ((0, 7), (0, 10), (0, 100))
"""Ranges of a number to choose in one press."""


def press(at: At, label: str, *arguments: str | int) -> Button:
    """Make a button of this screen."""
    return Button(label, data(EDIT, at.rev, *arguments))


def anchors(pair: str) -> tuple[Texts, Texts]:
    """Give two anchors in every language there is."""
    spoken = {code: speech(code) for code in languages()}
    low = {code: say(f"edit.low.{pair}") for code, say in spoken.items()}
    return low, {code: say(f"edit.high.{pair}") for code, say in spoken.items()}


# ---- what was done, what is wrong ----


def news(editing: Editing, say: Speech) -> list[str]:
    """Say what has just been done, or why not."""
    if editing.problems:
        return ["\n".join([say("edit.nothing_changed"), *(_problem(one, say) for one in editing.problems)])]
    return [say(f"edit.done.{editing.done.made.value}", about=editing.done.about)] if editing.done else []


def _problem(one: Problem, say: Speech) -> str:
    if one.why is Why.FAULT and not one.names:
        return say("edit.why.fault_of_set", sentence=one.sentence)
    names = ", ".join(one.names)
    return say(f"edit.why.{one.why.value}", limit=one.limit, length=one.length, names=names, sentence=one.sentence)


# ---- presses ----


def read_event(parts: list[str], editing: Editing) -> Event | None:
    """Say what a press means; None where it makes no sense."""
    what, *rest = parts or [""]
    read = _READERS.get((what, len(rest)))
    try:
        return None if read is None else read(editing, *rest)
    except ValueError:
        return None


def _words(_editing: Editing, wanted: str, question: str) -> Event:
    return ev.WordsAsked(question, Wanted(wanted))


def _option_words(editing: Editing, wanted: str, question: str, number: str) -> Event:
    option = "" if number == "new" else _option(editing, question, number)
    return ev.WordsAsked(question, Wanted(wanted), option)


def _option(editing: Editing, question: str, number: str) -> str:
    """Give the id of the option at a place."""
    options = (find(editing.content, question) or {}).get("options", [])
    if _number(number) >= len(options):
        raise ValueError(number)
    return str(options[_number(number)]["id"])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise ValueError(text)
    return int(text)


def _anchors(_editing: Editing, pair: str) -> Event:
    if pair == "none":
        return ev.AnchorsChosen({}, {})
    if pair not in PAIRS:
        raise ValueError(pair)
    return ev.AnchorsChosen(*anchors(pair))


Reader = Callable[..., Event]

_READERS: Mapping[tuple[str, int], Reader] = {
    ("q", 1): lambda _editing, question: ev.QuestionOpened(question),
    ("opts", 1): lambda _editing, question: ev.OptionsOpened(question),
    ("x", 0): lambda _editing: ev.WentBack(),
    ("add", 0): lambda _editing: ev.AddAsked(),
    ("undo", 0): lambda _editing: ev.PutBack(),
    ("k", 1): lambda _editing, kind: ev.KindChosen(Kind(kind)),
    ("w", 2): _words,
    ("w", 3): _option_words,
    ("take", 0): lambda _editing: ev.OthersTaken(),
    ("leave", 0): lambda _editing: ev.OthersLeft(),
    ("a", 1): _anchors,
    ("r", 2): lambda _editing, low, high: ev.RangeChosen(_number(low), _number(high)),
    ("skip", 2): lambda _editing, question, wanted: ev.SkippableSet(question, wanted == "1"),
    ("sev", 2): lambda _editing, question, wanted: ev.SeveralSet(question, wanted == "1"),
    ("mv", 2): lambda _editing, question, place: ev.Moved(question, _number(place)),
    ("rm", 1): lambda _editing, question: ev.Removed(question),
    ("ro", 2): lambda editing, question, number: ev.OptionRemoved(question, _option(editing, question, number)),
}
