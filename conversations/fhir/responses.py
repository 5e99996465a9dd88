"""Answers as a FHIR R4 QuestionnaireResponse. It names nobody: whoever exports it says whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversations.fhir.writing import Content, link_id
from conversations.show_if import Value


def questionnaire_response(
    content: Content, answers: Mapping[str, Value | None], authored: datetime, *, complete: bool = True
) -> dict[str, Any]:
    """Write the answers to one round of questions.

    Args:
        content: the content of the question set's file.
        answers: question id -> answer as conditions see it; skipped ones (None) and those not asked are left out.
        authored: when they were given, aware UTC.
        complete: whether the client got to the end.
    """
    parts = [*content["questions"], *content.get("follow_ups", []), content.get("note"), content.get("talk")]
    asked = [part for part in parts if part and answers.get(part["id"]) is not None]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"urn:attune:{content['name']}|{content['number']}",
        "status": "completed" if complete else "in-progress",
        "authored": authored.isoformat(),
        **({"item": items} if (items := [_item(part, answers[part["id"]]) for part in asked]) else {}),
    }


def _item(part: Content, answer: Value | None) -> dict[str, Any]:
    found = answer if isinstance(answer, tuple) else (answer,)
    return {"linkId": link_id(part), "answer": [_answer(part, one) for one in found]}


def _answer(part: Content, one: Any) -> dict[str, Any]:
    kind = part["kind"]
    if kind == "choice":
        return {"valueCoding": {"code": one}}
    if kind == "yes_no":
        return {"valueBoolean": bool(one)}
    if kind == "text":
        return {"valueString": one}
    whole = kind == "rating" or not part.get("decimals")
    return {"valueInteger": int(one)} if whole else {"valueDecimal": one}
