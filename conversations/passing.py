"""What befalls a check-in: time, leaving and coming back to it, a session that did not happen, a newer one."""

from dataclasses import replace
from datetime import datetime

from conversations import events as ev
from conversations import schedule
from conversations.asking import extra_of
from conversations.core import asks_core
from conversations.events import Effect, Outcome, Refusal
from conversations.model import CheckIn, State, Step, Terms
from conversations.moving import closed, emptied, refuse, send
from conversations.occasions import Occasion

# ---- leaving, and looking back ----


def left(check_in: CheckIn, _event: ev.Left, _now: datetime, _terms: Terms) -> Outcome:
    """Leave what is open; the answers stay."""
    if check_in.state is not State.OPEN or check_in.step is Step.LEFT:
        return refuse(check_in)
    return Outcome(replace(check_in, step=Step.LEFT, auto_send_at=None))


def shown(check_in: CheckIn, event: ev.Shown, _now: datetime, _terms: Terms) -> Outcome:
    """Show or hide what was sent; what came from a file never was."""
    wanted = Step.SHOWN if event.visible else Step.SENT
    if check_in.state is not State.COMPLETED or check_in.step in (wanted, Step.IMPORTED):
        return refuse(check_in)
    return Outcome(replace(check_in, step=wanted))


# ---- time, and what the therapist does ----


def time_passed(check_in: CheckIn, _event: ev.TimePassed, now: datetime, terms: Terms) -> Outcome:
    """Find out what has fallen due, and do it."""
    if check_in.state is State.SCHEDULED and check_in.due_at <= now:
        return _fall_due(check_in, now, terms)
    if check_in.state is not State.OPEN:
        return Outcome(check_in)
    if _passed(check_in.auto_send_at, now):
        return send(check_in, now)
    if _passed(check_in.expires_at, now):
        return _expire(check_in, now, terms)
    if _passed(check_in.reminder_at, now):
        return _remind(check_in, now, terms)
    return Outcome(check_in)


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _fall_due(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    if now > check_in.due_at + schedule.ANSWER_WINDOW or _is_too_late(check_in, now, terms):
        return Outcome(closed(check_in, State.CANCELLED, now))
    moment = schedule.out_of_quiet_hours(now, terms.zone, terms.quiet_hours)
    if _is_too_late(check_in, moment, terms):
        return Outcome(closed(check_in, State.CANCELLED, now))
    if moment > now:
        return Outcome(replace(check_in, due_at=moment))
    return _prompt(check_in, now, terms)


def _is_too_late(check_in: CheckIn, moment: datetime, terms: Terms) -> bool:
    if check_in.expires_at is not None:
        return not schedule.is_useful_before(moment, check_in.expires_at)
    return _closes(check_in, moment, terms) <= moment


def _closes(check_in: CheckIn, prompted: datetime, terms: Terms) -> datetime:
    """When a prompt can no longer be answered.

    What is asked before a session, or again in place of what gave way, carries its end since it was planned.
    """
    if check_in.occasion is Occasion.AFTER:
        return schedule.expires_at(prompted, terms.next_session_at)
    return check_in.expires_at or schedule.expires_at(prompted, None)


def made_to_wait(check_in: CheckIn, event: ev.MadeToWait, now: datetime, terms: Terms) -> Outcome:
    """Wait for its turn, as long as that is of any use."""
    if check_in.state is not State.SCHEDULED:
        return refuse(check_in)
    waits = replace(check_in, due_at=event.until, expires_at=None if event.afresh else check_in.expires_at)
    if _is_too_late(waits, event.until, terms):
        return Outcome(closed(check_in, State.CANCELLED, now))
    return Outcome(waits)


def asked_now(check_in: CheckIn, _event: ev.AskedNow, now: datetime, terms: Terms) -> Outcome:
    """Ask at once: whoever wants it is with the client. No reminder follows them home."""
    if check_in.state is not State.SCHEDULED:
        return refuse(check_in)
    opened = replace(_opened(check_in, now, terms), reminder_at=None)
    return Outcome(opened, (Effect.SEND_PROMPT_AT_ONCE,))


def _prompt(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    return Outcome(_opened(check_in, now, terms), (Effect.SEND_PROMPT,))


def _opened(check_in: CheckIn, now: datetime, terms: Terms) -> CheckIn:
    opened = replace(
        check_in,
        state=State.OPEN,
        version_id=terms.version.id,
        past=terms.past,
        goal=terms.goal,
        prompted_at=now,
        expires_at=_closes(check_in, now, terms),
        reminder_at=schedule.reminder_at(now, terms.zone, terms.quiet_hours),
    )
    if opened.goal is not None:
        opened = replace(opened, extra=extra_of(opened, terms))
    return opened


def _remind(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Remind once and never in quiet hours; an answer has taken the reminder away."""
    moment = schedule.out_of_quiet_hours(now, terms.zone, terms.quiet_hours)
    if moment > now:
        return Outcome(replace(check_in, reminder_at=moment))
    return Outcome(replace(check_in, step=_reminding_step(check_in), reminder_at=None), (Effect.SEND_REMINDER,))


def nudged(check_in: CheckIn, _event: ev.Nudged, _now: datetime, _terms: Terms) -> Outcome:
    """Remind at the therapist's wish, in place of the reminder that would have come; never after an answer."""
    if check_in.state is not State.OPEN or check_in.answers or check_in.words:
        return refuse(check_in)
    return Outcome(replace(check_in, step=_reminding_step(check_in), reminder_at=None), (Effect.SEND_NUDGE,))


def _reminding_step(check_in: CheckIn) -> Step:
    return Step.PROMPT if check_in.started_at is None else Step.LEFT


def _expire(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Close it; what was answered or written for the therapist is kept and forwarded as unfinished."""
    if check_in.shares:
        return Outcome(closed(check_in, State.EXPIRED, now), (Effect.FORWARD_SUMMARY,))
    if check_in.occasion is not Occasion.AFTER and not asks_core(terms.version):
        return Outcome(closed(check_in, State.CANCELLED, now))
    return Outcome(closed(check_in, State.EXPIRED, now), (Effect.TELL_SILENCE,))


def called_off(check_in: CheckIn, event: ev.CalledOff, now: datetime, _terms: Terms) -> Outcome:
    """Take it back, with all that was said in it."""
    if check_in.state not in (State.SCHEDULED, State.OPEN):
        return refuse(check_in)
    if check_in.started_at is not None and not event.even_if_started:
        return refuse(check_in, Refusal.ALREADY_STARTED)
    cancelled = closed(check_in, State.CANCELLED, now)
    return Outcome(emptied(cancelled), (Effect.FORGET_ANSWERS,))


def replanned(check_in: CheckIn, event: ev.Replanned, now: datetime, terms: Terms) -> Outcome:
    """Reckon the moments anew. Nobody loses an open check-in at once: an hour is left to begin or go on.

    A reminder that comes too late now stays where it is: the end may move back behind it.
    """
    if check_in.state is State.SCHEDULED:
        if now > event.due_at + schedule.ANSWER_WINDOW:
            return Outcome(closed(check_in, State.CANCELLED, now))
        closes = event.closes_at or check_in.expires_at
        return Outcome(replace(check_in, due_at=max(event.due_at, now), expires_at=closes))
    if check_in.occasion is not Occasion.AFTER:
        return _moved(check_in, event)
    if check_in.state is not State.OPEN or check_in.prompted_at is None or check_in.expires_at is None:
        return refuse(check_in)
    spared = min(check_in.expires_at, now + schedule.LEAST_NOTICE)
    closes = max(schedule.expires_at(check_in.prompted_at, terms.next_session_at), spared, check_in.auto_send_at or now)
    reminder = check_in.reminder_at and schedule.out_of_quiet_hours(check_in.reminder_at, terms.zone, terms.quiet_hours)
    return Outcome(replace(check_in, expires_at=closes, reminder_at=reminder))


def _moved(check_in: CheckIn, event: ev.Replanned) -> Outcome:
    """Let what is asked before a session close when that starts now; what has no session stays as it is."""
    if check_in.state is not State.OPEN or check_in.occasion is not Occasion.BEFORE or event.closes_at is None:
        return refuse(check_in)
    return Outcome(replace(check_in, expires_at=event.closes_at))


def superseded(check_in: CheckIn, _event: ev.Superseded, now: datetime, terms: Terms) -> Outcome:
    """Give way to the check-in of a newer session, or to the time after a session that will not be.

    What was said stays. On another occasion than after a session giving way is no silence.
    """
    gives_way = check_in.occasion is not Occasion.AFTER and not check_in.shares
    if check_in.state is State.SCHEDULED or (check_in.state is State.OPEN and gives_way):
        return Outcome(closed(check_in, State.CANCELLED, now))
    if check_in.state is not State.OPEN:
        return refuse(check_in)
    return _expire(check_in, now, terms)
