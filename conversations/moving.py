"""What every part of the check-in's reducer does: refuse, look where it stands, close it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from conversations.events import Effect, Outcome, Refusal
from conversations.model import CheckIn, State, Step, Terms

Handler = Callable[[CheckIn, Any, datetime, Terms], Outcome]
"""Applies one kind of event."""


def refuse(check_in: CheckIn, reason: Refusal = Refusal.STALE) -> Outcome:
    """Change nothing, and say why."""
    if check_in.state is State.COMPLETED:
        return Outcome(check_in, refusal=Refusal.ALREADY_SENT)
    if check_in.state is not State.OPEN:
        return Outcome(check_in, refusal=Refusal.CLOSED)
    return Outcome(check_in, refusal=reason)


def at(check_in: CheckIn, *steps: Step) -> bool:
    """Say whether it is open and shows one of these steps."""
    return check_in.state is State.OPEN and check_in.step in steps


def reminds_at(check_in: CheckIn) -> datetime | None:
    """Say when the client is asked again; None where that is not planned, or the end comes first.

    `reminder_at` stays where the end has come closer: what the client wished for holds again when it moves back.
    """
    reminder, closes = check_in.reminder_at, check_in.expires_at
    return None if reminder is None or (closes is not None and closes <= reminder) else reminder


def decline(check_in: CheckIn, now: datetime) -> Outcome:
    """A declined check-in keeps nothing of what was said in it."""
    return Outcome(emptied(closed(check_in, State.DECLINED, now)), (Effect.FORGET_ANSWERS,))


def emptied(check_in: CheckIn) -> CheckIn:
    """Forget all that was said in it; which question was asked stays known, so that the turn goes on."""
    return replace(check_in, answers={}, words={}, note=None, talk=False)


def closed(check_in: CheckIn, state: State, now: datetime) -> CheckIn:
    """End it; nothing falls due in it any more."""
    return replace(
        check_in,
        state=state,
        step=Step.SENT,
        closed_at=now,
        reminder_at=None,
        auto_send_at=None,
        expires_at=None,
    )


def send(check_in: CheckIn, now: datetime) -> Outcome:
    """Complete it, and pass it on."""
    return Outcome(closed(check_in, State.COMPLETED, now), (Effect.FORWARD_SUMMARY,))
