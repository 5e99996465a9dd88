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

from conversations.flag import Flag, Level, meant
from conversations.goal_findings import GoalFlag, findings, progress_of
from conversations.goals import Goal, Stage
from conversations.judging import Judged
from conversations.milestones import Milestone

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
        answered: check-ins answered, of those that count (`Judged.counts`).
        asked: such that were answered or ran out of time; those declined are nobody's business.
        is_heard: whether anything came in, counted or not.
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
    is_heard: bool = False
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
        usual: codes of those who answered and need none; anything will do where nothing was asked that counts.
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
        return not self.lines and not self.asked and not self.usual


def digest(clients: Sequence[Client], since: datetime, until: datetime) -> Digest:
    """Put a digest together from what was judged of each client in its time and the four weeks before its end."""
    by_code = [_line(client, since, until) for client in sorted(clients, key=_code)]
    lines = sorted(by_code, key=_attention_of)
    others = [line for line in lines if line.attention is Attention.USUAL]
    return Digest(
        since=since,
        until=until,
        lines=tuple(line for line in lines if line.attention is not Attention.USUAL),
        usual=tuple(line.code for line in others if line.answered or (line.is_heard and not line.asked)),
        silent=tuple(line.code for line in by_code if line.asked and not line.answered),
        not_asked=tuple(line.code for line in others if not line.asked and not line.is_heard),
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
        answered=sum(one.answered and one.counts for one in week),
        asked=sum(one.counts for one in week),
        is_heard=any(one.answered for one in week),
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
    flags = tuple(dict.fromkeys(meant(flag, level) for flag, level in told if level is loudest))[:MOST_FLAGS]
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
