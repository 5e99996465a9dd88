"""A question set as a FHIR R4 Questionnaire. What FHIR has no place for goes into extensions of ours.

Takes and gives plain mappings: the content of a question set file, and JSON.
"""

from collections.abc import Mapping
from typing import Any

from conversations.fhir import names

Content = Mapping[str, Any]

_OF_SET = (
    "source", "attribution", "has_risk_item", "languages", "draft_languages", "fallback", "schedule", "scales",
)  # fmt: skip
_OF_ITEM = ("label", "own_label", "skip_label", "subscale", "trigger", "needs", "next_step")
_KINDS = {"rating": "integer", "choice": "choice", "yes_no": "boolean", "text": "text", "number": "decimal"}


def questionnaire(content: Content) -> dict[str, Any]:
    """Write a set, whose file has passed its check, as a Questionnaire."""
    language = content["languages"][0]
    items = [_item(part, content, language) for part in content["questions"]]
    items += [_item(part, content, language, "follow_up") for part in content.get("follow_ups", [])]
    items += [_item(content[role], content, language, role) for role in ("note", "talk") if content.get(role)]
    extra = [names.extension(names.OURS + key, content[key]) for key in _OF_SET if _is_there(content.get(key))]
    return {
        "resourceType": "Questionnaire",
        "language": language,
        "extension": extra,
        "name": content["name"],
        **_text("title", content.get("title") or {}, language),
        "version": str(content["number"]),
        "status": "active",
        "subjectType": ["Patient"],
        "copyright": content["licence"],
        "item": items,
    }


def _is_there(value: Any) -> bool:
    return value is not None and value not in ({}, [])


def _text(key: str, texts: Mapping[str, str], language: str) -> dict[str, Any]:
    """Write a text in the set's first language, with its translations as FHIR has them."""
    if not texts:
        return {}
    first = language if language in texts else next(iter(texts))
    others = [_translation(name, text) for name, text in texts.items() if name != first]
    return {key: texts[first]} | ({f"_{key}": {"extension": others}} if others else {})


def _translation(language: str, text: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]
    return {"url": names.TRANSLATION, "extension": parts}


def link_id(part: Content) -> str:
    """Give what FHIR knows a question by."""
    return str(part.get("link_id") or part["id"])


def _item(part: Content, content: Content, language: str, role: str = "") -> dict[str, Any]:
    extra = [{"url": f"{names.OURS}role", "valueCode": role}] if role else []
    extra += [names.extension(names.OURS + key, part[key]) for key in _OF_ITEM if _is_there(part.get(key))]
    if part.get("link_id"):
        extra.append({"url": f"{names.OURS}id", "valueCode": part["id"]})
    when = _enable_when(part, content)
    if part.get("show_if") and not when:
        extra.append(names.extension(f"{names.OURS}show_if", part["show_if"]))
    extra += _limits(part)
    return {
        **({"extension": extra} if extra else {}),
        "linkId": link_id(part),
        **_text("text", part["text"], language),
        "type": "integer" if _is_whole(part) else _KINDS[part["kind"]],
        **when,
        **({"required": True} if part.get("skippable") is False else {}),
        **({"repeats": True} if part.get("several") else {}),
        **_options(part, language),
        **_anchors(part, language),
    }


def _is_whole(part: Content) -> bool:
    return part["kind"] == "rating" or (part["kind"] == "number" and not part.get("decimals"))


def _limits(part: Content) -> list[dict[str, Any]]:
    if part["kind"] not in ("rating", "number"):
        return []
    low, high = part.get("minimum"), part.get("maximum")
    found = [names.extension(names.MINIMUM, 0 if low is None else low)]
    found.append(names.extension(names.MAXIMUM, 10 if high is None else high))
    if part["kind"] == "rating":
        found.append(_control("slider"))
        found += [names.extension(names.STEP, part["step"])] if part.get("step", 1) != 1 else []
    elif part.get("decimals"):
        found.append(names.extension(names.DECIMALS, part["decimals"]))
    return found


def _control(code: str) -> dict[str, Any]:
    coding = {"system": names.CONTROLS, "code": code}
    return {"url": names.CONTROL, "valueCodeableConcept": {"coding": [coding]}}


def _options(part: Content, language: str) -> dict[str, Any]:
    found = [{"valueCoding": _coding(option, language)} for option in part.get("options", [])]
    return {"answerOption": found} if found else {}


def _coding(option: Content, language: str) -> dict[str, Any]:
    points = option.get("points")
    weight = {"extension": [{"url": names.POINTS, "valueDecimal": points}]} if points is not None else {}
    return {**weight, "code": option["id"], **_text("display", option["text"], language)}


def _anchors(part: Content, language: str) -> dict[str, Any]:
    found = [
        {
            "extension": [_control(code)],
            "linkId": f"{link_id(part)}.{code}",
            **_text("text", part[key], language),
            "type": "display",
        }
        for key, code in (("low_anchor", "lower"), ("high_anchor", "upper"))
        if part.get(key)
    ]
    return {"item": found} if found else {}


# ---- conditions ----


def _enable_when(part: Content, content: Content) -> dict[str, Any]:
    """Write a condition the way FHIR does, where FHIR can: comparisons with answers, all of them or any of them."""
    condition = part.get("show_if") or {}
    behaviour = next((key for key in ("all", "any") if key in condition), "")
    parts = condition[behaviour] if behaviour else [condition]
    if not condition or (behaviour and len(parts) < 2) or not all(_is_plain(one) for one in parts):
        return {}
    questions = {one["id"]: one for one in content["questions"]}
    found = [_when(one, questions[one["question"]]) for one in parts]
    return {"enableWhen": found} | ({"enableBehavior": behaviour} if behaviour else {})


def _is_plain(one: Content) -> bool:
    return "question" in one and len(one) == 2


def _when(one: Content, question: Content) -> dict[str, Any]:
    ((comparator, value),) = ((key, value) for key, value in one.items() if key != "question")
    answer: dict[str, Any] = {"answerBoolean": value}
    if comparator != "answered" and question["kind"] == "choice":
        answer = {"answerCoding": {"code": value}}
    elif comparator != "answered" and question["kind"] in ("rating", "number"):
        answer = {"answerInteger": value} if isinstance(value, int) else {"answerDecimal": value}
    return {"question": link_id(question), "operator": names.SAME[comparator], **answer}
