"""The nouns of Attune. Read this first: everything else moves these values around.

A *client* is in an *episode* of care with one *therapist*. After each *session* (of therapy), or on another
*occasion*, a *check-in* asks the *questions* of a *question set version*. Values here are frozen; a change is a new
value. All datetimes are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from conversations.occasions import Occasion
from conversations.scales import Scale
from conversations.schedule import QuietHours
from conversations.show_if import Condition

Answers = Mapping[str, int | None]
"""Question id -> rating, or what stands for it (see `conversations.answers`); None for a question that was skipped, no
entry for one that was not reached or was answered in words."""

NOTE_LIMIT = 1000  # characters a client's note, or an answer in words, may have


class Kind(StrEnum):
    """What sort of answer a question takes."""

    RATING = "rating"
    CHOICE = "choice"
    YES_NO = "yes_no"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice: its id is stable over versions, `points` is what it counts in a scale."""

    id: str
    text: Mapping[str, str]
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Texts are per language code; `id` is stable over versions (FHIR linkId).

    `label` is its short name for the therapist, `own_label` the one its client sees (the therapist's if there is none).
    `options` are what a choice offers; `skip_label` stands on the button that skips it, where Skip would be too dry.
    """

    id: str
    kind: Kind
    text: Mapping[str, str]
    label: Mapping[str, str] = field(default_factory=dict)
    own_label: Mapping[str, str] = field(default_factory=dict)
    low_anchor: Mapping[str, str] = field(default_factory=dict)
    high_anchor: Mapping[str, str] = field(default_factory=dict)
    minimum: int = 0
    maximum: int = 10
    subscale: str | None = None
    skippable: bool = True
    step: int = 1
    decimals: int = 0
    options: tuple[Option, ...] = ()
    several: bool = False
    skip_label: Mapping[str, str] = field(default_factory=dict)
    show_if: Condition | None = None

    def accepts(self, rating: int | None) -> bool:
        """Say whether this rating, option or skip is an answer to this question."""
        if rating is None:
            return self.skippable
        if self.kind is Kind.CHOICE:
            return not self.several and 0 <= rating < len(self.options)
        if self.kind is Kind.YES_NO:
            return rating in (0, 1)
        if self.kind is not Kind.RATING or not self.minimum <= rating <= self.maximum:
            return False
        return (rating - self.minimum) % self.step == 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a therapist might do about an answer that is not above `at_most`; texts per language."""

    at_most: int
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question of the pool: at most one comes after a check-in's own questions.

    Where `trigger` holds it comes unbidden, else in turn; where `needs` does not hold it is not asked at all.
    """

    question: Question
    trigger: Condition | None = None
    needs: Condition | None = None
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class QuestionSetVersion:
    """An immutable published version of a question set.

    `questions` are asked one after another, then at most one of `follow_ups`; `note` and `talk` are offered in the
    review.
    """

    id: int
    name: str
    number: int
    questions: tuple[Question, ...]
    note: Question | None = None
    talk: Question | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    scales: tuple[Scale, ...] = ()


class State(StrEnum):
    """Where a check-in is in its life. The last four are final."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What the message of an open check-in shows. IMPORTED has none: its answers came from a file."""

    PROMPT = "prompt"
    LATER = "later"
    SNOOZED = "snoozed"
    QUESTION = "question"
    REVIEW = "review"
    CHANGE = "change"
    NOTE = "note"
    VISIBILITY = "visibility"
    LEFT = "left"
    SENT = "sent"
    SHOWN = "shown"
    IMPORTED = "imported"


class Visibility(StrEnum):
    """Who may read a note, and when. Without a choice it stays private."""

    NOW = "now"
    BEFORE = "before"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Note:
    """What the client wrote in their own words. The repr never shows it."""

    text: str = field(repr=False)
    visibility: Visibility = Visibility.PRIVATE


@dataclass(frozen=True, slots=True)
class AskedGoal:
    """The goal a check-in asks about. The repr never shows its words."""

    id: int
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Past:
    """What came before a check-in in its episode. It is fixed when the check-in is prompted and kept with it.

    `completed` counts those after sessions; `asked` names the questions of the pool that were asked, the longest ago
    first; `repair_line` is the score from which the ratings count as back after a drop, None where none is open;
    `goal_moves_at` and `goal_reached_at` are the progress from which the goal asked about has moved clearly for the
    first time or is reached, None where no rating makes it so.
    """

    completed: int = 0
    asked: tuple[str, ...] = ()
    repair_line: float | None = None
    goal_moves_at: int | None = None
    goal_reached_at: int | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One round of questions, with everything needed to go on after a restart.

    `session_id` is the session after or before which it is asked, None for another occasion.
    `words` are answers in the client's own words, by question; `extra` names the questions asked beyond the set's own.
    """

    id: int
    episode_id: int
    session_id: int | None
    due_at: datetime
    occasion: Occasion = Occasion.AFTER
    state: State = State.SCHEDULED
    step: Step = Step.PROMPT
    position: int = 0
    answers: Answers = field(default_factory=dict, repr=False)
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra: tuple[str, ...] = ()
    past: Past = Past()
    goal: AskedGoal | None = None
    note: Note | None = None
    talk: bool = False
    version_id: int | None = None
    prompted_at: datetime | None = None
    started_at: datetime | None = None
    reminder_at: datetime | None = None
    auto_send_at: datetime | None = None
    expires_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def answered(self) -> bool:
        """Whether at least one question has a rating, or an answer in words."""
        return bool(self.words) or any(rating is not None for rating in self.answers.values())

    @property
    def is_touched(self) -> bool:
        """Whether anything was said in it: an answer, a question that was skipped, words or a note."""
        return bool(self.answers or self.words or self.note)

    @property
    def shares(self) -> bool:
        """Whether anything in it is for the therapist: an answer, or a note that is not private."""
        return self.answered or (self.note is not None and self.note.visibility is not Visibility.PRIVATE)

    @property
    def is_silent(self) -> bool:
        """Whether its time ran out and nothing in it is for the therapist."""
        return self.state is State.EXPIRED and not self.shares

    @property
    def next_at(self) -> datetime | None:
        """When the ticker has to look at this check-in again; None when never."""
        if self.state is State.SCHEDULED:
            return self.due_at
        if self.state is not State.OPEN:
            return None
        moments = (self.reminder_at, self.auto_send_at, self.expires_at)
        return min((moment for moment in moments if moment is not None), default=None)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a check-in besides its state: the questions, the client's clock, the practice's rules.

    `past` and `goal`, the goal to ask about, are looked at once, when the check-in is prompted; `about_goals` are the
    questions about one. `milestone_lines` is whether the client wants them.
    """

    version: QuestionSetVersion
    take_back: timedelta
    zone: ZoneInfo
    quiet_hours: QuietHours | None
    next_session_at: datetime | None = None
    past: Past = Past()
    goal: AskedGoal | None = None
    about_goals: tuple[Question, ...] = ()
    milestone_lines: bool = True


class Unheld(StrEnum):
    """Why an entered session is not held: nobody is asked about it, and no missing answer counts."""

    UNDONE = "undone"
    CALLED_OFF = "called_off"
    NO_SHOW = "no_show"
    HOLIDAY = "holiday"
    ENDED = "ended"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class Session:
    """A therapy session; never a login or a database session. `unheld` is set where it is cancelled."""

    id: int
    episode_id: int
    starts_at: datetime
    length: timedelta
    cancelled_at: datetime | None = None
    unheld: Unheld | None = None
    series_id: int | None = None
    slot: date | None = None

    @property
    def ends_at(self) -> datetime:
        """The moment the session is over."""
        return self.starts_at + self.length
