"""Everything a question set can say survives YAML -> FHIR -> YAML: the sets tried here say it all."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from bot.practice import BUILT_IN
from conversations.fhir.writing import questionnaire
from conversations.model import Kind
from conversations.question_sets import read_file, read_question_set
from conversations.question_writing import as_yaml
from conversations.scales import Direction, Method, Missing
from conversations.show_if import Comparator

OTHER = """
name: other
number: 2
title: {en: The other one}
licence: CC0-1.0
source: made for a test, not validated
languages: [en]
questions:
  - {id: first, kind: rating, text: {en: First?}, minimum: 1, maximum: 5}
  - {id: second, kind: rating, text: {en: Second?}, minimum: 1, maximum: 5, show_if: {question: first, below: 4}}
  - {id: third, kind: yes_no, text: {en: Third?}, show_if: {scale: both, below: 9}}
  - id: fourth
    kind: choice
    text: {en: Fourth?}
    options: [{id: a, text: {en: A}, points: 2.5}, {id: b, text: {en: B}, points: -1}]
    show_if: {any: [{scale: both, at_least: 2}, {all: [{question: third, is_not: true}, {question: first, is: 3}]}]}
follow_ups:
  - id: unbidden
    kind: text
    text: {en: What was it?}
    trigger: {any: [{scale: whole, above: 6}, {question: second, answered: false}]}
    needs: {all: [{question: first, at_least: 2}, {question: third, is: true}]}
  - id: in_turn
    kind: rating
    label: {en: In turn}
    text: {en: And this?}
    next_step: {at_most: 3, text: {en: Ask about it.}}
scales:
  - id: both
    direction: higher_is_worse
    method: sum
    items: [first, second]
    missing: {allowed: 1, counts: as_the_others}
  - id: whole
    label: {en: All of it}
    direction: higher_is_worse
    method: mean
    items: [both, fourth]
    reversed: [fourth]
    bands: [{from: 0.5, label: {en: Light}}, {from: 4.5, label: {en: Heavy}}]
    flag: {at_least: 5}
"""
_LIBRARY = BUILT_IN.parent
_FILES = (
    Path(__file__).parent / "sets" / "kitchen_sink.yaml",
    _LIBRARY / "session_checkin.yaml",
    _LIBRARY / "short_form.yaml",
    _LIBRARY / "goal_agreement.yaml",
    _LIBRARY / "template" / "week.yaml",
)
SETS: dict[str, dict[str, Any]] = {
    "other": read_file(OTHER.encode()),
    **{path.stem: read_file(path.read_bytes()) for path in _FILES},
}
every_set = pytest.mark.parametrize("name", SETS)


def said_outright(content: dict[str, Any]) -> dict[str, Any]:
    """Give a set with the ends of its ratings, which FHIR has no way to leave out."""
    return {
        key: [_ends(one) for one in part] if key in ("questions", "follow_ups") else part
        for key, part in content.items()
    }


def _ends(question: dict[str, Any]) -> dict[str, Any]:
    return {"minimum": 0, "maximum": 10, **question} if question["kind"] == "rating" else question


@every_set
def test_not_a_key_is_lost_between_yaml_and_yaml(name: str) -> None:
    content = SETS[name]
    resource = json.loads(json.dumps(questionnaire(content)))
    assert Questionnaire.model_validate(resource).name == content["name"]
    back = read_file(as_yaml(read_file(json.dumps(resource).encode())).encode())
    assert said_outright(back) == said_outright(content)
    assert read_question_set(back, 1) == read_question_set(content, 1)


def mappings(part: Any) -> Iterator[dict[str, Any]]:
    """List every mapping in a set."""
    if isinstance(part, dict):
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from mappings(one)


def test_the_sets_tried_say_everything_a_set_can_say() -> None:
    every = [one for content in SETS.values() for one in mappings(content)]
    keys = {key for one in every for key in one}
    assert keys >= {*Comparator, "all", "any", "question", "scale", "trigger", "needs", "next_step", "show_if"}
    assert keys >= {
        "bands",
        "flag",
        "reversed",
        "missing",
        "subscale",
        "items",
        "points",
        "several",
        "step",
        "decimals",
    }
    assert keys >= {"note", "talk", "own_label", "skip_label", "low_anchor", "high_anchor", "skippable", "link_id"}
    values = {str(value) for one in every for value in one.values() if isinstance(value, str)}
    assert values >= {*Kind, *Direction, *Method, *Missing}
    assert {key for one in every for key in one.get("flag", {})} == {"at_least", "at_most"}
    follow_ups = [one for content in SETS.values() for one in content.get("follow_ups", [])]
    assert any("scale" in one for follow_up in follow_ups for one in mappings(follow_up.get("trigger", {})))
    scales = [one for content in SETS.values() for one in content.get("scales", [])]
    names = {one["id"] for one in scales}
    assert any(names & {*one.get("items", [])} for one in scales), "a scale made of scales"
