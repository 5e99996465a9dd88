import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.faults import Fault, QuestionSetFault
from conversations.model import Kind, Option, Question
from conversations.question_sets import read_file, read_question_set
from conversations.reach import can_hold
from conversations.show_if import All, Comparator, Comparison, Condition, Value, compares, holds
from conversations.show_if import Any as AnyOf

IS, AT_LEAST, AT_MOST, BELOW = Comparator.IS, Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.BELOW


@pytest.mark.parametrize(
    ("comparator", "value", "meets", "fails"),
    [
        (Comparator.IS, 5, [5, 5.0], [4, "5", ("5",)]),
        (Comparator.IS, "walks", ["walks", ("walks",)], ["people", ("walks", "people"), 1]),
        (Comparator.IS, True, [1], [0]),
        (Comparator.IS_NOT, 5, [4, 6], [5]),
        (Comparator.AT_LEAST, 5, [5, 6], [4.9, "9", ("9",)]),
        (Comparator.AT_MOST, 5, [5, 0], [6]),
        (Comparator.ABOVE, 5, [5.1], [5]),
        (Comparator.BELOW, 5, [4], [5]),
        (Comparator.INCLUDES, "a", [("a", "b")], [("b",), "a"]),
        (Comparator.ANSWERED, True, [0, "", ()], []),
    ],
)
def test_a_comparison_compares(comparator: Comparator, value: Any, meets: list[Value], fails: list[Value]) -> None:
    comparison = Comparison("q", comparator, value)
    assert [answer for answer in meets if not compares(comparison, answer)] == []
    assert [answer for answer in fails if compares(comparison, answer)] == []


@pytest.mark.parametrize("comparator", [one for one in Comparator if one is not Comparator.ANSWERED])
def test_an_answer_that_is_not_there_meets_no_comparison(comparator: Comparator) -> None:
    assert not holds(Comparison("q", comparator, 0), {"q": None}, {})
    assert not holds(Comparison("q", comparator, 0), {}, {})
    assert not holds(Comparison("s", comparator, 0, of_score=True), {"s": 0}, {"s": None})


def test_only_answered_false_asks_for_an_answer_that_is_not_there() -> None:
    missing = Comparison("q", Comparator.ANSWERED, value=False)
    assert holds(missing, {}, {})
    assert holds(missing, {"q": None}, {})
    assert not holds(missing, {"q": 0}, {})


def test_all_and_any_combine_and_a_score_is_not_an_answer() -> None:
    low, tired = Comparison("mood", AT_MOST, 3), Comparison("tired", IS, value=True)
    high = Comparison("total", AT_LEAST, 10, of_score=True)
    assert holds(All((low, AnyOf((tired, high)))), {"mood": 2, "tired": 0}, {"total": 10})
    assert not holds(All((low, AnyOf((tired, high)))), {"mood": 2, "tired": 0, "total": 10}, {})
    assert holds(None, {}, {})
    assert (holds(All(()), {}, {}), holds(AnyOf(()), {}, {})) == (True, False)


OPTIONS = tuple(Option(name, {"en": name}) for name in "abc")
QUESTIONS = {
    "mood": Question("mood", Kind.RATING, {}),
    "tens": Question("tens", Kind.RATING, {}, maximum=100, step=10),
    "slept": Question("slept", Kind.YES_NO, {}),
    "nights": Question("nights", Kind.NUMBER, {}, maximum=7),
    "one": Question("one", Kind.CHOICE, {}, options=OPTIONS),
    "more": Question("more", Kind.CHOICE, {}, options=OPTIONS, several=True),
    "said": Question("said", Kind.TEXT, {}),
}
RANGES = {"total": (0.0, 24.0)}


def both(*parts: Condition) -> Condition:
    return All(parts)


@pytest.mark.parametrize(
    "condition",
    [
        both(Comparison("mood", AT_MOST, 3), Comparison("mood", AT_LEAST, 4)),
        both(Comparison("one", IS, "a"), Comparison("one", IS, "b")),
        both(Comparison("tens", Comparator.ABOVE, 10), Comparison("tens", BELOW, 20)),
        both(Comparison("mood", Comparator.ANSWERED, value=False), Comparison("mood", AT_LEAST, 0)),
        both(Comparison("total", Comparator.ABOVE, 3, of_score=True), Comparison("total", BELOW, 3, of_score=True)),
        AnyOf((both(Comparison("slept", IS, value=True), Comparison("slept", IS, value=False)),)),
        Comparison("nights", Comparator.ABOVE, 7),
    ],
)
def test_what_no_answer_can_meet_is_seen(condition: Condition) -> None:
    assert not can_hold(condition, QUESTIONS, RANGES)


def test_what_hangs_on_a_question_that_is_never_asked_cannot_hold() -> None:
    assert not can_hold(Comparison("mood", AT_LEAST, 0), QUESTIONS, RANGES, never={"mood"})
    assert can_hold(Comparison("mood", Comparator.ANSWERED, value=False), QUESTIONS, RANGES, never={"mood"})


# ---- whatever is written: a verdict or the list of faults, never anything else ----

VALUES = st.none() | st.booleans() | st.integers(-5, 15) | st.floats(-5, 30) | st.sampled_from(["a", "b", "zz"])
COMPARISONS = st.builds(
    Comparison,
    st.sampled_from(sorted(QUESTIONS)),
    st.sampled_from(Comparator),
    VALUES.filter(lambda one: one is not None),
) | st.builds(Comparison, st.just("total"), st.sampled_from(Comparator), st.integers(-5, 30), st.just(True))
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, max_size=4).map(lambda parts: AnyOf(tuple(parts)))
    ),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "mood": st.none() | st.integers(0, 10),
        "tens": st.none() | st.integers(0, 10).map(lambda step: step * 10),
        "slept": st.none() | st.integers(0, 1),
        "nights": st.none() | st.integers(0, 7),
        "one": st.none() | st.sampled_from("abc"),
        "more": st.none() | st.sets(st.sampled_from("abc"), min_size=1).map(lambda chosen: tuple(sorted(chosen))),
        "said": st.none() | st.text(min_size=1),
    },
)


def any_condition_is_decided(condition: Condition, answers: dict[str, Any], score: float | None) -> None:
    """What some answers meet is never called impossible."""
    if holds(condition, answers, {"total": score}):
        assert can_hold(condition, QUESTIONS, RANGES)


decided = given(CONDITIONS, ANSWERS, st.none() | st.floats(0, 24))
test_any_condition_is_decided = settings(max_examples=150, deadline=None)(decided(any_condition_is_decided))
test_twenty_thousand_conditions_are_decided = pytest.mark.long(
    settings(max_examples=20_000, deadline=None)(decided(any_condition_is_decided))
)

WORDS = """name number licence source languages questions id kind text options several show_if all any question is
at_least scale scales items direction bands from label flag follow_ups trigger note talk schedule ask every item linkId
type answerOption valueCoding code display enableWhen operator extension url valueString"""
SAID = (
    "rating choice yes_no text number en de a b mood higher_is_better group integer boolean = exists urn:attune:scales"
)
KEYS = st.sampled_from(WORDS.split()) | st.text(string.printable, max_size=8)
NUMBERS = st.none() | st.booleans() | st.integers() | st.floats()
LEAVES = NUMBERS | st.text(max_size=12) | st.sampled_from(SAID.split())
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
SKELETON: dict[str, Any] = {
    "name": "a", "number": 1, "licence": "a", "source": "a", "languages": ["en"],
    "questions": [{"id": "mood", "kind": "rating", "text": {"en": "?"}}],
}  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A good set with some of its parts replaced and others added."""
    question = SKELETON["questions"][0] | draw(st.dictionaries(KEYS, TREES, max_size=4))
    return SKELETON | {"questions": [*SKELETON["questions"], question]} | draw(st.dictionaries(KEYS, TREES, max_size=3))


def faults_of(read: Callable[[], object]) -> tuple[Fault, ...] | None:
    """Give the list of faults, None where there is none; any other exception fails the test."""
    try:
        read()
    except QuestionSetFault as fault:
        return fault.faults
    return None


def any_content_is_a_set_or_a_list_of_faults(content: Any) -> None:
    faults = faults_of(lambda: read_question_set(content, 1))
    assert faults is None or faults
    resource = {"resourceType": "Questionnaire", **(content if isinstance(content, dict) else {"item": content})}
    faults = faults_of(lambda: read_file(json.dumps(resource).encode()))
    assert faults is None or faults


TYPES = st.sampled_from(["choice", "integer", "group", "display"])
ITEMS = st.builds(
    lambda link, kind, text, more: {"linkId": link, "type": kind, "text": text} | more,
    KEYS, TYPES, KEYS, st.dictionaries(KEYS, TREES, max_size=3),
)  # fmt: skip
FHIR = st.lists(ITEMS, max_size=3)
contents = given(spoiled() | TREES | FHIR)
test_any_content_is_a_set_or_a_list_of_faults = settings(max_examples=150, deadline=None)(
    contents(any_content_is_a_set_or_a_list_of_faults)
)
test_twenty_thousand_contents_are_sets_or_lists_of_faults = pytest.mark.long(
    settings(max_examples=20_000, deadline=None)(contents(any_content_is_a_set_or_a_list_of_faults))
)


def any_file_is_read_or_refused(raw: bytes) -> None:
    faults = faults_of(lambda: read_file(raw))
    assert faults is None or faults
    assert all(one.place.line >= 1 and one.place.column >= 1 for one in faults or ())


PIECES = st.sampled_from(
    [
        *"{}[]:,-?!&*#|>%@`'\"~ \n\t\\",
        "a",
        "en",
        "- ",
        ": ",
        "<<",
        "\n  ",
        '"a":',
        "---\n",
        "name: a\n",
        "questions:\n",
        "0x",
        "1e9",
    ]
)
FILES = (
    st.binary(max_size=60)
    | st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode())
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
files = given(FILES)
test_any_file_is_read_or_refused = settings(max_examples=150, deadline=None)(files(any_file_is_read_or_refused))
test_twenty_thousand_files_are_read_or_refused = pytest.mark.long(
    settings(max_examples=20_000, deadline=None)(files(any_file_is_read_or_refused))
)


def test_the_fuzzed_skeleton_is_a_good_set() -> None:
    assert read_question_set(SKELETON, 1).name == "a"
