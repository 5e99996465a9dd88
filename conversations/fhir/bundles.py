"""A client's answers as a FHIR R4 Bundle: each set once as a Questionnaire, each check-in as its response.

The client is the code and nothing else.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from conversations.answers_out import Round
from conversations.fhir import names
from conversations.fhir.responses import questionnaire_response
from conversations.fhir.writing import Content, questionnaire

CODES = "urn:attune:code"
"""The system the clients' codes belong to."""


def bundle(code: str, rounds: Iterable[Round], contents: Mapping[int, Content], now: datetime) -> dict[str, Any]:
    """Write a Bundle.

    Args:
        code: what the therapist knows the client by.
        rounds: the check-ins, oldest first.
        contents: the content of every set's file that is needed, by the id of its version.
        now: when it is made, aware UTC.
    """
    several = list(rounds)
    used = dict.fromkeys(one.version.id for one in several)
    entries = [
        _entry(f"{_url(contents[number])}|{contents[number]['number']}", _set(contents[number])) for number in used
    ]
    for place, one in enumerate(several):
        response = questionnaire_response(contents[one.version.id], one.values(), one.closed_at, complete=one.complete)
        subject = {"type": "Patient", "identifier": {"system": CODES, "value": code}}
        whole = {**response, "subject": subject, "extension": [_occasion(one)]}
        entries.append(_entry(f"{code}|{place}|{response['authored']}", whole))
    made = {"resourceType": "Bundle", "type": "collection", "timestamp": now.isoformat()}
    return {**made, **({"entry": entries} if entries else {})}


def _occasion(one: Round) -> dict[str, Any]:
    return names.extension(f"{names.OURS}occasion", one.occasion.value)


def _url(content: Content) -> str:
    return f"urn:attune:{content['name']}"


def _set(content: Content) -> dict[str, Any]:
    return {**questionnaire(content), "url": _url(content)}


def _entry(name: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    return {"fullUrl": f"urn:uuid:{uuid5(NAMESPACE_URL, name)}", "resource": resource}
