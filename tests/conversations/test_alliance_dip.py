"""The baseline, and the dip from its DROP to its end."""

import pytest

from conversations.alliance import Baseline, Constants, Flag, Level, Reading, flags, replay

F = Flag
NINE, EIGHT, SEVEN, SIX = [9, 9, 9, 9], [8, 8, 8, 8], [7, 7, 7, 7], [6, 6, 6, 6]
USUAL = [NINE, [9, 9, 9, 10], [9, 9, 9, 8]]  # their mean is 9


def read(*history: list[int] | list[int | None] | None, constants: Constants | None = None) -> list[Reading]:
    return replay(history, constants or Constants())[1]


def last(*history: list[int] | list[int | None] | None, constants: Constants | None = None) -> Reading:
    return read(*history, constants=constants)[-1]


def baseline_of(reading: Reading) -> Baseline:
    assert reading.evidence is not None
    assert reading.evidence.baseline is not None
    return reading.evidence.baseline


def test_the_first_score_has_nothing_to_be_compared_with() -> None:
    evidence = last(NINE).evidence

    assert evidence is not None
    assert (evidence.score, evidence.baseline, evidence.fall, evidence.drift) == (9, None, None, None)


def test_after_one_score_the_threshold_is_the_reliable_change_index() -> None:
    baseline = baseline_of(last(NINE, NINE))

    assert (baseline.mean, baseline.k) == (9, 1)
    assert baseline.spread == pytest.approx(0.7)
    assert baseline.threshold == pytest.approx(1.9403, abs=1e-4)


def test_the_numbers_of_a_baseline_of_two_are_those_worked_out_by_hand() -> None:
    reading = last(NINE, EIGHT, [8, 9, 8, 8])
    baseline = baseline_of(reading)

    assert (baseline.mean, baseline.k) == (8.5, 2)
    assert baseline.spread == pytest.approx(0.70143, abs=1e-5)  # sqrt((4 * 0.49 + 0.5) / 5)
    assert baseline.threshold == pytest.approx(1.68377, abs=1e-5)  # 1.96 * 0.70143 * sqrt(1.5)
    assert reading.evidence is not None
    assert (reading.evidence.score, reading.evidence.fall) == (8.25, 0.25)


def test_above_the_baseline_the_fall_is_negative() -> None:
    evidence = last(NINE, NINE, [10, 10, 10, 9]).evidence

    assert evidence is not None
    assert evidence.fall == -0.75


def test_every_constant_enters_the_threshold() -> None:
    constants = Constants(nu0=2, sigma0=1, z=3, floor=0.5)
    baseline = Baseline.of([tuple(NINE), tuple(EIGHT)], constants)

    assert baseline is not None
    assert baseline.spread == pytest.approx(0.91287, abs=1e-5)  # sqrt((2 + 0.5) / 3)
    assert baseline.threshold == pytest.approx(3.35410, abs=1e-5)  # 3 * 0.91287 * sqrt(1.5)


def test_the_threshold_never_goes_below_the_floor() -> None:
    assert baseline_of(last(NINE, NINE, constants=Constants(z=0.1))).threshold == 1
    assert baseline_of(last(NINE, NINE, constants=Constants(z=0.1, floor=2))).threshold == 2


def test_the_baseline_is_the_last_five_scores() -> None:
    baseline = baseline_of(last([10, 10, 10, 10], *[NINE] * 5, NINE))

    assert (baseline.mean, baseline.k) == (9, 5)


def test_the_window_can_be_another_also_halfway() -> None:
    assert baseline_of(last(NINE, NINE, EIGHT, NINE, constants=Constants(window=2))).mean == 8.5
    course, _ = replay([NINE, NINE, EIGHT])
    assert course.usual(Constants(window=1)) == (tuple(EIGHT),)


@pytest.mark.parametrize(
    ("before", "ratings", "found"),
    [
        pytest.param(1, SEVEN, [F.TALK, F.DROP_PROVISIONAL], id="two points below one score, provisional"),
        pytest.param(1, [7, 7, 7, 8], [F.TALK], id="1.75 below one score: not yet"),
        pytest.param(2, [7, 7, 7, 8], [F.TALK, F.DROP_PROVISIONAL], id="1.75 below two scores, provisional"),
        pytest.param(2, [7, 8, 7, 8], [F.TALK], id="1.5 below two scores: not yet"),
        pytest.param(3, [7, 8, 7, 8], [F.TALK, F.DROP], id="1.5 below three scores"),
        pytest.param(3, [7, 8, 8, 8], [F.TALK], id="1.25 below three scores: not yet"),
        pytest.param(4, [7, 8, 8, 8], [F.TALK, F.DROP], id="1.25 below four scores"),
        pytest.param(5, EIGHT, [F.TALK], id="a single point is never a drop by default"),
    ],
)
def test_how_far_it_must_fall_for_a_drop(before: int, ratings: list[int], found: list[Flag]) -> None:
    history = [NINE, [9, 9, 9, 9], NINE, NINE, NINE][:before]

    assert flags([*history, ratings])[-1] == found


def test_a_fall_of_exactly_the_threshold_is_a_drop_also_in_thirds() -> None:
    whole, third = [10, 9, 9, None], [9, 8, 8, None]

    assert F.DROP in last(whole, whole, whole, third, constants=Constants(z=0.1)).flags
    assert F.DROP not in last(NINE, NINE, NINE, [8, 8, 8, 9], constants=Constants(z=0.1)).flags


def test_a_client_whose_scores_scatter_may_fall_further_before_it_is_a_drop() -> None:
    scattered = [[10, 10, 10, 10], EIGHT, [10, 10, 10, 10], EIGHT, NINE]

    assert flags([*[NINE] * 5, [8, 8, 8, 7]])[-1] == [F.TALK, F.DROP]
    assert flags([*scattered, [8, 8, 8, 7]])[-1] == [F.TALK]


def test_a_provisional_drop_is_amber_and_a_drop_is_red() -> None:
    assert last(NINE, SEVEN).levels == (Level.NONE, Level.AMBER)
    assert last(*USUAL, SEVEN).levels == (Level.NONE, Level.RED)


def test_a_provisional_drop_opens_a_dip_as_well() -> None:
    assert flags([NINE, SEVEN, SEVEN, NINE]) == [[], [F.TALK, F.DROP_PROVISIONAL], [F.TALK], [F.REPAIRED]]


def test_in_a_dip_nothing_joins_the_baseline() -> None:
    readings = read(*USUAL, SEVEN, [7, 7, 7, 8], SEVEN)

    assert [baseline_of(reading).mean for reading in readings[3:]] == [9, 9, 9]
    assert [baseline_of(reading).k for reading in readings[3:]] == [3, 3, 3]


def test_back_within_half_a_point_is_repaired() -> None:
    assert last(*USUAL, SEVEN, [8, 8, 9, 9]).flags == (F.TALK, F.REPAIRED)
    assert last(*USUAL, SEVEN, [8, 8, 8, 9]).flags == (F.TALK,)
    assert last(*USUAL, SEVEN, [9, 9, 9, 9]).level is Level.INFO


def test_hardly_more_than_half_a_point_below_is_not_repaired() -> None:
    usual = [NINE, NINE, NINE, NINE, [9, 9, 9, 10]]  # their mean is 9.05

    assert last(*usual, SEVEN, [8, 8, 9, 9]).flags == (F.TALK,)


def test_back_to_exactly_half_a_point_is_repaired_also_in_thirds() -> None:
    usual, back = [10, 9, 9, None], [9, 9, 8, None]  # 28/3 and 26/3: two thirds below

    assert last(usual, usual, usual, SEVEN, back, constants=Constants(repair_tolerance=2 / 3)).flags[-1] is F.REPAIRED


def test_after_a_repair_the_dip_stays_out_of_the_baseline_and_the_repairing_score_joins() -> None:
    baseline = baseline_of(last(*USUAL, SEVEN, SIX, [9, 9, 10, 10], NINE))

    assert (baseline.mean, baseline.k) == ((27 + 9.5) / 4, 4)


def test_three_scores_that_stay_down_are_a_new_level() -> None:
    readings = read(*USUAL, SEVEN, [7, 7, 7, 8], SEVEN, [7, 7, 8, 8], SEVEN)

    assert [reading.flags[1:] for reading in readings[3:]] == [(F.DROP,), (), (), (F.UNREPAIRED,), ()]
    assert readings[6].level is Level.RED
    assert baseline_of(readings[7]).mean == pytest.approx((8.75 + 7 + 7.25 + 7 + 7.5) / 5)


def test_the_third_score_may_still_repair() -> None:
    assert last(*USUAL, SEVEN, SEVEN, [7, 7, 7, 8], NINE).flags == (F.REPAIRED,)


def test_silence_and_too_few_ratings_do_not_use_up_the_patience() -> None:
    history = [*USUAL, SEVEN, [7, 7, 7, 8], None, [9, None, None, 9], SEVEN, [7, 7, 8, 8]]

    assert [F.UNREPAIRED in found for found in flags(history)] == [*[False] * 8, True]


def test_a_point_below_the_lowest_so_far_is_deeper() -> None:
    assert last(*USUAL, SEVEN, SIX).flags == (F.LOW, F.DEEPER)
    assert last(*USUAL, SEVEN, SIX).level is Level.RED
    assert last(*USUAL, SEVEN, [6, 6, 6, 7]).flags == (F.LOW,)


def test_deeper_looks_at_the_lowest_score_of_the_dip_and_not_at_its_first() -> None:
    assert last(*USUAL, SEVEN, SIX, [6, 5, 5, 5]).flags == (F.LOW,)
    assert last(*USUAL, SEVEN, SIX, [5, 5, 5, 5]).flags == (F.LOW, F.DEEPER)


def test_the_lowest_score_does_not_rise_with_a_better_one() -> None:
    assert last(*USUAL, SIX, SEVEN, [6, 6, 5, 5]).flags == (F.LOW,)


def test_a_score_may_be_deeper_and_the_last_of_the_patience() -> None:
    reading = last(*USUAL, SEVEN, SEVEN, [7, 7, 7, 8], SIX)

    assert reading.flags == (F.LOW, F.DEEPER, F.UNREPAIRED)
    assert reading.levels == (Level.RED, Level.RED, Level.RED)


def test_there_is_no_second_drop_in_a_dip_nor_on_the_score_that_closes_it() -> None:
    found = flags([*USUAL, SEVEN, [3, 3, 3, 3], [3, 3, 3, 4], [1, 1, 1, 1]])

    assert found[4:] == [[F.LOW, F.DEEPER], [F.LOW], [F.LOW, F.DEEPER, F.UNREPAIRED, F.DECLINE]]


def test_after_a_dip_the_next_fall_is_a_drop_again() -> None:
    assert last(*USUAL, SEVEN, NINE, SEVEN).flags == (F.TALK, F.DROP)


def test_after_a_new_level_the_way_back_up_says_nothing() -> None:
    assert flags([*USUAL, SEVEN, SEVEN, [7, 7, 7, 8], SEVEN, NINE])[-1] == []


def test_patience_tolerance_and_floor_of_a_dip_are_the_sets_own() -> None:
    assert last(*USUAL, SEVEN, SEVEN, constants=Constants(repair_patience=1)).flags[-1] is F.UNREPAIRED
    assert last(*USUAL, SEVEN, EIGHT, constants=Constants(repair_tolerance=1)).flags[-1] is F.REPAIRED
    assert last(*USUAL, SEVEN, [6, 6, 7, 7], constants=Constants(floor=0.5)).flags[-1] is F.DEEPER


def test_lines_for_low_and_talk_are_the_sets_own() -> None:
    constants = Constants(low_composite=8, low_item=3, talk_line=10)

    assert flags([[8, 8, 8, 7], [10, 9, 10, 10], [10, 10, 10, 4]], constants) == [[F.LOW], [F.TALK], [F.TALK]]


def test_a_dip_still_open_under_smaller_patience_closes_at_the_next_score() -> None:
    course, _ = replay([*USUAL, SEVEN, SEVEN, SEVEN])
    _, readings = replay([[7, 7, 7, 8]], Constants(repair_patience=1), course)

    assert readings[0].flags == (F.TALK, F.UNREPAIRED)


@pytest.mark.parametrize("name", ["nu0", "sigma0", "z", "floor", "window", "repair_patience"])
def test_constants_that_make_no_sense_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be more than 0$"):
        Constants(**{name: 0})
    with pytest.raises(ValueError, match=name):
        Constants(**{name: -1})
