"""Question sets as FHIR resources: nothing is lost on the way out and back, and what goes out is valid.

The library that validates has no R4 any more; its R4B has the same Questionnaire and QuestionnaireResponse.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from bot.practice import BUILT_IN
from conversations.faults import QuestionSetFault
from conversations.fhir.responses import questionnaire_response
from conversations.fhir.writing import questionnaire
from conversations.question_sets import read_file, read_question_set
from conversations.question_writing import as_yaml

SETS = Path(__file__).parent / "sets"
FILES = sorted([*SETS.iterdir(), *(BUILT_IN.parent / f"{name}.yaml" for name in ("session_checkin", "goal_agreement"))])
every_set = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OF_SET = (
    "licence",
    "source",
    "attribution",
    "has_risk_item",
    "languages",
    "draft_languages",
    "fallback",
    "schedule",
    "title",
)


def as_json(resource: Any) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=1).encode()


@every_set
def test_a_set_means_the_same_after_fhir_and_back(path: Path) -> None:
    content = read_file(path.read_bytes())
    back = read_file(as_json(questionnaire(content)))
    assert read_question_set(back, 1) == read_question_set(content, 1)
    assert {key: back.get(key) for key in OF_SET} == {key: content.get(key) for key in OF_SET}
    assert {one["id"]: one.get("link_id") for one in back["questions"]} == {
        one["id"]: one.get("link_id") for one in content["questions"]
    }


@every_set
def test_a_set_means_the_same_after_yaml_and_back(path: Path) -> None:
    content = read_file(path.read_bytes())
    assert read_file(as_yaml(content).encode()) == content


@every_set
def test_what_goes_out_is_a_valid_questionnaire(path: Path) -> None:
    resource = questionnaire(read_file(path.read_bytes()))
    assert Questionnaire.model_validate(resource).name == resource["name"]


def test_the_instruments_written_as_fhir_are_valid_themselves() -> None:
    for name in ("phq8", "gad7"):
        resource = json.loads((SETS / f"{name}.json").read_text(encoding="utf-8"))
        assert Questionnaire.model_validate(resource).title


def test_answers_go_out_as_a_valid_response_that_leaves_out_what_was_skipped() -> None:
    content = read_file((SETS / "kitchen_sink.yaml").read_bytes())
    answers = {
        "mood": 4, "worry": None, "sleep": 0, "nights": 3, "weight": 72.5, "help": "people", "which": ("A", "B"),
        "more": "words", "openness": 7,
    }  # fmt: skip
    resource = questionnaire_response(content, answers, NOW)
    assert QuestionnaireResponse.model_validate(resource).status == "completed"
    given = {item["linkId"]: [next(iter(one.values())) for one in item["answer"]] for item in resource["item"]}
    assert given == {
        "mood": [4], "sleep": [False], "nights": [3], "29463-7": [72.5], "help": [{"code": "people"}],
        "which": [{"code": "A"}, {"code": "B"}], "more": ["words"], "openness": [7],
    }  # fmt: skip


def test_nothing_answered_is_a_valid_response_too() -> None:
    content = read_file(BUILT_IN.read_bytes())
    resource = questionnaire_response(content, {}, NOW, complete=False)
    assert QuestionnaireResponse.model_validate(resource).status == "in-progress"


FOREIGN: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "name": "HomeVisit",
    "version": "2.1",
    "copyright": "CC0",
    "publisher": "A clinic",
    "item": [
        {"linkId": "0", "type": "display", "text": "Think of today."},
        {"linkId": "1", "type": "group", "text": "At home", "item": [
            {"linkId": "1.1", "type": "boolean", "text": "Were you alone?", "required": True},
            {"linkId": "1.2", "type": "choice", "repeats": True, "text": "Who came?", "answerOption": [
                {"valueCoding": {"code": "FAM", "display": "Family"}}, {"valueString": "A friend"},
            ]},
            {"linkId": "1.3", "type": "string", "text": "Which friend?", "enableBehavior": "any", "enableWhen": [
                {"question": "1.2", "operator": "=", "answerCoding": {"code": "A-friend"}},
                {"question": "1.1", "operator": "=", "answerBoolean": False},
            ]},
        ]},
        {"linkId": "total", "type": "decimal", "readOnly": True, "text": "Total"},
    ],
}  # fmt: skip


def test_a_questionnaire_from_elsewhere_is_laid_flat_and_read() -> None:
    content = read_file(as_json(FOREIGN))
    assert (content["name"], content["number"], content["languages"]) == ("homevisit", 2, ["en"])
    assert [one["id"] for one in content["questions"]] == ["q_1_1", "q_1_2", "q_1_3"]
    assert [one["link_id"] for one in content["questions"]] == ["1.1", "1.2", "1.3"]
    alone, who, friend = content["questions"]
    assert alone["text"]["en"] == "Think of today.\nAt home\nWere you alone?"
    assert alone["skippable"] is False
    assert who["several"] is True
    assert friend["show_if"] == {
        "any": [{"question": "q_1_2", "includes": "A-friend"}, {"question": "q_1_1", "is": False}]
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"resourceType": "Patient"}, "Of FHIR only a Questionnaire can be read."),
        ({"modifierExtension": []}, "What changes the meaning of a Questionnaire cannot be read."),
        (
            {"item": [{"linkId": "a", "type": "date", "text": "When?"}]},
            "This sort of answer cannot be given in a chat.",
        ),
        (
            {"item": [{"linkId": "a", "type": "boolean", "text": "?", "item": [{"linkId": "b", "type": "text"}]}]},
            "Questions below a question cannot be read. Lay them flat, with enableWhen.",
        ),
    ],
)
def test_what_cannot_be_asked_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionSetFault) as caught:
        read_file(as_json(FOREIGN | change))
    assert said in [fault.sentence for fault in caught.value.faults]
