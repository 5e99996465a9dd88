from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.alliance import flags, replay
from conversations.flag import Flag
from conversations.milestones import Kind, Milestone, milestones, of_check_in, repair_line
from conversations.model import CheckIn, Past, State
from tests.conversations.stories import IDS, NOON

DONE = CheckIn(id=1, episode_id=2, session_id=3, due_at=NOON, state=State.COMPLETED)
ratings = st.tuples(*[st.one_of(st.none(), st.integers(0, 10))] * 4)
weeks = st.one_of(st.none(), ratings, st.tuples(*[st.integers(8, 10)] * 4), st.tuples(*[st.integers(4, 7)] * 4))


def kinds(check_in: CheckIn) -> list[Kind]:
    return [one.kind for one in of_check_in(check_in)]


@pytest.mark.parametrize(("number", "kind"), [(1, Kind.FIRST), (5, Kind.COUNT), (10, Kind.COUNT), (25, Kind.COUNT)])
def test_the_first_and_every_fifth_check_in_count(number: int, kind: Kind) -> None:
    assert of_check_in(replace(DONE, past=Past(completed=number - 1))) == (Milestone(kind, number),)


@pytest.mark.parametrize("number", [2, 3, 4, 6, 9, 11, 24])
def test_the_others_do_not(number: int) -> None:
    assert of_check_in(replace(DONE, past=Past(completed=number - 1))) == ()


def test_only_a_completed_check_in_can_bring_one() -> None:
    for state in State:
        assert bool(of_check_in(replace(DONE, state=state))) == (state is State.COMPLETED)


def test_a_small_win_in_words_is_one_and_not_today_is_none() -> None:
    second = replace(DONE, past=Past(completed=1))
    assert kinds(replace(second, words={"milestone": "I slept"})) == [Kind.WIN]
    assert kinds(replace(second, answers={"milestone": None})) == []


def test_of_several_the_rarest_comes_first() -> None:
    assert [one.kind for one in milestones(5, repaired=True, won=True)] == [Kind.REPAIRED, Kind.WIN, Kind.COUNT]


@given(st.lists(weeks, max_size=14), st.tuples(*[st.integers(0, 10)] * 4))
def test_ratings_are_back_for_the_client_exactly_when_the_therapist_is_told_so(
    before: list[tuple[int | None, ...] | None], now: tuple[int, ...]
) -> None:
    past = Past(completed=1, repair_line=repair_line(replay(before)[0]))
    answered = replace(DONE, past=past, answers=dict(zip(IDS, now, strict=True)))
    assert (Kind.REPAIRED in kinds(answered)) == (Flag.REPAIRED in flags([*before, now])[-1])


def test_the_line_itself_counts_as_back() -> None:
    past = Past(completed=1, repair_line=8.5)
    assert kinds(replace(DONE, past=past, answers=dict(zip(IDS, (9, 8, 9, 8), strict=True)))) == [Kind.REPAIRED]
    assert kinds(replace(DONE, past=past, answers=dict(zip(IDS, (9, 8, 8, 8), strict=True)))) == []


def test_a_check_in_mostly_skipped_brings_nothing_back() -> None:
    past = Past(completed=1, repair_line=8.5)
    assert kinds(replace(DONE, past=past, answers={"bond": 10, "goals": 10, "tasks": None, "overall": None})) == []
    assert kinds(replace(DONE, past=past, answers={"bond": 10, "goals": 10, "tasks": 10})) == [Kind.REPAIRED]
