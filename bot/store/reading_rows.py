"""How what a check-in said lies in its row of `readings`."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.store.tables import discussions, readings
from conversations.baseline import Baseline
from conversations.discussion import Discussion
from conversations.flag import Flag, Level
from conversations.judging import Judged
from conversations.milestones import Kind, Milestone

SAID = (
    readings.c.episode_id,
    readings.c.check_in_id,
    readings.c.prompted_at,
    readings.c.closed_at,
    readings.c.session_at,
    readings.c.answered,
    readings.c.talk,
    readings.c.shared_note,
    readings.c.score,
    readings.c.change,
    readings.c.flags,
    readings.c.milestones,
    readings.c.is_charted,
    readings.c.counts,
    discussions.c.stands,
)


def read_judged(said: Sequence[Any], usual: Baseline | None = None) -> Judged:
    """Read the columns of `SAID` but for the first. By their order: names cost as much as all the rest."""
    number, prompted, closed, session, answered, talk, shared_note, *rest = said
    score, change, flags, milestones, is_charted, counts, stands = rest
    told, levels = _flags(flags)
    where = Discussion(stands) if stands else None
    values = (number, prompted, closed, session, answered, talk, shared_note, score, change, usual, told, levels, where)
    return Judged(*values, _milestones(milestones) if milestones else (), is_charted, counts)


@lru_cache(maxsize=1024)
def _milestones(text: str) -> tuple[Milestone, ...]:
    pairs = [pair.split(":") for pair in text.split()]
    return tuple(Milestone(Kind(kind), int(number)) for kind, number in pairs)


@lru_cache(maxsize=1024)
def _flags(text: str) -> tuple[tuple[Flag, ...], tuple[Level, ...]]:
    pairs = [pair.split(":") for pair in text.split()]
    return tuple(Flag(flag) for flag, _ in pairs), tuple(Level(level) for _, level in pairs)


def write_judged(episode_id: int, one: Judged) -> dict[str, Any]:
    """Write one judged check-in."""
    usual = one.usual
    return {
        "check_in_id": one.check_in_id,
        "episode_id": episode_id,
        "prompted_at": one.prompted_at,
        "closed_at": one.closed_at,
        "session_at": one.session_at,
        "answered": one.answered,
        "talk": one.talk,
        "shared_note": one.shared_note,
        "score": one.score,
        "change": one.change,
        "usual_mean": usual and usual.mean,
        "usual_spread": usual and usual.spread,
        "usual_k": usual and usual.k,
        "usual_threshold": usual and usual.threshold,
        "flags": " ".join(f"{flag}:{level}" for flag, level in zip(one.flags, one.levels, strict=True)),
        "milestones": " ".join(f"{each.kind}:{each.number}" for each in one.milestones) or None,
        "is_charted": one.is_charted,
        "counts": one.counts,
    }
