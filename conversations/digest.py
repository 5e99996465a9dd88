"""A therapist's week as numbers and flags: who needs attention first, who is as usual, who is silent.

A client's line says what came in since the last digest. What therapist and client have talked about is off the digest:
its flags no longer call for attention. Feedback that has not been talked about stays on it for four weeks. TALK is for
the summary alone, and the attachment reflection for nobody but the one it was shared with: neither is ever in here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from conversations.alliance import Course, Response, step
from conversations.baseline import Baseline
from conversations.discussion import Discussion
from conversations.flag import DEFAULT, Constants, Flag, Level
from conversations.goal_findings import GoalFlag, findings, progress_of
from conversations.goals import Goal, Stage
from conversations.milestones import Milestone
from conversations.trends import Standing

REMEMBERED = timedelta(weeks=4)
"""How long feedback that was not talked about is brought up again."""
MOST_FLAGS = 2
"""Flags said of one client: more would not be read."""


class Attention(IntEnum):
    """How much attention a client needs, the most first."""

    RED = 0
    AMBER = 1
    UNDISCUSSED = 2
    INFO = 3
    USUAL = 4


_RED_OR_AMBER = frozenset({Level.RED, Level.AMBER})


@dataclass(frozen=True, slots=True)
class Judged:
    """One closed check-in and what it says. Its repr shows no score: reprs end in logs.

    Attributes:
        check_in_id: which one.
        prompted_at: when its client was asked; check-ins are read in this order.
        closed_at: when it was sent or ran out of time.
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
        is_charted: whether charts show it: it came after a session, or asked the four ratings they are about.
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


@dataclass(frozen=True, slots=True)
class Besides:
    """What there is to say of a client besides the ratings of check-ins; never how a reflection came out.

    Attributes:
        goals_moved: goals that moved clearly for the first time.
        goals_reached: goals reached, by their ratings or because the client says so.
        goal_flags: what the goals rated in this time say.
    """

    goals_moved: int = 0
    goals_reached: int = 0
    goal_flags: tuple[GoalFlag, ...] = ()


def goal_news(goals: Sequence[Goal], week: Sequence[Judged], since: datetime, until: datetime) -> Besides:
    """Say what a client's goals bring to a digest.

    Args:
        goals: the client's, with all their ratings.
        week: the check-ins of the digest's time, in some of which a goal was rated.
        since: where that time begins; a goal can also be called reached between two check-ins.
        until: where it ends.
    """
    rated_at = {one.prompted_at for one in week}
    news = [progress_of(goals, at) for at in sorted(rated_at)]
    reached = {goal.id for one in news for goal in one.reached}
    reached |= {goal.id for goal in goals if goal.stage is Stage.REACHED and since < goal.since <= until}
    moved = {number for one in news for each in one.moved for number in each.ids} - reached
    rated = {goal.id for goal in goals if goal.ratings and goal.ratings[-1].at in rated_at}
    found = [one.flag for one in findings(goals) if (one.goal.id in rated if one.goal else rated)]
    return Besides(len(moved), len(reached), tuple(dict.fromkeys(found)))


@dataclass(frozen=True, slots=True)
class Client:
    """One client for a digest: the code and, oldest first, what was judged within the last weeks."""

    episode_id: int
    code: str = field(repr=False)
    judged: tuple[Judged, ...] = ()
    besides: Besides = Besides()


@dataclass(frozen=True, slots=True)
class Line:
    """One client in a digest.

    Attributes:
        episode_id: whose.
        code: the therapist's code for them.
        attention: how much they need.
        answered: check-ins answered.
        asked: check-ins that were answered or ran out of time; those declined are nobody's business.
        score: the last one, in points (0-10).
        change: the last score less the one before.
        flags: at most two, the loudest.
        wants_to_talk: whether the client has asked to, and it has not happened.
        open_since: the session of the oldest feedback that has not been talked about, if it is older than this digest
            or nothing else brings the client up.
        besides: goals.
        milestones: those of the time of the digest.
    """

    episode_id: int
    code: str = field(repr=False)
    attention: Attention
    answered: int
    asked: int
    score: float | None = field(default=None, repr=False)
    change: float | None = field(default=None, repr=False)
    flags: tuple[Flag, ...] = ()
    wants_to_talk: bool = False
    open_since: datetime | None = None
    besides: Besides = Besides()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """A therapist's week.

    Attributes:
        since: where the time it is about begins (outside) ...
        until: ... and ends (inside).
        lines: the clients who need attention, those who need most first.
        usual: codes of those who answered and need none.
        silent: codes of those who were asked and answered nothing.
        not_asked: codes of those about whom there is nothing to say.
        milestones: codes of those who are as usual, with the milestones they have reached.
        answered: check-ins answered, of all clients.
        asked: see `Line.asked`, of all clients.
        order: episodes as the picture shows them: all clients, those of the lines first.
    """

    since: datetime
    until: datetime
    lines: tuple[Line, ...]
    usual: tuple[str, ...]
    silent: tuple[str, ...]
    not_asked: tuple[str, ...]
    milestones: tuple[tuple[str, tuple[Milestone, ...]], ...]
    answered: int
    asked: int
    order: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in and nothing is waiting."""
        return not self.lines and not self.asked


def digest(clients: Sequence[Client], since: datetime, until: datetime) -> Digest:
    """Put a digest together from what was judged of each client in its time and the four weeks before its end."""
    by_code = [_line(client, since, until) for client in sorted(clients, key=_code)]
    lines = sorted(by_code, key=_attention_of)
    others = [line for line in lines if line.attention is Attention.USUAL]
    return Digest(
        since=since,
        until=until,
        lines=tuple(line for line in lines if line.attention is not Attention.USUAL),
        usual=tuple(line.code for line in others if line.answered),
        silent=tuple(line.code for line in by_code if line.asked and not line.answered),
        not_asked=tuple(line.code for line in others if not line.asked),
        milestones=tuple((line.code, line.milestones) for line in others if line.milestones),
        answered=sum(line.answered for line in lines),
        asked=sum(line.asked for line in lines),
        order=tuple(line.episode_id for line in lines),
    )


def _line(client: Client, since: datetime, until: datetime) -> Line:
    week = [one for one in client.judged if since < one.closed_at <= until]
    scored = [one for one in week if one.score is not None]
    waiting = [one for one in client.judged if one.is_undiscussed and until - REMEMBERED < one.closed_at <= until]
    attention, flags = _attention(week, waiting, client.besides)
    return Line(
        episode_id=client.episode_id,
        code=client.code,
        attention=attention,
        answered=sum(one.answered for one in week),
        asked=len(week),
        score=scored[-1].score if scored else None,
        change=scored[-1].change if scored else None,
        flags=flags,
        wants_to_talk=any(one.talk for one in waiting),
        open_since=_open_since(waiting, since, attention),
        besides=client.besides,
        milestones=tuple(milestone for one in week for milestone in one.milestones),
    )


def _attention(
    week: Sequence[Judged], waiting: Sequence[Judged], besides: Besides
) -> tuple[Attention, tuple[Flag, ...]]:
    """Say how much attention a client needs, and which flags say why."""
    told = [pair for one in reversed(week) if not one.is_settled for pair in zip(one.flags, one.levels, strict=True)]
    loudest = Level.loudest(tuple(level for _, level in told)) if told else Level.NONE
    flags = tuple(dict.fromkeys(_meant(flag, level) for flag, level in told if level is loudest))[:MOST_FLAGS]
    if loudest in _LOUD:
        return _LOUD[loudest], flags
    flags = flags if loudest is Level.INFO else ()
    if any(flag.level is Level.AMBER for flag in besides.goal_flags):
        return Attention.AMBER, flags
    if waiting:
        return Attention.UNDISCUSSED, flags
    return (Attention.INFO if flags or besides != _NOTHING else Attention.USUAL), flags


_NOTHING = Besides()
_LOUD = {Level.RED: Attention.RED, Level.AMBER: Attention.AMBER}


def _meant(flag: Flag, level: Level) -> Flag:
    """A low answer in a check-in that was mostly skipped is told in the words of LOW."""
    return Flag.LOW if flag is Flag.PARTIAL and level is Level.RED else flag


def _open_since(waiting: Sequence[Judged], since: datetime, attention: Attention) -> datetime | None:
    oldest = min(waiting, key=lambda one: one.closed_at, default=None)
    if oldest is None or (attention in _LOUD.values() and oldest.closed_at > since):
        return None
    return oldest.session_at


def _attention_of(line: Line) -> Attention:
    return line.attention


_RUNS = re.compile(r"(\d+)|(\D+)")


def _code(client: Client) -> list[tuple[int, str]]:
    """Sort codes as people do: K-2 before K-10."""
    return [(int(number or 0), word) for number, word in _RUNS.findall(client.code)]
