"""A set whose malformed parts are replaced, so that what is wrong elsewhere can be told at the same time."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from conversations.faults import Path
from conversations.question_form import QuestionSetForm

_PLAIN: Mapping[str, Any] = {"name": "a", "number": 1, "licence": "-", "source": "-", "languages": ["en"]}
_LISTS = ("questions", "follow_ups", "scales")


def stand_in(content: Mapping[str, Any], broken: Collection[Path]) -> QuestionSetForm | None:
    """Replace every part that holds a fault of form; parts keep their places. None where nothing useful is left."""
    bad = {path[:2] for path in broken} | {path[:1] for path in broken if len(path) == 1}
    sound = {key: value for key, value in content.items() if key in QuestionSetForm.model_fields and (key,) not in bad}
    sound |= {key: _replaced(key, sound[key], bad) for key in _LISTS if isinstance(sound.get(key), list)}
    sound = {key: value for key, value in sound.items() if key in _LISTS or not _touched(key, bad)}
    try:
        return QuestionSetForm.model_validate({**_PLAIN, "questions": [_question(None)], **sound})
    except ValidationError:
        return None


def _touched(key: str, bad: Collection[Path]) -> bool:
    return any(path[:1] == (key,) for path in bad)


def _replaced(key: str, parts: list[Any], bad: Collection[Path]) -> list[Any]:
    make = _scale if key == "scales" else _question
    return [make(part) if (key, number) in bad else part for number, part in enumerate(parts)]


def _question(part: Any) -> dict[str, Any]:
    return {"id": _id(part), "kind": "text", "text": {"en": "-"}}


def _scale(part: Any) -> dict[str, Any]:
    return {"id": _id(part), "direction": "higher_is_better"}


def _id(part: Any) -> str:
    found = part.get("id") if isinstance(part, Mapping) else None
    return found if isinstance(found, str) and found.isidentifier() and found.islower() else "unknown"


def names_of(form: QuestionSetForm, broken: Collection[Path]) -> frozenset[str]:
    """Give the ids of the parts that were replaced; nothing should be said about what names them."""
    parts = {key: getattr(form, key) for key in _LISTS}
    inside = [(path[0], path[1]) for path in broken if len(path) == 2 and path[0] in parts]
    return frozenset(
        parts[str(key)][place].id for key, place in inside if isinstance(place, int) and place < len(parts[str(key)])
    )
