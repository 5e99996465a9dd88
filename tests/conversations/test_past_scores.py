"""Past scores from a file: what spreadsheets write is read, every fault is named, and nothing else is ever raised."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.past_scores import Client, PastScores
from conversations.score_faults import PastScoresFault
from conversations.score_files import MOST_BYTES, MOST_ROWS, read_rows
from tests.conversations.scores import PHQ, TODAY, USUAL, faults_in, faults_of, read, rows

HEADER = b"code,date,question,value\n"
DAY = date(2026, 3, 4)


def test_rows_become_check_ins_one_a_client_day_and_set() -> None:
    found = rows(
        "K-17,2026-03-04,bond,7", "k-17,2026-03-04,goals,", "K-17,2026-03-11,bond,0", "", "K-17,2026-03-04,tasks,10"
    )
    first, second = found.check_ins
    assert (first.episode_id, first.day, first.version_id) == (17, DAY, 1)
    assert first.answers == {"bond": 7, "goals": None, "tasks": 10}
    assert second.answers == {"bond": 0}
    assert (found.scores, found.days, found.version_ids) == (4, (DAY, date(2026, 3, 11)), (1,))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeffcode;date;question;value\r\nK-17;2026-03-04;bond;7\r\n", id="Excel in German"),
        pytest.param("code\tdate\tquestion\tvalue\rK-17\t2026-03-04\tbond\t7\r", id="tabs and old line ends"),
        pytest.param('"Code","Date","Question ID","Value"\n"K-17","2026-03-04","bond","7"', id="everything quoted"),
        pytest.param(
            "sep=;\r\nvalue;question;date;code;;\r\n7,0;bond;2026-03-04;K-17;;\r\n;;;;;\r\n", id="sep= and empty cells"
        ),
        pytest.param(" code , date , question , value \n K-17 , 2026-03-04 , bond , +7.00 ", id="spaces"),
        pytest.param("\n\ncode,date,question,value,set,version\nK-17,2026-03-04,bond,7,,1", id="what was exported"),
    ],
)
def test_whatever_a_spreadsheet_writes_is_read(text: str) -> None:
    (one,) = read(text).check_ins
    assert (one.episode_id, one.day, one.answers) == (17, DAY, {"bond": 7})


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        ("worry", "50", 50), ("sleep", "WAHR", 1), ("sleep", "no", 0), ("sleep", "0", 0),
        ("nights", "7", "7"), ("weight", '"72,5"', "72.5"), ("weight", "72.50", "72.5"),
        ("help", "walks", 1), ("help", "gehen", 1), ("help", "2", 1), ("help", '"0,0"', 2),
        ("which", "B A", 3), ("which", "b", 2), ("more", '"=1+1, she said\nand left"', "=1+1, she said\nand left"),
        ("openness", "4", 4), ("mood", "", None),
    ],
)  # fmt: skip
def test_every_kind_of_answer_is_read(question: str, value: str, expected: object) -> None:
    other = "nights" if question == "mood" else "mood"
    header = "code,date,set,question,value"
    (one,) = rows(
        *(f"K-17,2026-03-04,kitchen_sink,{each}" for each in (f"{question},{value}", f"{other},3")), header=header
    ).check_ins
    assert {**one.answers, **one.words}[question] == expected
    assert one.extra == (("openness",) if question == "openness" else ())


def test_points_stand_for_an_option_of_an_instrument() -> None:
    header = "code,date,set,question,value"
    question = PHQ.questions[0]
    (one,) = rows(f"K-17,2026-03-04,{PHQ.name},{question.id},2", header=header).check_ins
    assert question.options[one.answers[question.id] or 0].points == 2


def test_notes_and_wishes_to_talk_are_read_past() -> None:
    found = rows("K-17,2026-03-04,bond,7", "K-17,2026-03-04,note,Anything", "K-17,2026-03-04,talk,yes")
    assert (found.scores, found.left_out) == (1, 2)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("K-99,2026-03-04,bond,7", ("code", "CODE")),
        (",2026-03-04,bond,7", ("code", "CODE")),
        ("Anna Müller,2026-03-04,bond,7", ("code", "CODE")),
        ("K-18,2026-03-04,bond,7", ("code", "TWO_CLIENTS")),
        ("K-17,04.03.2026,bond,7", ("date", "DATE")),
        ("K-17,03/04/2026,bond,7", ("date", "DATE")),
        ("K-17,20260304,bond,7", ("date", "DATE")),
        ("K-17,2026-02-30,bond,7", ("date", "DATE")),
        ("K-17,2026-03-04 00:00,bond,7", ("date", "DATE")),
        ("K-17,\u0662026-03-04,bond,7", ("date", "DATE")),
        ("K-17,,bond,7", ("date", "DATE")),
        ("K-17,2026-11-04,bond,7", ("date", "TO_COME")),
        ("K-17,9999-12-31,bond,7", ("date", "TO_COME")),
        ("K-17,0202-03-04,bond,7", ("date", "LONG_AGO")),
        ("K-17,2026-03-02,bond,7", ("date", "TAKEN")),
        ("K-17,2026-03-04,bnd,7", ("question", "QUESTION")),
        ("K-17,2026-03-04,,7", ("question", "QUESTION")),
        ("K-17,2026-03-04,mood,7", ("question", "QUESTION")),
        ("K-17,2026-03-04,bond,11", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,-1", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,7.5", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,seven", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,\u0667", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,999999999999999999999", ("value", "RANGE")),
        ("K-17,2026-03-04,bond,", ("value", "NOTHING")),
        ("K-17,2026-03-04,bond", ("", "CELLS")),
        ("K-17,2026-03-04,bond,7,5", ("", "CELLS")),
    ],
)  # fmt: skip
def test_each_fault_of_a_line_is_named_with_its_column(line: str, expected: tuple[str, str]) -> None:
    assert faults_in(line) == [(2, *expected)]


@pytest.mark.parametrize(
    ("question", "value", "wrong"),
    [
        ("worry", "55", "STEP"), ("worry", "", "NEEDED"), ("sleep", "perhaps", "YES_NO"), ("nights", "8", "NUMBER"),
        ("nights", "6.5", "NUMBER"), ("weight", "72.55", "NUMBER"), ("help", "dogs", "OPTION"), ("help", "3", "OPTION"),
        ("which", "A dogs", "OPTIONS"), ("which", "A B A", "OPTIONS"), ("more", "x" * 1001, "WORDS"),
    ],
)  # fmt: skip
def test_a_value_that_is_no_answer_to_its_question_is_named(question: str, value: str, wrong: str) -> None:
    header = "code,date,set,question,value"
    assert faults_in(f"K-17,2026-03-04,kitchen_sink,{question},{value}", header=header) == [(2, "value", wrong)]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    found = faults_in(
        "K-99,3/4/26,bnd,7", "K-17,2026-03-04,bond,7", '"K-17",2026-03-04,bond,"8"', "K-17,2026-03-04,goals,12"
    )
    assert found == [
        (2, "code", "CODE"), (2, "date", "DATE"), (2, "question", "QUESTION"), (4, "question", "TWICE"),
        (5, "value", "RANGE"),
    ]  # fmt: skip


def test_a_fault_behind_a_cell_of_several_lines_names_the_line_it_stands_in() -> None:
    header = "code,date,set,question,value"
    more = 'K-17,2026-03-04,kitchen_sink,more,"one\ntwo\nthree"'
    assert faults_in(more, "K-99,2026-03-04,,bond,7", header=header) == [(5, "code", "CODE")]


def test_the_therapists_name_tells_two_clients_of_one_code_apart() -> None:
    header = "code,date,question,value,therapist"
    (one,) = rows("K-18,2026-03-04,bond,7,thea  holm", header=header).check_ins
    assert one.episode_id == 28
    assert faults_in("K-18,2026-03-04,bond,7,Nobody", header=header) == [(2, "code", "CODE")]


def test_a_day_is_taken_for_the_same_set_only_and_said_once() -> None:
    header = "code,date,question,value,set"
    assert faults_in(*(f"K-17,2026-03-02,{name},7," for name in ("bond", "goals")), header=header) == [
        (2, "date", "TAKEN")
    ]
    (one,) = rows("K-17,2026-03-02,mood,7,kitchen_sink", header=header).check_ins
    assert one.version_id == 2
    assert faults_in("K-17,2026-03-02,mood,7,gone", header=header) == [(2, "set", "SET")]


def test_only_what_was_asked_after_a_session_is_imported_and_the_rest_is_counted() -> None:
    header = "code,date,question,value,occasion"
    found = rows(
        "K-17,2026-03-04,bond,7,after", "K-17,2026-03-04,goals,7,", "K-17,2026-03-04,bond,1,now",
        "K-17,2026-03-02,mood,3,Before", "K-17,2026-03-05,note,x,start", header=header,
    )  # fmt: skip
    assert (found.scores, found.left_out, found.other_occasions) == (2, 0, 3)
    assert faults_in("K-17,2026-03-04,bond,7,later", header=header) == [(2, "occasion", "OCCASION")]


def test_a_version_that_asked_with_other_answers_is_refused_and_one_nobody_knows_is_read_past() -> None:
    header = "code,date,question,value,version"
    asked = tuple(replace(one, maximum=5) if one.id == "bond" else one for one in USUAL.questions)
    old = {(USUAL.name, "7"): replace(USUAL, id=70, questions=asked)}
    lines = ("K-17,2026-03-04,bond,5,7", "K-17,2026-03-04,goals,5,7", "K-17,2026-03-05,bond,5,8")
    assert rows(*lines, header=header).scores == 3
    with pytest.raises(PastScoresFault) as caught:
        read("\n".join((header, *lines)), versions=old)
    assert [(one.line, one.column, one.problem.wrong.name) for one in caught.value.faults] == [
        (2, "version", "VERSION")
    ]


def test_texts_that_would_go_at_once_are_not_imported_and_counted() -> None:
    header = "code,date,question,value,set"
    lines = [f"K-17,2026-03-0{day},{answer},kitchen_sink" for day in (4, 5) for answer in ("more,old", "nights,3")]
    lines += ["K-17,2026-03-03,more,alone,kitchen_sink", "K-17,2026-03-03,mood,,kitchen_sink"]
    clients = {"K-17": [Client(17, TODAY, texts_since=date(2026, 3, 5))]}
    found = read("\n".join((header, *lines)), clients)
    assert [(one.day.day, dict(one.words)) for one in found.check_ins] == [
        (4, {"nights": "3"}), (5, {"more": "old", "nights": "3"})
    ]  # fmt: skip
    assert (found.scores, found.old_texts) == (3, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "", "EMPTY")]),
        ("code,date,question,value\n", [(1, "", "EMPTY")]),
        ("code,date,question\nK-17,2026-03-04,bond", [(1, "", "NO_COLUMN")]),
        (
            "K-17,2026-03-04,bond,7\n",
            [(1, "", "NO_COLUMN")] * 4
            + [
                (1, "2026-03-04", "UNKNOWN_COLUMN"),
                (1, "7", "UNKNOWN_COLUMN"),
                (1, "bond", "UNKNOWN_COLUMN"),
                (1, "k-17", "UNKNOWN_COLUMN"),
            ],
        ),
        ("code,date,question,value,value,mood\n", [(1, "mood", "UNKNOWN_COLUMN"), (1, "value", "COLUMN_TWICE")]),
        ('code,date,question,value\nK-17,2026-03-04,"bond"x,7', [(2, "", "QUOTES")]),
        ('code,date,question,value\nK-17,2026-03-04,"bond,7', [(2, "", "QUOTES")]),
    ],
)
def test_a_file_without_its_form_says_so(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert faults_of(text) == expected


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        pytest.param(HEADER + b"\0" * 100, "NO_TEXT", id="NUL"),
        pytest.param(b"a" * 10_000_000, "TOO_BIG", id="a line of 10 MB"),
        pytest.param(HEADER + b"a" * (MOST_BYTES - 100), "LONG", id="a cell of 2 MB"),
        pytest.param(HEADER + b'"' * (MOST_BYTES - 100), "LONG", id="quotes"),
        pytest.param(HEADER + b"K-17,2026-03-04,bond," + b"7" * 5000, "LONG", id="a long cell"),
        pytest.param(b"\n" * MOST_BYTES, "TOO_MANY", id="nothing but line ends"),
        pytest.param(b"," * MOST_BYTES, "LONG", id="nothing but commas"),
        pytest.param(b"a," * 90_000, "TOO_WIDE", id="a hundred thousand columns"),
        pytest.param(HEADER + b"a," * 90_000, "CELLS", id="a hundred thousand cells"),
        pytest.param(b"," * 180_000, "EMPTY", id="a hundred thousand empty columns"),
        pytest.param((b"," * 180_000 + b"\n") * 11, "EMPTY", id="and again"),
        pytest.param(HEADER + b"a,b,c,d\n" * (MOST_ROWS + 1), "TOO_MANY", id="too many rows"),
        pytest.param("code,date\nK-17,ä".encode("latin-1"), "NOT_UTF8", id="Latin-1"),
        pytest.param("code,date\nK-17".encode("utf-16"), "NOT_UTF8", id="UTF-16"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "NO_TEXT", id="a picture"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_quickly_with_one_sentence(raw: bytes, wrong: str) -> None:
    began = time.process_time()
    with pytest.raises(PastScoresFault) as caught:
        read_rows(raw)
    assert time.process_time() - began < 0.5
    assert [one.problem.wrong.name for one in caught.value.faults] == [wrong]


def test_twenty_thousand_rows_are_read_and_twenty_thousand_faults_named() -> None:
    days = [date.fromordinal(DAY.toordinal() - 3 - number) for number in range(5000)]
    lines = [f"K-17,{day},{name},7" for day in days for name in ("bond", "goals", "tasks", "overall")]
    assert rows(*lines).scores == MOST_ROWS
    assert len(faults_in(*(line.replace("K-17", "K-99") for line in lines))) == MOST_ROWS


# ---- whatever comes ----

CELLS = st.sampled_from([
    "K-17", "K-18", "K-99", "", "2026-03-04", "2026-03-02", "04.03.26", "bond", "goals", "help", "which", "worry",
    "weight", "note", "7", "11", "-1", "72,5", "yes", "A B", "kitchen_sink", "Thea Holm", "after", "now",
    '"', "'", "=1", "\u0663", "\t",
])  # fmt: skip
NAMES = st.sampled_from(["code", "date", "question", "value", "set", "therapist", "occasion", "version", "x", ""])


@given(st.binary(max_size=400))
def test_bytes_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    for whole in (raw, HEADER + raw):
        assert isinstance(outcome(whole), PastScores | PastScoresFault)


@given(
    st.permutations(["code", "date", "question", "value", "set"]),
    st.lists(NAMES, max_size=2),
    st.lists(st.lists(CELLS, min_size=4, max_size=7), max_size=6),
    st.sampled_from(",;\t"),
)
def test_rows_are_read_or_refused_and_nothing_else(
    names: list[str], more: list[str], lines: list[list[str]], separator: str
) -> None:
    text = "\n".join(separator.join(cells) for cells in ([*names, *more], *lines))
    found = outcome(text.encode())
    if isinstance(found, PastScores):
        assert all(one.day < date(2026, 11, 4) for one in found.check_ins)
    else:
        assert found.faults


def outcome(raw: bytes) -> PastScores | PastScoresFault:
    try:
        return read(raw)
    except PastScoresFault as fault:
        return fault
