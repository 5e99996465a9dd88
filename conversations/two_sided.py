r"""Two-sided rating: the therapist rates the same questions before they see what their client said.

    WAITING --the last question is rated--> RATED   \
       |-----Skip mine--------------------> SKIPPED  >  only now the client's answers are shown
        \----12 h are over----------------> LAPSED  /

A rating counts only while nothing is shown: what comes after compares nothing. Ratings given before the 12 h ran out
were blind, so they stand beside the client's. What was rated before *Skip mine* is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.model import Answers, CheckIn, Kind, Question, QuestionSetVersion, State

HELD_AT_MOST = timedelta(hours=12)
"""How long a client's answers wait for the therapist's own view."""
WORTH_A_WORD = 2
"""From how many points on a difference is said in words."""


class Stand(StrEnum):
    """Where a therapist's own view stands."""

    WAITING = "waiting"
    RATED = "rated"
    SKIPPED = "skipped"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class OwnView:
    """How a therapist saw a session, rated before they knew how their client did. The repr shows no rating."""

    check_in_id: int
    held_until: datetime
    stands: Stand = Stand.WAITING
    position: int = 0
    ratings: Answers = field(default_factory=dict, repr=False)

    @property
    def holds(self) -> bool:
        """Whether the client's answers are still held back."""
        return self.stands is Stand.WAITING


@dataclass(frozen=True, slots=True)
class Gap:
    """One question both have rated."""

    question: Question
    own: int
    client: int

    @property
    def size(self) -> int:
        """How much higher the therapist's rating is, in points; negative where the client's is."""
        return self.own - self.client


def asked(version: QuestionSetVersion) -> tuple[Question, ...]:
    """Give the questions a therapist can rate too: the set's own ratings, without follow-ups."""
    return tuple(question for question in version.questions if question.kind is Kind.RATING)


def is_held(check_in: CheckIn, version: QuestionSetVersion) -> bool:
    """Say whether there is something to compare: a check-in its client has sent, with a rating in it."""
    rated = any(check_in.answers.get(question.id) is not None for question in asked(version))
    return check_in.state is State.COMPLETED and rated


def held_until(now: datetime, show_before: datetime | None) -> datetime:
    """When the answers are shown at the latest: after 12 h, and in time for the next session."""
    latest = now + HELD_AT_MOST
    return latest if show_before is None else max(now, min(latest, show_before))


# ---- what the therapist does; None where it comes late or twice and changes nothing ----


def rate(view: OwnView, questions: Sequence[Question], position: int, rating: int) -> OwnView | None:
    """Keep a rating of the open question; the last one ends the waiting."""
    if not view.holds or position != view.position or not 0 <= position < len(questions):
        return None
    question = questions[position]
    if not question.minimum <= rating <= question.maximum:
        return None
    stands = Stand.RATED if position + 1 == len(questions) else Stand.WAITING
    return replace(
        view,
        stands=stands,
        position=min(position + 1, len(questions) - 1),
        ratings={**view.ratings, question.id: rating},
    )


def go_back(view: OwnView, position: int) -> OwnView | None:
    """Open the question before the open one."""
    if not view.holds or position != view.position or position == 0:
        return None
    return replace(view, position=position - 1)


def skip(view: OwnView) -> OwnView | None:
    """Do without an own view."""
    return replace(view, stands=Stand.SKIPPED, ratings={}) if view.holds else None


def lapse(view: OwnView) -> OwnView | None:
    """Wait no longer."""
    return replace(view, stands=Stand.LAPSED) if view.holds else None


# ---- both side by side ----


def gaps(view: OwnView, answers: Answers, questions: Sequence[Question]) -> tuple[Gap, ...]:
    """Put the ratings of those questions side by side that both have rated."""
    pairs = ((question, view.ratings.get(question.id), answers.get(question.id)) for question in questions)
    return tuple(
        Gap(question, own, client) for question, own, client in pairs if own is not None and client is not None
    )


def widest(found: Sequence[Gap]) -> Gap | None:
    """Give the widest gap that is worth a word, the first of equal ones; None where both saw it much alike."""
    gap = max(found, key=lambda one: abs(one.size), default=None)
    return gap if gap is not None and abs(gap.size) >= WORTH_A_WORD else None
