r"""The check-in: every transition of the conversation, in one file.

`advance(check_in, event, now, terms)` is the whole of it. It is pure: the same check-in, event and moment
always give the same outcome, so a restart between any two presses changes nothing.

The life of a check-in:

    SCHEDULED --due--> OPEN --Send, or the take-back time ends--> COMPLETED
                        | \--Skip this one, Don't send----------> DECLINED
                        |  \-72 h, or 12 h before the next one--> EXPIRED (what was answered is forwarded)
        \----------------\-session undone, care ended----------> CANCELLED

While it is OPEN its message shows one *step*:

    PROMPT -> QUESTION 1 .. n -> REVIEW -> (COMPLETED: SENT <-> SHOWN)
      |          ^  Back, Skip      | \-> CHANGE -> QUESTION i -> REVIEW
    LATER        |                  \--> NOTE -> VISIBILITY -> REVIEW
      |        LEFT (/cancel; Start goes on)
    SNOOZED

Three rules hold everywhere:

* A press names what it was about (the position of its question, the wish it sets), so a press that comes
  late or twice is told apart from a fresh one and refused: `Outcome.refusal`, state untouched.
* A timer is a moment in the state (`reminder_at`, `auto_send_at`, `expires_at`), never a running clock. When
  one has passed the shell says `TimePassed`, and this file decides which one it was.
* The first review starts the take-back time; every change in the review starts it anew.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from conversations import events as ev
from conversations import schedule
from conversations.events import Effect, Event, Outcome, Refusal
from conversations.model import NOTE_LIMIT, CheckIn, Note, Question, State, Step, Terms, Visibility

_BEFORE_QUESTIONS = (Step.PROMPT, Step.LATER, Step.SNOOZED, Step.LEFT)
_ASK_ANSWERS = (Step.REVIEW, Step.CHANGE, Step.NOTE, Step.VISIBILITY)


def advance(check_in: CheckIn, event: Event, now: datetime, terms: Terms) -> Outcome:
    """Apply one event. Never raises on any event; what does not fit is refused and changes nothing."""
    handle: Callable[[CheckIn, Any, datetime, Terms], Outcome] = _HANDLERS[type(event)]
    return handle(check_in, event, now, terms)


def open_question(check_in: CheckIn, terms: Terms) -> Question | None:
    """Give the question that is on the screen, if one is."""
    if check_in.state is State.OPEN and check_in.step is Step.QUESTION:
        return terms.version.questions[check_in.position]
    return None


def _refuse(check_in: CheckIn, reason: Refusal = Refusal.STALE) -> Outcome:
    if check_in.state is State.COMPLETED:
        return Outcome(check_in, refusal=Refusal.ALREADY_SENT)
    if check_in.state is not State.OPEN:
        return Outcome(check_in, refusal=Refusal.CLOSED)
    return Outcome(check_in, refusal=reason)


def _at(check_in: CheckIn, *steps: Step) -> bool:
    return check_in.state is State.OPEN and check_in.step in steps


# ---- the prompt ----


def _started(check_in: CheckIn, _event: ev.Started, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, *_BEFORE_QUESTIONS):
        return _refuse(check_in)
    if check_in.started_at is None:
        return Outcome(replace(check_in, step=Step.QUESTION, position=0, started_at=now))
    return _go_on(check_in, now, terms)


def _go_on(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    if _complete(check_in, terms):
        return _review(check_in, now, terms)
    return Outcome(replace(check_in, step=Step.QUESTION))


def _complete(check_in: CheckIn, terms: Terms) -> bool:
    return all(question.id in check_in.answers for question in terms.version.questions)


def _later_asked(check_in: CheckIn, _event: ev.LaterAsked, _now: datetime, _terms: Terms) -> Outcome:
    if not _at(check_in, Step.PROMPT, Step.SNOOZED):
        return _refuse(check_in)
    return Outcome(replace(check_in, step=Step.LATER))


def _snoozed(check_in: CheckIn, event: ev.Snoozed, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, Step.LATER) or check_in.expires_at is None:
        return _refuse(check_in)
    options = schedule.later_options(now, check_in.expires_at, terms.zone, terms.quiet_hours)
    if event.choice not in options:
        return _refuse(check_in)
    return Outcome(replace(check_in, step=Step.SNOOZED, reminder_at=options[event.choice]))


def _skipped(check_in: CheckIn, _event: ev.Skipped, now: datetime, _terms: Terms) -> Outcome:
    if not _at(check_in, *_BEFORE_QUESTIONS):
        return _refuse(check_in)
    return _decline(check_in, now)


def _decline(check_in: CheckIn, now: datetime) -> Outcome:
    """A declined check-in keeps nothing of what was said in it."""
    declined = _closed(check_in, State.DECLINED, now)
    return Outcome(replace(declined, answers={}, note=None, talk=False), (Effect.FORGET_ANSWERS,))


def _closed(check_in: CheckIn, state: State, now: datetime) -> CheckIn:
    return replace(
        check_in,
        state=state,
        step=Step.SENT,
        closed_at=now,
        reminder_at=None,
        auto_send_at=None,
        expires_at=None,
    )


# ---- the questions ----


def _answered(check_in: CheckIn, event: ev.Answered, now: datetime, terms: Terms) -> Outcome:
    question = open_question(check_in, terms)
    if question is None or event.position != check_in.position or not question.accepts(event.rating):
        return _refuse(check_in)
    answers = {**check_in.answers, question.id: event.rating}
    return _after_answer(replace(check_in, answers=answers, reminder_at=None), now, terms)


def _after_answer(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    last = check_in.position + 1 == len(terms.version.questions)
    if last or check_in.auto_send_at is not None:
        return _review(check_in, now, terms)
    return Outcome(replace(check_in, position=check_in.position + 1))


def _went_back(check_in: CheckIn, event: ev.WentBack, now: datetime, terms: Terms) -> Outcome:
    if open_question(check_in, terms) is None or event.position != check_in.position:
        return _refuse(check_in)
    if check_in.auto_send_at is not None:
        return _review(check_in, now, terms)
    if check_in.position == 0:
        return _refuse(check_in)
    return Outcome(replace(check_in, position=check_in.position - 1))


# ---- the review ----


def _review(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Show the answers and (re)start the take-back time; with none at all, send."""
    if terms.take_back <= timedelta(0):
        return _send(check_in, now)
    return Outcome(replace(_taking_back(check_in, now, terms), step=Step.REVIEW))


def _taking_back(check_in: CheckIn, now: datetime, terms: Terms) -> CheckIn:
    """(Re)start the take-back time. The check-in stays open for all of it: a promised moment is kept."""
    sends_at = now + terms.take_back
    closes = check_in.expires_at and max(check_in.expires_at, sends_at)
    return replace(check_in, auto_send_at=sends_at, expires_at=closes)


def _send(check_in: CheckIn, now: datetime) -> Outcome:
    return Outcome(_closed(check_in, State.COMPLETED, now), (Effect.FORWARD_SUMMARY,))


def _sent(check_in: CheckIn, _event: ev.Sent, now: datetime, _terms: Terms) -> Outcome:
    if not _at(check_in, *_ASK_ANSWERS):
        return _refuse(check_in)
    return _send(check_in, now)


def _not_sent(check_in: CheckIn, _event: ev.NotSent, now: datetime, _terms: Terms) -> Outcome:
    if not _at(check_in, *_ASK_ANSWERS):
        return _refuse(check_in)
    return _decline(check_in, now)


def _talk_set(check_in: CheckIn, event: ev.TalkSet, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, Step.REVIEW) or check_in.talk == event.wanted:
        return _refuse(check_in)
    return _review(replace(check_in, talk=event.wanted), now, terms)


def _change_asked(check_in: CheckIn, _event: ev.ChangeAsked, now: datetime, terms: Terms) -> Outcome:
    return _from_review_to(Step.CHANGE, check_in, now, terms)


def _note_asked(check_in: CheckIn, _event: ev.NoteAsked, now: datetime, terms: Terms) -> Outcome:
    return _from_review_to(Step.NOTE, check_in, now, terms)


def _from_review_to(step: Step, check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Leave the review for a change; the time starts anew: nothing is sent under the client's fingers."""
    if not _at(check_in, Step.REVIEW):
        return _refuse(check_in)
    return Outcome(replace(_taking_back(check_in, now, terms), step=step))


def _question_chosen(check_in: CheckIn, event: ev.QuestionChosen, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, Step.CHANGE) or not 0 <= event.position < len(terms.version.questions):
        return _refuse(check_in)
    return Outcome(replace(_taking_back(check_in, now, terms), step=Step.QUESTION, position=event.position))


def _returned(check_in: CheckIn, _event: ev.ReturnedToReview, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, Step.CHANGE, Step.NOTE):
        return _refuse(check_in)
    return _review(check_in, now, terms)


# ---- words ----


def _typed(check_in: CheckIn, event: ev.Typed, now: datetime, terms: Terms) -> Outcome:
    """A number answers the open rating, a text the open note; anything else is offered back, not kept."""
    if check_in.state is not State.OPEN:
        return _refuse(check_in)
    if check_in.step is Step.NOTE:
        return _keep_note(check_in, event.text, now, terms)
    rating = _typed_rating(event.text)
    if rating is not None and check_in.step in _BEFORE_QUESTIONS:
        return Outcome(check_in, (Effect.RESEND_SCREEN,))
    if rating is not None:
        outcome = _answered(check_in, ev.Answered(check_in.position, rating), now, terms)
        if outcome.refusal is None:
            return replace(outcome, effects=(*outcome.effects, Effect.RESEND_SCREEN))
    return Outcome(check_in, (Effect.CHECK_RISK, Effect.OFFER_NOTE, Effect.RESEND_SCREEN))


def _typed_rating(text: str) -> int | None:
    word = text.strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 3 else None


def _note_added(check_in: CheckIn, event: ev.NoteAdded, now: datetime, terms: Terms) -> Outcome:
    if check_in.state is not State.OPEN:
        return _refuse(check_in)
    return _keep_note(check_in, event.text, now, terms)


def _keep_note(check_in: CheckIn, text: str, now: datetime, terms: Terms) -> Outcome:
    earlier = check_in.note
    whole = f"{earlier.text}\n{text.strip()}" if earlier else text.strip()
    if len(whole) > NOTE_LIMIT:
        return Outcome(check_in, (Effect.CHECK_RISK,), Refusal.NOTE_TOO_LONG)
    note = Note(whole, earlier.visibility if earlier else Visibility.PRIVATE)
    waiting = check_in if check_in.auto_send_at is None else _taking_back(check_in, now, terms)
    return Outcome(replace(waiting, step=Step.VISIBILITY, note=note), (Effect.CHECK_RISK, Effect.DELETE_TEXT))


def _visibility_chosen(check_in: CheckIn, event: ev.VisibilityChosen, now: datetime, terms: Terms) -> Outcome:
    if not _at(check_in, Step.VISIBILITY) or check_in.note is None:
        return _refuse(check_in)
    if event.visibility is Visibility.BEFORE and terms.next_session_at is None:
        return _refuse(check_in, Refusal.NO_NEXT_SESSION)
    chosen = replace(check_in, note=Note(check_in.note.text, event.visibility))
    if chosen.started_at is None:
        return Outcome(replace(chosen, step=Step.PROMPT))
    return _go_on(chosen, now, terms)


# ---- leaving, and looking back ----


def _left(check_in: CheckIn, _event: ev.Left, _now: datetime, _terms: Terms) -> Outcome:
    if check_in.state is not State.OPEN or check_in.step is Step.LEFT:
        return _refuse(check_in)
    return Outcome(replace(check_in, step=Step.LEFT, auto_send_at=None))


def _shown(check_in: CheckIn, event: ev.Shown, _now: datetime, _terms: Terms) -> Outcome:
    wanted = Step.SHOWN if event.visible else Step.SENT
    if check_in.state is not State.COMPLETED or check_in.step is wanted:
        return _refuse(check_in)
    return Outcome(replace(check_in, step=wanted))


# ---- time, and what the therapist does ----


def _time_passed(check_in: CheckIn, _event: ev.TimePassed, now: datetime, terms: Terms) -> Outcome:
    if check_in.state is State.SCHEDULED and check_in.due_at <= now:
        return _fall_due(check_in, now, terms)
    if check_in.state is not State.OPEN:
        return Outcome(check_in)
    if _passed(check_in.auto_send_at, now):
        return _send(check_in, now)
    if _passed(check_in.expires_at, now):
        return _expire(check_in, now)
    if _passed(check_in.reminder_at, now):
        return _remind(check_in, now, terms)
    return Outcome(check_in)


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _fall_due(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    if now > check_in.due_at + schedule.ANSWER_WINDOW or _closes_before(now, now, terms):
        return Outcome(_closed(check_in, State.CANCELLED, now))
    moment = schedule.out_of_quiet_hours(now, terms.zone, terms.quiet_hours)
    if _closes_before(moment, moment, terms):
        return Outcome(_closed(check_in, State.CANCELLED, now))
    if moment > now:
        return Outcome(replace(check_in, due_at=moment))
    return _prompt(check_in, now, terms)


def _closes_before(prompted: datetime, moment: datetime, terms: Terms) -> bool:
    return schedule.expires_at(prompted, terms.next_session_at) <= moment


def _prompt(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    closes = schedule.expires_at(now, terms.next_session_at)
    opened = replace(
        check_in,
        state=State.OPEN,
        version_id=terms.version.id,
        prompted_at=now,
        expires_at=closes,
        reminder_at=schedule.reminder_at(now, closes, terms.zone, terms.quiet_hours),
    )
    return Outcome(opened, (Effect.SEND_PROMPT,))


def _remind(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Remind once and never in quiet hours; an answer has taken the reminder away."""
    moment = schedule.out_of_quiet_hours(now, terms.zone, terms.quiet_hours)
    if moment > now:
        return Outcome(replace(check_in, reminder_at=moment if not _passed(check_in.expires_at, moment) else None))
    step = Step.PROMPT if check_in.started_at is None else Step.LEFT
    return Outcome(replace(check_in, step=step, reminder_at=None), (Effect.SEND_REMINDER,))


def _expire(check_in: CheckIn, now: datetime) -> Outcome:
    """Close it; what was answered or written for the therapist is kept and forwarded as unfinished."""
    effects = (Effect.FORWARD_SUMMARY,) if check_in.shares else ()
    return Outcome(_closed(check_in, State.EXPIRED, now), effects)


def _called_off(check_in: CheckIn, event: ev.CalledOff, now: datetime, _terms: Terms) -> Outcome:
    if check_in.state not in (State.SCHEDULED, State.OPEN):
        return _refuse(check_in)
    if check_in.started_at is not None and not event.even_if_started:
        return _refuse(check_in, Refusal.ALREADY_STARTED)
    cancelled = _closed(check_in, State.CANCELLED, now)
    return Outcome(replace(cancelled, answers={}, note=None, talk=False), (Effect.FORGET_ANSWERS,))


def _superseded(check_in: CheckIn, _event: ev.Superseded, now: datetime, _terms: Terms) -> Outcome:
    if check_in.state is State.SCHEDULED:
        return Outcome(_closed(check_in, State.CANCELLED, now))
    if check_in.state is not State.OPEN:
        return _refuse(check_in)
    return _expire(check_in, now)


_HANDLERS: dict[type, Callable[[CheckIn, Any, datetime, Terms], Outcome]] = {
    ev.Started: _started,
    ev.Answered: _answered,
    ev.WentBack: _went_back,
    ev.Typed: _typed,
    ev.NoteAdded: _note_added,
    ev.LaterAsked: _later_asked,
    ev.Snoozed: _snoozed,
    ev.Skipped: _skipped,
    ev.NoteAsked: _note_asked,
    ev.VisibilityChosen: _visibility_chosen,
    ev.TalkSet: _talk_set,
    ev.ChangeAsked: _change_asked,
    ev.QuestionChosen: _question_chosen,
    ev.ReturnedToReview: _returned,
    ev.Sent: _sent,
    ev.NotSent: _not_sent,
    ev.Shown: _shown,
    ev.Left: _left,
    ev.TimePassed: _time_passed,
    ev.CalledOff: _called_off,
    ev.Superseded: _superseded,
}
