"""Calendars: what a reading of one means for the sessions there are, and what a therapist says about its titles.

A session that comes from a calendar carries the keyed hash of its event and place in the series, and when it was there
at the last reading. So a reading is compared with the one before: only what the calendar itself changed is changed, and
what a therapist changed in the chat since then stands. Nothing else of the calendar is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calendar_changes import Applied, Changes, Count
from bot.calendar_comparison import Change, Comparing, Comparison, Source, Unknown
from bot.crypto import KeyRing
from bot.ics.slots import Reading, Wanted
from bot.sessions import Sessions
from bot.store import calendars as store
from bot.store import episodes
from bot.store.calendars import Stands, Title
from bot.store.episodes import Episode
from bot.store.persons import Person

__all__ = ["Applied", "Calendars", "Change", "Comparison", "Count", "Source", "Stands", "Title", "Unknown"]

AHEAD = timedelta(weeks=26)
"""How far ahead a calendar is planned."""
BACK = timedelta(hours=12)
"""Sessions of earlier today are still asked about; older ones are over."""


class Calendars:
    """The use cases around calendars. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, sessions: Sessions) -> None:
        self._ring = ring
        self.changes = Changes(sessions)

    async def wanted(self, tx: AsyncConnection, therapist: Person, now: datetime) -> Wanted:
        """Say what to look for in a therapist's calendar."""
        mine = await episodes.of_therapist(tx, self._ring, therapist.id)
        return Wanted(now - BACK, now + AHEAD, therapist.zone, frozenset(episode.code for episode in mine))

    # ---- comparing ----

    async def compare(
        self, tx: AsyncConnection, therapist: Person, reading: Reading, source: Source, now: datetime
    ) -> Comparison:
        """Compare a reading with what came from calendars before; changes nothing."""
        before = {one.event_index: one for one in await store.imported(tx, therapist.id, now - BACK)}
        mine = {episode.id: episode for episode in await episodes.of_therapist(tx, self._ring, therapist.id)}
        told = await store.titles(tx, therapist.id)
        found = Comparing(partial(self._indexes, therapist), source, before, mine, told)
        found.look(reading)
        found.look_for_the_missing(reading, now)
        found.comparison.left_out = reading.left_out
        return found.comparison

    def _indexes(self, therapist: Person, name: str, value: str) -> list[bytes]:
        return self._ring.blind_indexes(f"calendar_{name}", f"{therapist.id}:{value}")

    async def coming(
        self, tx: AsyncConnection, therapist: Person, now: datetime
    ) -> list[tuple[Episode, int, datetime]]:
        """Give each client with sessions from a calendar: how many are planned, and when the next is. By code."""
        planned = await store.coming(tx, therapist.id, now)
        mine = await episodes.of_therapist(tx, self._ring, therapist.id)
        return [(episode, *planned[episode.id]) for episode in mine if episode.id in planned]

    async def called_off(self, tx: AsyncConnection, therapist: Person, moment: datetime) -> list[tuple[str, datetime]]:
        """Give what the reading of a moment has called off, and is off still: the client's code and when it was."""
        off = await store.called_off(tx, therapist.id, moment)
        codes = {one.id: one.code for one in await episodes.of_therapist(tx, self._ring, therapist.id)}
        return [(codes[episode_id], starts_at) for episode_id, starts_at in off if episode_id in codes]

    # ---- titles ----

    async def ask(self, tx: AsyncConnection, therapist: Person, unknown: Sequence[Unknown], batch: int) -> list[Title]:
        """Remember that a therapist is asked about these titles in one message."""
        return await store.ask(tx, therapist.id, [one.indexes for one in unknown], batch)

    async def title(self, tx: AsyncConnection, therapist: Person, number: int) -> Title | None:
        """Give a title a therapist was asked about."""
        return await store.title(tx, therapist.id, number)

    async def open_of(self, tx: AsyncConnection, therapist: Person, batch: int) -> list[Title]:
        """Give the titles of one message that are still open."""
        return await store.open_of(tx, therapist.id, batch)

    async def match(self, tx: AsyncConnection, title: Title, episode: Episode) -> None:
        """Take everything with this title for sessions of a client."""
        await store.decide(tx, title.id, Stands.MATCHED, episode.id)

    async def ignore(self, tx: AsyncConnection, titles: Iterable[Title]) -> None:
        """Take nothing with these titles for a session."""
        for title in titles:
            await store.decide(tx, title.id, Stands.IGNORED, None)

    async def forget_titles(self, tx: AsyncConnection, therapist: Person) -> int:
        """Ask about every title anew."""
        return await store.forget_titles(tx, therapist.id)
