"""How an admin is asked for the words of a question set, with a way out and what can be had in one press. Pure."""

from collections.abc import Callable, Iterator

from bot.authoring import At
from bot.telegram.buttons import Button
from bot.telegram.editing_words import PAIRS, RANGES, press
from bot.texts import Speech, speech
from conversations.authoring_asking import can_be_left, languages_left, languages_of, words_there
from conversations.editing import Editing, Texts, Wanted, ends_of, short_name


def asking_text(editing: Editing, say: Speech) -> str:
    """Say which words are asked for, in which language, and what is there."""
    lines = [_ask(editing, say)]
    if editing.about.get("label"):
        lines.insert(0, say("edit.ask.about", name=short_name(editing.about, say.code)))
    lines += [say("edit.in_language", language=name_of(code), text=text) for code, text in _first(editing.given)]
    if len(languages_of(editing.content, say.code)) > 1 and editing.wanted is not Wanted.RANGE:
        left = languages_left(editing, say.code)
        lines.append(say("edit.ask.language", language=name_of(left[0])))
        lines += [say("edit.ask.others")] if editing.given else []
    if there := words_there(editing, say.code):
        lines.append(say("edit.ask.now", words=there))
    return "\n\n".join(lines)


def _first(given: Texts) -> list[tuple[str, str]]:
    """Give the words to translate from."""
    return list(given.items())[:1]


def name_of(code: str) -> str:
    """Name a language in its own words; one that has no file by its code."""
    known = speech(code)
    return known("language.name") if known.code == code else code


def _ask(editing: Editing, say: Speech) -> str:
    if editing.wanted is Wanted.OPTION and not editing.option:
        return say("edit.ask.new_option")
    low, high = ends_of(editing.about)
    assert editing.wanted is not None  # noqa: S101 - the screen asks for words
    return say(f"edit.ask.{editing.wanted.value}", low=low, high=high)


def asking_rows(at: At, say: Speech) -> list[tuple[Button, ...]]:
    """Offer what needs no typing, and a way out."""
    wanted = at.editing.wanted
    offers = _others if at.editing.given else _OFFERS.get(wanted) if wanted else None
    rows = [(one,) for one in offers(at, say)] if offers else []
    return [*rows, (press(at, say("button.edit.cancel"), "x"),)]


def _others(at: At, say: Speech) -> Iterator[Button]:
    """Offer what the languages that are left can have."""
    if can_be_left(at.editing, say.code):
        yield press(at, say("button.edit.leave"), "leave")
    first = name_of(next(iter(at.editing.given)))
    yield press(at, say("button.edit.take", language=first), "take")


def _anchors(at: At, say: Speech) -> Iterator[Button]:
    for pair in PAIRS:
        label = say("button.edit.anchors", low=say(f"edit.low.{pair}"), high=say(f"edit.high.{pair}"))
        yield press(at, label, "a", pair)
    yield press(at, say("button.edit.no_anchors"), "a", "none")


def _ranges(at: At, say: Speech) -> Iterator[Button]:
    for low, high in RANGES:
        yield press(at, say("button.edit.range", low=low, high=high), "r", low, high)


def _option(at: At, say: Speech) -> Iterator[Button]:
    options = [one["id"] for one in at.editing.about.get("options", [])]
    if at.editing.option in options:
        number = options.index(at.editing.option)
        yield press(at, say("button.edit.remove_option"), "ro", at.editing.question, number)


_OFFERS: dict[Wanted, Callable[[At, Speech], Iterator[Button]]] = {
    Wanted.ANCHORS: _anchors,
    Wanted.RANGE: _ranges,
    Wanted.OPTION: _option,
}
