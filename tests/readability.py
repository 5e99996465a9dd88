"""How hard an English text is to read: the school grade by Flesch and Kincaid (1975).

    grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59

Syllables are counted by their vowels: right for nine words in ten, and good enough to find a text that is too hard.
"""

import re

_GAP = re.compile(r"\{[^}]*\}")
_TAG = re.compile(r"<[^>]*>")
_COMMAND = re.compile(r"https://\S+|(?<!\w)/\w+")
_END = re.compile(r"[.?]\s+|\n+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[list[str]]:
    """Give the words of each sentence; gaps, numbers, commands and tags are no words."""
    plain = _COMMAND.sub(" ", _TAG.sub("", _GAP.sub(" ", text)))
    found = ([word for part in _WORD.findall(piece) for word in part.split("-")] for piece in _END.split(plain))
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Count the syllables of an English word."""
    low = word.lower().replace("'", "")
    groups = len(_VOWELS.findall(low))
    silent = low.endswith("e") and not low.endswith(("le", "ee", "ie", "oe", "ye")) and groups > 1
    silent_ed = low.endswith("ed") and not low.endswith(("ted", "ded", "eed")) and groups > 1
    return max(1, groups - silent - silent_ed)


def grade(text: str) -> float:
    """Give the school grade of a text; 0 for one without words."""
    said = sentences(text)
    words = [word for sentence in said for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
