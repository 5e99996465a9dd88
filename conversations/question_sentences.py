"""What pydantic found wrong with the form of a file, as sentences for people, at the place where it stands."""

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from conversations import question_form
from conversations.faults import Fault, Path, Places

_KEY = "[key]"
_NAMES = {
    r"^[a-z][a-z0-9_]{0,31}$": "An id is a small letter, then up to 31 small letters, digits or underscores.",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$": "An option's id has up to 32 letters, digits, dots, dashes or underscores.",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "A language is a code such as en or pt-BR. A text with a comma needs quotes.",
    r"\S": "There is no text here.",
    r"^[^\n]*\S[^\n]*$": "This must be one line of text.",
}


def sentences(error: ValidationError, places: Places) -> list[Fault]:
    """Turn every fault pydantic found into ours."""
    found: dict[Path, Fault] = {}
    for one in error.errors(include_url=False):
        fault = _fault(one, places)
        found[fault.path] = min(fault, found.get(fault.path, fault))  # one thing is wrong, not two
    return list(found.values())


def _fault(one: Any, places: Places) -> Fault:
    kind = one["type"]
    path = _path(one["loc"], kind)
    about_key = kind == "extra_forbidden" or _KEY in one["loc"]
    place = places.of_key(path) if about_key else places.of(path[:-1] if kind == "missing" else path)
    return Fault(place, _sentence(one, path), path)


def _path(loc: tuple[Any, ...], kind: str) -> Path:
    """Drop what pydantic puts between: which member of a union it looked at, and that it was a key."""
    own = loc[-1:] if kind == "extra_forbidden" else ()
    return (*(part for part in loc[: len(loc) - len(own)] if part not in _BETWEEN), *own)


_BETWEEN = (_KEY, "<all>", "<any>", "<comparison>", "bool", "float", "constrained-str", "constrained-float", "str")


def _sentence(one: Any, path: Path) -> str:
    name, kind, context = _last_key(path), one["type"], one.get("ctx", {})
    if one.get("input", 0) is None and kind not in ("missing", "extra_forbidden"):
        return f"Nothing stands behind {name}. Fill it in or delete the line."
    if kind == "missing":
        return f"{name} is missing here."
    if kind == "extra_forbidden":
        return "This key is not known here." + _hint(path)
    if kind == "string_pattern_mismatch":
        return _NAMES[context["pattern"]]
    if kind in ("enum", "literal_error"):
        return f"{name} must be one of: {context['expected'].replace(' or ', ', ').replace(chr(39), '')}."
    return _about(kind, name, context)


def _about(kind: str, name: str, context: Mapping[str, Any]) -> str:
    wanted = _WANTED.get(kind)
    if wanted is not None:
        return f"{name} must be {wanted}."
    made = _LIMITS.get(kind)
    if made is not None:
        limit = next((context[key] for key in ("max_length", "min_length", "ge", "le") if key in context), "")
        return made.format(name=name, limit=f"{limit:g}" if isinstance(limit, float) else limit)
    return f"{name} cannot be used as it stands here."


_WANTED = {
    "string_type": "a text. Put it in quotes",
    "int_type": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "float_type": "a number, without quotes",
    "finite_number": "a number",
    "bool_type": "true or false",
    "list_type": "a list: lines that begin with a dash",
    "dict_type": "texts with their languages, such as {en: Yes}",
    "model_type": "made of keys and values",
    "model_attributes_type": "made of keys and values",
    "dict_attributes_type": "made of keys and values",
}
_LIMITS = {
    "string_too_long": "{name} is too long. It may have {limit} characters.",
    "string_too_short": "There is no text behind {name}.",
    "too_long": "{name} has too many parts. It may have {limit}.",
    "too_short": "{name} has too few parts. It needs {limit}.",
    "greater_than_equal": "{name} must be {limit} or more.",
    "less_than_equal": "{name} must be {limit} or less.",
}


def _last_key(path: Path) -> str:
    """Name the key a fault is about; what stands in a list, or under a language, is named by what holds it."""
    keys = [part for part in path if isinstance(part, str)]
    known = [key for key in keys if key in _KNOWN]
    return known[-1] if known else "The file"


def _hint(path: Path) -> str:
    near = difflib.get_close_matches(str(path[-1]), _KNOWN, n=1, cutoff=0.75)
    return f" Did you mean {near[0]}?" if near else ""


def _known_keys() -> tuple[str, ...]:
    forms = (part for part in vars(question_form).values() if isinstance(part, type))
    models = (form for form in forms if issubclass(form, question_form.Form))
    return tuple(sorted({field.alias or name for model in models for name, field in model.model_fields.items()}))


_KNOWN = _known_keys()
