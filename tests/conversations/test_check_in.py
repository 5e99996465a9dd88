"""The prompt and the questions. The review, words, time and chance have files of their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import events as ev
from conversations.events import Effect, Event, Refusal
from conversations.model import State, Step
from conversations.schedule import Later
from tests.conversations.stories import NOON, VERSION, Story, with_terms

NOT_YET: list[Event] = [ev.Started(), ev.Answered(0, 5), ev.Typed("5"), ev.Skipped(), ev.Sent(), ev.LaterAsked()]
SHORTEST: list[Event] = [ev.Started(), *(ev.Answered(position, 9) for position in range(4)), ev.Sent()]

# ---- the prompt ----


def test_start_shows_the_first_question() -> None:
    story = Story().started()

    assert (story.state(), story.step(), story.asked) == (State.OPEN, Step.QUESTION, "bond")
    assert story.check_in.started_at == NOON


def test_start_pressed_twice_changes_nothing() -> None:
    Story().started().refused(ev.Started())


def test_a_prompted_check_in_keeps_the_version_it_was_asked_with() -> None:
    assert Story().check_in.version_id is None
    assert Story().prompted().check_in.version_id == VERSION.id


def test_nothing_can_be_pressed_before_the_prompt() -> None:
    story = Story()
    for event in NOT_YET:
        story.refused(event, Refusal.CLOSED)


@pytest.mark.parametrize(
    ("choice", "hours"),
    [(Later.HOUR, 1), (Later.TONIGHT, 7), (Later.TOMORROW, 21)],  # 13:00, 19:00, 9:00 the day after
)
def test_later_replaces_the_reminder(choice: Later, hours: int) -> None:
    story = Story().prompted()
    assert story.check_in.reminder_at == NOON + timedelta(hours=24)
    story.do(ev.LaterAsked())
    assert story.step() is Step.LATER
    story.do(ev.Snoozed(choice))

    assert story.step() is Step.SNOOZED
    assert story.check_in.reminder_at == NOON + timedelta(hours=hours)
    assert story.wait(hours=hours).effects == (Effect.SEND_REMINDER,)
    assert story.step() is Step.PROMPT
    assert story.check_in.reminder_at is None


def test_later_can_be_chosen_again() -> None:
    story = Story().prompted()
    for choice in (Later.TOMORROW, Later.HOUR):
        story.do(ev.LaterAsked())
        assert story.do(ev.Snoozed(choice)).refusal is None
    assert story.check_in.reminder_at == NOON + timedelta(hours=1)


def test_later_is_refused_twice_in_a_row_and_in_the_middle() -> None:
    story = Story().prompted()
    story.do(ev.LaterAsked())
    story.refused(ev.LaterAsked())
    Story().started().refused(ev.LaterAsked())


def test_a_time_that_is_not_offered_is_refused() -> None:
    story = Story(with_terms(next_session_at=NOON + timedelta(hours=14))).prompted()  # closes at 14:00
    story.do(ev.LaterAsked())
    story.refused(ev.Snoozed(Later.TOMORROW))
    Story().prompted().refused(ev.Snoozed(Later.HOUR))


def test_start_works_from_later_and_after_it() -> None:
    story = Story().prompted()
    story.do(ev.LaterAsked())
    story.do(ev.Started())
    assert story.asked == "bond"

    story = Story().prompted()
    story.do(ev.LaterAsked())
    story.do(ev.Snoozed(Later.HOUR))
    story.do(ev.Started())
    assert story.asked == "bond"


def test_skip_this_one_declines_and_nothing_is_passed_on() -> None:
    story = Story().prompted()
    assert story.do(ev.Skipped()).effects == (Effect.FORGET_ANSWERS,)

    assert story.state() is State.DECLINED
    assert story.check_in.closed_at == NOON
    assert story.check_in.next_at is None
    story.refused(ev.Skipped(), Refusal.CLOSED)
    story.refused(ev.Started(), Refusal.CLOSED)


def test_skip_this_one_is_not_for_the_middle_of_the_questions() -> None:
    Story().started().refused(ev.Skipped())


# ---- the questions ----


def test_the_shortest_path_is_six_presses() -> None:
    story = Story().prompted()
    for event in SHORTEST:
        assert story.do(event).refusal is None
    assert story.state() is State.COMPLETED
    assert story.effects == [Effect.SEND_PROMPT, Effect.FORWARD_SUMMARY]


def test_each_answer_shows_the_next_question() -> None:
    story = Story().answered(9)
    assert story.asked == "goals"
    assert story.check_in.answers == {"bond": 9}


def test_the_last_answer_shows_the_review() -> None:
    assert Story().reviewed().step() is Step.REVIEW


@pytest.mark.parametrize("rating", [-1, 11, 999])
def test_a_rating_the_question_does_not_take_is_refused(rating: int) -> None:
    Story().started().refused(ev.Answered(0, rating))


@pytest.mark.parametrize("rating", [0, 10])
def test_both_ends_of_the_scale_are_answers(rating: int) -> None:
    assert Story().answered(rating).check_in.answers == {"bond": rating}


def test_a_double_press_answers_once() -> None:
    story = Story().answered(9)
    story.refused(ev.Answered(0, 9))
    story.refused(ev.Answered(0, 2))
    assert story.check_in.answers == {"bond": 9}


def test_an_answer_to_a_question_not_yet_shown_is_refused() -> None:
    Story().started().refused(ev.Answered(2, 5))
    Story().prompted().refused(ev.Answered(0, 5))


def test_a_skipped_question_is_no_answer_but_is_passed() -> None:
    story = Story().answered(None)
    assert story.asked == "goals"
    assert story.check_in.answers == {"bond": None}
    assert not story.check_in.answered


def test_a_question_that_must_be_answered_cannot_be_skipped() -> None:
    firm = replace(VERSION, questions=(replace(VERSION.questions[0], skippable=False), *VERSION.questions[1:]))
    Story(with_terms(version=firm)).started().refused(ev.Answered(0, None))


def test_back_keeps_the_answer_until_there_is_another() -> None:
    story = Story().answered(9, 8)
    story.do(ev.WentBack(2))
    assert story.asked == "goals"
    assert story.check_in.answers == {"bond": 9, "goals": 8}
    story.do(ev.Answered(1, 3))
    assert (story.asked, story.check_in.answers["goals"]) == ("tasks", 3)


def test_back_pressed_twice_goes_back_once() -> None:
    story = Story().answered(9, 8)
    story.do(ev.WentBack(2))
    story.refused(ev.WentBack(2))
    assert story.asked == "goals"


def test_there_is_no_way_back_from_the_first_question() -> None:
    Story().started().refused(ev.WentBack(0))
    Story().prompted().refused(ev.WentBack(0))


@pytest.mark.parametrize("text", ["7", " 7 ", "07"])
def test_a_typed_number_answers_the_open_question(text: str) -> None:
    story = Story().started()
    outcome = story.do(ev.Typed(text))

    assert outcome.effects == (Effect.RESEND_SCREEN,)
    assert (story.asked, story.check_in.answers) == ("goals", {"bond": 7})


@pytest.mark.parametrize("text", ["11", "-1", "7.5", "\u0667", "7 of 10", "2026", "good", ""])
def test_any_other_text_is_offered_back_and_not_kept(text: str) -> None:
    story = Story().started()
    before = story.check_in
    outcome = story.do(ev.Typed(text))

    assert outcome.effects == (Effect.CHECK_RISK, Effect.OFFER_NOTE, Effect.RESEND_SCREEN)
    assert outcome.refusal is None
    assert story.check_in == before


def test_a_text_before_the_questions_is_offered_back() -> None:
    assert Effect.OFFER_NOTE in Story().prompted().do(ev.Typed("good")).effects


def test_a_number_before_the_questions_only_shows_the_prompt_again() -> None:
    assert Story().prompted().do(ev.Typed("7")).effects == (Effect.RESEND_SCREEN,)


# ---- leaving and going on ----


def test_a_left_check_in_goes_on_where_it_was() -> None:
    story = Story().answered(9, 8)
    story.do(ev.Left())
    assert story.step() is Step.LEFT
    story.refused(ev.Left())
    story.refused(ev.Answered(2, 5))
    story.do(ev.Started())

    assert (story.asked, story.check_in.answers) == ("tasks", {"bond": 9, "goals": 8})


def test_a_check_in_left_in_the_review_is_not_sent_meanwhile() -> None:
    story = Story().reviewed()
    story.do(ev.Left())
    story.wait(hours=1)
    assert story.state() is State.OPEN

    story.do(ev.Started())
    assert story.step() is Step.REVIEW
    assert story.check_in.auto_send_at == story.now + story.terms.take_back


def test_a_left_check_in_can_be_skipped_as_a_whole() -> None:
    story = Story().answered(9)
    story.do(ev.Left())
    story.do(ev.Skipped())
    assert (story.state(), story.check_in.answers) == (State.DECLINED, {})
