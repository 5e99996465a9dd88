"""What falls due, and what ends a check-in from outside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from conversations import events as ev
from conversations.events import Effect, Outcome, Refusal
from conversations.model import State, Step, Visibility
from conversations.moving import reminds_at
from conversations.schedule import ANSWER_WINDOW, Later
from tests.conversations.stories import NOON, Story, with_terms

EVENING = datetime(2026, 11, 4, 20, 30, tzinfo=UTC)  # 21:30 in Berlin
MORNING = datetime(2026, 11, 5, 7, tzinfo=UTC)  # 8:00 in Berlin


# ---- falling due ----


def test_nothing_happens_before_it_is_due() -> None:
    story = Story()
    story.now = NOON - timedelta(seconds=1)
    assert story.do(ev.TimePassed()).effects == ()
    assert (story.state(), story.check_in.next_at) == (State.SCHEDULED, NOON)


def test_it_opens_with_one_prompt_for_72_hours() -> None:
    story = Story().prompted()
    assert (story.state(), story.step(), story.check_in.prompted_at) == (State.OPEN, Step.PROMPT, NOON)
    assert story.check_in.expires_at == NOON + timedelta(hours=72)
    assert story.do(ev.TimePassed()).effects == ()


def test_it_closes_twelve_hours_before_the_next_session() -> None:
    story = Story(with_terms(next_session_at=NOON + timedelta(hours=40))).prompted()
    assert story.check_in.expires_at == NOON + timedelta(hours=28)


def test_a_prompt_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    story = Story(now=EVENING)
    assert story.do(ev.TimePassed()).effects == ()
    assert (story.state(), story.check_in.due_at) == (State.SCHEDULED, MORNING)
    assert story.at(MORNING).effects == (Effect.SEND_PROMPT,)


@pytest.mark.parametrize("hours", [6, 12])
def test_it_is_not_asked_when_it_would_close_before_it_is_due(hours: int) -> None:
    story = Story(with_terms(next_session_at=NOON + timedelta(hours=hours)))
    assert story.do(ev.TimePassed()).effects == ()
    assert story.state() is State.CANCELLED
    assert story.check_in.prompted_at is None


def test_it_is_not_asked_when_it_would_close_before_the_quiet_hours_end() -> None:
    story = Story(with_terms(next_session_at=MORNING + timedelta(hours=12)), now=EVENING)
    story.do(ev.TimePassed())
    assert story.state() is State.CANCELLED


@pytest.mark.parametrize(("late", "state"), [(ANSWER_WINDOW, State.OPEN), (ANSWER_WINDOW * 1.01, State.CANCELLED)])
def test_after_an_outage_it_is_asked_only_within_its_window(late: timedelta, state: State) -> None:
    story = Story()
    story.at(NOON + late)
    assert story.state() is state


# ---- the end ----


def test_nothing_answered_expires_without_a_word_to_its_client() -> None:
    story = Story().prompted()
    story.wait(hours=24)
    assert story.wait(hours=48).effects == (Effect.TELL_SILENCE,)
    assert (story.state(), story.check_in.next_at) == (State.EXPIRED, None)
    story.refused(ev.Started(), Refusal.CLOSED)


def test_what_was_answered_is_forwarded_as_unfinished_at_the_end() -> None:
    story = Story().answered(9, 8)
    assert story.wait(hours=72).effects == (Effect.FORWARD_SUMMARY,)
    assert story.state() is State.EXPIRED
    assert story.check_in.answers == {"bond": 9, "goals": 8}


def test_only_skipped_questions_are_not_forwarded() -> None:
    assert Story().answered(None, None).wait(hours=72).effects == (Effect.TELL_SILENCE,)


def test_an_answer_that_comes_before_the_late_clock_still_counts() -> None:
    story = Story().answered(9)
    story.now += timedelta(hours=73)
    assert story.do(ev.Answered(1, 8)).refusal is None
    assert story.do(ev.TimePassed()).effects == (Effect.FORWARD_SUMMARY,)
    assert story.check_in.answers == {"bond": 9, "goals": 8}


def test_everything_that_fell_due_in_an_outage_ends_in_the_right_order() -> None:
    story = Story().reviewed()
    assert story.wait(days=9).effects == (Effect.FORWARD_SUMMARY,)
    assert story.state() is State.COMPLETED


# ---- called off and superseded ----


def test_a_session_that_did_not_happen_is_not_asked_about() -> None:
    for story in (Story(), Story().prompted()):
        assert story.do(ev.CalledOff()).effects == (Effect.FORGET_ANSWERS,)
        assert (story.state(), story.check_in.next_at) == (State.CANCELLED, None)
        story.refused(ev.CalledOff(), Refusal.CLOSED)


def test_what_the_client_has_begun_is_called_off_only_when_the_care_ends() -> None:
    story = Story().answered(3)
    story.do(ev.NoteAdded("less homework"))
    story.refused(ev.CalledOff(), Refusal.ALREADY_STARTED)
    story.do(ev.CalledOff(even_if_started=True))
    assert story.state() is State.CANCELLED
    assert (story.check_in.answers, story.check_in.note) == ({}, None)


def test_what_was_sent_cannot_be_called_off() -> None:
    story = Story().reviewed()
    story.do(ev.Sent())
    story.refused(ev.CalledOff(even_if_started=True), Refusal.ALREADY_SENT)
    story.refused(ev.Superseded(), Refusal.ALREADY_SENT)


def test_a_newer_check_in_replaces_one_that_was_never_asked() -> None:
    story = Story()
    assert story.do(ev.Superseded()).effects == ()
    assert story.state() is State.CANCELLED


def test_a_newer_check_in_closes_one_without_answers_quietly() -> None:
    story = Story().prompted()
    assert story.do(ev.Superseded()).effects == (Effect.TELL_SILENCE,)
    assert story.state() is State.EXPIRED
    story.refused(ev.Superseded(), Refusal.CLOSED)


def test_a_newer_check_in_does_not_lose_what_was_answered() -> None:
    assert Story().answered(9).do(ev.Superseded()).effects == (Effect.FORWARD_SUMMARY,)


# ---- planned anew ----


def test_a_planned_check_in_moves_with_its_session() -> None:
    story = Story()
    story.do(ev.Replanned(NOON + timedelta(days=2)))
    assert (story.state(), story.check_in.next_at) == (State.SCHEDULED, NOON + timedelta(days=2))
    story.do(ev.Replanned(NOON - timedelta(hours=1)))
    assert story.check_in.due_at == NOON
    assert story.do(ev.TimePassed()).effects == (Effect.SEND_PROMPT,)


def test_what_was_moved_to_long_ago_is_not_asked() -> None:
    story = Story()
    story.do(ev.Replanned(NOON - timedelta(hours=73)))
    assert (story.state(), story.effects) == (State.CANCELLED, [])


def test_a_next_session_that_comes_closer_leaves_an_hour_and_takes_the_reminder_away() -> None:
    story = Story().prompted()
    story.terms = with_terms(next_session_at=NOON + timedelta(hours=60))
    story.do(ev.Replanned(NOON))
    assert story.check_in.expires_at == NOON + timedelta(hours=48)
    story.terms = with_terms(next_session_at=NOON + timedelta(hours=5))
    story.do(ev.Replanned(NOON))
    assert story.check_in.expires_at == NOON + timedelta(hours=1)
    assert reminds_at(story.check_in) is None


def test_the_promised_moment_of_sending_is_kept_whatever_moves() -> None:
    story = Story(with_terms(take_back=timedelta(hours=10))).reviewed()
    story.terms = with_terms(next_session_at=NOON + timedelta(hours=5))
    story.do(ev.Replanned(NOON))
    assert story.check_in.expires_at == story.check_in.auto_send_at == NOON + timedelta(hours=10)


def test_what_is_over_is_not_planned_anew() -> None:
    story = Story().reviewed()
    story.do(ev.Sent())
    story.refused(ev.Replanned(NOON), Refusal.ALREADY_SENT)


# ---- nothing is missing ----


def _too_long() -> Outcome:
    return Story().started().do(ev.NoteAdded("x" * 1001))


def _no_next_session() -> Outcome:
    story = Story().started()
    story.do(ev.NoteAdded("less homework"))
    return story.do(ev.VisibilityChosen(Visibility.BEFORE))


def _sent_twice() -> Outcome:
    story = Story().reviewed()
    story.do(ev.Sent())
    return story.do(ev.Sent())


def _snoozed() -> Outcome:
    story = Story().prompted()
    story.do(ev.LaterAsked())
    story.do(ev.Snoozed(Later.HOUR))
    return story.wait(hours=1)


EFFECTS: dict[Effect, Callable[[], Outcome]] = {
    Effect.SEND_PROMPT: lambda: Story().do(ev.TimePassed()),
    Effect.SEND_PROMPT_AT_ONCE: lambda: Story().do(ev.AskedNow()),
    Effect.SEND_REMINDER: _snoozed,
    Effect.SEND_NUDGE: lambda: Story().prompted().do(ev.Nudged()),
    Effect.RESEND_SCREEN: lambda: Story().started().do(ev.Typed("7")),
    Effect.FORWARD_SUMMARY: lambda: Story().reviewed().do(ev.Sent()),
    Effect.OFFER_NOTE: lambda: Story().started().do(ev.Typed("hello")),
    Effect.DELETE_TEXT: lambda: Story().started().do(ev.NoteAdded("hello")),
    Effect.CHECK_RISK: lambda: Story().started().do(ev.Typed("hello")),
    Effect.TELL_SILENCE: lambda: Story().prompted().wait(days=3),
    Effect.FORGET_ANSWERS: lambda: Story().reviewed().do(ev.NotSent()),
}
REFUSALS: dict[Refusal, Callable[[], Outcome]] = {
    Refusal.STALE: lambda: Story().started().do(ev.Started()),
    Refusal.CLOSED: lambda: Story().do(ev.Started()),
    Refusal.ALREADY_SENT: _sent_twice,
    Refusal.ALREADY_STARTED: lambda: Story().started().do(ev.CalledOff()),
    Refusal.NOTE_TOO_LONG: _too_long,
    Refusal.NO_NEXT_SESSION: _no_next_session,
}


@pytest.mark.parametrize("effect", Effect)
def test_every_effect_comes_about(effect: Effect) -> None:
    assert effect in EFFECTS[effect]().effects


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_comes_about(refusal: Refusal) -> None:
    assert REFUSALS[refusal]().refusal is refusal
