"""Who needs attention, in which order, and what is said of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.alliance import Course, replay
from conversations.digest import MOST_FLAGS, Attention, Besides, Client, digest, goal_news
from conversations.discussion import Discussion
from conversations.flag import Flag, Level
from conversations.goal_findings import GoalFlag
from conversations.goals import Rating, Stage
from conversations.judging import Judged, judge
from conversations.milestones import Kind, Milestone
from conversations.trends import Standing, Trend
from tests.conversations.test_goals import goal

UNTIL = datetime(2026, 11, 9, 7, tzinfo=UTC)
SINCE = UNTIL - timedelta(weeks=1)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def told(*flags: tuple[Flag, Level], days_ago: float = 2, **more: object) -> Judged:
    closed = UNTIL - days_ago * DAY
    values: dict[str, object] = {
        "check_in_id": 1,
        "prompted_at": closed - DAY,
        "closed_at": closed,
        "session_at": closed - 1.2 * DAY,
        "answered": True,
        "score": 8.0,
        "flags": tuple(flag for flag, _ in flags),
        "levels": tuple(level for _, level in flags),
    }
    return Judged(**{**values, **more})  # type: ignore[arg-type]


LOW = (Flag.LOW, Level.RED)
DROP = (Flag.DROP, Level.RED)
DECLINE = (Flag.DECLINE, Level.AMBER)
REPAIRED = (Flag.REPAIRED, Level.INFO)
TALK = (Flag.TALK, Level.NONE)


def missed(*flags: tuple[Flag, Level], days_ago: float = 2) -> Judged:
    return told(*flags, days_ago=days_ago, answered=False, score=None)


def of(*clients: tuple[str, tuple[Judged, ...]]) -> list[Client]:
    return [Client(number, code, judged) for number, (code, judged) in enumerate(clients)]


def test_those_who_need_most_come_first_and_each_group_is_sorted_as_people_sort_codes() -> None:
    found = digest(
        of(
            ("K-10", (told(LOW),)),
            ("K-9", (told(TALK),)),
            ("K-2", (told(LOW),)),
            ("A-1", (told(REPAIRED),)),
            ("B-1", (told(talk=True),)),
            ("C-1", (told(DECLINE),)),
        ),
        SINCE,
        UNTIL,
    )
    assert [(line.code, line.attention) for line in found.lines] == [
        ("K-2", Attention.RED),
        ("K-10", Attention.RED),
        ("C-1", Attention.AMBER),
        ("B-1", Attention.UNDISCUSSED),
        ("A-1", Attention.INFO),
    ]
    assert found.usual == ("K-9",)
    assert found.order == (2, 0, 5, 4, 3, 1)


def test_what_was_talked_about_is_off_the_digest_and_what_was_reopened_is_on_it() -> None:
    settled = told(LOW, talk=True, stands=Discussion.CONFIRMED)
    reopened = told(stands=Discussion.OPEN, days_ago=10)
    found = digest(of(("A", (settled,)), ("B", (reopened,))), SINCE, UNTIL)
    assert found.usual == ("A",)
    (line,) = found.lines
    assert (line.code, line.attention, line.asked) == ("B", Attention.UNDISCUSSED, 0)
    assert line.open_since == reopened.session_at


def test_feedback_is_brought_up_for_four_weeks() -> None:
    for days_ago, lines in ((27.9, 1), (28.1, 0)):
        assert len(digest(of(("A", (told(LOW, days_ago=days_ago),))), SINCE, UNTIL).lines) == lines


def test_older_feedback_is_said_beside_this_weeks_flag_and_this_weeks_is_not_said_twice() -> None:
    (alone,) = digest(of(("A", (told(LOW),))), SINCE, UNTIL).lines
    (both,) = digest(of(("A", (told(LOW, days_ago=9), told(DECLINE)))), SINCE, UNTIL).lines
    assert alone.open_since is None
    assert (both.attention, both.flags) == (Attention.AMBER, (Flag.DECLINE,))
    assert both.open_since == told(days_ago=9).session_at


def test_silence_is_named_counted_and_no_sign_of_being_as_usual() -> None:
    third = missed((Flag.MISSED_3, Level.AMBER))
    found = digest(of(("A", (missed(),)), ("B", (third,)), ("C", ()), ("D", (told(),))), SINCE, UNTIL)
    assert (found.usual, found.silent, found.not_asked) == (("D",), ("A", "B"), ("C",))
    assert (found.answered, found.asked) == (1, 3)
    assert [line.code for line in found.lines] == ["B"]


def test_what_does_not_count_is_in_neither_number_and_makes_nobody_silent_or_unasked() -> None:
    before = told(score=None, is_charted=False, counts=False)
    found = digest(of(("A", (before, missed())), ("B", (before, told())), ("C", (before,))), SINCE, UNTIL)
    assert (found.answered, found.asked) == (1, 2)
    assert (found.usual, found.silent, found.not_asked) == (("B", "C"), ("A",), ())
    assert not digest(of(("C", (before,))), SINCE, UNTIL).is_empty


def test_the_loudest_flags_are_said_the_newest_first_and_no_more_than_two() -> None:
    first = told(DROP, REPAIRED, days_ago=5)
    second = told(LOW, (Flag.DEEPER, Level.RED))
    (line,) = digest(of(("A", (first, second))), SINCE, UNTIL).lines
    assert line.flags == (Flag.LOW, Flag.DEEPER)


def test_a_low_answer_among_skipped_ones_is_told_in_the_words_of_low() -> None:
    (line,) = digest(of(("A", (told((Flag.PARTIAL, Level.RED), score=None),))), SINCE, UNTIL).lines
    assert line.flags == (Flag.LOW,)


def test_the_last_score_of_the_time_is_shown_with_its_change() -> None:
    week = (told(days_ago=5, score=7.0, change=None), told(LOW, score=5.0, change=-2.0), missed(days_ago=1))
    (line,) = digest(of(("A", week)), SINCE, UNTIL).lines
    assert (line.score, line.change, line.answered, line.asked) == (5.0, -2.0, 2, 3)


def test_goals_that_moved_bring_a_client_up() -> None:
    client = Client(1, "A", (told(),), Besides(goals_moved=1))
    (line,) = digest([client], SINCE, UNTIL).lines
    assert (line.attention, line.besides.goals_moved) == (Attention.INFO, 1)


def test_goals_are_told_when_they_were_rated_and_once() -> None:
    week = told(days_ago=2)
    before, now = UNTIL - 60 * DAY, week.prompted_at
    moved = replace(goal(1, Stage.ACTIVE), ratings=(Rating(before, 2, 9), Rating(now, 6, 5)))
    reached = replace(goal(2, Stage.REACHED), since=UNTIL - DAY)
    assert goal_news([moved, reached], [week], SINCE, UNTIL) == Besides(1, 1, (GoalFlag.MISMATCH,))
    assert goal_news([moved, reached], [], SINCE - WEEK, SINCE) == Besides()
    assert goal_news([moved], [told(days_ago=1)], SINCE, UNTIL) == Besides()


def test_milestones_are_one_line_for_those_who_are_as_usual_and_stand_with_the_others() -> None:
    fifth = Milestone(Kind.COUNT, 5)
    found = digest(of(("A", (told(milestones=(fifth,)),)), ("B", (told(LOW, milestones=(fifth,)),))), SINCE, UNTIL)
    assert (found.usual, found.milestones) == (("A",), (("A", (fifth,)),))
    assert [line.milestones for line in found.lines] == [(fifth,)]


def test_a_goal_not_agreed_on_is_worth_a_look_and_one_that_stands_still_is_good_to_know() -> None:
    for flag, attention in ((GoalFlag.MISMATCH, Attention.AMBER), (GoalFlag.STUCK, Attention.INFO)):
        (line,) = digest([Client(1, "A", (told(),), Besides(goal_flags=(flag,)))], SINCE, UNTIL).lines
        assert line.attention is attention


def test_a_week_in_which_nothing_came_in_and_nothing_waits_is_empty() -> None:
    assert digest([], SINCE, UNTIL).is_empty
    assert digest(of(("A", (told(days_ago=8),))), SINCE, UNTIL).is_empty
    assert not digest(of(("A", (told(days_ago=8, talk=True),))), SINCE, UNTIL).is_empty
    assert not digest(of(("A", (missed(),))), SINCE, UNTIL).is_empty


@pytest.mark.parametrize(("days_ago", "counts"), [(0, True), (7, False), (6.99, True), (-0.01, False)])
def test_the_time_of_a_digest_begins_after_the_last_one_and_ends_now(days_ago: float, counts: bool) -> None:
    assert digest(of(("A", (told(days_ago=days_ago),))), SINCE, UNTIL).asked == counts


entries = st.builds(
    told,
    st.sampled_from([LOW, DROP, DECLINE, REPAIRED, TALK, (Flag.PARTIAL, Level.INFO), (Flag.MISSED_2, Level.INFO)]),
    days_ago=st.floats(-1, 40),
    answered=st.booleans(),
    talk=st.booleans(),
    score=st.none() | st.floats(0, 10),
    stands=st.none() | st.sampled_from(Discussion),
)


@given(st.lists(st.lists(entries, max_size=3), max_size=6))
def test_every_client_is_in_exactly_one_place_and_nobody_is_told_of_talk(caseload: list[list[Judged]]) -> None:
    found = digest(of(*((f"K-{number}", tuple(judged)) for number, judged in enumerate(caseload))), SINCE, UNTIL)
    in_lines = [line.code for line in found.lines]
    silent_elsewhere = [code for code in found.silent if code not in in_lines]
    assert sorted([*in_lines, *found.usual, *silent_elsewhere, *found.not_asked]) == sorted(
        f"K-{number}" for number in range(len(caseload))
    )
    assert [line.attention for line in found.lines] == sorted(line.attention for line in found.lines)
    assert all(Flag.TALK not in line.flags and len(line.flags) <= MOST_FLAGS for line in found.lines)
    assert 0 <= found.answered <= found.asked


rating = st.none() | st.integers(0, 10)
histories = st.lists(st.none() | st.tuples(rating, rating, rating, rating), max_size=20)


@given(histories)
def test_judging_one_by_one_says_what_summaries_and_charts_say(history: list[tuple[int | None, ...] | None]) -> None:
    course, verdicts = Course(), []
    for response in history:
        course, verdict = judge(course, response)
        verdicts.append(verdict)
    readings = replay(history)[1]
    points = Trend.of((UNTIL.date(), response) for response in history).points
    assert [verdict.flags for verdict in verdicts] == [reading.flags for reading in readings]
    assert [verdict.levels for verdict in verdicts] == [reading.levels for reading in readings]
    assert [verdict.score for verdict in verdicts] == [point.score for point in points]
    assert [verdict.usual for verdict in verdicts] == [point.usual for point in points]


def test_a_check_in_stands_in_the_picture_as_it_does_in_the_clients_own_chart() -> None:
    assert told().standing is Standing.SCORED
    assert told(score=None).standing is Standing.PARTIAL
    assert missed().standing is Standing.MISSED
