"""Calendars: what a reading of one means for the sessions there are, and what a therapist says about its titles.

A session that comes from a calendar carries the keyed hash of its event and place in the series, and when it was there
at the last reading. So a reading is compared with the one before: only what the calendar itself changed is changed, and
what a therapist changed in the chat since then stands. Nothing else of the calendar is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.crypto import KeyRing
from bot.ics.slots import LeftOut, Reading, Slot, Wanted
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


class Source(StrEnum):
    """Where a calendar came from. A feed is whole: what it no longer has is gone. A file may be one of several."""

    FILE = "file"
    FEED = "feed"


class Count(StrEnum):
    """What became of an appointment; one letter each, for a delivery's detail."""

    NEW = "n"
    MOVED = "m"
    CANCELLED = "c"
    KEPT = "k"
    DOUBLE = "d"
    IGNORED = "i"


@dataclass(frozen=True, slots=True)
class Change:
    """One step: an appointment of an episode as it is in the calendar now (None: no longer), and as it was."""

    index: bytes
    series: bytes
    source: Source
    slot: Slot | None = None
    episode: Episode | None = None
    known: Imported | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A title nobody knows yet: the hashes it is remembered by, how many appointments have it, when the next is."""

    title: str = field(repr=False)
    indexes: Sequence[bytes]
    total: int
    next_at: datetime


@dataclass(slots=True)
class Comparison:
    """What a reading means. `missing` came from a file before, and this file has nothing of their series."""

    changes: list[Change] = field(default_factory=list)
    missing: list[Change] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    kept: int = 0
    ignored: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


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
        found = _Comparing(self, therapist, source, before, mine, told)
        found.look(reading)
        found.look_for_the_missing(reading, now)
        found.comparison.left_out = reading.left_out
        return found.comparison

    def indexes(self, name: str, therapist: Person, value: str) -> list[bytes]:
        """Give the keyed hashes of something in a therapist's calendar, the current key's first."""
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


def minutes_of(slot: Slot) -> int:
    """Give the length of an appointment in whole minutes."""
    return (slot.ends_at - slot.starts_at) // timedelta(minutes=1)


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


@dataclass(slots=True)
class _Comparing:
    """One comparison under way."""

    calendars: Calendars
    therapist: Person
    source: Source
    before: dict[bytes, Imported]
    mine: dict[int, Episode]
    told: dict[bytes, Title]
    comparison: Comparison = field(default_factory=Comparison)
    seen: set[bytes] = field(default_factory=set)

    def look(self, reading: Reading) -> None:
        """Go through the appointments that are in the calendar."""
        by_code = {episode.code: episode for episode in self.mine.values()}
        strangers: dict[int, list[Slot]] = defaultdict(list)
        titles = [self.calendars.indexes("title", self.therapist, title.casefold()) for title in reading.titles]
        for slot in reading.slots:
            stands = None if slot.title is None else self._stands(titles[slot.title])
            episode = by_code.get(slot.code or "") or self._matched(stands)
            if episode is not None:
                self._appointment(slot, episode)
            elif stands is not None and stands.stands is Stands.IGNORED:
                self.comparison.ignored += 1
            elif slot.title is not None and not slot.cancelled:
                strangers[slot.title].append(slot)
        self.comparison.unknown = [
            self._unknown(reading.titles[place], titles[place], slots)
            for place, slots in strangers.items()
            if self.source is Source.FILE or self._stands(titles[place]) is None
        ]

    def _stands(self, indexes: Sequence[bytes]) -> Title | None:
        return next((self.told[index] for index in indexes if index in self.told), None)

    def _matched(self, title: Title | None) -> Episode | None:
        return self.mine.get(title.episode_id) if title and title.episode_id else None

    def _unknown(self, title: str, indexes: Sequence[bytes], slots: Sequence[Slot]) -> Unknown:
        return Unknown(title, indexes, len(slots), min(slot.starts_at for slot in slots))

    def _appointment(self, slot: Slot, episode: Episode) -> None:
        indexes = self.calendars.indexes("event", self.therapist, slot.key)
        series = self.calendars.indexes("series", self.therapist, slot.series)
        self.seen.update(indexes)
        known = next((self.before[index] for index in indexes if index in self.before), None)
        if known is None and slot.cancelled:
            return
        if known is not None and _same(known, slot, episode, self.source):
            self.comparison.kept += not known.gone
            return
        self.comparison.changes.append(Change(indexes[0], series[0], self.source, slot, episode, known))

    def look_for_the_missing(self, reading: Reading, now: datetime) -> None:
        """Find what came from a calendar before, has not happened yet, and is no longer there.

        A file that shares no event with those before is another calendar, and says nothing about them.
        """
        here, unread = self._all(reading.series), self._all(reading.unread)
        related = any(known.series_index in here for known in self.before.values())
        for known in self.before.values():
            if known.event_index in self.seen or known.gone or known.starts_at <= now or known.series_index in unread:
                continue
            change = Change(known.event_index, known.series_index, self.source, known=known)
            if known.series_index in here or (self.source is Source.FEED and known.source == Source.FEED):
                self.comparison.changes.append(change)
            elif related and self.source is Source.FILE and known.source == Source.FILE:
                self.comparison.missing.append(change)

    def _all(self, series: Iterable[str]) -> set[bytes]:
        return {index for one in series for index in self.calendars.indexes("series", self.therapist, one)}


def _same(known: Imported, slot: Slot, episode: Episode, source: Source) -> bool:
    """Say whether the calendar says what it said at the last reading."""
    there = (known.starts_at, known.minutes, known.gone) == (slot.starts_at, minutes_of(slot), slot.cancelled)
    gone = known.gone and slot.cancelled
    return gone or (there and known.episode_id == episode.id and (known.source == source or source is Source.FILE))
