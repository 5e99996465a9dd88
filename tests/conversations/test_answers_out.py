"""Answers on their way out: a CSV that comes back as it went, and a FHIR Bundle that is valid and names nobody."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from bot.practice import BUILT_IN
from conversations.answers_out import Round, csv_file
from conversations.fhir.bundles import bundle
from conversations.model import Kind, Question
from conversations.occasions import Occasion
from conversations.question_sets import read_file
from tests.conversations.scores import SETS, SINK, USUAL, read

NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
DAY = date(2026, 3, 4)
CONTENTS = {1: read_file(BUILT_IN.read_bytes()), 2: read_file((SETS / "kitchen_sink.yaml").read_bytes())}
GIVEN = {"mood": 0, "worry": 50, "sleep": 0, "help": 2, "which": 3, "openness": None}
WORDS = {"nights": "3", "weight": "72.5", "more": "=HYPERLINK(1), she said;\n'-5'"}
FULL = Round(DAY, NOW, SINK, GIVEN, WORDS, note="+shared", talk=True)
USUAL_ROUND = Round(
    date(2026, 3, 11), NOW, USUAL, {"bond": 7, "goals": None, "tasks": 9, "overall": 8}, {}, complete=False
)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_each_answer_is_a_line_that_says_what_it_answers() -> None:
    header, *lines = cells(csv_file("K-17", [FULL, USUAL_ROUND]))
    assert header == ["code", "date", "question", "value", "set", "version", "occasion"]
    assert {line[2]: line[3] for line in lines if line[4] == "kitchen_sink"} == {
        "mood": "0", "worry": "50", "sleep": "no", "nights": "3", "weight": "72.5", "help": "none", "which": "A B",
        "openness": "", "more": "'=HYPERLINK(1), she said;\n''-5'", "note": "'+shared", "talk": "yes",
    }  # fmt: skip
    assert ["K-17", "2026-03-11", "goals", "", "session_checkin", str(USUAL.number), "after"] in lines


def test_no_cell_begins_a_formula_and_plain_numbers_stay() -> None:
    texts = ("=1", "+1", "-1", "-x", "@a", "\tx", "\rx", "'=1", "plain", "-1,5", "x;=HYPERLINK(1);y", "hi\n=1+1")
    more = [Round(DAY, NOW, SINK, {}, {"more": text}) for text in texts]
    written = [line[3] for line in cells(csv_file("-X", more))[1:]]
    assert written == [
        "'=1", "'+1", "-1", "'-x", "'@a", "'\tx", "'\rx", "''=1", "plain", "-1,5", "x;'=HYPERLINK(1);y", "hi\n'=1+1",
    ]  # fmt: skip
    assert {line[0] for line in cells(csv_file("-X", more))[1:]} == {"'-X"}


def test_an_export_is_read_back_as_the_same_answers() -> None:
    found = read(csv_file("K-17", [FULL, USUAL_ROUND]))
    first, second = found.check_ins
    assert (dict(first.answers), dict(first.words), first.extra) == (GIVEN, WORDS, ("openness",))
    assert (dict(second.answers), second.day) == (USUAL_ROUND.answers, USUAL_ROUND.day)
    assert found.left_out == 2


def test_what_was_asked_on_another_occasion_says_so_and_does_not_come_back() -> None:
    asked_now = replace(USUAL_ROUND, occasion=Occasion.NOW)
    text = csv_file("K-17", [USUAL_ROUND, asked_now])
    assert [line[6] for line in cells(text)[1:]] == ["after"] * 4 + ["now"] * 4
    found = read(text)
    assert (len(found.check_ins), found.other_occasions) == (1, 4)
    resources = [one["resource"] for one in bundle("K-17", [USUAL_ROUND, asked_now], CONTENTS, NOW)["entry"]]
    assert [one["extension"] for one in resources[1:]] == [
        [{"url": "urn:attune:occasion", "valueString": word}] for word in ("after", "now")
    ]


def answer_to(question: Question) -> st.SearchStrategy[int | None]:
    if question.kind is Kind.RATING:
        steps = (question.maximum - question.minimum) // question.step
        return st.integers(0, steps).map(lambda number: question.minimum + number * question.step)
    if question.kind is Kind.CHOICE:
        return (
            st.integers(1, 2 ** len(question.options) - 1)
            if question.several
            else st.integers(0, len(question.options) - 1)
        )
    return st.integers(0, 1)


KEPT = st.fixed_dictionaries({
    question.id: answer_to(question) for question in SINK.questions if question.kind not in (Kind.TEXT, Kind.NUMBER)
})  # fmt: skip
WRITTEN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40) | st.sampled_from(
    ["x;=HYPERLINK(1);y", "hi\n=1+1", 'x;"=1"', "a,'-5", "-5;-5", "\uff1d1\t@"]
)


@given(KEPT, WRITTEN.filter(str.strip), st.sampled_from(["31", "299.9", "72.5"]))
def test_whatever_was_answered_comes_back(kept: dict[str, int], text: str, weight: str) -> None:
    words = {"more": text, "weight": weight}
    (one,) = read(csv_file("K-17", [Round(DAY, NOW, SINK, kept, words)])).check_ins
    assert (dict(one.answers), dict(one.words)) == (kept, words)


# ---- FHIR ----


def test_the_bundle_is_valid_with_each_set_once_and_a_response_for_each_check_in() -> None:
    made = json.loads(json.dumps(bundle("K-17", [FULL, USUAL_ROUND, USUAL_ROUND], CONTENTS, NOW)))
    assert Bundle.model_validate(made).type == "collection"
    resources = [entry["resource"] for entry in made["entry"]]
    assert [one["resourceType"] for one in resources] == ["Questionnaire"] * 2 + ["QuestionnaireResponse"] * 3
    assert len({entry["fullUrl"] for entry in made["entry"]}) == 5
    for one in resources[:2]:
        assert Questionnaire.model_validate(one).url == f"urn:attune:{one['name']}"
    for one in resources[2:]:
        assert QuestionnaireResponse.model_validate(one).status == one["status"]
        assert one["subject"] == {"type": "Patient", "identifier": {"system": "urn:attune:code", "value": "K-17"}}
        assert one["questionnaire"] in {f"{each['url']}|{each['version']}" for each in resources[:2]}
    assert [one["status"] for one in resources[2:]] == ["completed", "in-progress", "in-progress"]


def test_the_response_holds_the_shared_note_and_the_wish_to_talk_and_leaves_out_what_was_skipped() -> None:
    made = bundle("K-17", [FULL], CONTENTS, NOW)
    items = {item["linkId"]: item["answer"] for item in made["entry"][1]["resource"]["item"]}
    assert items["note"] == [{"valueString": "+shared"}]
    assert items["talk"] == [{"valueBoolean": True}]
    assert items["29463-7"] == [{"valueDecimal": 72.5}]
    assert "openness" not in items


def test_nothing_to_tell_is_a_valid_bundle_too() -> None:
    made = bundle("K-17", [], {}, NOW)
    assert Bundle.model_validate(made).entry is None


def test_what_leaves_shows_no_answer_in_its_repr() -> None:
    assert "HYPERLINK" not in repr(FULL)
    assert "+shared" not in repr(FULL)
