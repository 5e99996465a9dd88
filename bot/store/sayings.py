"""What clients have said in check-ins: ratings, choices, answers in words, notes. Read and written in bulk.

Words and notes are sealed; a rating is a number. What was said and then taken away is deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypedDict

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store.tables import answers, notes
from conversations.model import Answers, CheckIn, Note, Visibility

_NO_WORDS: Final[Mapping[str, str]] = {}


class Said(NamedTuple):
    """What a client has said in one check-in."""

    answers: Answers
    words: Mapping[str, str]
    note: Note | None


class Moved(NamedTuple):
    """A check-in before and after, and its episode's key."""

    before: CheckIn
    after: CheckIn
    wrapped_key: bytes


class _Place(TypedDict):
    """What a sealed text is bound to."""

    table: str
    column: str
    row: int
    owner: int


_ANSWERS = select(answers.c.check_in_id, answers.c.question_id, answers.c.rating, answers.c.text_sealed).where(
    answers.c.check_in_id.in_(bindparam("ids", expanding=True))
)
_NOTES = select(notes).where(notes.c.check_in_id.in_(bindparam("ids", expanding=True)))
_TAKE_AWAY = delete(answers).where(
    answers.c.check_in_id == bindparam("b_check_in_id"), answers.c.question_id == bindparam("b_question_id")
)


async def load(tx: AsyncConnection, ring: KeyRing, rows: Sequence[Row[Any]]) -> dict[int, Said]:
    """Read what was said in check-ins, of which each row gives id, episode and key, in two statements."""
    given, sealed = await _answers(tx, [row.id for row in rows])
    written = await _notes(tx, ring, rows)
    return {row.id: Said(given[row.id], _words(ring, row, sealed.get(row.id, {})), written.get(row.id)) for row in rows}


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


async def _notes(tx: AsyncConnection, ring: KeyRing, rows: Sequence[Row[Any]]) -> dict[int, Note]:
    owner = {row.id: row for row in rows}
    found = await tx.execute(_NOTES, {"ids": list(owner)})
    return {row.check_in_id: _note(ring, row, owner[row.check_in_id]) for row in found}


def _note(ring: KeyRing, row: Row[Any], owner: Row[Any]) -> Note:
    key = ring.unwrap(owner.wrapped_key, owner.episode_id)
    sealed = row.text_sealed
    text = key.open(sealed, table="notes", column="text_sealed", row=row.check_in_id, owner=owner.episode_id)
    return Note(text, Visibility(row.visibility))


async def save(tx: AsyncConnection, ring: KeyRing, moved: Sequence[Moved]) -> None:
    """Write what was said anew and delete what was taken away: at most two statements a table."""
    await _save_answers(tx, ring, moved)
    await _save_notes(tx, ring, moved)


async def _save_answers(tx: AsyncConnection, ring: KeyRing, moved: Sequence[Moved]) -> None:
    rows = [row for one in moved for row in (*_new_answers(one), *_new_words(ring, one))]
    if rows:
        await tx.execute(_upsert_answers(tx.dialect.name), rows)
    taken = [pair for one in moved for pair in _taken_away(one)]
    if taken:
        await tx.execute(_TAKE_AWAY, taken)


def _taken_away(one: Moved) -> Iterable[dict[str, Any]]:
    """List the questions that had an answer, and have none any more."""
    before, after = one.before, one.after
    for question_id in (*before.answers, *before.words):
        if question_id not in after.answers and question_id not in after.words:
            yield {"b_check_in_id": after.id, "b_question_id": question_id}


def _new_answers(one: Moved) -> Iterable[dict[str, Any]]:
    known = one.before.answers
    for question_id, rating in one.after.answers.items():
        if question_id not in known or known[question_id] != rating:
            yield {"check_in_id": one.after.id, "question_id": question_id, "rating": rating, "text_sealed": None}


def _new_words(ring: KeyRing, one: Moved) -> Iterable[dict[str, Any]]:
    known, number, owner = one.before.words, one.after.id, one.after.episode_id
    for question_id, text in one.after.words.items():
        if known.get(question_id) != text:
            sealed = ring.unwrap(one.wrapped_key, owner).seal(text, **_place_of_words(number, owner, question_id))
            yield {"check_in_id": number, "question_id": question_id, "rating": None, "text_sealed": sealed}


@cache
def _upsert_answers(dialect: str) -> Any:
    """Build INSERT ... ON CONFLICT, which both databases know but SQLAlchemy spells per dialect."""
    into = sqlite.insert(answers) if dialect == "sqlite" else postgresql.insert(answers)
    return into.on_conflict_do_update(
        index_elements=["check_in_id", "question_id"],
        set_={"rating": into.excluded.rating, "text_sealed": into.excluded.text_sealed},
    )


async def _save_notes(tx: AsyncConnection, ring: KeyRing, moved: Sequence[Moved]) -> None:
    changed = [one for one in moved if one.before.note != one.after.note]
    if not changed:
        return
    await tx.execute(delete(notes).where(notes.c.check_in_id.in_([one.after.id for one in changed])))
    rows = [_sealed_note(ring, one, one.after.note) for one in changed if one.after.note is not None]
    if rows:
        await tx.execute(insert(notes), rows)


def _sealed_note(ring: KeyRing, one: Moved, note: Note) -> dict[str, Any]:
    number, owner = one.after.id, one.after.episode_id
    key = ring.unwrap(one.wrapped_key, owner)
    sealed = key.seal(note.text, table="notes", column="text_sealed", row=number, owner=owner)
    return {"check_in_id": number, "text_sealed": sealed, "visibility": note.visibility.value}
