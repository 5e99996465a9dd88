"""Check-ins on other occasions than after a session: finding, planning and dropping them for many clients at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.sessions import of_row
from bot.store.tables import check_ins, episodes, persons, question_set_versions, sessions
from conversations.model import Session, State
from conversations.occasions import Occasion
from conversations.preferences import Preferences, read_preferences

_BEFORE = check_ins.c.occasion == Occasion.BEFORE.value
_PENDING = check_ins.c.state.in_((State.SCHEDULED.value, State.OPEN.value))


async def before(tx: AsyncConnection, session_id: int) -> dict[int, State]:
    """Give the check-ins before a session, by id."""
    rows = await tx.execute(
        select(check_ins.c.id, check_ins.c.state).where(check_ins.c.session_id == session_id, _BEFORE)
    )
    return {row.id: State(row.state) for row in rows}


async def unplanned(tx: AsyncConnection, episode_ids: Collection[int], now: datetime, limit: int) -> list[Session]:
    """Give coming sessions of these episodes that have no check-in before them, at most `limit`."""
    there = exists().where(check_ins.c.session_id == sessions.c.id, _BEFORE, check_ins.c.state != State.CANCELLED.value)
    ahead = and_(sessions.c.episode_id.in_(episode_ids), sessions.c.starts_at > now, sessions.c.cancelled_at.is_(None))
    rows = await tx.execute(select(sessions).where(ahead, ~there).limit(limit))
    return [of_row(row) for row in rows]


async def therapists_behind(tx: AsyncConnection, about_id: int) -> list[int]:
    """Give the therapist an assignment is about: theirs, or their client's."""
    behind = or_(episodes.c.therapist_id == about_id, episodes.c.id == about_id)
    return list((await tx.execute(select(episodes.c.therapist_id).where(behind).limit(1))).scalars())


async def forget_planned(tx: AsyncConnection, episode_ids: Collection[int]) -> int:
    """Delete the check-ins before sessions that nobody has been asked yet."""
    theirs = and_(check_ins.c.episode_id.in_(episode_ids), check_ins.c.state == State.SCHEDULED.value, _BEFORE)
    return (await tx.execute(delete(check_ins).where(theirs))).rowcount


async def carry(tx: AsyncConnection, session_id: int, onto_id: int) -> None:
    """Put what was asked before a session before another one, in place of what is planned there."""
    planned = and_(check_ins.c.session_id == onto_id, check_ins.c.state == State.SCHEDULED.value, _BEFORE)
    await tx.execute(delete(check_ins).where(planned))
    asked = and_(check_ins.c.session_id == session_id, _BEFORE)
    await tx.execute(update(check_ins).where(asked).values(session_id=onto_id))


async def waiting(tx: AsyncConnection, episode_id: int, occasion: Occasion) -> list[int]:
    """Give an episode's check-ins of an occasion that nobody has been asked yet."""
    waits = and_(check_ins.c.episode_id == episode_id, check_ins.c.state == State.SCHEDULED.value)
    mine = select(check_ins.c.id).where(waits, check_ins.c.occasion == occasion.value)
    return list((await tx.execute(mine)).scalars())


# ---- asked now ----


@dataclass(frozen=True, slots=True)
class Reachable:
    """A client who can be asked something, with the clock they live by."""

    episode_id: int
    client_id: int
    zone: str
    preferences: Preferences


def _running(about_id: int) -> ColumnElement[bool]:
    """Episodes that go on: everyone's, a therapist's, or one."""
    whose = or_(episodes.c.therapist_id == about_id, episodes.c.id == about_id)
    return episodes.c.ended_at.is_(None) if about_id == 0 else and_(episodes.c.ended_at.is_(None), whose)


def _without(name: str, since: datetime) -> ColumnElement[bool]:
    """Episodes in which this set was not asked for since a moment and does not wait to be answered.

    What was asked since is still pending or was closed since: both are found by an index, so that it costs what goes
    on, and not what was ever asked.
    """
    versions = select(question_set_versions.c.id).where(question_set_versions.c.name == name)
    asked = and_(check_ins.c.occasion == Occasion.NOW.value, check_ins.c.version_id.in_(versions))
    waits = exists().where(check_ins.c.episode_id == episodes.c.id, _PENDING, asked)
    closed = select(check_ins.c.episode_id).where(check_ins.c.closed_at >= since, asked)
    return and_(~waits, episodes.c.id.not_in(closed))


def _reachable(about_id: int, name: str, since: datetime, now: datetime) -> Select[tuple[int, int, str, str | None]]:
    paused = and_(
        episodes.c.paused_at.is_not(None), or_(episodes.c.paused_until.is_(None), episodes.c.paused_until > now)
    )
    return (
        select(episodes.c.id, episodes.c.client_id, persons.c.zone, persons.c.preferences)
        .join(persons, persons.c.id == episodes.c.client_id)
        .where(_running(about_id), ~paused, persons.c.unreachable_at.is_(None), _without(name, since))
    )


async def reachable(tx: AsyncConnection, about_id: int, name: str, since: datetime, now: datetime) -> list[Reachable]:
    """Give whom a set can be asked now: no one who pauses, cannot be reached, or was asked it since a moment.

    `about_id` is 0 for everyone, else a therapist or an episode.
    """
    rows = await tx.execute(_reachable(about_id, name, since, now))
    return [Reachable(row.id, row.client_id, row.zone, read_preferences(row.preferences)) for row in rows]


async def running(tx: AsyncConnection, about_id: int) -> int:
    """Count the clients in care: everyone, a therapist's, or one."""
    count: int = (await tx.execute(select(func.count()).select_from(episodes).where(_running(about_id)))).scalar_one()
    return count
