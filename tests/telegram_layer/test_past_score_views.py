"""What somebody reads about a file of past scores."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.telegram.past_score_views import Promise, faults_view, preview_view
from bot.texts import languages, speech
from conversations.score_faults import PastScoresFault, Problem, ScoreFault, Wrong
from tests.conversations.scores import USUAL, read

HEADER = "code,date,set,question,value"
OLD = replace(USUAL, id=70, questions=tuple(replace(one, maximum=5) for one in USUAL.questions))
FAULTY = (
    "",
    "code,date\n",
    "code,date,question,value,value,x\n",
    f"{HEADER}\nK-17,2026-03-04,,bond\nK-17,2026-03-04,,bond,{'7' * 5000}",
    f'{HEADER}\n"K"x,',
    "\n".join([
        HEADER, "K-99,3/4/26,no,bond,7", "K-18,1970-01-01,,bnd,7", "K-17,2027-01-01,,bond,11", "K-17,2026-03-02,,bond,",
        "K-17,2026-03-02,,bond,1", "K-17,2026-03-03,kitchen_sink,worry,55", "K-17,2026-03-03,kitchen_sink,worry,",
        "K-17,2026-03-03,kitchen_sink,sleep,x", "K-17,2026-03-03,kitchen_sink,nights,9",
        "K-17,2026-03-03,kitchen_sink,help,x", "K-17,2026-03-03,kitchen_sink,which,x",
        f"K-17,2026-03-03,kitchen_sink,more,{'x' * 1001}", "K-17,2026-03-05,,bond,", "K-17,2026-03-06,,bond,1",
        "K-17,2026-03-06,,bond,1",
    ]),
    "code,date,question,value,version,occasion\nK-17,2026-03-06,bond,1,0,\nK-17,2026-03-06,goals,1,,later",
    b"\0", b"\xff\xfe", b"x" * 3_000_000, b"a," * 100 + b"\n", b"code,date,question,value\n" + b"a,b,c,d\n" * 20_001,
)  # fmt: skip


def found(text: str | bytes) -> tuple[ScoreFault, ...]:
    with pytest.raises(PastScoresFault) as caught:
        read(text, versions={(USUAL.name, "0"): OLD})
    return caught.value.faults


def test_every_sort_of_fault_is_met_here() -> None:
    assert {one.problem.wrong for text in FAULTY for one in found(text)} == set(Wrong)


@pytest.mark.parametrize("code", languages())
def test_every_fault_is_a_sentence_in_every_language_and_the_message_fits(code: str) -> None:
    for text in FAULTY:
        view = faults_view(found(text), speech(code))
        assert len(view.text) <= 4096
        assert not re.search(r"[{}]", view.text)
        assert "scores." not in view.text


def test_the_same_fault_of_many_lines_is_said_once_with_its_lines() -> None:
    faults = [ScoreFault(line, "value", Problem(Wrong.YES_NO)) for line in range(2, 300)]
    text = faults_view(faults, speech("en")).text
    assert "Lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 … (298), value: This must be yes or no." in text
    assert text.count("yes or no") == 1


def test_more_faults_than_fit_are_counted() -> None:
    faults = [ScoreFault(line, "code", Problem(Wrong.CODE, {"code": f"<K-{line}>"})) for line in range(2, 300)]
    text = faults_view(faults, speech("en")).text
    assert len(text) < 4096
    assert "Line 2, code: &lt;K-2&gt; is no client" in text
    shown = text.count("is no client")
    assert f"And {298 - shown} more faults." in text


def test_a_promise_fits_a_delivery_and_is_read_back() -> None:
    promise = Promise(20_000, 20_000, date(2025, 3, 3), date(2026, 10, 2), 12, 20_000, 2**31, 20_000, 20_000)
    assert len(promise.words) <= 64
    assert Promise.read(promise.words) == promise


def test_a_promise_from_before_there_were_occasions_is_read() -> None:
    assert Promise.read("8 1 20250303 20261002 1 2 77") == Promise(8, 1, date(2025, 3, 3), date(2026, 10, 2), 1, 2, 77)


@pytest.mark.parametrize("code", languages())
def test_what_is_left_out_is_said_with_why_before_import(code: str) -> None:
    promise = Promise(8, 1, date(2025, 3, 3), date(2026, 10, 2), 1, 2, 77)
    short, whole = (preview_view(one, USUAL, speech(code)).text for one in (promise, replace(promise, others=7, old=3)))
    others, old = (line for line in whole.split("\n") if line not in short)
    assert "7 " in others
    assert "3 " in old
    assert " 90 " in old
