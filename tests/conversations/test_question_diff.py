"""What is said about a draft is what the trends then do: they begin anew where answers cannot be compared."""

from typing import Any

import pytest

from bot.practice import BUILT_IN
from conversations.continuity import agree
from conversations.question_diff import Change, Difference, differences
from conversations.question_sets import read_file, read_question_set

BUILT_IN_SET = read_file(BUILT_IN.read_bytes())
RATING = {"id": "mood", "kind": "rating", "text": {"en": "How was it?"}, "low_anchor": {"en": "Bad"},
          "high_anchor": {"en": "Good"}}  # fmt: skip
CHOICE: dict[str, Any] = {
    "id": "mood",
    "kind": "choice",
    "text": {"en": "How was it?"},
    "options": [{"id": "bad", "text": {"en": "Bad"}}, {"id": "good", "text": {"en": "Good"}}],
}
BAD, GOOD = CHOICE["options"]


def whole(question: dict[str, Any]) -> dict[str, Any]:
    about = {"name": "week", "number": 1, "licence": "our own", "source": "our own", "languages": ["en"]}
    return {**about, "title": {"en": "Week"}, "questions": [question]}


@pytest.mark.parametrize(
    ("before", "changed", "change"),
    [
        (RATING, {"high_anchor": {"en": "Very good"}}, Change.ANSWER_WORDS),
        (RATING, {"minimum": 0, "maximum": 10}, Change.ANSWER_WORDS),
        (RATING, {"maximum": 5}, Change.ANSWERS),
        (RATING, {"maximum": 5, "high_anchor": {"en": "Very good"}}, Change.ANSWERS),
        (CHOICE, {"options": [BAD, {**GOOD, "text": {"en": "Fine"}}]}, Change.ANSWER_WORDS),
        (CHOICE, {"options": [BAD, {**GOOD, "points": 3}]}, Change.ANSWERS),
        (CHOICE, {"options": [BAD, GOOD, {"id": "so_so", "text": {"en": "So so"}}]}, Change.ANSWERS),
        (CHOICE, {"several": True}, Change.ANSWERS),
    ],
)
def test_a_trend_is_said_to_begin_anew_only_where_it_does(
    before: dict[str, Any], changed: dict[str, Any], change: Change
) -> None:
    old, new = whole(before), whole({**before, **changed})
    one, other = (read_question_set(content, 1).questions[0] for content in (old, new))
    assert differences(old, new) == (Difference(change, "mood"),)
    assert agree(one, other) == (change is Change.ANSWER_WORDS)


def test_nothing_changed_is_no_difference() -> None:
    assert differences(BUILT_IN_SET, {**BUILT_IN_SET, "number": 2}) == ()
