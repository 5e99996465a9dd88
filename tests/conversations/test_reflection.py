"""The way through the four stories, step by step, and then with anything happening in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import reflection as ev
from conversations.attachment import Lean
from conversations.reflection import (
    AGAIN_AFTER,
    ASK,
    OUTCOME,
    STORIES,
    Effect,
    Event,
    Outcome,
    Refusal,
    State,
    Stories,
    advance,
    begin,
)

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)


def started(seed: int = 7) -> Stories:
    return begin(1, 2, seed, NOW)


def after(stories: Stories, *events: Event) -> Stories:
    for event in events:
        outcome = advance(stories, event, NOW)
        assert outcome.refusal is None, event
        stories = outcome.stories
    return stories


def rated(stories: Stories, **ratings: int | None) -> Stories:
    """Rate every story in this client's order; those not named get 3."""
    return after(stories, *(ev.Rated(story, ratings.get(story, 3)) for story in stories.order))


def at_outcome(**ratings: int | None) -> Stories:
    return after(rated(started(), **ratings), ev.Passed())


def test_each_of_the_24_orders_comes_up_and_each_has_every_story_once() -> None:
    orders = {started(seed).order for seed in range(24)}
    assert len(orders) == 24
    assert all(sorted(order) == sorted(STORIES) for order in orders)
    assert started(5).order == started(29).order


def test_the_way_leads_through_the_stories_and_the_question_to_the_outcome() -> None:
    stories = started()
    assert stories.places == (*stories.order, ASK, OUTCOME)
    assert rated(stories).place == ASK
    assert at_outcome().place == OUTCOME


def test_back_leads_through_all_of_it_and_a_story_can_be_rated_anew() -> None:
    stories = at_outcome(steady=9)
    for place in reversed(stories.places[1:]):
        stories = after(stories, ev.WentBack(place))
    assert (stories.position, stories.ratings["steady"]) == (0, 9)
    first = stories.place
    assert advance(stories, ev.WentBack(first), NOW).refusal is Refusal.STALE
    assert after(stories, ev.Rated(first, 1)).ratings[first] == 1


def test_a_press_on_a_place_that_is_left_changes_nothing() -> None:
    stories = started()
    moved = after(stories, ev.Rated(stories.order[0], 4))
    for late in (ev.Rated(stories.order[0], 9), ev.WentBack(stories.order[0]), ev.Passed(), ev.Shared()):
        assert advance(moved, late, NOW) == Outcome(moved, refusal=Refusal.STALE)


@pytest.mark.parametrize(("place", "rating"), [("steady", 11), ("steady", -1), (ASK, 5), (OUTCOME, 5), ("bond", 5)])
def test_what_is_no_answer_to_a_story_is_refused(place: str, rating: int) -> None:
    for stories in (started(), rated(started()), at_outcome()):
        assert advance(stories, ev.Rated(place, rating), NOW).refusal is Refusal.STALE


def test_words_are_checked_kept_and_taken_from_the_chat() -> None:
    outcome = advance(rated(started()), ev.Typed("  a plan  "), NOW)
    assert (outcome.stories.words, outcome.stories.place) == ("a plan", OUTCOME)
    assert set(outcome.effects) == {Effect.CHECK_RISK, Effect.DELETE_TEXT}
    anew = after(outcome.stories, ev.WentBack(OUTCOME), ev.Typed("no surprises"))
    assert anew.words == "no surprises"
    assert after(outcome.stories, ev.WentBack(OUTCOME), ev.Passed()).words == "a plan"


def test_words_that_are_too_long_are_checked_and_not_kept() -> None:
    stories = rated(started())
    assert advance(stories, ev.Typed("x" * 1001), NOW) == Outcome(stories, (Effect.CHECK_RISK,), Refusal.TOO_LONG)


@pytest.mark.parametrize(("text", "rating"), [("7", 7), (" 10 ", 10), ("0", 0)])
def test_a_typed_number_rates_the_open_story(text: str, rating: int) -> None:
    stories = started()
    assert after(stories, ev.Typed(text)).ratings == {stories.order[0]: rating}


@pytest.mark.parametrize("text", ["11", "-1", "7.5", "maybe", "٣", ""])
def test_any_other_text_is_checked_and_not_kept(text: str) -> None:
    for stories in (started(), at_outcome(), after(started(), ev.Left())):
        assert advance(stories, ev.Typed(text), NOW) == Outcome(stories, (Effect.CHECK_RISK,), Refusal.NOT_TAKEN)


def test_who_leaves_finds_everything_as_it_was() -> None:
    half = after(started(), ev.Rated(started().place, 8))
    assert after(half, ev.Left(), ev.WentOn()) == half
    assert advance(after(half, ev.Left()), ev.Left(), NOW).refusal is Refusal.STALE
    assert advance(half, ev.WentOn(), NOW).refusal is Refusal.STALE


def test_the_outcome_is_a_lean_only_where_one_story_stands_out_and_all_are_rated() -> None:
    found = at_outcome(space=8).outcome
    assert found is not None
    assert found.lean is Lean.SPACE
    mixed = at_outcome().outcome
    assert mixed is not None
    assert mixed.lean is Lean.MIXED
    assert at_outcome(space=None).outcome is None


def test_shared_once_the_therapist_is_told_once() -> None:
    outcome = advance(at_outcome(), ev.Shared(), NOW)
    assert (outcome.stories.state, outcome.effects) == (State.SHARED, (Effect.TELL_THERAPIST,))
    for again in (ev.Shared(), ev.KeptPrivate()):
        assert advance(outcome.stories, again, NOW) == Outcome(outcome.stories, refusal=Refusal.SHARED)


def test_what_was_kept_private_can_be_shared_later_and_the_wait_counts_from_the_first_choice() -> None:
    private = after(at_outcome(), ev.KeptPrivate())
    shared = advance(private, ev.Shared(), NOW + timedelta(days=40)).stories
    assert shared.again_at == NOW + AGAIN_AFTER
    assert at_outcome().again_at is None


def test_without_all_four_there_is_nothing_to_share_but_words() -> None:
    assert advance(at_outcome(space=None), ev.Shared(), NOW).refusal is Refusal.NOTHING_TO_SHARE
    worded = after(rated(started(), space=None), ev.Typed("time"))
    assert advance(worded, ev.Shared(), NOW).refusal is None


def test_deleted_means_that_nothing_is_left() -> None:
    for stories in (
        at_outcome(),
        after(at_outcome(), ev.Shared()),
        after(at_outcome(), ev.KeptPrivate()),
        after(started(), ev.Rated(started().place, 1), ev.Left()),
    ):
        outcome = advance(stories, ev.Deleted(), NOW)
        assert (outcome.effects, outcome.stories.ratings, outcome.stories.words) == ((Effect.FORGET,), {}, "")
    assert advance(started(), ev.Deleted(), NOW).refusal is Refusal.STALE


def test_nothing_private_shows_in_a_repr() -> None:
    worded = after(rated(started(), space=9), ev.Typed("my secret"))
    assert "secret" not in repr(worded) + repr(ev.Typed("my secret"))
    assert "9" not in repr(replace(worded, id=1, episode_id=2, started_at=NOW.replace(year=2000)))


places = st.sampled_from([*STORIES, ASK, OUTCOME, "bond", ""])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(ev.Rated, places, st.one_of(st.none(), st.integers(-1, 11))),
    st.builds(ev.WentBack, places),
    st.builds(ev.Typed, st.one_of(st.sampled_from(["7", "11", "x" * 1001, "kill"]), st.text(max_size=8))),
    st.sampled_from([ev.Passed(), ev.Left(), ev.WentOn(), ev.Shared(), ev.KeptPrivate(), ev.Deleted()]),
)


def fitting(stories: Stories, rating: int) -> Event:
    """Give an event that leads on, so that a run gets further than chance would."""
    if stories.state is State.LEFT:
        return ev.WentOn()
    if stories.place in STORIES:
        return ev.Rated(stories.place, rating)
    return ev.Passed() if stories.place == ASK else ev.KeptPrivate()


@given(seed=st.integers(0, 2**63), run=st.lists(st.one_of(events, st.integers(0, 10)), max_size=30))
def test_whatever_happens_in_any_order(seed: int, run: list[Event | int]) -> None:
    stories, told, now = started(seed), 0, NOW
    for thing in run:
        now += timedelta(minutes=1)
        event = fitting(stories, thing) if isinstance(thing, int) else thing
        outcome = advance(stories, event, now)
        assert outcome == advance(stories, event, now), "the same must come of the same"
        if outcome.refusal is not None:
            assert outcome.stories == stories
        told += Effect.TELL_THERAPIST in outcome.effects
        if Effect.FORGET in outcome.effects:
            assert stories.state is not State.OPEN or stories.place == OUTCOME
            break
        assert outcome.stories.order == stories.order, "the order is each client's own, for good"
        stories = outcome.stories
        assert 0 <= stories.position < len(stories.places)
        assert all(rating is None or 0 <= rating <= 10 for rating in stories.ratings.values())
        assert set(stories.order[: stories.position]) <= set(stories.ratings)
        assert (stories.closed_at is not None) == (stories.state in (State.PRIVATE, State.SHARED))
        assert told == (stories.state is State.SHARED)
