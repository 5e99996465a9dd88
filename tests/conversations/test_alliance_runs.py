"""DECLINE, CEILING and FLAT: said once per run."""

from collections.abc import Sequence

import pytest

from conversations.alliance import Flag, Level, flags, replay
from conversations.trend import TOLERANCE, declining, mann_kendall, reaches, theil_sen_fall

F = Flag
TEN, NINE = [10, 10, 10, 10], [9, 9, 9, 9]
TWO, SKIPPED = (9, None, None, 9), (9, None, 9, 9)
STEPS = [[10, 10, 10, 10], [10, 10, 10, 9], [10, 10, 9, 9], [10, 9, 9, 9], [9, 9, 9, 9]]  # a quarter point each


def numbered(*scores: float) -> list[tuple[int, float]]:
    return list(enumerate(scores, start=1))


def said(flag: Flag, history: Sequence[Sequence[int | None] | None]) -> list[int]:
    return [number for number, found in enumerate(flags(history), start=1) if flag in found]


def test_mann_kendall_counts_pairs_that_rose_less_pairs_that_fell() -> None:
    assert mann_kendall([1, 2, 3, 4]) == 6
    assert mann_kendall([4, 3, 2, 1]) == -6
    assert mann_kendall([4, 3, 3, 1]) == -5
    assert mann_kendall([2, 1, 3]) == 1


def test_scores_equal_but_for_the_last_bit_are_equal() -> None:
    assert mann_kendall([0.1 + 0.2, 0.3]) == 0
    assert mann_kendall([0.3, 0.1 + 0.2]) == 0


def test_a_line_is_reached_a_billionth_below_it_and_no_further() -> None:
    assert reaches(7 - TOLERANCE, 7)
    assert reaches(7 + TOLERANCE, 7)
    assert not reaches(7 - 1.1 * TOLERANCE, 7)


def test_theil_sen_takes_the_median_slope_over_the_whole_window() -> None:
    assert theil_sen_fall(numbered(10, 9, 8, 7)) == 3
    assert theil_sen_fall(numbered(7, 8, 9, 10)) == -3
    assert theil_sen_fall([(1, 10), (2, 9), (6, 8)]) == pytest.approx(2)  # slopes 1, 2/5, 1/4
    assert theil_sen_fall(numbered(9, 9, 9, 0)) == pytest.approx(4.5)  # the median of three level and three steep


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((10, 9, 8), False),  # too few
        ((10, 9, 8, 7), True),  # S = -6
        ((10, 9, 9, 7), False),  # S = -5
        ((10, 9, 8, 8, 7.5), True),  # S = -9
        ((10, 9, 8, 7, 8.5), False),  # S = -6
        ((10, 9.5, 9, 7, 8), True),  # S = -8
        ((10, 10, 9, 9, 7.75), True),  # S = -8
        ((10, 10, 9, 9, 9), False),  # S = -6
        ((10, 10, 8, 9, 7.5), False),  # S = -7
        ((10, 9, 8, 7, 6, 6.5), True),  # S = -13
        ((10, 9, 8, 6, 7, 6.5), True),  # S = -11
        ((10, 9, 8, 6, 7, 7), False),  # S = -10
    ],
)
def test_a_drift_must_be_sure(scores: tuple[float, ...], expected: bool) -> None:
    assert declining(numbered(*scores)) is expected


def test_a_drift_must_be_a_whole_point() -> None:
    assert declining(numbered(10, 9.75, 9.5, 9.25, 9))
    assert not declining(numbered(10, 9.75, 9.5, 9.25))
    assert not declining(numbered(10, 9.8, 9.6, 9.3, 9.1))
    assert declining(numbered(10, 29 / 3, 28 / 3, 9))  # thirds


def test_a_decline_is_said_with_the_score_that_makes_it_sure() -> None:
    assert said(F.DECLINE, [[10] * 4, [10, 9, 9, 10], [9, 9, 9, 9], [9, 8, 9, 8]]) == [4]
    assert said(F.DECLINE, [[10] * 4, [10, 9, 9, 10], [9, 9, 9, 9]]) == []


def test_a_decline_is_a_note_and_its_evidence_is_the_drift() -> None:
    reading = replay(STEPS)[1][-1]

    assert reading.flags == (F.DECLINE,)
    assert reading.level is Level.AMBER
    assert reading.evidence is not None
    assert reading.evidence.drift == pytest.approx(1)


def test_the_drift_is_known_from_the_fourth_score_on() -> None:
    drifts = [reading.evidence.drift for reading in replay([NINE] * 8)[1] if reading.evidence]

    assert drifts == [None, None, None, 0, 0, 0, 0, 0]


def test_unanswered_check_ins_stretch_the_window() -> None:
    assert said(F.DECLINE, STEPS[:4]) == []  # 0.75 points in four weeks
    assert said(F.DECLINE, [*STEPS[:3], None, None, STEPS[3]]) == [6]  # slope 0.2, five weeks


def test_partial_check_ins_stretch_the_window_as_well() -> None:
    assert said(F.DECLINE, [*STEPS[:3], TWO, TWO, STEPS[3]]) == [6]


def test_a_decline_looks_at_the_last_six_scores_only() -> None:
    old = [[6, 6, 7, 7]] * 4
    assert said(F.DECLINE, [*old, *STEPS, [9, 9, 9, 8]]) == [10]


def test_a_decline_is_said_once_while_it_lasts() -> None:
    assert said(F.DECLINE, [*STEPS, [9, 9, 9, 8], [9, 9, 8, 8], [9, 8, 8, 8]]) == [5]


def test_silence_in_the_middle_does_not_end_the_run() -> None:
    assert said(F.DECLINE, [*STEPS, None, [9, None, None, 9], [9, 9, 9, 8]]) == [5]


def test_a_decline_that_stopped_and_came_again_is_said_again() -> None:
    history = [*STEPS, *[[9, 9, 9, 10]] * 3, [9, 9, 9, 8], [9, 9, 8, 8], [9, 8, 8, 8], [8, 8, 8, 8]]

    assert said(F.DECLINE, history) == [5, 11]


def test_no_decline_is_said_in_a_dip_and_the_dip_ends_the_run() -> None:
    dip = [[7, 7, 8, 8], [7, 7, 7, 8], [7, 7, 7, 7], [7, 7, 7, 6]]
    found = flags([*STEPS, *dip])

    assert found[4] == [F.DECLINE]
    assert found[5:] == [[F.TALK, F.DROP], [F.TALK], [F.TALK], [F.LOW, F.UNREPAIRED, F.DECLINE]]


def test_four_times_all_ten_is_a_ceiling_said_once() -> None:
    assert said(F.CEILING, [TEN] * 8) == [4]
    assert replay([TEN] * 4)[1][-1].level is Level.INFO


def test_a_ceiling_left_and_reached_again_is_said_again() -> None:
    assert said(F.CEILING, [*[TEN] * 4, NINE, *[TEN] * 4]) == [4, 9]


def test_a_skipped_rating_is_no_ten() -> None:
    assert flags([[10, 10, 10, None]] * 6) == [[], [], [], [], [F.FLAT], []]


def test_ceiling_and_flat_look_at_scored_check_ins_only() -> None:
    assert said(F.CEILING, [TEN, None, TEN, [10, None, None, 10], TEN, TEN]) == [6]
    assert said(F.FLAT, [NINE, None, NINE, [9, None, None, 9], NINE, NINE, NINE, None, NINE]) == [7]


def test_five_times_the_same_is_flat_said_once() -> None:
    assert said(F.FLAT, [[9, 10, 9, 9]] * 9) == [5]
    assert replay([NINE] * 5)[1][-1].level is Level.INFO


def test_the_same_mean_is_not_the_same_answers() -> None:
    assert said(F.FLAT, [*[NINE] * 4, [10, 8, 9, 9], NINE]) == []


def test_a_skip_equals_a_skip_and_nothing_else() -> None:
    assert said(F.FLAT, [SKIPPED] * 5) == [5]
    assert said(F.FLAT, [*[SKIPPED] * 4, NINE]) == []


def test_flat_after_a_change_is_said_again() -> None:
    assert said(F.FLAT, [*[NINE] * 5, [9, 9, 9, 10], *[NINE] * 5]) == [5, 11]


def test_always_ten_is_a_ceiling_and_never_flat() -> None:
    assert said(F.FLAT, [TEN] * 9) == []


def test_flat_is_said_in_a_dip_too() -> None:
    assert said(F.FLAT, [*[NINE] * 3, *[[7, 7, 7, 7]] * 5]) == [8]


def test_what_a_run_says_comes_last() -> None:
    low = [[7, 7, 7, 7]] * 5
    assert flags([*[TEN] * 3, *low])[-1] == [F.TALK, F.FLAT]
