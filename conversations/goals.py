r"""Goals: worded by the client, agreed with the therapist, looked at again from time to time.

    PROPOSED --therapist: Agree----------------------------------------> ACTIVE --Reached--> REACHED
       |  \--therapist: Suggest other words--> SUGGESTED --client's last word--> /  \--Let it go--> LET_GO
       \------------------Let it go-------------/

The client has the last word on the words: theirs, the therapist's, or new ones. Both ends can be undone. A goal is
reached when the client says so, or has rated its progress 10 twice running.

At every fourth check-in one goal in turn is rated by the client: *progress*, and how far the two *agree* on it. The
therapist may rate the agreement too. What the ratings say is in `goal_findings.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

MOST_OPEN = 3
"""Goals a client may work on at the same time, those still being worded counted."""
WORDS_LIMIT = 200
"""Characters the words of a goal may have."""
EVERY = 4
"""One goal is rated at every fourth check-in."""
TOP = 10
GOAL_PROGRESS, GOAL_AGREE = "goal_progress", "goal_agree"
"""The ids of the two questions about a goal (library/goal_agreement.yaml)."""

_TOPS_TO_REACH = 2


class Stage(StrEnum):
    """Where a goal is in its life, as far as somebody has said so."""

    PROPOSED = "proposed"
    SUGGESTED = "suggested"
    ACTIVE = "active"
    REACHED = "reached"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class Rating:
    """What a client said about a goal in one check-in, 0-10 each; None for a question that was skipped."""

    at: datetime
    progress: int | None = field(default=None, repr=False)
    agree: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal. Its repr shows no words and no rating: reprs end in logs. Moments are aware UTC.

    Attributes:
        words: as they stand now, one line of at most `WORDS_LIMIT` characters.
        since: when `stage` began.
        suggestion: the therapist's words, where there were any.
        agreed_at: when the words were settled; None before.
        agree_t: how far the two agree as the therapist sees it, 0-10; None where it was not rated.
        ratings: the client's, oldest first.
    """

    id: int
    episode_id: int
    words: str = field(repr=False)
    proposed_at: datetime
    since: datetime
    stage: Stage = Stage.PROPOSED
    suggestion: str | None = field(default=None, repr=False)
    agreed_at: datetime | None = None
    agree_t: int | None = field(default=None, repr=False)
    ratings: tuple[Rating, ...] = ()

    @property
    def progress(self) -> list[tuple[datetime, int]]:
        """Every progress that was rated, oldest first."""
        return [(one.at, one.progress) for one in self.ratings if one.progress is not None]

    @property
    def agree(self) -> int | None:
        """How far the two agree as the client last saw it."""
        return next((one.agree for one in reversed(self.ratings) if one.agree is not None), None)

    @property
    def is_reached(self) -> bool:
        """Whether the client said so, or rated 10 twice running since it became active."""
        if self.stage is not Stage.ACTIVE:
            return self.stage is Stage.REACHED
        last = [rated for at, rated in self.progress if at > self.since][-_TOPS_TO_REACH:]
        return last == [TOP] * _TOPS_TO_REACH

    @property
    def is_active(self) -> bool:
        """Whether it is worked on: agreed, and neither reached nor let go."""
        return self.stage is Stage.ACTIVE and not self.is_reached

    @property
    def is_open(self) -> bool:
        """Whether it is active or still being worded."""
        return self.is_active or self.stage in (Stage.PROPOSED, Stage.SUGGESTED)


def has_room(goals: Iterable[Goal]) -> bool:
    """Say whether one more goal may be worded or taken up again."""
    return sum(goal.is_open for goal in goals) < MOST_OPEN


_REACHED_SHOWN = 3


def worth_showing(goals: Sequence[Goal]) -> list[Goal]:
    """Give the goals that are open, then those reached last. A goal's place here is its sign, in texts and charts."""
    reached = [goal for goal in goals if goal.is_reached]
    return [*(goal for goal in goals if goal.is_open), *reached[-_REACHED_SHOWN:]]


def one_line(text: str) -> str:
    """Give the words of a text as one line; empty where it has none."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


# ---- the life of a goal ----


@dataclass(frozen=True, slots=True)
class Agreed:
    """The therapist agrees with the client's words."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """The therapist suggests other words."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SuggestionTaken:
    """The client takes the therapist's words."""


@dataclass(frozen=True, slots=True)
class OwnKept:
    """The client keeps their own words."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """The client answers a suggestion with new words."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reached:
    """The client says that it is reached."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """The client lets it go."""


@dataclass(frozen=True, slots=True)
class TakenUpAgain:
    """The client undoes its end."""


@dataclass(frozen=True, slots=True)
class AgreementRated:
    """The therapist says how far the two agree, 0-10."""

    agree: int = field(repr=False)


Turn = Agreed | Suggested | SuggestionTaken | OwnKept | Reworded | Reached | LetGo | TakenUpAgain | AgreementRated


def advance(goal: Goal, turn: Turn, now: datetime) -> Goal | None:
    """Apply what somebody says; None where it comes late or twice, or makes no sense, and changes nothing."""
    handle: Callable[[Goal, Any, datetime], Goal | None] = _HANDLERS[type(turn)]
    return handle(goal, turn, now)


def _settled(goal: Goal, words: str, now: datetime) -> Goal:
    return replace(goal, words=words, stage=Stage.ACTIVE, since=now, agreed_at=now)


def _agreed(goal: Goal, _turn: Agreed, now: datetime) -> Goal | None:
    return _settled(goal, goal.words, now) if goal.stage is Stage.PROPOSED else None


def _suggested(goal: Goal, turn: Suggested, now: datetime) -> Goal | None:
    if goal.stage is not Stage.PROPOSED or not fits(turn.words):
        return None
    return replace(goal, stage=Stage.SUGGESTED, since=now, suggestion=turn.words)


def _suggestion_taken(goal: Goal, _turn: SuggestionTaken, now: datetime) -> Goal | None:
    words = goal.suggestion if goal.stage is Stage.SUGGESTED else None
    return None if words is None else _settled(goal, words, now)


def _own_kept(goal: Goal, _turn: OwnKept, now: datetime) -> Goal | None:
    return _settled(goal, goal.words, now) if goal.stage is Stage.SUGGESTED else None


def _reworded(goal: Goal, turn: Reworded, now: datetime) -> Goal | None:
    return _settled(goal, turn.words, now) if goal.stage is Stage.SUGGESTED and fits(turn.words) else None


def _reached(goal: Goal, _turn: Reached, now: datetime) -> Goal | None:
    return replace(goal, stage=Stage.REACHED, since=now) if goal.is_active else None


def _let_go(goal: Goal, _turn: LetGo, now: datetime) -> Goal | None:
    return replace(goal, stage=Stage.LET_GO, since=now) if goal.is_open else None


def _taken_up_again(goal: Goal, _turn: TakenUpAgain, now: datetime) -> Goal | None:
    """Go back to where it was: two tens of before do not count any more."""
    if goal.is_open:
        return None
    worded = Stage.PROPOSED if goal.suggestion is None else Stage.SUGGESTED
    return replace(goal, stage=worded if goal.agreed_at is None else Stage.ACTIVE, since=now)


def _agreement_rated(goal: Goal, turn: AgreementRated, _now: datetime) -> Goal | None:
    if not goal.is_active or not 0 <= turn.agree <= TOP or turn.agree == goal.agree_t:
        return None
    return replace(goal, agree_t=turn.agree)


def fits(words: str) -> bool:
    """Say whether words are one line of the right length."""
    return 0 < len(words) <= WORDS_LIMIT and words == one_line(words)


_HANDLERS: dict[type, Callable[[Goal, Any, datetime], Goal | None]] = {
    Agreed: _agreed,
    Suggested: _suggested,
    SuggestionTaken: _suggestion_taken,
    OwnKept: _own_kept,
    Reworded: _reworded,
    Reached: _reached,
    LetGo: _let_go,
    TakenUpAgain: _taken_up_again,
    AgreementRated: _agreement_rated,
}


# ---- which goal is asked about ----


def due_goal(goals: Iterable[Goal], completed: int) -> Goal | None:
    """Choose the goal that the next check-in asks about, the one asked longest ago; None at most check-ins.

    Args:
        goals: the client's.
        completed: how many check-ins the client has completed before this one.
    """
    if (completed + 1) % EVERY != 0:
        return None
    return min((goal for goal in goals if goal.is_active), key=_asked_last, default=None)


def _asked_last(goal: Goal) -> tuple[bool, datetime, int]:
    asked = bool(goal.ratings)
    return asked, goal.ratings[-1].at if asked else goal.proposed_at, goal.id
