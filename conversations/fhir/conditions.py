"""FHIR's enableWhen as a condition of ours."""

from collections.abc import Mapping
from typing import Any

_OPERATORS = {
    "=": "is",
    "!=": "is_not",
    ">=": "at_least",
    "<=": "at_most",
    ">": "above",
    "<": "below",
    "exists": "answered",
}


def condition_of(
    item: Mapping[str, Any], ids: Mapping[str, str], questions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Read when an item is asked; what it names wrongly is told by the check of every file.

    Args:
        item: the item.
        ids: linkId -> our id, of the questions before it and of itself.
        questions: linkId -> what has been read of those questions.
    """
    whens = item["enableWhen"] if isinstance(item["enableWhen"], list) else []
    parts = [_part(one, ids, questions) for one in whens]
    if len(parts) == 1:
        return parts[0]
    return {"any" if item.get("enableBehavior") == "any" else "all": parts}


def _part(when: Any, ids: Mapping[str, str], questions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(when, Mapping):
        return {}
    link = str(when.get("question"))
    comparator = _OPERATORS.get(str(when.get("operator")), "is")
    if comparator == "is" and questions.get(link, {}).get("several"):
        comparator = "includes"
    value = next((value for key, value in when.items() if key.startswith("answer")), None)
    return {
        "question": ids.get(link, "no_such_question"),
        comparator: value.get("code") if isinstance(value, Mapping) else value,
    }
