"""Check-ins and their screens, loaded and saved in bulk: a batch costs a fixed number of statements.

`Open` is one check-in with what the shell needs beside it; `save` compares before and after and writes only what
changed. `now` decides which session counts as the next one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store import sayings
from bot.store.history import ASKED
from bot.store.pasts import read_extra, read_past, write_extra, write_past
from bot.store.sayings import Moved, Said
from bot.store.screens import Screen, save_screens
from bot.store.tables import check_ins, episodes, goals, persons, screens, sessions
from conversations.model import AskedGoal, CheckIn, State, Step
from conversations.occasions import Occasion
from conversations.pausing import Pause
from conversations.preferences import DEFAULT, Preferences, read_preferences


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored check-in with its screen and whose it is.

    `preferences` are the client's own, `therapist` the therapist's.
    """

    check_in: CheckIn
    screen: Screen
    client_id: int
    therapist_id: int
    language: str
    zone: str
    next_session_at: datetime | None
    running: bool
    wrapped_key: bytes = field(repr=False)
    preferences: Preferences = DEFAULT
    therapist: Preferences = DEFAULT
    pause: Pause | None = None


class Change(NamedTuple):
    """One check-in before and after."""

    before: Kept
    after: Kept


_therapists = persons.alias("therapists")


def _kept_rows() -> Select[Any]:
    coming = (
        select(func.min(sessions.c.starts_at))
        .where(
            sessions.c.episode_id == check_ins.c.episode_id,
            sessions.c.cancelled_at.is_(None),
            sessions.c.starts_at > bindparam("now"),
            or_(check_ins.c.occasion != Occasion.AFTER.value, sessions.c.id != check_ins.c.session_id),
        )
        .scalar_subquery()
    )
    joined = (
        check_ins.join(episodes, episodes.c.id == check_ins.c.episode_id)
        .join(persons, persons.c.id == episodes.c.client_id)
        .join(_therapists, _therapists.c.id == episodes.c.therapist_id)
        .join(screens, screens.c.check_in_id == check_ins.c.id)
        .outerjoin(goals, goals.c.id == check_ins.c.goal_id)
    )
    return select(
        *check_ins.c,
        screens.c.message_id,
        screens.c.wanted_rev,
        screens.c.shown_rev,
        episodes.c.client_id,
        episodes.c.therapist_id,
        episodes.c.wrapped_key,
        episodes.c.ended_at,
        episodes.c.paused_at,
        episodes.c.paused_until,
        persons.c.language,
        persons.c.zone,
        persons.c.preferences,
        _therapists.c.preferences.label("therapist_preferences"),
        goals.c.words_sealed.label("goal_words_sealed"),
        coming.label("next_session_at"),
    ).select_from(joined)


# What every press needs is put together once; only the parameters differ.
_KEPT_ROWS = _kept_rows().order_by(check_ins.c.due_at)
_IS_OPEN = check_ins.c.state == State.OPEN.value
_CHOSEN = _KEPT_ROWS.where(
    or_(
        check_ins.c.id.in_(bindparam("ids", expanding=True)),
        check_ins.c.episode_id.in_(bindparam("open_for", expanding=True)) & _IS_OPEN,
    )
)


async def load(
    tx: AsyncConnection, ring: KeyRing, now: datetime, *, ids: Iterable[int] = (), open_for: Iterable[int] = ()
) -> dict[int, Kept]:
    """Load check-ins by id, and those that are open in the given episodes, in three statements."""
    return await _load(tx, ring, _CHOSEN, {"now": now, "ids": list(set(ids)), "open_for": list(set(open_for))})


async def due(tx: AsyncConnection, ring: KeyRing, now: datetime, limit: int) -> dict[int, Kept]:
    """Load check-ins something has fallen due for, the longest waiting first."""
    ready = select(check_ins.c.id).where(check_ins.c.next_at <= now).order_by(check_ins.c.next_at).limit(limit)
    ids = (await tx.execute(ready)).scalars().all()
    return await load(tx, ring, now, ids=ids) if ids else {}


async def asked_since(
    tx: AsyncConnection, episode_ids: Iterable[int], since: datetime
) -> dict[int, dict[int | None, int]]:
    """Count the check-ins that were asked since a moment, by episode and version; not those taken back since."""
    stands = ASKED & (check_ins.c.state != State.CANCELLED.value)
    counted = (
        select(check_ins.c.episode_id, check_ins.c.version_id, func.count().label("times"))
        .where(check_ins.c.episode_id.in_(list(episode_ids)), check_ins.c.prompted_at > since, stands)
        .group_by(check_ins.c.episode_id, check_ins.c.version_id)
    )
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    for row in await tx.execute(counted):
        found[row.episode_id][row.version_id] = row.times
    return found


async def unfinished(tx: AsyncConnection, ring: KeyRing, now: datetime, episode_id: int) -> dict[int, Kept]:
    """Load an episode's check-ins that are not closed yet."""
    states = (State.SCHEDULED.value, State.OPEN.value)
    return await _which(tx, ring, now, (check_ins.c.episode_id == episode_id) & check_ins.c.state.in_(states))


async def behind(tx: AsyncConnection, ring: KeyRing, now: datetime) -> dict[int, Kept]:
    """Load every check-in whose screen shows something old."""
    late = (screens.c.shown_rev < screens.c.wanted_rev) & screens.c.message_id.is_not(None)
    return await _which(tx, ring, now, late & episodes.c.ended_at.is_(None))


async def open_and_started(tx: AsyncConnection, ring: KeyRing, now: datetime) -> dict[int, Kept]:
    """Load every check-in a client is in the middle of."""
    begun = _IS_OPEN & check_ins.c.started_at.is_not(None)
    return await _which(tx, ring, now, begun & episodes.c.ended_at.is_(None))


async def _which(tx: AsyncConnection, ring: KeyRing, now: datetime, which: ColumnElement[bool]) -> dict[int, Kept]:
    return await _load(tx, ring, _KEPT_ROWS.where(which), {"now": now})


async def _load(tx: AsyncConnection, ring: KeyRing, chosen: Select[Any], parameters: dict[str, Any]) -> dict[int, Kept]:
    rows = (await tx.execute(chosen, parameters)).all()
    said = await sayings.load(tx, ring, rows)
    return {row.id: _kept(row, said[row.id], _goal(ring, row)) for row in rows}


def _goal(ring: KeyRing, row: Row[Any]) -> AskedGoal | None:
    if row.goal_words_sealed is None:
        return None
    key, sealed = ring.unwrap(row.wrapped_key, row.episode_id), row.goal_words_sealed
    words = key.open(sealed, table="goals", column="words_sealed", row=row.goal_id, owner=row.episode_id)
    return AskedGoal(row.goal_id, words)


def _kept(row: Row[Any], said: Said, goal: AskedGoal | None) -> Kept:
    check_in = CheckIn(
        id=row.id,
        episode_id=row.episode_id,
        session_id=row.session_id,
        due_at=row.due_at,
        occasion=Occasion(row.occasion),
        state=State(row.state),
        step=Step(row.step),
        position=row.position,
        answers=said.answers,
        words=said.words,
        extra=read_extra(row.extra),
        past=read_past(row.past),
        goal=goal,
        note=said.note,
        talk=row.talk,
        version_id=row.version_id,
        prompted_at=row.prompted_at,
        started_at=row.started_at,
        reminder_at=row.reminder_at,
        auto_send_at=row.auto_send_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
    )
    return Kept(
        check_in=check_in,
        screen=Screen(row.message_id, row.wanted_rev, row.shown_rev),
        client_id=row.client_id,
        therapist_id=row.therapist_id,
        language=row.language,
        zone=row.zone,
        next_session_at=row.next_session_at,
        running=row.ended_at is None,
        preferences=read_preferences(row.preferences),
        therapist=read_preferences(row.therapist_preferences),
        wrapped_key=row.wrapped_key,
        pause=None if row.paused_at is None else Pause(row.paused_at, row.paused_until),
    )


def _columns(check_in: CheckIn) -> dict[str, Any]:
    return {
        "version_id": check_in.version_id,
        "state": check_in.state.value,
        "step": check_in.step.value,
        "position": check_in.position,
        "talk": check_in.talk,
        "extra": write_extra(check_in.extra),
        "past": write_past(check_in.past),
        "goal_id": None if check_in.goal is None else check_in.goal.id,
        "due_at": check_in.due_at,
        "prompted_at": check_in.prompted_at,
        "started_at": check_in.started_at,
        "reminder_at": check_in.reminder_at,
        "auto_send_at": check_in.auto_send_at,
        "expires_at": check_in.expires_at,
        "closed_at": check_in.closed_at,
        "next_at": check_in.next_at,
    }


async def add(tx: AsyncConnection, *planned: CheckIn) -> None:
    """Insert scheduled check-ins and their empty screens."""
    if not planned:
        return
    rows = [
        {
            "id": one.id,
            "episode_id": one.episode_id,
            "session_id": one.session_id,
            "occasion": one.occasion.value,
            **_columns(one),
        }
        for one in planned
    ]
    await tx.execute(insert(check_ins), rows)
    await tx.execute(insert(screens), [{"check_in_id": one.id, "wanted_rev": 0, "shown_rev": 0} for one in planned])


async def wake(tx: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """Let check-ins that wait for their turn be looked at now."""
    waits = check_ins.c.id.in_(list(ids)) & (check_ins.c.state == State.SCHEDULED.value) & (check_ins.c.due_at > now)
    await tx.execute(update(check_ins).where(waits).values(due_at=now, next_at=now))


_UPDATE_CHECK_IN = update(check_ins).where(check_ins.c.id == bindparam("b_id"))


async def save(tx: AsyncConnection, ring: KeyRing, changes: Sequence[Change]) -> None:
    """Write what changed: at most one statement a table, whatever the number of check-ins."""
    moved = [change for change in changes if change.before.check_in != change.after.check_in]
    if moved:
        rows = [{"b_id": change.after.check_in.id, **_columns(change.after.check_in)} for change in moved]
        await tx.execute(_UPDATE_CHECK_IN, rows)
    await sayings.save(
        tx, ring, [Moved(one.before.check_in, one.after.check_in, one.after.wrapped_key) for one in moved]
    )
    await save_screens(tx, {c.after.check_in.id: c.after.screen for c in changes if c.before.screen != c.after.screen})


def with_check_in(kept: Kept, check_in: CheckIn) -> Kept:
    """Give the same stored check-in in a new state; a new state wants a new revision of the screen."""
    if check_in == kept.check_in:
        return kept
    return replace(kept, check_in=check_in, screen=kept.screen._replace(wanted_rev=kept.screen.wanted_rev + 1))


async def next_at(tx: AsyncConnection) -> datetime | None:
    """When the next timer of any check-in falls due."""
    soonest = select(func.min(check_ins.c.next_at)).where(check_ins.c.next_at.is_not(None))
    moment: datetime | None = (await tx.execute(soonest)).scalar_one()
    return moment
