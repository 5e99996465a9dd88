"""Typed words on their way into a question set: made clean, looked at, and turned into ids."""

import re
import unicodedata
from collections.abc import Callable, Collection

from conversations.editing import Problem, Wanted, Why
from conversations.question_checks import NAME, units
from conversations.question_files import TURNING, UNREADABLE
from conversations.question_form import BUTTON_LIMIT, LINE_LIMIT, OPTIONS, TEXT_LIMIT

ID_LIMIT = 32

_BULLET = re.compile(r"^[-*\u2022\u2013]\s+")
_RANGE = re.compile(r"(-?[0-9]{1,6})(?:\s*[^0-9.,\s]+\s*|,?\s+)(-?[0-9]{1,6})")


def readable(text: str) -> str:
    """Leave out of a text what no file may hold."""
    return TURNING.sub("", UNREADABLE.sub("", text))


def one_line(text: str) -> str:
    """Give a text as one line."""
    return " ".join(readable(text).split())


def lines_of(text: str) -> list[str]:
    """Give the lines of a text that are not empty, without dashes before them."""
    lines = (_BULLET.sub("", one_line(line)) for line in text.splitlines())
    return [line for line in lines if line]


def cleaned(wanted: Wanted, text: str) -> str:
    """Make what was typed fit to stand in a file."""
    if wanted is Wanted.TEXT:
        lines = [readable(line).strip() for line in text.splitlines()]
        return "\n".join(lines).strip()
    return "\n".join(lines_of(text)) if wanted in (Wanted.ANCHORS, Wanted.OPTIONS) else one_line(text)


def wrong_with(wanted: Wanted, words: str) -> Problem | None:
    """Say what is wrong with cleaned words; None where they can be used."""
    if not words:
        return Problem(Why.EMPTY)
    return _CHECKS[wanted](words)


def _at_most(limit: int, count: Callable[[str], int] = len) -> Callable[[str], Problem | None]:
    return lambda words: Problem(Why.TOO_LONG, limit, count(words)) if count(words) > limit else None


def _anchors(words: str) -> Problem | None:
    lines = words.split("\n")
    if len(lines) != 2:
        return Problem(Why.TWO_LINES, length=len(lines))
    longest = max(map(len, lines))
    return Problem(Why.TOO_LONG, LINE_LIMIT, longest) if longest > LINE_LIMIT else None


def _options(words: str) -> Problem | None:
    lines = words.split("\n")
    if len(lines) < 2:
        return Problem(Why.TOO_FEW, 2, len(lines))
    if len(lines) > OPTIONS:
        return Problem(Why.TOO_MANY, OPTIONS, len(lines))
    long = [line for line in lines if units(line) > BUTTON_LIMIT]
    if long:
        return Problem(Why.OPTION_TOO_LONG, BUTTON_LIMIT, units(long[0]), names=(long[0][:BUTTON_LIMIT],))
    return twice(lines)


def twice(lines: list[str]) -> Problem | None:
    """Say which option stands there twice."""
    plain = [line.casefold() for line in lines]
    found = [line for place, line in enumerate(lines) if plain[place] in plain[:place]]
    return Problem(Why.TWICE, names=(found[0],)) if found else None


def _anything(_words: str) -> Problem | None:
    return None


_CHECKS: dict[Wanted, Callable[[str], Problem | None]] = {
    Wanted.TITLE: _at_most(NAME, units),
    Wanted.TEXT: _at_most(TEXT_LIMIT),
    Wanted.LABEL: _at_most(NAME, units),
    Wanted.ANCHORS: _anchors,
    Wanted.OPTIONS: _options,
    Wanted.OPTION: _at_most(BUTTON_LIMIT, units),
    Wanted.RANGE: _anything,
}


def range_in(words: str) -> tuple[int, int] | None:
    """Read the lowest and the highest number: `0 7`, `0-7`, `0 to 7`."""
    found = _RANGE.fullmatch(words[:100])
    return (int(found[1]), int(found[2])) if found else None


# ---- ids ----


def id_for(words: str, taken: Collection[str], otherwise: str) -> str:
    """Make an id out of words, one that is not taken.

    Args:
        words: a text of people.
        taken: what it may not be.
        otherwise: what it begins with where the words have no letter from a to z.
    """
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).lstrip("0123456789_")[:ID_LIMIT].rstrip("_") or otherwise
    name, number = base, 1
    while name in taken:
        number += 1
        ending = f"_{number}"
        name = base[: ID_LIMIT - len(ending)].rstrip("_") + ending
    return name
