"""What the ratings of goals say: mismatch, gap, stuck; moved clearly, reached."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.flag import Level
from conversations.goal_findings import GoalFlag, findings, moved_clearly, progress_of
from conversations.goals import Goal, Rating, Stage
from tests.conversations.test_goals import DAY, NOW, goal


def rated(number: int, *ratings: tuple[int, int | None, int | None]) -> Goal:
    """Make an active goal from days, progress and agreement."""
    return replace(goal(number, Stage.ACTIVE), ratings=tuple(Rating(NOW + DAY * d, p, a) for d, p, a in ratings))


def active(number: int, *progress: int | None) -> Goal:
    """Make an active goal rated every 28 days."""
    return goal(number, Stage.ACTIVE, *progress)


def flags(*goals: Goal) -> list[GoalFlag]:
    return [found.flag for found in findings(goals)]


# ---- mismatch and gap ----


@pytest.mark.parametrize(("agree", "found"), [(7, []), (6, [GoalFlag.MISMATCH]), (0, [GoalFlag.MISMATCH]), (None, [])])
def test_a_client_who_rates_the_agreement_six_or_less_sees_a_mismatch(agree: int | None, found: list[GoalFlag]) -> None:
    assert flags(rated(1, (0, 5, agree))) == found


def test_the_newest_answer_counts_and_a_skip_leaves_the_one_before() -> None:
    assert flags(rated(1, (0, 5, 3), (28, 5, 9))) == []
    (found,) = findings([rated(1, (0, 5, 3), (28, 5, None))])
    assert (found.flag, found.agree) == (GoalFlag.MISMATCH, 3)


@pytest.mark.parametrize(
    ("agree_t", "is_gap"), [(10, True), (9, False), (7, False), (4, True), (5, False), (None, False)]
)
def test_a_gap_lies_between_views_three_points_apart_in_either_direction(agree_t: int | None, is_gap: bool) -> None:
    one = replace(rated(1, (0, 5, 7)), agree_t=agree_t)
    assert (GoalFlag.GAP in flags(one)) is is_gap


def test_a_gap_carries_both_numbers_and_its_goal() -> None:
    one = replace(rated(1, (0, 5, 7)), agree_t=10)
    (found,) = findings([one])
    assert (found.goal, found.agree, found.agree_t, found.flag.level) == (one, 7, 10, Level.AMBER)


def test_without_the_clients_answer_there_is_no_gap() -> None:
    assert flags(replace(active(1), agree_t=2)) == []


def test_goals_that_are_over_have_no_findings() -> None:
    low = rated(1, (0, 5, 2))
    assert [flags(replace(low, stage=stage)) for stage in Stage if stage is not Stage.ACTIVE] == [[]] * 4


# ---- stuck ----


def test_a_goal_that_did_not_move_over_four_ratings_in_four_weeks_is_stuck() -> None:
    (found,) = findings([active(1, 5, 5, 5, 5)])
    assert (found.flag, found.ratings, found.days, found.flag.level) == (GoalFlag.STUCK, 4, 84, Level.INFO)


@pytest.mark.parametrize("progress", [(5, 5, 5), (5, 5, 6, 5), (5, 5, 5, 4), (5, None, 5, 5)])
def test_three_ratings_or_one_point_of_movement_are_not_stuck(progress: tuple[int | None, ...]) -> None:
    assert flags(active(1, *progress)) == []


def test_only_the_last_four_ratings_count() -> None:
    assert flags(active(1, 2, 5, 5, 5, 5)) == [GoalFlag.STUCK]


@pytest.mark.parametrize(("days", "found"), [(28, [GoalFlag.STUCK]), (27, [])])
def test_four_ratings_must_span_four_weeks(days: int, found: list[GoalFlag]) -> None:
    assert flags(rated(1, (0, 5, 9), (7, 5, 9), (14, 5, 9), (days, 5, 9))) == found


def test_as_long_as_one_goal_moves_none_is_called_stuck() -> None:
    assert flags(active(1, 5, 5, 5, 5), active(2, 3, 4)) == []
    assert flags(active(1, 5, 5, 5, 5), active(2, 3)) == [GoalFlag.STUCK]


# ---- moved clearly ----


def test_one_goal_moved_clearly_three_points_above_its_start_however_fast() -> None:
    (moved,) = moved_clearly([rated(1, (0, 4, 9), (7, 7, 9))])
    assert (moved.by, moved.days) == (3, 7)
    assert moved_clearly([rated(1, (0, 4, 9), (7, 6, 9))]) == ()


def test_the_start_is_the_first_rating_and_not_the_lowest() -> None:
    assert moved_clearly([active(1, 5, 2, 7)]) == ()


def moved(*goals: Goal) -> list[tuple[tuple[int, ...], float]]:
    return [(one.ids, one.by) for one in moved_clearly(goals)]


def test_goals_moved_clearly_together_where_their_mean_rose_two_and_a_half_points() -> None:
    assert moved(active(1, 4, 6), active(2, 4, 6)) == []
    assert moved(active(1, 4, 7), active(2, 4, 5)) == [((1,), 3)]
    assert moved(active(1, 4, 7), active(2, 4, 6)) == [((1,), 3), ((1, 2), 2.5)]


def test_goals_move_together_only_over_four_weeks_each() -> None:
    long, short = rated(1, (0, 2, 9), (28, 7, 9)), rated(2, (0, 4, 9), (27, 6, 9))
    assert moved(long, short) == [((1,), 5)]
    assert moved(long, rated(2, (0, 4, 9), (28, 6, 9))) == [((1,), 5), ((1, 2), 3.5)]


def test_goals_that_were_let_go_are_not_said_to_have_moved() -> None:
    assert moved_clearly([goal(1, Stage.LET_GO, 2, 9)]) == ()


# ---- told once ----


def news(*goals: Goal) -> list[tuple[list[int], list[int]]]:
    """Give the ids of goals that moved and were reached, for each moment at which one was rated."""
    moments = sorted({rating.at for one in goals for rating in one.ratings})
    said = [progress_of(goals, at) for at in moments]
    return [([number for one in told.moved for number in one.ids], [one.id for one in told.reached]) for told in said]


def test_a_move_is_told_at_the_rating_that_made_it_and_never_again() -> None:
    assert news(active(1, 2, 4, 5, 6, 4, 6)) == [([], []), ([], []), ([1], []), ([], []), ([], []), ([], [])]


def test_a_goal_reached_by_its_second_ten_is_told_as_reached_and_not_as_moved() -> None:
    assert news(active(1, 10, 10)) == [([], []), ([], [1])]
    assert news(active(1, 10, 10, None, 10)) == [([], []), ([], [1]), ([], []), ([], [])]
    assert news(active(1, 5, 10, 10)) == [([], []), ([1], []), ([], [1])]


def test_a_goal_that_the_client_called_reached_makes_no_news_of_its_ratings_but_its_move() -> None:
    assert news(goal(1, Stage.REACHED, 5, 10, 10)) == [([], []), ([1], []), ([], [])]


GOALS = st.lists(
    st.builds(
        lambda number, stage, ratings, agree_t: replace(
            goal(number, stage),
            ratings=tuple(Rating(NOW + DAY * 7 * (at + 1), p, a) for at, (p, a) in enumerate(ratings)),
            agree_t=agree_t,
        ),
        st.integers(1, 99),
        st.sampled_from(Stage),
        st.lists(st.tuples(st.none() | st.integers(0, 10), st.none() | st.integers(0, 10)), max_size=9),
        st.none() | st.integers(0, 10),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)


@given(GOALS)
def test_findings_never_fail_name_only_active_goals_and_do_not_depend_on_order(goals: list[Goal]) -> None:
    found = findings(goals)
    assert all(one.goal is None or one.goal.is_active for one in found)
    assert set(map(repr, findings(goals[::-1]))) == set(map(repr, found))


@given(GOALS)
def test_the_same_goals_are_said_at_most_once_to_have_moved_and_to_be_reached(goals: list[Goal]) -> None:
    moments = sorted({rating.at for one in goals for rating in one.ratings})
    told = [progress_of(goals, at) for at in moments]
    moved = [one.ids for news in told for one in news.moved]
    reached = [one.id for news in told for one in news.reached]
    assert len(moved) == len(set(moved))
    assert len(reached) == len(set(reached))
