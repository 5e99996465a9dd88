"""What can happen to a check-in (events, past tense), and what to do about it (effects, imperative)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from conversations.model import CheckIn, Visibility
from conversations.schedule import Later


@dataclass(frozen=True, slots=True)
class Started:
    """Start, Go on or /checkin: the client wants to see what is open."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A rating, or what stands for it (None: skipped), for the question at this position."""

    position: int
    rating: int | None


@dataclass(frozen=True, slots=True)
class OptionSet:
    """One of several options, chosen or taken back (never a toggle: a double press must change nothing)."""

    position: int
    option: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class OptionsDone:
    """Done, pressed on a choice of several at this position."""

    position: int


@dataclass(frozen=True, slots=True)
class WentBack:
    """Back, pressed on the question at this position, or on the times that Later offers."""

    position: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Any text the client sent while this check-in was open. The repr never shows it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A text the client had typed elsewhere and now wants in the note. The repr never shows it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LaterAsked:
    """Later, pressed on the prompt."""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """One of the times offered by Later."""

    choice: Later


@dataclass(frozen=True, slots=True)
class Skipped:
    """Skip this one: the whole check-in, before or in the middle of it."""


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """Add a note, pressed in the review."""


@dataclass(frozen=True, slots=True)
class VisibilityChosen:
    """Who may read the note."""

    visibility: Visibility


@dataclass(frozen=True, slots=True)
class TalkSet:
    """The wish to talk about it next time, on or off (never a toggle: a double press must change nothing)."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """Change, pressed in the review."""


@dataclass(frozen=True, slots=True)
class QuestionChosen:
    """The question to answer again."""

    position: int


@dataclass(frozen=True, slots=True)
class ReturnedToReview:
    """Back to the review from the note or the list of questions."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Send, pressed in the review."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Don't send, pressed in the review."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Show or hide what was sent."""

    visible: bool


@dataclass(frozen=True, slots=True)
class Left:
    """/cancel: leave what is open, keep the answers."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Something of this check-in fell due: its prompt, reminder, take-back end or expiry."""


@dataclass(frozen=True, slots=True)
class MadeToWait:
    """It is due, and something else is open that comes first, or its client pauses.

    `afresh` gives it its whole time from when it is asked, also where it took the place of one that gave way.
    """

    until: datetime
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class AskedNow:
    """Somebody who has the client in the room wants it asked at once, at whatever hour."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The session did not happen or its entry was undone, or the care ended."""

    even_if_started: bool = False


@dataclass(frozen=True, slots=True)
class Replanned:
    """The session or the next one has moved, or the client's zone or quiet hours.

    `due_at` is by what holds now; `closes_at` is when the session starts that it is asked before.
    """

    due_at: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Nudged:
    """The therapist wants the client reminded."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """The check-in of a newer session is due, or the session it was asked before is gone. What was said is kept."""


Event = (
    Started
    | Answered
    | OptionSet
    | OptionsDone
    | WentBack
    | Typed
    | NoteAdded
    | LaterAsked
    | Snoozed
    | Skipped
    | NoteAsked
    | VisibilityChosen
    | TalkSet
    | ChangeAsked
    | QuestionChosen
    | ReturnedToReview
    | Sent
    | NotSent
    | Shown
    | Left
    | TimePassed
    | MadeToWait
    | AskedNow
    | CalledOff
    | Replanned
    | Nudged
    | Superseded
)


class Effect(StrEnum):
    """What the shell has to do after the new state is committed."""

    SEND_PROMPT = "send_prompt"
    SEND_PROMPT_AT_ONCE = "send_prompt_at_once"
    SEND_REMINDER = "send_reminder"
    SEND_NUDGE = "send_nudge"
    RESEND_SCREEN = "resend_screen"
    FORWARD_SUMMARY = "forward_summary"
    TELL_SILENCE = "tell_silence"
    OFFER_NOTE = "offer_note"
    DELETE_TEXT = "delete_text"
    CHECK_RISK = "check_risk"
    FORGET_ANSWERS = "forget_answers"


class Refusal(StrEnum):
    """Why an event changed nothing. Each has a sentence in the locale files."""

    STALE = "stale"
    CLOSED = "closed"
    ALREADY_SENT = "already_sent"
    ALREADY_STARTED = "already_started"
    NOTE_TOO_LONG = "note_too_long"
    NO_NEXT_SESSION = "no_next_session"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The check-in after an event, what to do, and the refusal if nothing changed."""

    check_in: CheckIn
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None
