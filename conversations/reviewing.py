"""The review of a check-in: Send, Don't send, the wish to talk, Change; and the take-back time."""

from dataclasses import replace
from datetime import datetime, timedelta

from conversations import events as ev
from conversations.asking import questions_of
from conversations.events import Outcome
from conversations.model import CheckIn, Step, Terms
from conversations.moving import at, decline, refuse, send

_ASK_ANSWERS = (Step.REVIEW, Step.CHANGE, Step.NOTE, Step.VISIBILITY)


def review(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Show the answers and (re)start the take-back time; with none at all, send."""
    if terms.take_back <= timedelta(0):
        return send(check_in, now)
    return Outcome(replace(taking_back(check_in, now, terms), step=Step.REVIEW))


def taking_back(check_in: CheckIn, now: datetime, terms: Terms) -> CheckIn:
    """(Re)start the take-back time. The check-in stays open for all of it: a promised moment is kept."""
    sends_at = now + terms.take_back
    closes = check_in.expires_at and max(check_in.expires_at, sends_at)
    return replace(check_in, auto_send_at=sends_at, expires_at=closes)


def sent(check_in: CheckIn, _event: ev.Sent, now: datetime, _terms: Terms) -> Outcome:
    """Send what is in the review."""
    if not at(check_in, *_ASK_ANSWERS):
        return refuse(check_in)
    return send(check_in, now)


def not_sent(check_in: CheckIn, _event: ev.NotSent, now: datetime, _terms: Terms) -> Outcome:
    """Send nothing, and keep nothing."""
    if not at(check_in, *_ASK_ANSWERS):
        return refuse(check_in)
    return decline(check_in, now)


def talk_set(check_in: CheckIn, event: ev.TalkSet, now: datetime, terms: Terms) -> Outcome:
    """Note the wish to talk, or take it back."""
    if not at(check_in, Step.REVIEW) or check_in.talk == event.wanted:
        return refuse(check_in)
    return review(replace(check_in, talk=event.wanted), now, terms)


def change_asked(check_in: CheckIn, _event: ev.ChangeAsked, now: datetime, terms: Terms) -> Outcome:
    """Ask which answer to change."""
    return _from_review_to(Step.CHANGE, check_in, now, terms)


def note_asked(check_in: CheckIn, _event: ev.NoteAsked, now: datetime, terms: Terms) -> Outcome:
    """Ask for a note."""
    return _from_review_to(Step.NOTE, check_in, now, terms)


def _from_review_to(step: Step, check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Leave the review for a change; the time starts anew: nothing is sent under the client's fingers."""
    if not at(check_in, Step.REVIEW):
        return refuse(check_in)
    return Outcome(replace(taking_back(check_in, now, terms), step=step))


def question_chosen(check_in: CheckIn, event: ev.QuestionChosen, now: datetime, terms: Terms) -> Outcome:
    """Ask one question again."""
    if not at(check_in, Step.CHANGE) or not 0 <= event.position < len(questions_of(check_in, terms)):
        return refuse(check_in)
    return Outcome(replace(taking_back(check_in, now, terms), step=Step.QUESTION, position=event.position))


def returned(check_in: CheckIn, _event: ev.ReturnedToReview, now: datetime, terms: Terms) -> Outcome:
    """Show the review again."""
    if not at(check_in, Step.CHANGE, Step.NOTE):
        return refuse(check_in)
    return review(check_in, now, terms)
