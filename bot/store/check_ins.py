"""Check-ins and their screens, loaded and saved in bulk: a batch costs a fixed number of statements.

`Open` is one check-in with what the shell needs beside it; `save` compares before and after and writes only what
changed. `now` decides which session counts as the next one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store.pasts import read_extra, read_past, write_extra, write_past
from bot.store.tables import answers, check_ins, episodes, goals, notes, persons, screens, sessions
from conversations.model import Answers, AskedGoal, CheckIn, Note, State, Step, Visibility
from conversations.pausing import Pause
from conversations.preferences import DEFAULT, Preferences, read_preferences

_NO_WORDS: Final[Mapping[str, str]] = {}


class _Place(TypedDict):
    """What a sealed text is bound to."""

    table: str
    column: str
    row: int
    owner: int


class Screen(NamedTuple):
    """The message a check-in lives in. It is behind while `shown_rev` is less than `wanted_rev`."""

    message_id: int | None = None
    wanted_rev: int = 0
    shown_rev: int = 0


Drawn = tuple[int, int | None]
"""The revision that was drawn, and the message it was drawn on."""


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
            sessions.c.id != check_ins.c.session_id,
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
_ANSWERS = select(answers.c.check_in_id, answers.c.question_id, answers.c.rating, answers.c.text_sealed).where(
    answers.c.check_in_id.in_(bindparam("ids", expanding=True))
)
_NOTES = select(notes).where(notes.c.check_in_id.in_(bindparam("ids", expanding=True)))


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
    """Count the check-ins that were asked since a moment, by episode and version."""
    counted = (
        select(check_ins.c.episode_id, check_ins.c.version_id, func.count().label("times"))
        .where(check_ins.c.episode_id.in_(list(episode_ids)), check_ins.c.prompted_at > since)
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


async def of_session(tx: AsyncConnection, ring: KeyRing, now: datetime, session_id: int) -> Kept | None:
    """Load the check-in of a session."""
    found = await _which(tx, ring, now, check_ins.c.session_id == session_id)
    return next(iter(found.values()), None)


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
    ids = [row.id for row in rows]
    given, sealed = await _answers(tx, ids)
    written = await _notes(tx, ring, rows)
    return {
        row.id: _kept(
            row,
            given[row.id],
            _words(ring, row, sealed.get(row.id, {})),
            written.get(row.id),
            None if row.goal_words_sealed is None else _goal(ring, row),
        )
        for row in rows
    }


async def _answers(
    tx: AsyncConnection, ids: Sequence[int]
) -> tuple[dict[int, dict[str, int | None]], dict[int, dict[str, bytes]]]:
    """Read ratings, and the sealed words of what was answered in words."""
    given: dict[int, dict[str, int | None]] = defaultdict(dict)
    sealed: dict[int, dict[str, bytes]] = defaultdict(dict)
    for check_in_id, question_id, rating, text_sealed in await tx.execute(_ANSWERS, {"ids": ids}):
        if text_sealed is None:
            given[check_in_id][question_id] = rating
        else:
            sealed[check_in_id][question_id] = text_sealed
    return given, sealed


def _words(ring: KeyRing, row: Row[Any], sealed: Mapping[str, bytes]) -> Mapping[str, str]:
    if not sealed:
        return _NO_WORDS
    key = ring.unwrap(row.wrapped_key, row.episode_id)
    places = {name: _place_of_words(row.id, row.episode_id, name) for name in sealed}
    return {name: key.open(text, **places[name]) for name, text in sealed.items()}


def _place_of_words(check_in_id: int, episode_id: int, question_id: str) -> _Place:
    """Say where words belong; the question is part of it, so two answers cannot change places."""
    return {"table": "answers", "column": f"text_sealed.{question_id}", "row": check_in_id, "owner": episode_id}


def _goal(ring: KeyRing, row: Row[Any]) -> AskedGoal:
    key = ring.unwrap(row.wrapped_key, row.episode_id)
    place: _Place = {"table": "goals", "column": "words_sealed", "row": row.goal_id, "owner": row.episode_id}
    return AskedGoal(row.goal_id, key.open(row.goal_words_sealed, **place))


async def _notes(tx: AsyncConnection, ring: KeyRing, rows: Sequence[Row[Any]]) -> dict[int, Note]:
    owner = {row.id: row for row in rows}
    found = await tx.execute(_NOTES, {"ids": list(owner)})
    return {row.check_in_id: _note(ring, row, owner[row.check_in_id]) for row in found}


def _note(ring: KeyRing, row: Row[Any], owner: Row[Any]) -> Note:
    key = ring.unwrap(owner.wrapped_key, owner.episode_id)
    sealed = row.text_sealed
    text = key.open(sealed, table="notes", column="text_sealed", row=row.check_in_id, owner=owner.episode_id)
    return Note(text, Visibility(row.visibility))


def _kept(row: Row[Any], given: Answers, words: Mapping[str, str], note: Note | None, goal: AskedGoal | None) -> Kept:
    check_in = CheckIn(
        id=row.id,
        episode_id=row.episode_id,
        session_id=row.session_id,
        due_at=row.due_at,
        state=State(row.state),
        step=Step(row.step),
        position=row.position,
        answers=given,
        words=words,
        extra=read_extra(row.extra),
        past=read_past(row.past),
        goal=goal,
        note=note,
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
        {"id": one.id, "episode_id": one.episode_id, "session_id": one.session_id, **_columns(one)} for one in planned
    ]
    await tx.execute(insert(check_ins), rows)
    await tx.execute(insert(screens), [{"check_in_id": one.id, "wanted_rev": 0, "shown_rev": 0} for one in planned])


_UPDATE_CHECK_IN = update(check_ins).where(check_ins.c.id == bindparam("b_id"))
_UPDATE_SCREEN = update(screens).where(screens.c.check_in_id == bindparam("b_id"))


async def save(tx: AsyncConnection, ring: KeyRing, changes: Sequence[Change]) -> None:
    """Write what changed: at most one statement a table, whatever the number of check-ins."""
    moved = [change for change in changes if change.before.check_in != change.after.check_in]
    if moved:
        rows = [{"b_id": change.after.check_in.id, **_columns(change.after.check_in)} for change in moved]
        await tx.execute(_UPDATE_CHECK_IN, rows)
    await _save_answers(tx, ring, moved)
    await _save_notes(tx, ring, moved)
    await save_screens(tx, {c.after.check_in.id: c.after.screen for c in changes if c.before.screen != c.after.screen})


async def save_screens(tx: AsyncConnection, changed: dict[int, Screen]) -> None:
    """Write where screens live and what they should show; what they do show is the sender's to say."""
    rows = [
        {"b_id": number, "message_id": screen.message_id, "wanted_rev": screen.wanted_rev}
        for number, screen in changed.items()
    ]
    if rows:
        await tx.execute(_UPDATE_SCREEN, rows)


async def _save_answers(tx: AsyncConnection, ring: KeyRing, moved: Sequence[Change]) -> None:
    rows = [row for change in moved for row in (*_new_answers(change), *_new_words(ring, change))]
    if rows:
        await tx.execute(_upsert_answers(tx.dialect.name), rows)
    emptied = [c.after.check_in.id for c in moved if _has_any(c.before.check_in) and not _has_any(c.after.check_in)]
    if emptied:
        await tx.execute(delete(answers).where(answers.c.check_in_id.in_(emptied)))


def _has_any(check_in: CheckIn) -> bool:
    return bool(check_in.answers or check_in.words)


def _new_answers(change: Change) -> Iterable[dict[str, Any]]:
    known = change.before.check_in.answers
    for question_id, rating in change.after.check_in.answers.items():
        if question_id not in known or known[question_id] != rating:
            number = change.after.check_in.id
            yield {"check_in_id": number, "question_id": question_id, "rating": rating, "text_sealed": None}


def _new_words(ring: KeyRing, change: Change) -> Iterable[dict[str, Any]]:
    known, kept = change.before.check_in.words, change.after
    for question_id, text in kept.check_in.words.items():
        if known.get(question_id) != text:
            number, owner = kept.check_in.id, kept.check_in.episode_id
            sealed = ring.unwrap(kept.wrapped_key, owner).seal(text, **_place_of_words(number, owner, question_id))
            yield {"check_in_id": number, "question_id": question_id, "rating": None, "text_sealed": sealed}


@cache
def _upsert_answers(dialect: str) -> Any:
    """Build INSERT ... ON CONFLICT, which both databases know but SQLAlchemy spells per dialect."""
    into = sqlite.insert(answers) if dialect == "sqlite" else postgresql.insert(answers)
    return into.on_conflict_do_update(
        index_elements=["check_in_id", "question_id"],
        set_={"rating": into.excluded.rating, "text_sealed": into.excluded.text_sealed},
    )


async def _save_notes(tx: AsyncConnection, ring: KeyRing, moved: Sequence[Change]) -> None:
    changed = [change.after for change in moved if change.before.check_in.note != change.after.check_in.note]
    if not changed:
        return
    await tx.execute(delete(notes).where(notes.c.check_in_id.in_([kept.check_in.id for kept in changed])))
    rows = [_sealed_note(ring, kept, kept.check_in.note) for kept in changed if kept.check_in.note is not None]
    if rows:
        await tx.execute(insert(notes), rows)


def _sealed_note(ring: KeyRing, kept: Kept, note: Note) -> dict[str, Any]:
    number, owner = kept.check_in.id, kept.check_in.episode_id
    key = ring.unwrap(kept.wrapped_key, owner)
    sealed = key.seal(note.text, table="notes", column="text_sealed", row=number, owner=owner)
    return {"check_in_id": number, "text_sealed": sealed, "visibility": note.visibility.value}


_UPDATE_SHOWN = _UPDATE_SCREEN.where(screens.c.message_id == bindparam("b_message_id"))


async def move(tx: AsyncConnection, number: int, message_id: int, shown_rev: int) -> int | None:
    """Let a new message, which shows this revision, be a check-in's screen; give the one that was."""
    is_it = screens.c.check_in_id == number
    before: int | None = (await tx.execute(select(screens.c.message_id).where(is_it))).scalar()
    await tx.execute(update(screens).where(is_it).values(message_id=message_id, shown_rev=shown_rev))
    return before


async def record_shown(tx: AsyncConnection, shown: dict[int, Drawn]) -> None:
    """Write which revision each screen shows by now; what was drawn on a former screen does not count."""
    rows = [{"b_id": number, "shown_rev": rev, "b_message_id": message} for number, (rev, message) in shown.items()]
    if rows:
        await tx.execute(_UPDATE_SHOWN, rows)


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
