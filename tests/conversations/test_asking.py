"""Follow-ups: when one comes, which one, and that it stays the same whatever happens in between."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice import BUILT_IN
from conversations import events as ev
from conversations.answers import values_of
from conversations.asking import extra_of, questions_of
from conversations.events import Effect, Refusal
from conversations.model import CheckIn, Kind, Past, QuestionSetVersion, State, Step
from conversations.question_sets import read_file, read_question_set
from conversations.show_if import holds
from tests.conversations.stories import IDS, NOON, TERMS, Story, with_terms

SET: QuestionSetVersion = read_question_set(read_file(BUILT_IN.read_bytes()), 3)
POOL = tuple(one.question.id for one in SET.follow_ups)
WITH_POOL = replace(TERMS, version=SET)
ratings = st.tuples(*[st.one_of(st.none(), st.integers(0, 10))] * 4)


def chosen(answers: tuple[int | None, ...], *asked: str, completed: int = 0) -> str | None:
    """Choose the follow-up of a check-in whose own questions are answered."""
    given_ = dict(zip(IDS, answers, strict=True))
    check_in = CheckIn(1, 2, 3, NOON, answers=given_, past=Past(completed=completed, asked=asked))
    extra = extra_of(check_in, WITH_POOL)
    assert len(extra) <= 1
    return extra[0] if extra else None


def story(completed: int = 0, *asked: str) -> Story:
    return Story(replace(WITH_POOL, past=Past(completed=completed, asked=asked)))


# ---- which one ----


@pytest.mark.parametrize(
    ("answers", "follow_up"),
    [
        ((8, 0, 8, 0), None),
        ((7, 9, 9, 9), "listening"),
        ((0, 9, 9, 9), "listening"),
        ((9, 9, 7, 9), "structure"),
        ((7, 9, 7, 9), "listening"),
        ((None, 9, None, 9), None),
    ],
)
def test_bond_or_tasks_at_seven_or_less_bring_one_unbidden(answers: tuple[int, ...], follow_up: str | None) -> None:
    assert chosen(answers) == follow_up


@pytest.mark.parametrize(("completed", "comes"), [(0, False), (1, False), (2, True), (3, False), (5, True), (8, True)])
def test_otherwise_one_comes_in_turn_at_every_third_check_in(completed: int, comes: bool) -> None:
    assert (chosen((9, 9, 9, 9), completed=completed) is not None) is comes


def test_the_one_asked_longest_ago_comes_and_those_never_asked_before_it_in_their_order() -> None:
    assert chosen((9, 9, 9, 9), completed=2) == "listening"
    assert chosen((9, 9, 9, 9), "listening", completed=2) == "openness"
    assert chosen((9, 9, 9, 9), *reversed(POOL), completed=2) == "milestone"
    assert chosen((5, 9, 5, 9), "openness", "structure", "listening", "empathy") == "openness"


def test_a_triggered_one_beats_the_turn() -> None:
    assert chosen((9, 9, 5, 9), "structure", completed=2) == "structure"


@pytest.mark.parametrize(("overall", "comes"), [(8, True), (10, True), (7, False), (None, False)])
def test_a_small_win_is_asked_for_only_after_a_useful_session(overall: int | None, comes: bool) -> None:
    others = tuple(name for name in POOL if name != "milestone")
    assert (chosen((9, 9, 9, overall), *others, completed=2) == "milestone") is comes


@given(ratings, st.lists(st.sampled_from(POOL), unique=True), st.integers(0, 40))
def test_at_most_one_comes_and_only_one_that_is_allowed_now(
    answers: tuple[int | None, ...], asked: list[str], completed: int
) -> None:
    name = chosen(answers, *asked, completed=completed)
    values = values_of(SET.questions, dict(zip(IDS, answers, strict=True)), {})
    pool = {one.question.id: one for one in SET.follow_ups}
    if name is None:
        assert completed % 3 != 2
        assert not any(one.trigger and holds(one.trigger, values, {}) for one in pool.values())
    else:
        needs, trigger = pool[name].needs, pool[name].trigger
        assert holds(needs, values, {})
        assert completed % 3 == 2 or (trigger is not None and holds(trigger, values, {}))


@given(st.lists(st.tuples(*[st.integers(8, 10)] * 4), min_size=36, max_size=60))
def test_the_turn_is_fair(weeks: list[tuple[int, ...]]) -> None:
    asked: list[str] = []
    for number, answers in enumerate(weeks):
        latest = tuple(sorted(set(asked), key=lambda name: len(asked) - asked[::-1].index(name)))
        if name := chosen(answers, *latest, completed=number):
            asked.append(name)
    assert tuple(asked[:6]) == POOL
    assert tuple(asked[6:12]) == POOL


# ---- in the conversation ----


def test_without_a_follow_up_six_presses_are_the_shortest_way() -> None:
    told = story().answered(9, 8, 8, 10)
    assert told.step() is Step.REVIEW
    assert told.do(ev.Sent()).effects == (Effect.FORWARD_SUMMARY,)


def test_a_follow_up_is_the_fifth_question_and_the_review_comes_after_it() -> None:
    told = story().answered(6, 9, 9, 9)
    assert (told.step(), told.check_in.position, told.asked) == (Step.QUESTION, 4, "listening")
    assert len(questions_of(told.check_in, told.terms)) == 5
    told.do(ev.Answered(4, 3))
    assert told.step() is Step.REVIEW
    assert told.check_in.answers["listening"] == 3


def test_the_choice_stands_from_the_review_on() -> None:
    told = story().answered(9, 9, 9, 9)
    told.do(ev.ChangeAsked())
    told.do(ev.QuestionChosen(0))
    told.do(ev.Answered(0, 2))
    assert (told.step(), told.check_in.extra) == (Step.REVIEW, ())


def test_an_answer_changed_before_the_follow_up_was_answered_chooses_anew() -> None:
    told = story().answered(9, 9, 6, 9)
    assert told.asked == "structure"
    told.do(ev.WentBack(4))
    told.do(ev.WentBack(3))
    told.do(ev.Answered(2, 9))
    told.do(ev.Answered(3, 9))
    assert (told.step(), told.check_in.extra) == (Step.REVIEW, ())


def test_who_leaves_at_the_follow_up_comes_back_to_it() -> None:
    told = story().answered(6, 9, 9, 9)
    told.do(ev.Left())
    told.do(ev.Started())
    assert told.asked == "listening"


def test_a_choice_takes_only_its_options() -> None:
    told = story().answered(9, 9, 6, 9)
    told.refused(ev.Answered(4, 4))
    told.do(ev.Typed("2"))
    assert (told.asked, told.check_in.answers.get("structure")) == ("structure", None)
    told.do(ev.Answered(4, 3))
    assert (told.step(), told.check_in.answers["structure"]) == (Step.REVIEW, 3)


def test_a_follow_up_can_be_changed_in_the_review() -> None:
    told = story().answered(6, 9, 9, 9)
    told.do(ev.Answered(4, 3))
    told.do(ev.ChangeAsked())
    told.do(ev.QuestionChosen(4))
    told.do(ev.Answered(4, 9))
    assert (told.step(), told.check_in.answers["listening"]) == (Step.REVIEW, 9)


def test_with_no_take_back_time_the_follow_up_sends() -> None:
    told = Story(replace(WITH_POOL, take_back=NOON - NOON)).answered(6, 9, 9, 9)
    assert told.state() is State.OPEN
    assert told.do(ev.Answered(4, 8)).effects == (Effect.FORWARD_SUMMARY,)


# ---- in words ----


def winning() -> Story:
    told = story(2, *(name for name in POOL if name != "milestone")).answered(9, 9, 9, 9)
    assert told.asked == "milestone"
    return told


def test_a_small_win_is_kept_in_words_and_is_gone_from_the_chat() -> None:
    told = winning()
    assert told.do(ev.Typed("  I called my sister ")).effects == (Effect.CHECK_RISK, Effect.DELETE_TEXT)
    assert (told.step(), dict(told.check_in.words)) == (Step.REVIEW, {"milestone": "I called my sister"})
    assert "milestone" not in told.check_in.answers
    assert "sister" not in repr(told.check_in)


def test_digits_are_words_too_where_words_are_asked_for() -> None:
    told = winning()
    told.do(ev.Typed("10"))
    assert told.check_in.words == {"milestone": "10"}


def test_not_today_is_an_answer_and_takes_words_back() -> None:
    told = winning()
    told.do(ev.Typed("I slept"))
    told.do(ev.ChangeAsked())
    told.do(ev.QuestionChosen(4))
    told.do(ev.Answered(4, None))
    assert (dict(told.check_in.words), told.check_in.answers["milestone"]) == ({}, None)
    told.do(ev.ChangeAsked())
    told.do(ev.QuestionChosen(4))
    told.do(ev.Typed("I did sleep"))
    assert "milestone" not in told.check_in.answers


def test_words_that_are_too_long_are_refused_but_looked_at_for_danger() -> None:
    told = winning()
    outcome = told.do(ev.Typed("x" * 1001))
    assert (outcome.refusal, outcome.effects) == (Refusal.NOTE_TOO_LONG, (Effect.CHECK_RISK,))
    assert told.asked == "milestone"
    assert told.do(ev.Typed("x" * 1000)).refusal is None


def test_a_rating_is_no_answer_to_a_question_in_words() -> None:
    winning().refused(ev.Answered(4, 9))


def test_nothing_of_the_words_stays_when_nothing_is_sent_but_the_turn_goes_on() -> None:
    told = winning()
    told.do(ev.Typed("I slept"))
    told.do(ev.NotSent())
    assert (dict(told.check_in.words), told.check_in.extra) == ({}, ("milestone",))


def test_words_alone_are_something_for_the_therapist() -> None:
    told = winning()
    only = replace(told.check_in, answers=dict.fromkeys(IDS), words={"milestone": "I slept"})
    assert only.answered
    assert only.shares


def test_every_kind_of_the_pool_can_be_asked() -> None:
    assert {one.question.kind for one in SET.follow_ups} == {Kind.RATING, Kind.CHOICE, Kind.TEXT}
    assert with_terms().version.follow_ups == ()
