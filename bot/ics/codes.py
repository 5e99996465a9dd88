"""Which client a title speaks of."""

import re
import unicodedata
from collections.abc import Collection

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_WORD = re.compile(r"(?<![\w:./-])[A-Za-z0-9-]+(?![\w-]|[:./][0-9])")
"""A word that could be a code, and no part of a longer word, a time or a date."""


def code_in(title: str, codes: Collection[str]) -> str | None:
    """Give the one code that stands in a title as a word of its own; None where there is none or more than one.

    A code with a digit is found however it is written (`k-17`, also with the long dashes that phones put in). One of
    letters alone has to be in capitals, as it is in Attune: "Max" in a title is nobody called MAX.
    """
    found = {word.upper() for word in _words(title) if word.upper() in codes and _meant(word)}
    return found.pop() if len(found) == 1 else None


def _words(title: str) -> list[str]:
    words = _WORD.findall(unicodedata.normalize("NFKC", title.translate(_DASHES)))
    return [*words, *(word.strip("-") for word in words)]


def _meant(word: str) -> bool:
    return word.isupper() or any(sign.isdigit() for sign in word)
