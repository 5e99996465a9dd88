from dataclasses import FrozenInstanceError
from itertools import product

import pytest

from conversations.attachment import Lean, Reflection, reflect


def lean(*ratings: int) -> Lean:
    reflection = reflect(*ratings)
    assert reflection is not None
    return reflection.lean


def test_worry_and_distance_reach_from_minus_ten_to_ten() -> None:
    assert reflect(10, 0, 10, 0) == Reflection(worry=-10, distance=0, lean=Lean.MIXED)
    assert reflect(0, 10, 0, 10) == Reflection(worry=10, distance=0, lean=Lean.MIXED)
    assert reflect(10, 10, 0, 0) == Reflection(worry=0, distance=-10, lean=Lean.MIXED)
    assert reflect(0, 0, 10, 10) == Reflection(worry=0, distance=10, lean=Lean.MIXED)


@pytest.mark.parametrize("place", range(4))
def test_all_four_stories_are_needed(place: int) -> None:
    ratings: list[int | None] = [9, 1, 1, 1]
    ratings[place] = None

    assert reflect(*ratings) is None


@pytest.mark.parametrize("place", range(4))
def test_a_story_leads_from_six_and_two_ahead_of_the_second(place: int) -> None:
    story = [Lean.STEADY, Lean.CLOSENESS, Lean.SPACE, Lean.PUSH_PULL][place]

    def rated(top: int, second: int) -> Lean:
        ratings = [second] * 4
        ratings[place] = top
        return lean(*ratings)

    assert rated(6, 4) is story
    assert rated(10, 8) is story
    assert rated(5, 0) is Lean.MIXED
    assert rated(6, 5) is Lean.MIXED
    assert rated(10, 10) is Lean.MIXED


def test_only_the_second_counts_and_not_the_others() -> None:
    assert lean(8, 7, 0, 0) is Lean.MIXED
    assert lean(0, 6, 8, 1) is Lean.SPACE


def test_zero_is_a_rating_and_not_a_skip() -> None:
    assert reflect(0, 0, 0, 0) == Reflection(0, 0, Lean.MIXED)


def test_the_same_rating_for_every_story_says_nothing() -> None:
    assert all(reflect(same, same, same, same) == Reflection(0, 0, Lean.MIXED) for same in range(11))


def test_scores_stay_in_range_whatever_the_ratings() -> None:
    for ratings in product((0, 3, 7, 10), repeat=4):
        reflection = reflect(*ratings)
        assert reflection is not None
        assert -10 <= reflection.worry <= 10
        assert -10 <= reflection.distance <= 10


def test_leans_are_stored_by_these_names() -> None:
    assert [*Lean] == ["steady", "closeness", "space", "push_pull", "mixed"]


def test_a_reflection_is_frozen_and_small() -> None:
    reflection = Reflection(0, 0, Lean.MIXED)

    assert not hasattr(reflection, "__dict__")
    with pytest.raises(FrozenInstanceError):
        reflection.lean = Lean.SPACE  # type: ignore[misc]  # that is the point
