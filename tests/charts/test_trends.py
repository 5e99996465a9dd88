from datetime import date

import pytest

from conversations.alliance import replay
from conversations.baseline import Baseline
from conversations.flag import Level
from conversations.trends import GoalLine, Standing, Trend
from tests.charts.histories import CASES, MONDAY, usual, weekly, with_gaps, with_goals


def test_each_check_in_keeps_its_date_score_and_parts() -> None:
    point = Trend.of([(date(2026, 3, 2), [9, 8, 7, 10])]).points[0]
    assert (point.day, point.score, point.bond, point.goals, point.tasks) == (date(2026, 3, 2), 8.5, 9, 8, 7)
    assert point.standing is Standing.SCORED


def test_a_skipped_part_has_no_number_but_the_rest_has_a_score() -> None:
    point = weekly([[9, None, 9, 9]]).points[0]
    assert (point.goals, point.score) == (None, 9)


def test_a_missed_check_in_has_no_numbers() -> None:
    point = weekly([None]).points[0]
    assert point.standing is Standing.MISSED
    assert (point.score, point.bond, point.goals, point.tasks, point.usual) == (None,) * 5


def test_a_partial_check_in_has_parts_but_no_score() -> None:
    point = weekly([[7, None, None, 8]]).points[0]
    assert point.standing is Standing.PARTIAL
    assert (point.score, point.bond) == (None, 7)


def test_the_usual_is_the_one_each_score_was_judged_by() -> None:
    history = with_gaps(30)
    _, readings = replay(history)
    for point, reading in zip(weekly(history).points, readings, strict=True):
        if reading.evidence is not None:
            assert point.usual == reading.evidence.baseline
            assert point.score == reading.evidence.score


def test_the_usual_goes_on_through_a_gap() -> None:
    before = weekly([[9, 9, 9, 9], None]).points[1].usual
    assert before == Baseline.of([(9, 9, 9, 9)])


def test_the_first_score_has_no_usual_yet() -> None:
    assert weekly(usual(3)).points[0].usual is None


@pytest.mark.parametrize("case", CASES)
def test_red_and_amber_are_flagged_and_nothing_softer(case: str) -> None:
    _, readings = replay(CASES[case])
    loud = [reading.level in (Level.RED, Level.AMBER) for reading in readings]
    assert [point.flagged for point in weekly(CASES[case]).points] == loud


def test_the_last_check_ins_are_still_judged_by_those_before() -> None:
    whole = weekly(usual(20))
    assert whole.last(8).points == whole.points[-8:]
    assert whole.last(0).points == ()


def test_a_check_in_needs_four_items() -> None:
    with pytest.raises(ValueError, match="4 core items"):
        Trend.of([(MONDAY, [1, 2, 3])])


def test_no_repr_shows_a_rating() -> None:
    assert "8.25" not in repr(weekly([[9, 8, 8, 8]]))


def test_goals_keep_to_their_check_ins_when_only_the_last_are_shown() -> None:
    trend = with_goals(weekly(usual(12)), 3)
    assert [goal.progress[-1] for goal in trend.goals] == [None, None, 4]
    assert [goal.progress for goal in trend.last(2).goals] == [(None, 4)]
    assert trend.last(0).goals == ()


def test_a_goal_without_a_place_for_each_check_in_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one place for each check-in"):
        weekly(usual(3)).with_goals([GoalLine(0, "Sleep", (1, 2))])


def test_goals_beyond_what_has_room_and_those_never_rated_are_left_out() -> None:
    lines = [GoalLine(number, "Sleep", (None if number == 1 else number,)) for number in range(6)]
    assert [goal.sign for goal in weekly(usual(1)).with_goals(lines).goals] == [0, 2, 3]
