import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.practice import BUILT_IN, TEMPLATE
from bot.texts import pick
from conversations.model import Kind, NextStep
from conversations.question_sets import QuestionSetFault, read_file, read_question_set, schema
from conversations.show_if import Comparator, Comparison

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


def faults_of(mapping: Mapping) -> list[tuple[str, str]]:
    """Give each fault's path and sentence."""
    with pytest.raises(QuestionSetFault) as caught:
        read_question_set(mapping, 7)
    return [(".".join(map(str, fault.path)), fault.sentence) for fault in caught.value.faults]


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


SPOILED: list[tuple[Callable[[Mapping], Any], str, str]] = [
    (lambda file: file.pop("name"), "name", "name is missing here."),
    (lambda file: file.update(name="After session"), "name", "An id is"),
    (lambda file: file.update(number=0), "number", "number must be 1 or more."),
    (lambda file: file.update(questions=[]), "questions", "questions has too few parts."),
    (lambda file: file.update(languages=[]), "languages", "languages has too few parts."),
    (lambda file: file.update(colour="red"), "colour", "This key is not known here."),
    (lambda file: file["questions"][0].update(id="1st"), "questions.0.id", "An id is"),
    (lambda file: file["questions"][0].update(kind="essay"), "questions.0.kind", "kind must be one of"),
    (lambda file: file["questions"][0].update(maximum=11), "questions.0.maximum", "A rating has at most 11 buttons."),
    (lambda file: file["questions"][0].update(minimum=10), "questions.0.minimum", "A rating goes from"),
    (lambda file: file["questions"][0].update(text={}), "questions.0.text", "text has too few parts."),
    (lambda file: file["questions"][0]["text"].update(en=""), "questions.0.text.en", "There is no text"),
    (lambda file: file["questions"][0]["text"].update(en="x" * 1001), "questions.0.text.en", "text is too long."),
    (lambda file: file["questions"][1].update(id="bond"), "questions.1.id", "The id bond is used more than once."),
    (lambda file: file["note"].update(id="bond"), "note.id", "The id bond is used more than once."),
    (lambda file: file["note"].update(kind="rating"), "note.kind", "The note takes a text"),
    (lambda file: file["follow_ups"][0].update(id="bond"), "follow_ups.0.id", "The id bond is used more than once."),
    (lambda file: file["follow_ups"][0].update(kind="choice"), "follow_ups.0", "A choice needs options."),
    (
        lambda file: file["follow_ups"][0]["trigger"].update(question="week"),
        "follow_ups.0.trigger.question",
        "There is no question with this id",
    ),
    (
        lambda file: file["follow_ups"][0].update(needs={"question": "bond"}),
        "follow_ups.0.needs",
        "Nothing is compared here.",
    ),
    (
        lambda file: file["follow_ups"][0]["next_step"].update(text={"de": "So"}),
        "follow_ups.0.next_step.text",
        "There is no text in en",
    ),
    (
        lambda file: file["follow_ups"][1]["options"][0].update(text={"de": "So"}),
        "follow_ups.1.options.0.text",
        "There is no text in en",
    ),
    (lambda file: file["talk"].update(kind="text"), "talk.kind", "The wish to talk takes yes or no"),
    (lambda file: file["languages"].append("de"), "questions.0.text", "There is no text in de"),
    (lambda file: file["questions"][0].update(label={"de": "Band"}), "questions.0.label", "There is no text in en"),
]


@pytest.mark.parametrize(("spoil", "path", "said"), SPOILED)
def test_a_fault_is_named_with_its_place(spoil: Callable[[Mapping], Any], path: str, said: str) -> None:
    file = copy.deepcopy(GOOD)
    spoil(file)
    found = faults_of(file)
    assert any(where == path and sentence.startswith(said) for where, sentence in found), found


def test_faults_of_form_and_of_meaning_are_named_at_once() -> None:
    file = copy.deepcopy(GOOD)
    file.update(number=0, colour="red", name="!")
    file["questions"][1]["kind"] = "essay"
    file["note"]["kind"] = "yes_no"
    file["follow_ups"][1]["needs"]["at_least"] = 12
    assert {path for path, _ in faults_of(file)} == {
        "number", "colour", "name", "questions.1.kind", "note.kind", "follow_ups.1.needs.at_least",
    }  # fmt: skip


def test_nothing_is_said_about_what_only_names_a_faulty_part() -> None:
    file = copy.deepcopy(GOOD)
    file["questions"][0]["kind"] = "essay"
    assert [path for path, _ in faults_of(file)] == ["questions.0.kind"]


def test_a_fault_never_repeats_what_was_written() -> None:
    file = copy.deepcopy(GOOD)
    file["questions"][0]["kind"] = "my secret kind"
    file["questions"][1]["my secret key"] = 1
    assert "secret" not in " ".join(sentence for _, sentence in faults_of(file))


def test_a_follow_up_says_when_it_comes_what_it_needs_and_what_to_do_about_a_low_answer() -> None:
    heard, more = read_question_set(GOOD, 7).follow_ups
    assert heard.trigger == Comparison("bond", Comparator.AT_MOST, 7)
    assert heard.next_step == NextStep(7, {"en": "So"})
    assert more.needs == Comparison("bond", Comparator.AT_LEAST, 8)
    assert [more.question.accepts(place) for place in (-1, 0, 1, 2, None)] == [False, True, True, False, True]


def test_the_language_people_fall_back_to_is_the_one_the_set_states_else_its_first() -> None:
    file = copy.deepcopy(GOOD) | {"languages": ["es", "en"]}
    file = yaml_with(file, "es")
    assert pick(read_question_set(file, 7).questions[0].text, "fr") == "bond? es"
    assert pick(read_question_set(file | {"fallback": "en"}, 7).questions[0].text, "fr") == "bond?"


def yaml_with(part: Any, language: str) -> Any:
    """Add a translation to every text in English."""
    if isinstance(part, list):
        return [yaml_with(one, language) for one in part]
    if not isinstance(part, dict):
        return part
    more = {language: f"{part['en']} {language}"} if isinstance(part.get("en"), str) else {}
    return {key: yaml_with(value, language) for key, value in part.items()} | more


def test_the_built_in_pool_is_the_one_of_the_measures() -> None:
    version = read_question_set(read_file(BUILT_IN.read_bytes()), 1)
    pool = {one.question.id: one for one in version.follow_ups}
    assert list(pool) == ["listening", "openness", "empathy", "boundaries", "structure", "milestone"]
    assert {name: one.trigger for name, one in pool.items() if one.trigger} == {
        "listening": Comparison("bond", Comparator.AT_MOST, 7),
        "openness": Comparison("bond", Comparator.AT_MOST, 7),
        "empathy": Comparison("bond", Comparator.AT_MOST, 7),
        "structure": Comparison("tasks", Comparator.AT_MOST, 7),
    }
    assert {name: one.needs for name, one in pool.items() if one.needs} == {
        "milestone": Comparison("overall", Comparator.AT_LEAST, 8)
    }
    assert [one.text["en"] for one in pool["structure"].question.options] == [
        "More of a plan", "Just as it was", "More room to talk freely", "Not sure",
    ]  # fmt: skip
    assert pool["milestone"].question.skip_label["en"] == "Not today"
    assert all(one.question.skippable for one in pool.values())


def test_the_built_in_set_is_good_and_complete_in_three_languages() -> None:
    raw = BUILT_IN.read_bytes()
    content = read_file(raw)
    version = read_question_set(content, 1)
    assert content["languages"] == ["en", "es", "de"]
    assert [question.id for question in version.questions] == ["bond", "goals", "tasks", "overall"]
    assert [question.subscale for question in version.questions] == ["bond", "goals", "tasks", None]
    assert version.questions[0].text["en"] == "How safe did it feel to be yourself with your therapist?"
    assert all(question.skippable and (question.minimum, question.maximum) == (0, 10) for question in version.questions)


LIBRARY = [
    path for path in sorted(BUILT_IN.parent.glob("*.yaml")) if "\nquestions:" in path.read_text(encoding="utf-8")
]
"""The sets; what is no list of questions, such as stories to be ordered, has a form of its own."""


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_set_of_the_library_passes_the_check(path: Path) -> None:
    assert read_file(path.read_bytes())["licence"] == "CC0-1.0"


def test_the_short_form_words_its_questions_as_the_usual_set_does() -> None:
    names = ("short_form", "session_checkin")
    short, usual = (read_file((BUILT_IN.parent / f"{name}.yaml").read_bytes()) for name in names)
    worded = {one["id"]: {key: value for key, value in one.items() if key != "subscale"} for one in usual["questions"]}
    assert short["questions"] == [worded["bond"], worded["overall"]]
    assert (short["note"], short["talk"], short["languages"]) == (usual["note"], usual["talk"], usual["languages"])


def test_the_published_schema_is_the_one_the_files_are_checked_with() -> None:
    published = Path(__file__).parents[2] / "docs" / "question_set.schema.json"
    again = "attune questions schema > docs/question_set.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema(), f"It is not fresh: {again}"


def test_the_example_in_the_docs_is_a_good_set() -> None:
    page = (Path(__file__).parents[2] / "docs" / "question_sets.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert len(read_file(example.encode())["questions"]) == 5
    assert TEMPLATE.read_text(encoding="utf-8") == example
