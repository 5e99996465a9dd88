from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import two_sided
from conversations.model import CheckIn, Kind, Question, State
from conversations.two_sided import HELD_AT_MOST, OwnView, Stand
from tests.conversations.stories import NOON, VERSION, Story

QUESTIONS = two_sided.asked(VERSION)
NEW = OwnView(1, NOON + HELD_AT_MOST)
HOUR = timedelta(hours=1)


def rated(*ratings: int) -> OwnView:
    view = NEW
    for position, rating in enumerate(ratings):
        after = two_sided.rate(view, QUESTIONS, position, rating)
        assert after is not None
        view = after
    return view


def sent(*ratings: int | None) -> CheckIn:
    names = [question.id for question in QUESTIONS]
    return replace(Story().check_in, state=State.COMPLETED, answers=dict(zip(names, ratings, strict=True)))


def test_the_last_rating_ends_the_waiting() -> None:
    assert rated(9, 8, 7).holds
    assert rated(9, 8, 7, 10).stands is Stand.RATED
    assert rated(9, 8, 7, 10).ratings == {"bond": 9, "goals": 8, "tasks": 7, "overall": 10}


@pytest.mark.parametrize("view", [rated(1, 2, 3, 4), replace(NEW, stands=Stand.SKIPPED), two_sided.lapse(NEW)])
def test_once_it_is_shown_nothing_is_rated_any_more(view: OwnView) -> None:
    assert two_sided.rate(view, QUESTIONS, view.position, 5) is None
    assert two_sided.go_back(view, view.position) is None
    assert two_sided.skip(view) is None
    assert two_sided.lapse(view) is None


@pytest.mark.parametrize(("position", "rating"), [(0, 5), (2, 5), (-1, 5), (99, 5), (1, 11), (1, -1)])
def test_a_press_that_is_late_early_or_out_of_range_changes_nothing(position: int, rating: int) -> None:
    assert two_sided.rate(rated(9), QUESTIONS, position, rating) is None


def test_back_opens_the_question_before_and_the_new_rating_counts() -> None:
    view = two_sided.go_back(rated(9, 8), 2)
    assert view is not None
    assert view.position == 1
    assert two_sided.go_back(view, 2) is None
    assert two_sided.go_back(NEW, 0) is None
    again = two_sided.rate(view, QUESTIONS, 1, 3)
    assert again is not None
    assert again.ratings == {"bond": 9, "goals": 3}


def test_skipping_forgets_what_was_rated_and_lapsing_keeps_it() -> None:
    skipped, lapsed = two_sided.skip(rated(9, 8)), two_sided.lapse(rated(9, 8))
    assert skipped is not None
    assert skipped.ratings == {}
    assert lapsed is not None
    assert [gap.size for gap in two_sided.gaps(lapsed, {"bond": 5, "goals": 9, "tasks": 1}, QUESTIONS)] == [4, -1]


def test_what_either_has_not_rated_is_not_compared() -> None:
    found = two_sided.gaps(rated(9, 0, 7, 10), {"bond": None, "goals": 3, "overall": 10}, QUESTIONS)
    assert [(gap.question.id, gap.own, gap.client) for gap in found] == [("goals", 0, 3), ("overall", 10, 10)]


@pytest.mark.parametrize(
    ("client", "name"),
    [
        ({"bond": 8, "goals": 8, "tasks": 8, "overall": 8}, None),
        ({"bond": 8, "goals": 9, "tasks": 10, "overall": 10}, None),
        ({"bond": 9, "goals": 7, "tasks": 9, "overall": 9}, "goals"),
        ({"bond": 7, "goals": 9, "tasks": 9, "overall": 7}, "bond"),
        ({"bond": 8, "goals": 7, "tasks": 9, "overall": 4}, "overall"),
    ],
)
def test_a_difference_of_two_points_is_worth_a_word_the_widest_first(client: dict[str, int], name: str | None) -> None:
    gap = two_sided.widest(two_sided.gaps(rated(9, 9, 9, 9), client, QUESTIONS))
    assert (gap and gap.question.id) == name


def test_only_what_was_sent_with_a_rating_is_held_back() -> None:
    assert two_sided.is_held(sent(9, None, None, None), VERSION)
    assert not two_sided.is_held(sent(None, None, None, None), VERSION)
    assert not two_sided.is_held(replace(sent(9, 9, 9, 9), state=State.EXPIRED), VERSION)
    assert not two_sided.is_held(replace(sent(9, 9, 9, 9), state=State.DECLINED), VERSION)


def test_only_ratings_are_asked() -> None:
    text = Question("why", Kind.TEXT, {"en": "Why?"})
    version = replace(VERSION, questions=(*VERSION.questions, text))
    assert two_sided.asked(version) == VERSION.questions


def test_it_is_shown_after_twelve_hours_or_in_time_for_the_session() -> None:
    assert two_sided.held_until(NOON, None) == NOON + HELD_AT_MOST
    assert two_sided.held_until(NOON, NOON + 40 * HOUR) == NOON + HELD_AT_MOST
    assert two_sided.held_until(NOON, NOON + 3 * HOUR) == NOON + 3 * HOUR
    assert two_sided.held_until(NOON, NOON - HOUR) == NOON
