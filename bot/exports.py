"""Answers on their way out: what a therapist has been told of one client, and nothing else.

Private notes, notes for a session that has not come yet, declined check-ins and ratings held back until the therapist
has rated stay where they are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.practice import Practice
from bot.store import agendas, audit, check_ins, history, own_views
from bot.store import question_sets as set_store
from bot.store.audit import Entry
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations.answers_out import Round, csv_file
from conversations.fhir.bundles import bundle
from conversations.model import CheckIn, State, Visibility
from conversations.preferences import before_session

__all__ = ["AUDITED", "Exported", "Exports"]

AUDITED = "answers.exported"


@dataclass(frozen=True, slots=True)
class Exported:
    """One client's check-ins, ready to be written as a file."""

    code: str = field(repr=False)
    rounds: Sequence[Round] = field(repr=False)


class Exports:
    """The use cases around exports. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice) -> None:
        self._ring = ring
        self._practice = practice

    async def note(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Keep that a client's answers were exported, and not whose."""
        await audit.add(tx, Entry(now, therapist.id, AUDITED, ""))

    async def csv_of(self, tx: AsyncConnection, therapist: Person, episode: Episode, now: datetime) -> bytes:
        """Write a client's answers as CSV in UTF-8, with the mark that spreadsheets know it by."""
        found = await self._of(tx, therapist, episode, now)
        return csv_file(found.code, found.rounds).encode("utf-8-sig")

    async def fhir_of(self, tx: AsyncConnection, therapist: Person, episode: Episode, now: datetime) -> bytes:
        """Write them as a FHIR R4 Bundle."""
        found = await self._of(tx, therapist, episode, now)
        versions = {one.version.id: await set_store.find(tx, one.version.id) for one in found.rounds}
        contents = {number: version.content for number, version in versions.items() if version is not None}
        return json.dumps(bundle(found.code, found.rounds, contents, now), ensure_ascii=False, indent=1).encode()

    async def _of(self, tx: AsyncConnection, therapist: Person, episode: Episode, now: datetime) -> Exported:
        """Gather what the therapist was told, oldest first."""
        told, held = await history.of_episode(tx, episode.id), await own_views.held_of(tx, episode.id)
        kept = await check_ins.load(tx, self._ring, now, ids=[one.id for one in told if one.id not in held])
        last_met = await self._last_met(tx, therapist, episode, now)
        rounds = []
        for one in told:
            if one.id in kept and _is_told(kept[one.id].check_in):
                day = one.session_at.astimezone(therapist.zone).date()
                rounds.append(self._round(kept[one.id].check_in, day=day, last_met=last_met))
        return Exported(episode.code, rounds)

    async def _last_met(
        self, tx: AsyncConnection, therapist: Person, episode: Episode, now: datetime
    ) -> datetime | None:
        """When the last session began whose agenda has been shown: notes for it are no secret any more."""
        until = now + before_session(therapist.preferences)
        return await agendas.last_met(tx, episode.id, until)

    def _round(self, check_in: CheckIn, *, day: date, last_met: datetime | None) -> Round:
        closed_at = check_in.closed_at or check_in.due_at
        return Round(
            day=day,
            closed_at=closed_at,
            version=self._practice.version(check_in.version_id),
            answers=check_in.answers,
            words=dict(check_in.words),
            note=_shared(check_in, closed_at, last_met),
            talk=check_in.talk,
            complete=check_in.state is State.COMPLETED,
            occasion=check_in.occasion,
        )


def _is_told(check_in: CheckIn) -> bool:
    return check_in.state is State.COMPLETED or check_in.shares


def _shared(check_in: CheckIn, closed_at: datetime, last_met: datetime | None) -> str | None:
    note = check_in.note
    if note is None or note.visibility is Visibility.PRIVATE:
        return None
    if note.visibility is Visibility.BEFORE and (last_met is None or last_met <= closed_at):
        return None
    return note.text
