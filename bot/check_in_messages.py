"""What check-ins have to say, as rows of the outbox: prompts, reminders, copies, summaries, words of care."""

from datetime import datetime

from bot.store import deliveries as outbox
from bot.store.check_ins import Kept
from bot.store.deliveries import Delivery, Lane
from conversations.events import Effect, Outcome
from conversations.model import Step, Visibility
from conversations.preferences import before_session
from conversations.risk import may_point_to_danger


def of_effect(effect: Effect, kept: Kept, now: datetime) -> list[Delivery]:
    """Turn an effect into rows of the outbox. Effects that need the client's text are handled where it is known."""
    number, revision = kept.check_in.id, kept.screen.wanted_rev
    if effect in _PROMPTS:
        return [_about(kept.client_id, "prompt", _PROMPTS[effect], number, f"prompt:{number}", now)]
    if effect in (Effect.SEND_REMINDER, Effect.SEND_NUDGE):
        key = nudge_key(number) if effect is Effect.SEND_NUDGE else f"reminder:{number}:{revision}"
        return [copy("reminder", Lane.PROMPT, kept, now, key)]
    if effect is Effect.RESEND_SCREEN:
        return [copy("screen", Lane.REPLY, kept, now)]
    if effect is Effect.FORWARD_SUMMARY:
        return summary_deliveries(kept, now)
    if effect is Effect.TELL_SILENCE:  # looked at when it is sent: most silence says nothing that cannot wait
        return [_about(kept.therapist_id, "silence", Lane.ALERT, number, f"silence:{number}", now)]
    return []


_PROMPTS = {Effect.SEND_PROMPT: Lane.PROMPT, Effect.SEND_PROMPT_AT_ONCE: Lane.REPLY}
"""What answers somebody's press waits for no quiet hours, while its client is in the room (`bot/telegram/quiet.py`)."""
MOVING = frozenset({Effect.SEND_REMINDER, Effect.SEND_NUDGE, Effect.RESEND_SCREEN})
"""Effects after which a check-in lives in a new message."""


def nudge_key(check_in_id: int) -> str:
    """Name the one nudge a check-in can get, so that there is never a second."""
    return f"nudge:{check_in_id}"


def copy(kind: str, lane: Lane, kept: Kept, now: datetime, key: str | None = None) -> Delivery:
    """Show the check-in in a new message; `detail` is the old one, which must lose its buttons."""
    old = kept.screen.message_id
    about, detail = kept.check_in.id, str(old) if old else None
    return outbox.new(kept.client_id, kind, lane, now, about_id=about, detail=detail, dedupe_key=key)


def _about(person_id: int, kind: str, lane: Lane, check_in_id: int, key: str, now: datetime) -> Delivery:
    return outbox.new(person_id, kind, lane, now, about_id=check_in_id, dedupe_key=key)


def summary_deliveries(kept: Kept, now: datetime) -> list[Delivery]:
    """Tell the therapist what a client has sent: the summary, and a note that is shared."""
    number = kept.check_in.id
    told = [_about(kept.therapist_id, "summary", Lane.ALERT, number, f"summary:{number}", now)]
    note = kept.check_in.note
    if note is None or note.visibility is Visibility.PRIVATE:
        return told
    if note.visibility is Visibility.BEFORE and _comes_later(kept, now):
        return told  # it is on the agenda of that session
    return [*told, _about(kept.therapist_id, "note", Lane.ALERT, number, f"note:{number}", now)]


def _comes_later(kept: Kept, now: datetime) -> bool:
    """Say whether the agenda of the next session is still to come."""
    return kept.next_session_at is not None and now < kept.next_session_at - before_session(kept.therapist)


def about_text(outcome: Outcome, kept: Kept, text: str, message_id: int, now: datetime) -> list[Delivery]:
    """Say what follows from a text a client wrote; `message_id` is that text's message."""
    client, number, effects = kept.client_id, kept.check_in.id, outcome.effects
    wanted: list[Delivery] = []
    if Effect.CHECK_RISK in effects and may_point_to_danger(text):
        wanted += _danger(kept, message_id, now, _where(outcome))
    if Effect.OFFER_NOTE in effects:
        wanted.append(outbox.new(client, "offer_note", Lane.REPLY, now, about_id=number, detail=str(message_id)))
    if Effect.DELETE_TEXT in effects:
        wanted.append(outbox.new(client, "delete", Lane.REPLY, now, detail=str(message_id)))
    return wanted


def _where(outcome: Outcome) -> str:
    """Say where a text went: into the note, which is private so far, into an answer, or nowhere."""
    if Effect.DELETE_TEXT not in outcome.effects:
        return "unkept"
    return "private" if outcome.check_in.step is Step.VISIBILITY else "answer"


def _danger(kept: Kept, message_id: int, now: datetime, where: str) -> list[Delivery]:
    """Show the crisis card at once, and tell the therapist in words that give nothing away."""
    number, client = kept.check_in.id, kept.client_id
    key = f"{number}:{message_id}"
    return [
        outbox.new(client, "crisis", Lane.REPLY, now, dedupe_key=f"crisis:{key}"),
        outbox.new(kept.therapist_id, "risk", Lane.ALERT, now, about_id=number, detail=where, dedupe_key=f"risk:{key}"),
    ]
