"""What is deleted because its time is over."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import practice
from bot.store.tables import answers, check_ins, deliveries, episodes, notes, persons

NOTES_KEPT = timedelta(days=90)
"""How long a client's note, and their words, are kept after the check-in has closed. The consent text says so."""


async def delete_notes(
    tx: AsyncConnection, closed_before: datetime, numbers: Mapping[int, Collection[str]] | None = None
) -> int:
    """Delete the notes of check-ins that closed before a moment, and what was answered in words.

    It goes on where it ended the last time, so that it costs the same however long a practice has been there.
    `numbers` names, by version, the questions that ask for a number: that lies where words do, and stays as ratings do.
    """
    since = await _deleted_through(tx)
    old = select(check_ins.c.id).where(check_ins.c.closed_at >= since, check_ins.c.closed_at < closed_before)
    words: list[ColumnElement[bool]] = [answers.c.text_sealed.is_not(None), answers.c.check_in_id.in_(old)]
    for version_id, questions in (numbers or {}).items():
        of_version = old.where(check_ins.c.version_id == version_id)
        words.append(~and_(answers.c.question_id.in_(questions), answers.c.check_in_id.in_(of_version)))
    await tx.execute(delete(answers).where(*words))
    deleted = (await tx.execute(delete(notes).where(notes.c.check_in_id.in_(old)))).rowcount
    await practice.set_value(tx, _THROUGH, max(since, closed_before).isoformat())
    return deleted


async def look_again(tx: AsyncConnection, since: datetime) -> None:
    """Let words be looked for anew from a moment on: something that closed then has only come in now."""
    if since < await _deleted_through(tx):
        await practice.set_value(tx, _THROUGH, since.isoformat())


async def _deleted_through(tx: AsyncConnection) -> datetime:
    kept = await practice.value(tx, _THROUGH)
    return _EVER if kept is None else datetime.fromisoformat(kept)


_THROUGH = "words_deleted_through"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def delete_episodes(tx: AsyncConnection, ended_before: datetime) -> int:
    """Delete episodes that ended before a moment, with their sessions, check-ins and ratings."""
    return (await tx.execute(delete(episodes).where(episodes.c.ended_at < ended_before))).rowcount


async def delete_forgotten_people(tx: AsyncConnection) -> int:
    """Delete people who have no role and no episode left, not even an ended one, and are to be told nothing any more.

    A therapist who has left stays as long as an episode of theirs does: it would go with them.
    """
    any_episode = exists().where(or_(episodes.c.client_id == persons.c.id, episodes.c.therapist_id == persons.c.id))
    to_be_told = exists().where(deliveries.c.person_id == persons.c.id, deliveries.c.outcome.is_(None))
    roleless = ~persons.c.is_admin & ~persons.c.is_therapist & ~any_episode & ~to_be_told
    return (await tx.execute(delete(persons).where(roleless))).rowcount
