"""Calendars: what a reading of one means for the sessions there are, and what a therapist says about its titles.

A session that comes from a calendar carries the keyed hash of its event and place in the series, and when it was there
at the last reading. So a reading is compared with the one before: only what the calendar itself changed is changed, and
what a therapist changed in the chat since then stands. Nothing else of the calendar is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calendar_comparison import Change, Comparing, Comparison, Source, Unknown, minutes_of
from bot.check_ins import Work
from bot.crypto import KeyRing
from bot.ics.slots import Reading, Slot, Wanted
from bot.sessions import Noted, Sessions, Trouble, When
from bot.store import calendars as store
from bot.store import episodes
from bot.store import sessions as session_store
from bot.store.calendars import Imported, Stands, Title
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations.model import Session

__all__ = ["Calendars", "Change", "Comparison", "Count", "Source", "Stands", "Title", "Unknown"]

AHEAD = timedelta(weeks=26)
"""How far ahead a calendar is planned."""
BACK = timedelta(hours=12)
"""Sessions of earlier today are still asked about; older ones are over."""


class Count(StrEnum):
    """What became of an appointment; one letter each, for a delivery's detail."""

    NEW = "n"
    MOVED = "m"
    CANCELLED = "c"
    KEPT = "k"
    DOUBLE = "d"
    IGNORED = "i"


class Calendars:
    """The use cases around calendars. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, sessions: Sessions) -> None:
        self._ring = ring
        self._sessions = sessions

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

    # ---- applying ----

    async def apply(self, tx: AsyncConnection, therapist: Person, change: Change, now: datetime) -> tuple[Count, Work]:
        """Change what came from a calendar before. What cannot be changed any more stays, and is not tried again."""
        slot, known = change.slot, change.known
        assert known is not None  # noqa: S101 - what is new is entered
        if slot is None or slot.cancelled:
            return await self._cancel(tx, therapist, change, known, now)
        if change.episode is not None and change.episode.id != known.episode_id:
            _, work = await self._cancel(tx, therapist, change, known, now)
            await self.enter(tx, therapist, change.episode, [change], now)
            return Count.MOVED, work
        return await self._move(tx, therapist, change, known, slot, now)

    async def enter(
        self, tx: AsyncConnection, therapist: Person, episode: Episode, changes: Sequence[Change], now: datetime
    ) -> list[Count]:
        """Enter new appointments of one client, with a few statements for all."""
        slots = [(change, change.slot) for change in changes if change.slot is not None]
        wanted = [When(slot.starts_at, minutes_of(slot)) for _, slot in slots]
        entered = await self._sessions.enter_all(tx, episode, wanted, now)
        pairs = list(zip(slots, entered, strict=True))
        new = [_imported(one, slot, out.session) for (one, slot), out in pairs if isinstance(out, Noted)]
        await store.put(tx, therapist.id, *new)
        double = [one for (one, _), outcome in pairs if outcome is Trouble.DOUBLE]
        adopted = [await self._adopt(tx, therapist, one, episode, now) for one in double]
        return [Count.NEW] * len(new) + adopted

    async def _adopt(
        self, tx: AsyncConnection, therapist: Person, change: Change, episode: Episode, now: datetime
    ) -> Count:
        """Take a session that was entered by hand for the calendar's; from now on it follows the calendar."""
        slot = change.slot
        assert slot is not None  # noqa: S101 - only an appointment that is there can be double
        there = await session_store.overlapping(tx, episode.id, slot.starts_at, slot.ends_at)
        if there is None or await store.is_imported(tx, there.id):
            return Count.DOUBLE
        await store.put(tx, therapist.id, _imported(change, slot, there))
        if there.starts_at != slot.starts_at:
            await self._sessions.move(tx, therapist, there.id, slot.starts_at, now, minutes_of(slot))
        return Count.KEPT

    async def _cancel(
        self, tx: AsyncConnection, therapist: Person, change: Change, known: Imported, now: datetime
    ) -> tuple[Count, Work]:
        await store.put(tx, therapist.id, replace(known, source=change.source.value, gone=True))
        done = await self._sessions.cancel(tx, therapist, known.session_id, now)
        return (Count.CANCELLED, done) if isinstance(done, Work) else (Count.KEPT, Work())

    async def _move(
        self, tx: AsyncConnection, therapist: Person, change: Change, known: Imported, slot: Slot, now: datetime
    ) -> tuple[Count, Work]:
        here = replace(
            known, source=change.source.value, starts_at=slot.starts_at, minutes=minutes_of(slot), gone=False
        )
        await store.put(tx, therapist.id, here)
        if known.gone:
            await self._sessions.restore(tx, therapist, known.session_id, now)
        moved = await self._sessions.move(tx, therapist, known.session_id, slot.starts_at, now, minutes_of(slot))
        if isinstance(moved, tuple):
            return Count.MOVED, moved[1]
        if moved is Trouble.ALREADY_UNDONE and change.episode is not None:
            # Called off in the chat, then moved in the calendar: that is a new appointment.
            return (await self.enter(tx, therapist, change.episode, [change], now))[0], Work()
        return (Count.NEW if known.gone and moved is Trouble.ALREADY_THERE else Count.KEPT), Work()

    async def coming(
        self, tx: AsyncConnection, therapist: Person, now: datetime
    ) -> list[tuple[Episode, int, datetime]]:
        """Give each client with sessions from a calendar: how many are planned, and when the next is. By code."""
        planned = await store.coming(tx, therapist.id, now)
        mine = await episodes.of_therapist(tx, self._ring, therapist.id)
        return [(episode, *planned[episode.id]) for episode in mine if episode.id in planned]

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


def _imported(change: Change, slot: Slot, session: Session) -> Imported:
    """Say where a session comes from, and when it is there as the calendar says."""
    return Imported(
        session_id=session.id,
        episode_id=session.episode_id,
        event_index=change.index,
        series_index=change.series,
        source=change.source.value,
        starts_at=slot.starts_at,
        minutes=minutes_of(slot),
        gone=False,
    )
