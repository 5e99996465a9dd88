r"""The check-in: every transition of the conversation.

`advance(check_in, event, now, terms)` is the whole of it. It is pure: the same check-in, event and moment
always give the same outcome, so a restart between any two presses changes nothing.

The life of a check-in:

    SCHEDULED --due--> OPEN --Send, or the take-back time ends--> COMPLETED
                        | \--Skip this one, Don't send----------> DECLINED
                        |  \-72 h, or 12 h before the next one--> EXPIRED (what was answered is forwarded)
        \----------------\-session undone, care ended----------> CANCELLED

While it is OPEN its message shows one *step*:

    PROMPT -> QUESTION 1 .. n, n+1 -> REVIEW -> (COMPLETED: SENT <-> SHOWN)
      |          ^  Back, Skip          | \-> CHANGE -> QUESTION i -> REVIEW
    LATER        |                      \--> NOTE -> VISIBILITY -> REVIEW
      |        LEFT (/cancel; Start goes on)
    SNOOZED

The set's own questions are n; whether one more comes, and which, is decided when the last of them is answered
(`conversations/asking.py`). What is asked on another occasion than after a session lives the same life; when it falls
due and when it closes differ (`passing`).

Three rules hold everywhere:

* A press names what it was about (the position of its question, the wish it sets), so a press that comes
  late or twice is told apart from a fresh one and refused: `Outcome.refusal`, state untouched.
* A timer is a moment in the state (`reminder_at`, `auto_send_at`, `expires_at`), never a running clock. When
  one has passed the shell says `TimePassed`, and the reducer decides which one it was.
* The first review starts the take-back time; every change in the review starts it anew.

What each event does stands with its like: `answering` (the prompt, the questions), `reviewing`, `wording` (whatever is
typed) and `passing` (time, leaving, what ends a check-in), over what all of them do (`moving`). The table below names
every event.
"""

from datetime import datetime

from conversations import answering, passing, reviewing, wording
from conversations import events as ev
from conversations.answering import open_question
from conversations.events import Event, Outcome
from conversations.model import CheckIn, Terms
from conversations.moving import Handler

__all__ = ["advance", "open_question"]


def advance(check_in: CheckIn, event: Event, now: datetime, terms: Terms) -> Outcome:
    """Apply one event. Never raises on any event; what does not fit is refused and changes nothing."""
    return _HANDLERS[type(event)](check_in, event, now, terms)


_HANDLERS: dict[type, Handler] = {
    ev.Started: answering.started,
    ev.Answered: answering.answered,
    ev.OptionSet: answering.option_set,
    ev.OptionsDone: answering.options_done,
    ev.WentBack: answering.went_back,
    ev.Typed: wording.typed,
    ev.NoteAdded: wording.note_added,
    ev.LaterAsked: answering.later_asked,
    ev.Snoozed: answering.snoozed,
    ev.Skipped: answering.skipped,
    ev.NoteAsked: reviewing.note_asked,
    ev.VisibilityChosen: wording.visibility_chosen,
    ev.TalkSet: reviewing.talk_set,
    ev.ChangeAsked: reviewing.change_asked,
    ev.QuestionChosen: reviewing.question_chosen,
    ev.ReturnedToReview: reviewing.returned,
    ev.Sent: reviewing.sent,
    ev.NotSent: reviewing.not_sent,
    ev.Shown: passing.shown,
    ev.Left: passing.left,
    ev.TimePassed: passing.time_passed,
    ev.MadeToWait: passing.made_to_wait,
    ev.AskedNow: passing.asked_now,
    ev.CalledOff: passing.called_off,
    ev.Replanned: passing.replanned,
    ev.Nudged: passing.nudged,
    ev.Superseded: passing.superseded,
}
