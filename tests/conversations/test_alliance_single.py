"""What one check-in says by itself, what silence says, and how loud each is."""

from collections.abc import Sequence

import pytest

from conversations.alliance import Flag, Level, Reading, flags, replay
from conversations.flag import meant

F = Flag


def last(*history: Sequence[int | None] | None) -> Reading:
    return replay(history)[1][-1]


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        pytest.param([7, 7, 7, 6], [F.LOW], id="a mean below 7 is LOW"),
        pytest.param([8, 6, 7, 7], [F.TALK], id="a mean of exactly 7 is not LOW"),
        pytest.param([7, 7, None, 7], [F.TALK], id="a skipped rating is no zero"),
        pytest.param([6, 8, None, 6], [F.LOW], id="the mean of three counts as well"),
        pytest.param([5, 9, 9, 9], [F.LOW], id="a bond of 5 is LOW"),
        pytest.param([9, 5, 9, 9], [F.LOW], id="goals of 5 are LOW"),
        pytest.param([9, 9, 5, 9], [F.LOW], id="tasks of 5 are LOW"),
        pytest.param([10, 10, 10, 5], [F.LOW], id="an overall of 5 is LOW though no part is"),
        pytest.param([9, 6, 9, 9], [F.TALK], id="an item of 6 is not LOW"),
        pytest.param([10, 10, 10, 8], [F.TALK], id="one item below 9 is worth a word though the mean is not"),
        pytest.param([9, 9, 9, 9], [], id="all at 9 say nothing"),
        pytest.param([9, None, 9, 9], [], id="nor with one skipped"),
        pytest.param([9, None, None, 9], [F.PARTIAL], id="two ratings are too few"),
        pytest.param([None, None, None, None], [F.PARTIAL], id="a check-in sent with everything skipped is partial"),
        pytest.param([0, None, None, 0], [F.PARTIAL], id="too few ratings say nothing else, however low"),
        pytest.param([0, 0, 0, 0], [F.LOW], id="zero is a rating, not a skip"),
    ],
)
def test_a_first_check_in(ratings: list[int | None], expected: list[Flag]) -> None:
    assert flags([ratings]) == [expected]


def test_a_low_is_told_at_once() -> None:
    assert last([6, 6, 6, 6]).level is Level.RED


def test_a_low_right_after_a_low_is_softer() -> None:
    assert last([6, 6, 6, 6], [6, 6, 6, 6]).level is Level.AMBER
    assert last([6, 6, 6, 6], [6, 6, 6, 6], [6, 6, 6, 6]).level is Level.AMBER


def test_a_low_right_after_a_low_is_softer_also_when_it_rose() -> None:
    assert last([4, 4, 4, 4], [6, 6, 6, 6]).level is Level.AMBER


def test_a_low_that_fell_by_a_whole_point_since_the_last_is_told_at_once_again() -> None:
    assert last([6, 6, 6, 6], [5, 5, 5, 5]).levels == (Level.RED,)
    assert last([6, 6, 6, 6], [6, 5, 5, 5]).levels == (Level.AMBER,)


def test_a_low_just_under_one_that_was_not_low_is_told_at_once() -> None:
    assert last([7, 7, 7, 7], [7, 7, 7, 6]).levels == (Level.RED,)


def test_each_low_is_compared_with_the_one_directly_before() -> None:
    assert last([6, 6, 6, 6], [6, 5, 5, 5], [5, 5, 4, 4]).levels[0] is Level.AMBER
    assert last([4, 4, 4, 4], [6, 6, 6, 6], [5, 5, 5, 5]).levels[0] is Level.RED


@pytest.mark.parametrize(
    "between",
    [[9, 9, 9, 9], None, [9, None, None, 9], [4, None, None, 9]],
    ids=["fine", "missed", "partial", "low partial"],
)
def test_a_low_with_anything_else_in_between_is_told_at_once(between: list[int | None] | None) -> None:
    assert last([6, 6, 6, 6], between, [6, 6, 6, 6]).levels[0] is Level.RED


def test_only_the_low_is_softened_and_not_what_is_said_with_it() -> None:
    drop = last(*[[9, 9, 9, 9]] * 3, [5, 9, 9, 9], [5, 8, 8, 8])
    unrepaired = last(*[[9, 9, 9, 9]] * 3, *[[6, 6, 6, 6]] * 4)

    assert list(zip(drop.flags, drop.levels, strict=True)) == [(F.LOW, Level.AMBER), (F.DROP, Level.RED)]
    assert list(zip(unrepaired.flags, unrepaired.levels, strict=True)) == [
        (F.LOW, Level.AMBER),
        (F.UNREPAIRED, Level.RED),
    ]
    assert drop.level is Level.RED


def test_too_few_ratings_with_a_low_one_are_told_at_once_as_a_low_is() -> None:
    assert last([9, 5, None, None]).levels == (Level.RED,)
    assert last([9, 6, None, None]).levels == (Level.INFO,)
    assert last([9, 9, 9, 9], [4, None, None, None]).level is Level.RED


def test_only_a_low_answer_among_skipped_ones_is_told_in_the_words_of_low() -> None:
    assert meant(F.PARTIAL, Level.RED) is F.LOW
    assert meant(F.PARTIAL, Level.INFO) is F.PARTIAL
    assert all(meant(flag, level) is flag for flag in Flag if flag is not F.PARTIAL for level in Level)


def test_a_low_partial_is_told_at_once_even_right_after_a_low() -> None:
    assert last([6, 6, 6, 6], [5, None, None, 9]).level is Level.RED


def test_two_and_three_misses_in_a_row_are_said_and_no_others() -> None:
    assert flags([None] * 5) == [[], [F.MISSED_2], [F.MISSED_3], [], []]
    assert last(None).level is Level.NONE
    assert last(None, None).level is Level.INFO
    assert last(None, None, None).level is Level.AMBER


@pytest.mark.parametrize("answer", [[9, 9, 9, 9], [9, None, None, None], [None] * 4], ids=["whole", "partial", "skips"])
def test_any_answer_ends_a_row_of_misses(answer: list[int | None]) -> None:
    assert flags([None, answer, None, None])[2:] == [[], [F.MISSED_2]]


def test_every_miss_after_a_low_is_watched() -> None:
    found = flags([[6, 6, 6, 6], None, None, None, None])[1:]

    assert found == [
        [F.DROPOUT_WATCH],
        [F.MISSED_2, F.DROPOUT_WATCH],
        [F.MISSED_3, F.DROPOUT_WATCH],
        [F.DROPOUT_WATCH],
    ]
    assert last([6, 6, 6, 6], None, None).levels == (Level.INFO, Level.RED)
    assert last([6, 6, 6, 6], None, None).level is Level.RED


def test_a_check_in_without_low_clears_the_sign() -> None:
    assert last([6, 6, 6, 6], [7, 7, 7, 7], None).flags == ()
    assert last([9, 4, None, None], [9, 9, 9, 9], None).flags == ()


@pytest.mark.parametrize("between", [[9, None, None, 9], [None] * 4], ids=["some", "none"])
def test_a_partial_one_does_not_clear_the_sign(between: list[int | None]) -> None:
    assert last([6, 6, 6, 6], between, None).flags == (F.DROPOUT_WATCH,)
    assert last([9, 4, None, None], between, None).flags == (F.DROPOUT_WATCH,)


def test_a_partial_one_sets_the_sign_only_with_a_low_rating() -> None:
    assert last([9, 5, None, None], None).flags == (F.DROPOUT_WATCH,)
    assert last([9, 6, None, None], None).flags == ()


def test_a_miss_in_an_open_dip_is_watched_although_nothing_was_low() -> None:
    assert last([9, 9, 9, 9], [7, 7, 7, 7], None).flags == (F.DROPOUT_WATCH,)


def test_a_miss_after_a_dip_that_closed_is_only_a_miss() -> None:
    assert last([9, 9, 9, 9], [7, 7, 7, 7], [9, 9, 9, 9], None).flags == ()
    assert last([9, 9, 9, 9], [7, 7, 7, 7], [7, 7, 7, 7], [7, 7, 7, 8], [7, 7, 7, 7], None).flags == ()


def test_what_has_no_score_has_no_evidence() -> None:
    assert last(None).evidence is None
    assert last([9, None, None, 9]).evidence is None


@pytest.mark.parametrize("ratings", [[9] * 3, [9] * 5], ids=["three", "five"])
def test_a_check_in_without_four_items_is_a_mistake_of_the_caller(ratings: list[int | None]) -> None:
    with pytest.raises(ValueError, match=f"^a check-in has 4 core items, not {len(ratings)}$"):
        flags([ratings])
