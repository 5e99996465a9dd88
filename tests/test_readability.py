"""English texts are for readers of grade 6, whoever they are for; the questions and stories too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import conversations
from tests.readability import grade, sentences, syllables
from tests.test_texts import forms

GRADE = 6
ENOUGH = 10
"""Words from which on a text can be measured at all."""
LONGEST = 30
"""Words in a sentence."""
TERMS_OF_THE_TRADE = ("attachment_reflection.stories", "attachment_reflection.footer")
"""Stories are in plain words, but their hints are for therapists alone, and the footer names its source."""
LIBRARY = Path(conversations.__file__).parent / "library"


def english(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Give every English text in a file of the library."""
    if isinstance(node, dict) and isinstance(node.get("en"), str):
        yield place, node["en"]
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield from english(part, f"{place}.{name}")


def everything() -> dict[str, str]:
    said = {f"{name} {form}": text for name, found in forms("en").items() for form, text in enumerate(found)}
    for path in LIBRARY.glob("*.yaml"):
        said |= dict(english(YAML(typ="safe").load(path.read_text(encoding="utf-8")), path.stem))
    return said


def test_every_english_text_is_for_readers_of_grade_6() -> None:
    measured = {
        name: grade(text) for name, text in everything().items() if _words(text) >= ENOUGH and not _is_for_experts(name)
    }
    assert len(measured) > 200
    assert {name: round(found, 1) for name, found in measured.items() if found > GRADE} == {}


def test_no_sentence_is_longer_than_a_breath() -> None:
    long = {name: max(map(len, sentences(text)), default=0) for name, text in everything().items()}
    assert {name: length for name, length in long.items() if length > LONGEST} == {}


def _is_for_experts(name: str) -> bool:
    return name.startswith(TERMS_OF_THE_TRADE) and name.endswith((".hint", ".footer"))


def _words(text: str) -> int:
    return sum(map(len, sentences(text)))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was warm.", -5, 1),
        ("Please ask your therapist for a new link.", 1, 5),
        ("Comprehensive collaboration necessitates continuous communication between participating parties.", 15, 40),
    ],
)
def test_the_measure_tells_easy_from_hard(text: str, low: float, high: float) -> None:
    assert low < grade(text) < high


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("therapist", 3), ("moved", 1), ("wanted", 2), ("people", 2), ("safe", 1), ("I", 1), ("session", 2)],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count
