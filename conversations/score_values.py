"""One value of a file of scores: read as a question's answer, and written from one."""

import re
from dataclasses import dataclass, field

from conversations.answers import places, read_number
from conversations.model import NOTE_LIMIT, Answers, Kind, Question
from conversations.score_faults import Problem, Wrong

YES = frozenset({"yes", "true", "1", "ja", "sí", "si", "wahr", "verdadero"})
NO = frozenset({"no", "false", "0", "nein", "falsch", "falso"})
"""What stands for yes and no in a file; spreadsheets write the words of their language."""

_POINTS = re.compile(r"[-+]?[0-9]{1,9}([.,][0-9]{1,6})?")
_WHOLE = re.compile(r"([-+]?[0-9]{1,9})(?:[.,]0+)?")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it is kept: a rating or what stands for it (None for skipped), or words. The repr shows none."""

    rating: int | None = field(default=None, repr=False)
    words: str | None = field(default=None, repr=False)


def read_value(question: Question, cell: str) -> Given | Problem:
    """Read a cell as the answer to a question; an empty one is a question that was skipped."""
    text = cell.strip()
    if not text:
        return Given() if question.skippable else Problem(Wrong.NEEDED)
    if question.kind is Kind.RATING:
        return _rating(question, text)
    if question.kind is Kind.CHOICE:
        return _several(question, text) if question.several else _option(question, text)
    if question.kind is Kind.YES_NO:
        return _yes_no(text)
    return _number(question, text) if question.kind is Kind.NUMBER else _words(cell)


def _rating(question: Question, text: str) -> Given | Problem:
    whole = _WHOLE.fullmatch(text)
    rating = int(whole[1]) if whole else None
    if rating is not None and question.accepts(rating):
        return Given(rating)
    values = {"lowest": question.minimum, "highest": question.maximum, "step": question.step}
    return Problem(Wrong.RANGE if question.step == 1 else Wrong.STEP, values)


def _place(question: Question, text: str) -> int | None:
    """Find an option by its id, its text in any language, or its points where those are its own."""
    by_id = [place for place, option in enumerate(question.options) if option.id == text]
    word = text.casefold()
    by_text = [
        place
        for place, option in enumerate(question.options)
        if any(said.strip().casefold() == word for said in option.text.values())
    ]
    by_points = [place for place, option in enumerate(question.options) if _counts(option.points, text)]
    return next((found[0] for found in (by_id, by_text, by_points) if len(found) == 1), None)


def _counts(points: float | None, text: str) -> bool:
    if points is None or not _POINTS.fullmatch(text):
        return False
    return float(text.replace(",", ".")) == points


def _option(question: Question, text: str) -> Given | Problem:
    place = _place(question, text)
    return _unknown(question, Wrong.OPTION) if place is None else Given(place)


def _several(question: Question, text: str) -> Given | Problem:
    """Read several options, with spaces between their ids."""
    words = text.split()
    found = {_place(question, word) for word in words[: len(question.options)]}
    if None in found or len(words) > len(question.options):
        return _unknown(question, Wrong.OPTIONS)
    return Given(sum(1 << place for place in found if place is not None))


def _unknown(question: Question, wrong: Wrong) -> Problem:
    return Problem(wrong, {"options": ", ".join(option.id for option in question.options)})


def _yes_no(text: str) -> Given | Problem:
    word = text.casefold()
    return Given(int(word in YES)) if word in YES | NO else Problem(Wrong.YES_NO)


def _number(question: Question, text: str) -> Given | Problem:
    number = read_number(question, text)
    if number is not None:
        return Given(words=number)
    values = {"lowest": question.minimum, "highest": question.maximum, "decimals": question.decimals}
    return Problem(Wrong.NUMBER, values)


def _words(text: str) -> Given | Problem:
    return Given(words=text) if len(text) <= NOTE_LIMIT else Problem(Wrong.WORDS, {"most": NOTE_LIMIT})


def write_value(question: Question, answers: Answers, words: str | None) -> str:
    """Write an answer so that `read_value` reads it back; empty for a question that was skipped."""
    if words is not None:
        return words
    kept = answers.get(question.id)
    if kept is None:
        return ""
    if question.kind is Kind.YES_NO:
        return "yes" if kept else "no"
    if question.kind is not Kind.CHOICE:
        return str(kept)
    chosen = places(kept, len(question.options)) if question.several else (kept,)
    return " ".join(question.options[place].id for place in chosen if place < len(question.options))
