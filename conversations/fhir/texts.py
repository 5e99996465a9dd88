"""Texts of a FHIR resource with their translations (extension `translation`), as texts per language."""

from collections.abc import Mapping
from typing import Any

from conversations.faults import Path
from conversations.fhir import names

Texts = dict[str, Any]
"""Language code -> text."""


def texts_of(element: Any, key: str, path: Path, language: str) -> tuple[Texts, dict[str, Path]]:
    """Give an element's text in every language, and where each stands."""
    if not isinstance(element, Mapping) or key not in element:
        return {}, {}
    texts, origins = {language: element[key]}, {language: (*path, key)}
    for url, one, place in names.extensions(element.get(f"_{key}"), (*path, f"_{key}")):
        name, text = names.value_in(one, "lang"), names.value_in(one, "content")
        if url == names.TRANSLATION and isinstance(name, str):
            texts[name], origins[name] = text, place
    return texts, origins


def joined(above: Texts, below: Texts, language: str) -> Texts:
    """Put one text above another, in every language the lower one has; with nothing below, the upper one stays."""
    if not above or not below:
        return below or above
    return {name: _both(above.get(name, above.get(language)), text) for name, text in below.items()}


def _both(above: Any, below: Any) -> Any:
    return f"{above}\n{below}" if isinstance(above, str) and isinstance(below, str) else below
