import copy
from collections.abc import Callable
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.practice import BUILT_IN
from conversations.model import Condition, Kind, NextStep
from conversations.question_sets import QuestionSetFault, read_question_set

Mapping = dict[str, Any]


def rating(name: str) -> Mapping:
    return {"id": name, "kind": "rating", "text": {"en": f"{name}?"}}


GOOD: Mapping = {
    "name": "after_session",
    "number": 2,
    "licence": "CC0-1.0",
    "source": "our own",
    "languages": ["en"],
    "questions": [rating("bond"), {**rating("goals"), "minimum": 1, "maximum": 5, "skippable": False}],
    "follow_ups": [
        {
            **rating("heard"),
            "trigger": {"question": "bond", "at_most": 7},
            "next_step": {"at_most": 7, "text": {"en": "So"}},
        },
        {
            "id": "more",
            "kind": "choice",
            "text": {"en": "More?"},
            "options": [{"id": "a", "text": {"en": "A"}}, {"id": "b", "text": {"en": "B"}}],
            "needs": {"question": "bond", "at_least": 8},
        },
    ],
    "note": {"id": "note", "kind": "text", "text": {"en": "More of what?"}},
    "talk": {"id": "talk", "kind": "yes_no", "text": {"en": "Talk about it?"}},
}


def faults_of(mapping: Mapping) -> tuple[str, ...]:
    with pytest.raises(QuestionSetFault) as caught:
        read_question_set(mapping, 7)
    return caught.value.faults


def test_a_good_file_becomes_a_version() -> None:
    version = read_question_set(GOOD, 7)
    assert (version.id, version.name, version.number) == (7, "after_session", 2)
    assert [question.id for question in version.questions] == ["bond", "goals"]
    assert version.note is not None
    assert version.note.kind is Kind.TEXT
    assert version.talk is not None


def test_a_question_takes_its_range_and_says_whether_it_may_be_skipped() -> None:
    bond, goals = read_question_set(GOOD, 7).questions
    assert [bond.accepts(rating) for rating in (-1, 0, 10, 11, None)] == [False, True, True, False, True]
    assert [goals.accepts(rating) for rating in (0, 1, 5, 6, None)] == [False, True, True, False, False]


def test_note_and_talk_may_be_left_out() -> None:
    bare = {name: value for name, value in GOOD.items() if name not in ("note", "talk")}
    version = read_question_set(bare, 7)
    assert (version.note, version.talk) == (None, None)


def test_reading_changes_nothing_in_what_was_read() -> None:
    before = copy.deepcopy(GOOD)
    read_question_set(GOOD, 7)
    assert before == GOOD


SPOILED: list[tuple[Callable[[Mapping], Any], str]] = [
    (lambda file: file.pop("name"), "name: Field required"),
    (lambda file: file.update(name="After session"), "name: "),
    (lambda file: file.update(number=0), "number: "),
    (lambda file: file.update(questions=[]), "questions: "),
    (lambda file: file.update(languages=[]), "languages: "),
    (lambda file: file.update(colour="red"), "colour: "),
    (lambda file: file["questions"][0].update(id="1st"), "questions.0.id: "),
    (lambda file: file["questions"][0].update(kind="essay"), "questions.0.kind: "),
    (lambda file: file["questions"][0].update(kind="yes_no"), "bond: only ratings are asked in turn"),
    (
        lambda file: file["questions"][0].update(maximum=11),
        "questions.0: minimum and maximum must lie between 0 and 10",
    ),
    (
        lambda file: file["questions"][0].update(minimum=10),
        "questions.0: minimum and maximum must lie between 0 and 10",
    ),
    (lambda file: file["questions"][0].update(text={}), "questions.0.text: "),
    (lambda file: file["questions"][0]["text"].update(en=""), "questions.0.text.en: "),
    (lambda file: file["questions"][0]["text"].update(en="x" * 601), "questions.0.text.en: "),
    (lambda file: file["questions"][1].update(id="bond"), "bond: this id is used more than once"),
    (lambda file: file["note"].update(id="bond"), "bond: this id is used more than once"),
    (lambda file: file["note"].update(kind="rating"), "note: this question takes a text"),
    (lambda file: file["follow_ups"][0].update(id="bond"), "bond: this id is used more than once"),
    (lambda file: file["follow_ups"][0].update(kind="yes_no"), "heard: a follow-up is a rating, a choice or a text"),
    (lambda file: file["follow_ups"][0].update(kind="choice"), "heard: a choice offers at least two options"),
    (lambda file: file["follow_ups"][0]["trigger"].update(question="week"), "heard.trigger: there is no question week"),
    (lambda file: file["follow_ups"][0].update(needs={"question": "x"}), "heard.needs: there is no question x"),
    (lambda file: file["follow_ups"][0]["next_step"].update(text={"de": "So"}), "heard.next_step: there is no text in"),
    (lambda file: file["follow_ups"][1]["options"][0].update(text={"de": "So"}), "more.a: there is no text in en"),
    (lambda file: file["talk"].update(kind="text"), "talk: this question takes yes or no"),
    (lambda file: file["languages"].append("de"), "bond.text: there is no text in de"),
    (lambda file: file["questions"][0].update(label={"de": "Band"}), "bond.label: there is no text in en"),
]


@pytest.mark.parametrize(("spoil", "expected"), SPOILED)
def test_a_fault_is_named_with_its_place(spoil: Callable[[Mapping], Any], expected: str) -> None:
    file = copy.deepcopy(GOOD)
    spoil(file)
    assert any(fault.startswith(expected) for fault in faults_of(file)), faults_of(file)


def test_all_faults_of_the_shape_are_named_at_once() -> None:
    file = copy.deepcopy(GOOD)
    file.update(number=0, colour="red", name="!")
    file["questions"][1]["kind"] = "essay"
    assert {fault.split(":")[0] for fault in faults_of(file)} == {"number", "colour", "name", "questions.1.kind"}


def test_all_faults_of_the_meaning_are_named_at_once() -> None:
    file = copy.deepcopy(GOOD)
    file["languages"].append("de")
    file["questions"][1]["id"] = "bond"
    file["note"]["kind"] = "yes_no"
    faults = faults_of(file)
    assert {"bond: this id is used more than once", "note: this question takes a text"} <= set(faults)
    assert sum("there is no text in de" in fault for fault in faults) == 9


def test_a_fault_never_repeats_what_was_written() -> None:
    file = copy.deepcopy(GOOD)
    file["questions"][0]["kind"] = "my secret kind"
    assert "secret" not in str(faults_of(file))


def test_a_follow_up_says_when_it_comes_what_it_needs_and_what_to_do_about_a_low_answer() -> None:
    heard, more = read_question_set(GOOD, 7).follow_ups
    assert heard.trigger == Condition("bond", at_most=7)
    assert heard.next_step == NextStep(7, {"en": "So"})
    assert more.needs == Condition("bond", at_least=8)
    assert [more.question.accepts(place) for place in (-1, 0, 1, 2, None)] == [False, True, True, False, True]


@pytest.mark.parametrize(("rating", "met"), [(7, True), (8, False), (0, True), (None, False)])
def test_a_condition_looks_at_an_answer_and_a_skipped_one_meets_none(rating: int | None, met: bool) -> None:
    assert Condition("bond", at_most=7).holds({"bond": rating}) is met
    assert not Condition("bond").holds({})


def test_the_built_in_set_is_good_and_complete_in_three_languages() -> None:
    content = YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8"))
    version = read_question_set(content, 1)
    assert content["languages"] == ["en", "es", "de"]
    assert [question.id for question in version.questions] == ["bond", "goals", "tasks", "overall"]
    assert [question.subscale for question in version.questions] == ["bond", "goals", "tasks", None]
    assert version.questions[0].text["en"] == "How safe did it feel to be yourself with your therapist?"
    assert all(question.skippable and (question.minimum, question.maximum) == (0, 10) for question in version.questions)
