import copy
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from bot.reflections import LIBRARY_FILE
from conversations.attachment import Lean
from conversations.reflection_texts import read_reflection_texts


def content() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(LIBRARY_FILE.read_text(encoding="utf-8")))


def test_every_lean_has_a_hint_and_every_language_every_text() -> None:
    texts = read_reflection_texts(content())
    assert all(texts.hint(lean) for lean in Lean)
    assert all(set(text) == {"en", "es", "de"} for _, text in texts.texts())
    assert "Daly & Mallinckrodt" in texts.footer["en"]


def test_it_says_that_it_is_own_wording_and_not_validated() -> None:
    texts = read_reflection_texts(content())
    assert (texts.licence, texts.draft_languages) == ("CC0-1.0", ["es", "de"])
    assert "not validated" in texts.source


def without_spanish(file: dict[str, Any]) -> None:
    del file["stories"][1]["hint"]["es"]


def without_a_story(file: dict[str, Any]) -> None:
    file["stories"][1]["id"] = "steady"


def with_something_else(file: dict[str, Any]) -> None:
    file["colour"] = "blue"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_spanish, "closeness.hint: there is no text in es"),
        (without_a_story, "each of steady, closeness, space, push_pull"),
        (with_something_else, "colour"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(change: Any, said: str) -> None:
    file = copy.deepcopy(content())
    change(file)
    with pytest.raises(ValidationError, match=said):
        read_reflection_texts(file)
