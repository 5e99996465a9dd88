"""The story's button labels in another language: its script is English, its people may have set another.

A label is looked up in the English texts and said with the same text of the other language. Digits, codes and times
are the same in both.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from ruamel.yaml import YAML

from bot.practice import BUILT_IN
from bot.texts import Speech, speech
from conversations.model import Question
from conversations.question_sets import read_question_set

_ENGLISH = "en"
_BLANK = re.compile(r"\\\{(\w+)\\\}")


class Wording:
    """What the people of the story read on their buttons."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._say = speech(language)
        self._names = dict(_names_of_questions(language))

    def of(self, label: str, today: date) -> frozenset[str]:
        """Give every way an English label can read; `today` is near the days that labels name."""
        if self.language == _ENGLISH:
            return frozenset({label})
        named = {self._names[label]} if label in self._names else set()
        found = {*named, *self._said(label), *self._days(label, today)}
        return frozenset(found or {label})

    def _words(self, label: str) -> str:
        """Say what stands in a label's blanks, or is no text of ours: the name of a question, or the same."""
        return self._names.get(label, label)

    def _said(self, label: str) -> Iterator[str]:
        for name, pattern in _patterns().items():
            if match := pattern.fullmatch(label):
                yield self._say(name, **{blank: self._inside(word) for blank, word in match.groupdict().items()})

    def _inside(self, word: str) -> str:
        return next(self._said(word), self._words(word))

    def _days(self, label: str, today: date) -> Iterator[str]:
        """Say a day such as "Tue 4 Nov"."""
        for year in (today.year, today.year + 1):
            try:
                day = datetime.strptime(f"{label} {year}", "%a %d %b %Y").date()  # noqa: DTZ007 - only the date is read
            except ValueError:
                continue
            yield self._say.weekday(day)


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    english = speech(_ENGLISH)
    return {name: _pattern(english, name) for name in english.names() if name.startswith(("button.", "word."))}


def _pattern(english: Speech, name: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub(r"(?P<\1>.+)", re.escape(english.raw(name))))


def _names_of_questions(language: str) -> Iterator[tuple[str, str]]:
    content = YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8"))
    version = read_question_set(content, 1)
    for question in (*version.questions, *(one.question for one in version.follow_ups)):
        yield from _names_of(question, language)
        for texts in (question.skip_label, *(option.text for option in question.options)):
            if _ENGLISH in texts:
                yield texts[_ENGLISH], texts.get(language, texts[_ENGLISH])


def _names_of(question: Question, language: str) -> Iterator[tuple[str, str]]:
    for texts in (question.label, question.own_label):
        if _ENGLISH in texts:
            yield texts[_ENGLISH], texts.get(language, texts[_ENGLISH])
            for rating in ("-", *range(question.minimum, question.maximum + 1)):
                yield f"{texts[_ENGLISH]}: {rating}", f"{texts.get(language, texts[_ENGLISH])}: {rating}"
