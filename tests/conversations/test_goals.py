"""The life of a goal: the client words it, the therapist answers, the client has the last word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import goals as g
from conversations.goals import Goal, Rating, Stage, advance

NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
DAY = timedelta(days=1)


def goal(number: int = 1, stage: Stage = Stage.PROPOSED, *progress: int | None, **more: object) -> Goal:
    """Make a goal that was worded now and rated every 28 days from then on."""
    ratings = tuple(Rating(NOW + DAY * 28 * (at + 1), rated, 9) for at, rated in enumerate(progress))
    settled = None if stage in (Stage.PROPOSED, Stage.SUGGESTED) else NOW
    made = Goal(number, 7, "Sleep through the night", NOW, NOW, stage, None, settled, None, ratings)
    return replace(made, **more)  # type: ignore[arg-type]


def after(start: Goal, *turns: g.Turn) -> Goal:
    """Apply turns one after another; each must count."""
    for number, turn in enumerate(turns, start=1):
        moved = advance(start, turn, NOW + DAY * number)
        assert moved is not None, turn
        start = moved
    return start


# ---- wording ----


def test_a_goal_is_active_once_the_therapist_agrees() -> None:
    agreed = after(goal(), g.Agreed())
    assert (agreed.stage, agreed.words, agreed.agreed_at) == (Stage.ACTIVE, "Sleep through the night", NOW + DAY)
    assert agreed.is_active


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (g.SuggestionTaken(), "Sleep six hours"),
        (g.OwnKept(), "Sleep through the night"),
        (g.Reworded("Sleep most nights"), "Sleep most nights"),
    ],
)
def test_the_client_has_the_last_word_on_a_suggestion(answer: g.Turn, words: str) -> None:
    settled = after(goal(), g.Suggested("Sleep six hours"), answer)
    assert (settled.stage, settled.words) == (Stage.ACTIVE, words)


def test_nobody_settles_the_words_of_a_suggestion_but_the_client() -> None:
    waiting = after(goal(), g.Suggested("Sleep six hours"))
    assert not waiting.is_active
    assert advance(waiting, g.Agreed(), NOW) is None
    assert advance(waiting, g.Suggested("Other words"), NOW) is None


@pytest.mark.parametrize("words", ["", " ", "two\nlines", "x" * 201, " padded "])
def test_words_that_are_not_one_line_of_the_right_length_change_nothing(words: str) -> None:
    assert advance(goal(), g.Suggested(words), NOW) is None
    assert advance(goal(stage=Stage.SUGGESTED, suggestion="Sleep"), g.Reworded(words), NOW) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Sleep\n through\tthe night ", "Sleep through the night"),
        ("\u200b\u202e \n", ""),
        ("Schlafen 🌙", "Schlafen 🌙"),
    ],
)
def test_a_text_becomes_one_line_without_what_cannot_be_seen(text: str, line: str) -> None:
    assert g.one_line(text) == line


# ---- the end ----


@pytest.mark.parametrize(("turn", "stage"), [(g.Reached(), Stage.REACHED), (g.LetGo(), Stage.LET_GO)])
def test_an_active_goal_ends_in_one_turn_and_that_can_be_undone(turn: g.Turn, stage: Stage) -> None:
    ended = after(goal(stage=Stage.ACTIVE), turn)
    assert (ended.stage, ended.is_open) == (stage, False)
    assert after(ended, g.TakenUpAgain()).stage is Stage.ACTIVE


def test_a_goal_let_go_before_it_was_agreed_waits_again_where_it_waited() -> None:
    assert after(goal(), g.LetGo(), g.TakenUpAgain()).stage is Stage.PROPOSED
    assert after(goal(), g.Suggested("Sleep"), g.LetGo(), g.TakenUpAgain()).stage is Stage.SUGGESTED


def test_a_goal_that_is_still_being_worded_cannot_be_reached() -> None:
    assert advance(goal(), g.Reached(), NOW) is None


def test_progress_of_ten_twice_running_reaches_a_goal() -> None:
    assert not goal(1, Stage.ACTIVE, 8, 10).is_reached
    assert not goal(1, Stage.ACTIVE, 10, 8, 10).is_reached
    assert goal(1, Stage.ACTIVE, 8, 10, 10).is_reached
    assert goal(1, Stage.ACTIVE, 10, None, 10).is_reached  # a skip says nothing


def test_a_goal_reached_by_its_ratings_can_be_taken_up_again_and_starts_counting_anew() -> None:
    reached = goal(1, Stage.ACTIVE, 10, 10)
    again = advance(reached, g.TakenUpAgain(), NOW + DAY * 60)
    assert again is not None
    assert again.is_active
    more = replace(again, ratings=(*again.ratings, Rating(NOW + DAY * 90, 10), Rating(NOW + DAY * 120, 10)))
    assert more.is_reached


def test_the_therapist_rates_only_what_is_worked_on_and_within_the_scale() -> None:
    active = goal(stage=Stage.ACTIVE)
    assert after(active, g.AgreementRated(0), g.AgreementRated(10)).agree_t == 10
    assert [advance(active, g.AgreementRated(wrong), NOW) for wrong in (-1, 11)] == [None, None]
    assert advance(goal(), g.AgreementRated(8), NOW) is None


def test_a_fourth_open_goal_has_no_room() -> None:
    three = [goal(1, Stage.ACTIVE), goal(2), goal(3, Stage.SUGGESTED)]
    assert g.has_room(three[:2])
    assert not g.has_room(three)
    assert g.has_room([*three[:2], goal(3, Stage.ACTIVE, 10, 10), goal(4, Stage.LET_GO)])


TURNS = st.one_of(
    st.sampled_from(
        [g.Agreed(), g.SuggestionTaken(), g.OwnKept(), g.Reached(), g.LetGo(), g.TakenUpAgain(), g.Suggested("Sleep")]
    ),
    st.text(max_size=210).map(g.Reworded),
    st.integers(-2, 12).map(g.AgreementRated),
)


@given(st.lists(TURNS, max_size=30))
def test_whatever_is_said_in_any_order_the_words_fit_and_a_second_press_changes_nothing(turns: list[g.Turn]) -> None:
    one = goal()
    for number, turn in enumerate(turns, start=1):
        moved = advance(one, turn, NOW + DAY * number)
        if moved is None:
            continue
        assert moved.since >= one.since
        assert g.fits(moved.words)
        assert (moved.agreed_at is not None) or not moved.is_active
        assert advance(moved, turn, NOW + DAY * number) is None, turn
        one = moved


# ---- whose turn it is ----


def test_one_goal_is_asked_at_every_fourth_check_in() -> None:
    asked = [g.due_goal([goal(stage=Stage.ACTIVE)], completed) is not None for completed in range(12)]
    assert [number for number, is_asked in enumerate(asked, start=1) if is_asked] == [4, 8, 12]


def test_goals_take_turns_the_one_asked_longest_ago_first() -> None:
    never = goal(3, Stage.ACTIVE, proposed_at=NOW + DAY)
    long_ago, just_now = goal(1, Stage.ACTIVE, 5), goal(2, Stage.ACTIVE, 5, 6)
    assert g.due_goal([just_now, long_ago, never], 3) == never
    assert g.due_goal([just_now, long_ago], 3) == long_ago


def test_a_skipped_question_was_asked_all_the_same() -> None:
    skipped, earlier = goal(1, Stage.ACTIVE, 5, None), goal(2, Stage.ACTIVE, 5)
    assert g.due_goal([skipped, earlier], 3) == earlier


def test_only_goals_that_are_worked_on_are_asked_about() -> None:
    over = [
        goal(),
        goal(2, Stage.SUGGESTED),
        goal(3, Stage.REACHED),
        goal(4, Stage.LET_GO),
        goal(5, Stage.ACTIVE, 10, 10),
    ]
    assert g.due_goal(over, 3) is None


def test_a_goal_in_a_log_shows_neither_words_nor_ratings() -> None:
    shown = repr(goal(1, Stage.ACTIVE, 5, agree_t=8, suggestion="Sleep six hours"))
    assert "Sleep" not in shown
    assert "progress" not in shown
    assert "agree_t" not in shown
