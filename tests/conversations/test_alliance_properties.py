import json

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.alliance import Course, Flag, Reading, flags, replay, step
from tests.conversations.by_the_book import flags_by_the_book

DIP_FLAGS = {Flag.DROP, Flag.DROP_PROVISIONAL, Flag.REPAIRED, Flag.DEEPER, Flag.UNREPAIRED}

Ratings = list[int | None]


def near(level: int) -> st.SearchStrategy[Ratings]:
    """Four ratings around one level, as clients give them: wild ones rarely reach a dip's end."""
    rating = st.integers(max(0, level - 1), min(10, level + 1))
    return st.lists(st.one_of(rating, rating, rating, st.none()), min_size=4, max_size=4)


wild = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=4, max_size=4)
lifelike = st.integers(5, 10).flatmap(near)
same = st.integers(5, 10).map(lambda level: list[int | None]([level] * 4))
histories = st.lists(st.one_of(same, lifelike, lifelike, wild, st.none()), max_size=25)
whole = st.lists(st.lists(st.integers(2, 8), min_size=4, max_size=4), max_size=15)


@settings(max_examples=600)
@given(histories)
def test_any_history_gets_the_flags_of_the_rules_read_slowly(history: list[Ratings | None]) -> None:
    assert flags(history) == flags_by_the_book(history)


@given(histories)
def test_one_by_one_with_the_course_written_and_reread_says_the_same_as_all_at_once(
    history: list[Ratings | None],
) -> None:
    course, readings = Course(), []
    for check_in in history:
        course, reading = step(course, check_in)
        readings.append(reading)
        course = Course.from_data(json.loads(json.dumps(course.to_data())))

    at_once, all_readings = replay(history)
    assert course == at_once
    assert [facts(reading) for reading in readings] == [facts(reading) for reading in all_readings]


def facts(reading: Reading) -> object:
    return reading, reading.level, reading.evidence and reading.evidence.fall


@given(whole, st.integers(-2, 2))
def test_moving_every_rating_by_the_same_amount_leaves_every_dip_where_it_is(
    history: list[list[int]], shift: int
) -> None:
    moved = [[rating + shift for rating in ratings] for ratings in history]

    assert dips(moved) == dips(history)


def dips(history: list[list[int]]) -> list[set[Flag]]:
    return [DIP_FLAGS & {*found} for found in flags(history)]


@given(whole, st.integers(0, 2))
def test_moving_every_rating_up_never_adds_a_low(history: list[list[int]], shift: int) -> None:
    moved = [[rating + shift for rating in ratings] for ratings in history]

    assert {*lows(moved)} <= {*lows(history)}


def lows(history: list[list[int]]) -> list[int]:
    return [number for number, found in enumerate(flags(history)) if Flag.LOW in found]


def test_low_moves_with_the_level_while_the_drop_stays() -> None:
    high, low = [[10] * 4] * 3 + [[8] * 4], [[8] * 4] * 3 + [[6] * 4]

    assert (flags(high)[-1], flags(low)[-1]) == ([Flag.TALK, Flag.DROP], [Flag.LOW, Flag.DROP])


@given(histories, st.integers(0, 25))
def test_flags_never_depend_on_what_comes_later(history: list[Ratings | None], until: int) -> None:
    assert flags(history)[:until] == flags(history[:until])


def test_the_course_of_a_long_care_is_no_larger_than_that_of_a_short_one() -> None:
    round_trip = [[9, 9, 9, 10], [9, 9, 10, 9], [9, 10, 9, 9], [6, 6, 5, 6], None, [6, 6, None, 6], [6, 6, 6, 6]]
    history = (round_trip * 715)[:5000]
    sizes = []
    course = Course()
    for check_in in history:
        course, _ = step(course, check_in)
        sizes.append(len(json.dumps(course.to_data())))

    assert len(history) == 5000
    assert max(sizes[100:]) <= max(sizes[:100]) + len("5000") * 7  # only the numbers of check-ins have more digits
    assert max(sizes) < 800
