"""One closed check-in and what it says against those before it: what is kept of it, and what digests are made of."""

from dataclasses import dataclass, field
from datetime import datetime

from conversations.alliance import Course, Response, step
from conversations.baseline import Baseline
from conversations.discussion import Discussion
from conversations.flag import DEFAULT, Constants, Flag, Level
from conversations.milestones import Milestone
from conversations.trends import Standing

_RED_OR_AMBER = frozenset({Level.RED, Level.AMBER})


@dataclass(frozen=True, slots=True)
class Judged:
    """One closed check-in and what it says. Its repr shows no score: reprs end in logs.

    Attributes:
        check_in_id: which one.
        prompted_at: when its client was asked; check-ins are read in this order.
        closed_at: when it was sent or ran out of time; long ago for past scores from a file, which are no news.
        session_at: when the session it is about began.
        answered: whether anything was answered, skips counted.
        talk: whether the client wishes to talk about it.
        shared_note: whether the client has shared a note with it.
        score: A, in points (0-10); None where it was not answered, or too little.
        change: the score less the one before; None for the first.
        usual: what the score was compared with.
        flags: in the order in which they are told.
        levels: one for each flag.
        stands: where its loop stands; None while nobody has said anything.
        milestones: what it brought, goals and ratings that are back near usual aside: those are told otherwise.
        is_charted: whether it asked the four ratings that charts are about.
        counts: whether it counts among those answered or not: silence about others is not kept, so neither are they.
    """

    check_in_id: int
    prompted_at: datetime
    closed_at: datetime
    session_at: datetime
    answered: bool
    talk: bool = False
    shared_note: bool = False
    score: float | None = field(default=None, repr=False)
    change: float | None = field(default=None, repr=False)
    usual: Baseline | None = None
    flags: tuple[Flag, ...] = ()
    levels: tuple[Level, ...] = ()
    stands: Discussion | None = None
    milestones: tuple[Milestone, ...] = ()
    is_charted: bool = True
    counts: bool = True

    @property
    def is_loud(self) -> bool:
        """Whether it has a red or amber flag."""
        return not _RED_OR_AMBER.isdisjoint(self.levels)

    @property
    def standing(self) -> Standing:
        """Whether it has a score, and if not, why."""
        if self.score is not None:
            return Standing.SCORED
        return Standing.PARTIAL if self.answered else Standing.MISSED

    @property
    def is_settled(self) -> bool:
        """Whether it was talked about, as far as is known."""
        return self.stands in (Discussion.TALKED, Discussion.CONFIRMED)

    @property
    def is_undiscussed(self) -> bool:
        """Whether it is feedback that asks for a word and has not had one; what was reopened always is."""
        if self.is_settled or not self.answered:
            return False
        return self.talk or self.shared_note or self.is_loud or self.stands is Discussion.OPEN


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `judge` says of one check-in: its part of `Judged`."""

    score: float | None = field(default=None, repr=False)
    change: float | None = field(default=None, repr=False)
    usual: Baseline | None = None
    flags: tuple[Flag, ...] = ()
    levels: tuple[Level, ...] = ()


def judge(course: Course, response: Response, constants: Constants = DEFAULT) -> tuple[Course, Verdict]:
    """Judge one more check-in: the course to keep, and what a digest and its picture say of it."""
    before = course.points[-1][1] if course.points else None
    known = course.usual(constants)
    course, reading = step(course, response, constants)
    if reading.evidence is None:  # nothing was compared, but the client's own usual goes on through the gap
        return course, Verdict(None, None, Baseline.of(known, constants), reading.flags, reading.levels)
    score = reading.evidence.score
    change = None if before is None else score - before
    return course, Verdict(score, change, reading.evidence.baseline, reading.flags, reading.levels)
