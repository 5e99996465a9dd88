"""The names of FHIR R4 that are used, and ours for what FHIR has none for.

Sources: hl7.org/fhir/R4/questionnaire.html and extensibility.html; the extensions of FHIR core and of Structured Data
Capture (hl7.org/fhir/uv/sdc).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from conversations.faults import Path

OURS = "urn:attune:"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = f"{_CORE}translation"
MINIMUM, MAXIMUM = f"{_CORE}minValue", f"{_CORE}maxValue"
DECIMALS = f"{_CORE}maxDecimalPlaces"
CONTROL = f"{_CORE}questionnaire-itemControl"
STEP = f"{_CORE}questionnaire-sliderStepValue"
POINTS = f"{_CORE}ordinalValue"
WEIGHTS = (POINTS, f"{_CORE}itemWeight", f"{_CORE}questionnaire-ordinalValue")
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"

SAME = {
    "is": "=",
    "is_not": "!=",
    "at_least": ">=",
    "at_most": "<=",
    "above": ">",
    "below": "<",
    "answered": "exists",
    "includes": "=",
}
"""Our comparators and FHIR's operators."""

_PART = "part"


def extension(url: str, value: Any) -> dict[str, Any]:
    """Write a value as an extension; mappings and lists become nested ones."""
    if isinstance(value, Mapping):
        return {"url": url, "extension": [extension(key, part) for key, part in value.items()]}
    if isinstance(value, list):
        return {"url": url, "extension": [extension(_PART, part) for part in value]}
    kind = {bool: "Boolean", int: "Integer", float: "Decimal"}.get(type(value), "String")
    return {"url": url, f"value{kind}": value}


def plain(found: Any, path: Path, origins: dict[Path, Path], target: Path) -> Any:
    """Read such an extension back, and note where each part came from.

    Args:
        found: the extension, whatever it is.
        path: where it stands in the resource.
        origins: target path -> path in the resource; filled here.
        target: where the value goes.
    """
    origins[target] = path
    if not isinstance(found, Mapping):
        return None
    inner = found.get("extension")
    if not isinstance(inner, list):
        key = next((key for key in found if key.startswith("value")), None)
        if key is not None:
            origins[target] = (*path, key)
        return found.get(key) if key else None
    return _nested(inner, (*path, "extension"), origins, target)


def _nested(inner: list[Any], path: Path, origins: dict[Path, Path], target: Path) -> Any:
    urls = [part.get("url") if isinstance(part, Mapping) else None for part in inner]
    if all(url == _PART for url in urls):
        return [plain(part, (*path, place), origins, (*target, place)) for place, part in enumerate(inner)]
    return {
        str(url): plain(part, (*path, place), origins, (*target, str(url)))
        for place, (url, part) in enumerate(zip(urls, inner, strict=True))
    }


def extensions(element: Any, path: Path) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    """List the extensions of an element: url, the extension, its path."""
    found = element.get("extension") if isinstance(element, Mapping) else None
    for place, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, Mapping) and isinstance(one.get("url"), str):
            yield one["url"], one, (*path, "extension", place)


def value_in(element: Any, url: str) -> Any:
    """Give the value of an extension of an element; None where it has none."""
    for name, found, _ in extensions(element, ()):
        if name == url:
            return next((value for key, value in found.items() if key.startswith("value")), None)
    return None
