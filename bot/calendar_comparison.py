"""What a reading of a calendar means against the one before: what is new, has moved, is gone, or is not known yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ics.slots import LeftOut, Reading, Slot
from bot.store.calendars import Imported, Stands, Title
from bot.store.episodes import Episode

Indexes = Callable[[str, str], list[bytes]]
"""Gives the keyed hashes of something in a therapist's calendar (what it is, its value), the current key's first."""


_Stranger = tuple[Slot, Episode | None]
"""An appointment whose title nobody knows, and the client with whom it is planned so far."""


class Source(StrEnum):
    """Where a calendar came from. A feed is whole: what it no longer has is gone. A file may be one of several."""

    FILE = "file"
    FEED = "feed"


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
    """A title nobody knows yet: the hashes it is remembered by, how many appointments have it, when the next is.

    `codes` are the clients with whom appointments of it are planned so far, because they had another title before.
    """

    title: str = field(repr=False)
    indexes: Sequence[bytes]
    total: int
    next_at: datetime
    codes: Sequence[str] = ()


@dataclass(slots=True)
class Comparison:
    """What a reading means.

    `missing` came from a file before, and this file has nothing of their series. `passed_over` are the events of which
    the therapist has said that they are no sessions.
    """

    changes: list[Change] = field(default_factory=list)
    missing: list[Change] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    passed_over: set[bytes] = field(default_factory=set)
    kept: int = 0
    ignored: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


def minutes_of(slot: Slot) -> int:
    """Give the length of an appointment in whole minutes."""
    return (slot.ends_at - slot.starts_at) // timedelta(minutes=1)


@dataclass(slots=True)
class Comparing:
    """One comparison under way."""

    indexes: Indexes
    source: Source
    before: dict[bytes, Imported]
    mine: dict[int, Episode]
    told: dict[bytes, Title]
    comparison: Comparison = field(default_factory=Comparison)
    seen: set[bytes] = field(default_factory=set)

    def look(self, reading: Reading) -> None:
        """Go through the appointments that are in the calendar."""
        by_code = {episode.code: episode for episode in self.mine.values()}
        strangers: dict[int, list[_Stranger]] = defaultdict(list)
        titles = [self.indexes("title", title.casefold()) for title in reading.titles]
        for slot in reading.slots:
            stands = None if slot.title is None else self._stands(titles[slot.title])
            episode = by_code.get(slot.code or "") or self._matched(stands)
            if episode is None and stands is not None and stands.stands is Stands.IGNORED:
                self._pass_over(slot)
                continue
            if episode is None and slot.title is not None:
                episode = self._so_far(slot)
                strangers[slot.title] += [] if slot.cancelled else [(slot, episode)]
            if episode is not None:
                self._appointment(slot, episode)
        self.comparison.unknown = [
            self._unknown(reading.titles[place], titles[place], slots)
            for place, slots in strangers.items()
            if slots and (self.source is Source.FILE or self._stands(titles[place]) is None)
        ]

    def _stands(self, indexes: Sequence[bytes]) -> Title | None:
        return next((self.told[index] for index in indexes if index in self.told), None)

    def _matched(self, title: Title | None) -> Episode | None:
        return self.mine.get(title.episode_id) if title and title.episode_id else None

    def _pass_over(self, slot: Slot) -> None:
        self.comparison.ignored += 1
        self.comparison.passed_over.update(self.indexes("event", slot.key))

    def _so_far(self, slot: Slot) -> Episode | None:
        """Give the client with whom an appointment is planned since an earlier reading, when its title was known."""
        known = self._known(self.indexes("event", slot.key))
        return None if known is None or known.gone else self.mine.get(known.episode_id)

    def _unknown(self, title: str, indexes: Sequence[bytes], strangers: Sequence[_Stranger]) -> Unknown:
        codes = sorted({episode.code for _, episode in strangers if episode is not None})
        return Unknown(title, indexes, len(strangers), min(slot.starts_at for slot, _ in strangers), codes)

    def _known(self, indexes: Sequence[bytes]) -> Imported | None:
        return next((self.before[index] for index in indexes if index in self.before), None)

    def _appointment(self, slot: Slot, episode: Episode) -> None:
        indexes = self.indexes("event", slot.key)
        series = self.indexes("series", slot.series)
        self.seen.update(indexes)
        known = self._known(indexes)
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
        return {index for one in series for index in self.indexes("series", one)}


def _same(known: Imported, slot: Slot, episode: Episode, source: Source) -> bool:
    """Say whether the calendar says what it said at the last reading."""
    there = (known.starts_at, known.minutes, known.gone) == (slot.starts_at, minutes_of(slot), slot.cancelled)
    gone = known.gone and slot.cancelled
    return gone or (there and known.episode_id == episode.id and (known.source == source or source is Source.FILE))
