"""The part that moved."""

import pytest

from conversations.alliance import Flag, Part, Reading, replay
from conversations.baseline import part_that_moved

NINE = [9, 9, 9, 9]


def last(*history: list[int] | list[int | None] | None) -> Reading:
    return replay(history)[1][-1]


@pytest.mark.parametrize(
    ("ratings", "part"),
    [
        ([7, 9, 9, 5], Part.BOND),
        ([9, 5, 9, 9], Part.GOALS),
        ([9, 8, 5, 9], Part.TASKS),
        ([5, 5, 5, 5], Part.BOND),
        ([9, 5, 5, 9], Part.GOALS),
    ],
)
def test_with_a_low_the_part_furthest_below_its_own_mean_is_named_ties_in_order(ratings: list[int], part: Part) -> None:
    assert last(NINE, [9, 9, 9, 10], NINE, ratings).part is part


def test_furthest_below_its_own_mean_is_not_always_the_lowest() -> None:
    usual = [10, 6, 9, 9]

    assert last(usual, usual, usual, [8, 5, 9, 9]).part is Part.BOND


def test_none_is_named_where_none_lies_a_whole_point_below() -> None:
    assert last(NINE, NINE, NINE, [9, 9, 9, 5]).part is None
    assert last([9, 6, 9, 9], [9, 5, 9, 9], [9, 5, 9, 9]).part is None  # 0.5 below
    assert last([9, 6, 9, 9], [9, 5, 9, 9]).part is Part.GOALS  # a whole point


def test_a_whole_point_is_a_whole_point_also_beside_many_check_ins() -> None:
    usual = [(9, 9, 9, 9)] * 10 + [(8, 9, 9, 9)]  # the mean of bond is 98 / 11

    assert part_that_moved((8, 9, 9, 9), usual) is None  # ten elevenths below
    assert part_that_moved((8, 9, 9, 9), usual[:10]) is Part.BOND


def test_with_no_baseline_the_lowest_part_is_named() -> None:
    assert last([8, 9, 4, 9]).part is Part.TASKS
    assert last([6, 5, 5, 9]).part is Part.GOALS
    assert last([None, 9, 6, 5]).part is Part.TASKS
    assert last([9, 9, 9, 5]).part is Part.BOND  # by the letter: a tie, though none of them is low


def test_half_points_count_as_well() -> None:
    _, readings = replay([[8, 9, 4.5, 9]])

    assert readings[0].part is Part.TASKS


def test_means_equal_but_for_the_last_bit_are_a_tie() -> None:
    usual = [[9, 10, 8, 9], [9, 10, 8, 9], [10, 10, 10, 9]]  # bond 28/3, goals 10, tasks 26/3

    assert last(*usual, [5, 10, 3, 9]).part is Part.TASKS
    assert last(*usual, [6, 10, 5, 9]).part is Part.TASKS
    assert last([8, 10, 9, 9], [9, 10, 9, 9], [9, 9, 10, 9], [4, 9, 4, 9]).part is Part.TASKS
    assert last(*[[9, 9, 10, 9]] * 2, [8, 9, 9, 9], [3, 9, 4, 9]).part is Part.BOND


def test_a_skipped_part_is_not_named() -> None:
    assert last(NINE, NINE, NINE, [None, 8, 5, 9]).part is Part.TASKS


def test_a_part_never_rated_before_cannot_have_moved() -> None:
    assert last([None, 9, 9, 9], [None, 9, 9, 9], [0, 9, 7, 9]).part is Part.TASKS


def test_a_part_rated_only_at_times_is_compared_with_those_times() -> None:
    assert last([None, 9, 9, 9], [5, 9, 9, 9], [5, 9, 8, 9]).part is Part.TASKS


def test_a_drop_and_a_provisional_one_name_a_part() -> None:
    assert last(NINE, NINE, NINE, [7, 8, 7, 6]).part is Part.BOND
    provisional = last(NINE, [7, 6, 7, 8])
    assert (provisional.flags, provisional.part) == ((Flag.TALK, Flag.DROP_PROVISIONAL), Part.GOALS)


def test_deeper_names_a_part_by_the_baseline_before_the_dip() -> None:
    reading = last(*[[10] * 4] * 3, [8, 9, 8, 9], [7, 7, 8, 8])

    assert (reading.flags, reading.part) == ((Flag.TALK, Flag.DEEPER), Part.BOND)


def test_a_decline_names_a_part() -> None:
    history = [[10, 10, 10, 10], [10, 10, 9, 10], [10, 10, 9, 9], [10, 9, 9, 9], [9, 10, 8, 9]]

    assert (last(*history).flags[-1], last(*history).part) == (Flag.DECLINE, Part.TASKS)


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([NINE, NINE, [8, 9, 9, 9]], id="talk"),
        pytest.param([NINE, NINE, NINE, [7] * 4, [8, 9, 9, 9]], id="repaired"),
        pytest.param([NINE, NINE, NINE, [7] * 4, [7] * 4, [7] * 4, [7] * 4], id="unrepaired"),
        pytest.param([[8] * 4, [7, 8, 8, 8], *[[7] * 4] * 5], id="flat"),
        pytest.param([NINE, [6, None, None, 6]], id="partial"),
        pytest.param([[5] * 4, None], id="dropout watch"),
    ],
)
def test_other_flags_name_none(history: list[list[int | None] | None]) -> None:
    assert last(*history).part is None


def test_too_few_ratings_with_a_low_one_name_a_part_as_a_low_does() -> None:
    assert last(NINE, [None, 5, None, 9]).part is Part.GOALS
    assert last(NINE, [None, None, None, 2]).part is None
    assert last([None, None, 3, 9]).part is Part.TASKS
    assert last([None, None, None, 2]).part is None


def test_the_check_in_itself_is_not_part_of_what_it_is_compared_with() -> None:
    assert last([9, 9, 9, 9], [9, 6, 9, 9], [9, 5, 9, 9]).part is Part.GOALS
