from datetime import timedelta

import pytest

from conversations import events as ev
from conversations.events import Effect, Event, Refusal
from conversations.model import State, Step
from tests.conversations.stories import NOON, TAKE_BACK, Story, with_terms


def at_once() -> Story:
    return Story(with_terms(take_back=timedelta(0)))


# ---- sending ----


def test_send_forwards_at_once() -> None:
    story = Story().reviewed()
    assert story.do(ev.Sent()).effects == (Effect.FORWARD_SUMMARY,)
    assert (story.state(), story.step(), story.check_in.closed_at) == (State.COMPLETED, Step.SENT, NOON)
    assert story.check_in.next_at is None


def test_send_pressed_twice_says_that_it_was_sent() -> None:
    story = Story().reviewed()
    story.do(ev.Sent())
    story.refused(ev.Sent(), Refusal.ALREADY_SENT)
    story.refused(ev.NotSent(), Refusal.ALREADY_SENT)
    story.refused(ev.Answered(0, 1), Refusal.ALREADY_SENT)


def test_nothing_is_sent_before_the_review() -> None:
    story = Story().answered(9, 8)
    story.refused(ev.Sent())
    story.refused(ev.NotSent())


def test_the_answers_send_themselves_when_the_take_back_time_ends() -> None:
    story = Story().reviewed()
    assert story.check_in.auto_send_at == NOON + TAKE_BACK
    assert story.wait(minutes=14, seconds=59).effects == ()
    assert story.state() is State.OPEN
    assert story.wait(seconds=1).effects == (Effect.FORWARD_SUMMARY,)
    assert story.state() is State.COMPLETED


def test_without_a_take_back_time_the_last_answer_sends() -> None:
    story = at_once().answered(9, 8, 7)
    assert story.do(ev.Answered(3, 10)).effects == (Effect.FORWARD_SUMMARY,)
    assert story.state() is State.COMPLETED


def test_dont_send_forgets_everything_that_was_said() -> None:
    story = Story().reviewed()
    story.do(ev.TalkSet(wanted=True))
    story.do(ev.NoteAdded("less homework"))
    assert story.do(ev.NotSent()).effects == (Effect.FORGET_ANSWERS,)

    assert story.state() is State.DECLINED
    assert (story.check_in.answers, story.check_in.note, story.check_in.talk) == ({}, None, False)
    story.refused(ev.NotSent(), Refusal.CLOSED)


# ---- the wish to talk ----


def test_the_wish_to_talk_is_set_and_taken_back() -> None:
    story = Story().reviewed()
    story.do(ev.TalkSet(wanted=True))
    assert story.check_in.talk
    story.do(ev.TalkSet(wanted=False))
    assert not story.check_in.talk


def test_the_wish_to_talk_set_twice_stays_set() -> None:
    story = Story().reviewed()
    story.do(ev.TalkSet(wanted=True))
    story.refused(ev.TalkSet(wanted=True))
    assert story.check_in.talk


def test_there_is_no_wish_to_talk_before_the_review() -> None:
    Story().answered(9).refused(ev.TalkSet(wanted=True))


# ---- changing ----


def test_a_changed_answer_leads_back_to_the_review() -> None:
    story = Story().reviewed()
    story.do(ev.ChangeAsked())
    assert story.step() is Step.CHANGE
    story.do(ev.QuestionChosen(1))
    assert story.asked == "goals"
    story.do(ev.Answered(1, 2))

    assert story.step() is Step.REVIEW
    assert story.check_in.answers == {"bond": 9, "goals": 2, "tasks": 8, "overall": 10}


def test_back_from_a_change_keeps_the_answer() -> None:
    story = Story().reviewed()
    story.do(ev.ChangeAsked())
    story.do(ev.ReturnedToReview())
    assert story.step() is Step.REVIEW
    story.refused(ev.ReturnedToReview())

    story.do(ev.ChangeAsked())
    story.do(ev.QuestionChosen(0))
    story.do(ev.WentBack(0))
    assert (story.step(), story.check_in.answers["bond"]) == (Step.REVIEW, 9)


@pytest.mark.parametrize("position", [-1, 4])
def test_a_question_that_does_not_exist_cannot_be_changed(position: int) -> None:
    story = Story().reviewed()
    story.do(ev.ChangeAsked())
    story.refused(ev.QuestionChosen(position))


def test_a_question_can_only_be_chosen_from_the_list() -> None:
    Story().reviewed().refused(ev.QuestionChosen(0))


def test_change_and_note_belong_to_the_review() -> None:
    story = Story().answered(9)
    story.refused(ev.ChangeAsked())
    story.refused(ev.NoteAsked())
    story.refused(ev.ReturnedToReview())


CHANGES: list[list[Event]] = [
    [ev.TalkSet(wanted=True)],
    [ev.ChangeAsked()],
    [ev.ChangeAsked(), ev.QuestionChosen(2)],
    [ev.ChangeAsked(), ev.QuestionChosen(2), ev.Answered(2, 1)],
    [ev.ChangeAsked(), ev.QuestionChosen(2), ev.WentBack(2)],
    [ev.NoteAsked()],
    [ev.NoteAsked(), ev.ReturnedToReview()],
    [ev.NoteAsked(), ev.Typed("less homework")],
    [ev.NoteAdded("less homework")],
]


@pytest.mark.parametrize("changes", CHANGES)
def test_every_change_in_the_review_starts_the_take_back_time_anew(changes: list[Event]) -> None:
    story = Story().reviewed()
    story.wait(minutes=14)
    for change in changes:
        assert story.do(change).refusal is None

    assert story.check_in.auto_send_at == story.now + TAKE_BACK
    story.wait(minutes=14)
    assert story.state() is State.OPEN
    assert story.wait(minutes=1).effects == (Effect.FORWARD_SUMMARY,)


def test_the_promised_moment_of_sending_is_kept_when_the_check_in_would_close_before_it() -> None:
    story = Story().answered(9, 8, 7)
    story.wait(hours=71, minutes=50)  # ten minutes before it closes
    story.do(ev.Answered(3, 10))
    assert story.check_in.auto_send_at == story.now + TAKE_BACK

    assert story.wait(minutes=12).effects == ()
    assert story.do(ev.NotSent()).refusal is None
    assert story.state() is State.DECLINED


# ---- afterwards ----


def test_what_was_sent_is_shown_and_hidden() -> None:
    story = Story().reviewed()
    story.do(ev.Sent())
    story.do(ev.Shown(visible=True))
    assert (story.state(), story.step()) == (State.COMPLETED, Step.SHOWN)
    story.refused(ev.Shown(visible=True), Refusal.ALREADY_SENT)
    story.do(ev.Shown(visible=False))
    assert story.step() is Step.SENT


def test_nothing_is_shown_of_a_check_in_that_was_not_sent() -> None:
    Story().reviewed().refused(ev.Shown(visible=True))
    story = Story().prompted()
    story.do(ev.Skipped())
    story.refused(ev.Shown(visible=True), Refusal.CLOSED)
