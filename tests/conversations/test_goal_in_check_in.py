"""A goal in the check-in: in place of the follow-up, its words with the questions, and the good news it may bring."""

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import conversations
from conversations import events as ev
from conversations.asking import questions_of
from conversations.continuity import Given
from conversations.goal_findings import ask
from conversations.goals import GOAL_AGREE, GOAL_PROGRESS, Stage
from conversations.milestones import Kind, of_check_in
from conversations.model import AskedGoal, FollowUp, Past, Question, State
from conversations.model import Kind as Sort
from conversations.question_sets import read_question_set
from conversations.reports import goal_said, summary
from conversations.show_if import Comparator, Comparison
from tests.conversations.stories import NOON, TERMS, VERSION, Story
from tests.conversations.test_goals import DAY, goal

LIBRARY = Path(conversations.__file__).parent / "library" / "goal_agreement.yaml"
ABOUT_GOALS = read_question_set(YAML(typ="safe").load(LIBRARY.read_text(encoding="utf-8")), 0).questions
WORDS = "Sleep through {every} night"
GOAL = AskedGoal(1, WORDS)
ASKING = replace(TERMS, goal=GOAL, about_goals=ABOUT_GOALS, past=Past(completed=3))


def test_the_library_asks_what_is_stored_and_in_every_language() -> None:
    assert [question.id for question in ABOUT_GOALS] == [GOAL_PROGRESS, GOAL_AGREE]
    assert all({"en", "es", "de"} <= set(question.text) for question in ABOUT_GOALS)


def test_the_two_questions_come_last_with_the_words_of_the_goal_and_are_counted_from_the_start() -> None:
    story = Story(ASKING).started()
    asked = questions_of(story.check_in, ASKING)
    assert [question.id for question in asked] == ["bond", "goals", "tasks", "overall", GOAL_PROGRESS, GOAL_AGREE]
    assert all(WORDS in text for question in asked[4:] for text in question.text.values())
    for position in range(4):
        story.do(ev.Answered(position, 9))
    assert story.asked == GOAL_PROGRESS
    story.do(ev.Answered(4, 6))
    story.do(ev.WentBack(5))
    story.do(ev.Answered(4, 7))
    story.do(ev.Answered(5, None))
    assert story.check_in.answers == dict.fromkeys(("bond", "goals", "tasks", "overall"), 9) | {
        GOAL_PROGRESS: 7,
        GOAL_AGREE: None,
    }
    story.do(ev.Sent())
    assert story.state() is State.COMPLETED


def test_a_goal_takes_the_place_of_a_follow_up_even_of_one_that_would_come_unbidden() -> None:
    listening = FollowUp(
        Question("listening", Sort.RATING, {"en": "?"}), trigger=Comparison("bond", Comparator.AT_MOST, 7)
    )
    terms = replace(ASKING, version=replace(VERSION, follow_ups=(listening,)))
    story = Story(terms).answered(2, 9, 9, 9)
    assert story.asked == GOAL_PROGRESS
    story = Story(replace(terms, goal=None)).answered(2, 9, 9, 9)
    assert story.asked == "listening"


def test_the_goal_is_fixed_when_the_check_in_is_prompted() -> None:
    story = Story(ASKING).started()
    story.terms = replace(ASKING, goal=AskedGoal(2, "Another"))
    story.do(ev.Answered(0, 9))
    assert story.check_in.goal == GOAL


def test_a_declined_check_in_keeps_no_rating_of_the_goal() -> None:
    story = Story(ASKING).answered(9, 9, 9, 9, 5, 5)
    story.do(ev.NotSent())
    assert story.check_in.answers == {}


# ---- what is asked about, and what would be good news ----


def test_at_the_fourth_check_in_a_goal_is_asked_about() -> None:
    active = goal(1, Stage.ACTIVE)
    assert ask([active], Past(completed=2), NOON) == (None, Past(completed=2))
    assert ask([active], Past(completed=3), NOON)[0] == AskedGoal(1, active.words)
    assert ask([], Past(completed=3), NOON) == (None, Past(completed=3))


@pytest.mark.parametrize(
    ("progress", "moves_at", "reached_at"),
    [
        ((), None, None),
        ((4,), 7, None),
        ((4, 5), 7, None),
        ((4, 7), None, None),  # was said already
        ((8, 10), None, 10),
        ((7, 10), None, 10),
        ((9,), None, None),
    ],
)
def test_from_which_progress_on_a_rating_is_good_news(
    progress: tuple[int, ...], moves_at: int | None, reached_at: int | None
) -> None:
    _, past = ask([goal(1, Stage.ACTIVE, *progress)], Past(completed=3), NOON + DAY * 400)
    assert (past.goal_moves_at, past.goal_reached_at) == (moves_at, reached_at)


@pytest.mark.parametrize(
    ("progress", "kind"), [(6, None), (7, Kind.GOAL_MOVED), (9, Kind.GOAL_MOVED), (10, Kind.GOAL_REACHED), (None, None)]
)
def test_a_check_in_that_was_sent_brings_the_milestone_of_its_goal(progress: int | None, kind: Kind | None) -> None:
    past = Past(completed=3, goal_moves_at=7, goal_reached_at=10)
    story = Story(replace(ASKING, past=past)).answered(9, 9, 9, 9, progress, 9)
    assert of_check_in(story.check_in) == ()
    story.do(ev.Sent())
    assert [one.kind for one in of_check_in(story.check_in)] == ([kind] if kind else [])


# ---- what the therapist is told ----


def test_a_summary_tells_what_was_said_of_the_goal_apart_from_the_session() -> None:
    story = Story(ASKING).answered(9, 9, 9, 9, 7, 4)
    story.do(ev.Sent())
    ratings = replace(goal(1, Stage.ACTIVE, 4), agree_t=8).ratings
    now = replace(ratings[0], at=NOON, progress=7, agree=4)
    mine = replace(goal(1, Stage.ACTIVE), agree_t=8, ratings=(replace(ratings[0], at=NOON - DAY), now))
    later = replace(mine, ratings=(*mine.ratings, replace(now, at=NOON + DAY, progress=0)))
    told = summary(
        story.check_in,
        ASKING,
        [Given(dict(story.check_in.answers), ASKING.version)],
        "K-17",
        NOON.date(),
        None,
        [later],
    )
    assert [item.question.id for item in told.items] == ["bond", "goals", "tasks", "overall"]
    assert told.goal is not None
    assert (told.goal.progress, told.goal.change, told.goal.agree) == (7, 3, 4)
    assert [found.flag.value for found in told.goal.findings] == ["GOAL_MISMATCH", "GOAL_GAP"]
    assert [one.ids for one in told.goal.news.moved] == [(1,)]


def test_nothing_is_told_of_a_goal_whose_questions_were_skipped() -> None:
    story = Story(ASKING).answered(9, 9, 9, 9, None, None)
    assert goal_said(story.check_in, [goal(1, Stage.ACTIVE)]) is None
