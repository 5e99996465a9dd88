"""Bringing sessions in line with a calendar, one change at a time.

Several changes may be about each other's places: two appointments that change places, one that follows another. So a
change whose place is taken is left for later, and only when nothing else moves any more a way is made for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calendar_comparison import Change, minutes_of
from bot.check_ins import Work
from bot.ics.slots import Slot
from bot.sessions import Noted, Sessions, Trouble, When
from bot.store import calendars as store
from bot.store import sessions as session_store
from bot.store.calendars import Imported
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations.model import Session


class Count(StrEnum):
    """What became of an appointment; one letter each, for a delivery's detail."""

    NEW = "n"
    MOVED = "m"
    CANCELLED = "c"
    KEPT = "k"
    DOUBLE = "d"
    IGNORED = "i"


@dataclass(frozen=True, slots=True)
class Applied:
    """What one change came to."""

    counts: Sequence[Count] = ()
    work: Work = field(default_factory=Work)


class Changes:
    """The use cases around one change of a calendar. Every method works inside the caller's transaction."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def apply(self, tx: AsyncConnection, therapist: Person, change: Change, now: datetime) -> Applied | None:
        """Change what came from a calendar before; None where another session is in its place, which may yet move on.

        What cannot be changed any more stays, and is not tried again.
        """
        known, slot, episode = await _link(tx, therapist, change), change.slot, change.episode
        if known is None:
            return Applied()
        if slot is None or slot.cancelled or episode is None:
            return await self._cancel(tx, therapist, change, known, now)
        if _stays(known, slot, episode):
            await store.put(tx, therapist.id, replace(known, source=change.source.value))
            return Applied([Count.KEPT])
        if await _in_place(tx, episode, slot, known) is not None:
            return None
        if episode.id != known.episode_id:
            return await self._replace(tx, therapist, change, known, episode, now)
        return await self._move(tx, therapist, change, known, slot, episode, now)

    async def make_way(
        self, tx: AsyncConnection, therapist: Person, change: Change, waiting: Collection[bytes], now: datetime
    ) -> Applied | None:
        """Bring a change about whose place is still taken; None where whatever is there has to go first.

        `waiting` are the events that are still to be moved. One of them, if it is there, lends its session: so two
        appointments of one client change places, and no session does.
        """
        known, slot, episode = await _link(tx, therapist, change), change.slot, change.episode
        there = await _in_place(tx, episode, slot, known) if known and slot and episode else None
        if known is None or episode is None or there is None:
            return await self.apply(tx, therapist, change, now)
        theirs = await store.of_session(tx, there.id)
        if theirs is None or theirs.event_index not in waiting:
            return await self._replace(tx, therapist, change, known, episode, now)
        if theirs.episode_id != known.episode_id or not await _is_held(tx, known):
            return None
        mine, other = replace(known, session_id=there.id), replace(theirs, session_id=known.session_id)
        await store.put(tx, therapist.id, mine, other)
        return await self.apply(tx, therapist, change, now)

    async def step_aside(self, tx: AsyncConnection, therapist: Person, change: Change, now: datetime) -> Applied:
        """Call off a session that stands in another's way, while its own new place is taken too."""
        known = await _link(tx, therapist, change)
        return Applied() if known is None else await self._cancel(tx, therapist, change, known, now)

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
        if there is None or await store.of_session(tx, there.id) is not None:
            return Count.DOUBLE
        await store.put(tx, therapist.id, _imported(change, slot, there))
        if there.starts_at == slot.starts_at:
            return Count.KEPT
        moved = await self._sessions.move(tx, therapist, there.id, slot.starts_at, now, minutes_of(slot))
        return Count.MOVED if isinstance(moved, tuple) else Count.KEPT

    async def _cancel(
        self, tx: AsyncConnection, therapist: Person, change: Change, known: Imported, now: datetime
    ) -> Applied:
        await store.put(tx, therapist.id, replace(known, source=change.source.value, gone=True))
        done = await self._sessions.cancel(tx, therapist, known.session_id, now)
        if isinstance(done, Work):
            return Applied([Count.CANCELLED], done)
        return Applied([Count.KEPT] if done is Trouble.TOO_LATE else [])

    async def _replace(
        self, tx: AsyncConnection, therapist: Person, change: Change, known: Imported, episode: Episode, now: datetime
    ) -> Applied:
        """Call the known session off and enter the appointment anew, or take what was entered by hand for it."""
        off = await self._cancel(tx, therapist, change, known, now)
        became = await self.enter(tx, therapist, episode, [change], now)
        if Count.CANCELLED not in off.counts:
            return Applied(became, off.work)
        there = bool(became) and Count.DOUBLE not in became
        return Applied([Count.MOVED] if there else [Count.CANCELLED, *became], off.work)

    async def _move(
        self,
        tx: AsyncConnection,
        therapist: Person,
        change: Change,
        known: Imported,
        slot: Slot,
        episode: Episode,
        now: datetime,
    ) -> Applied:
        again = known.gone and isinstance(await self._sessions.restore(tx, therapist, known.session_id, now), Noted)
        moved = await self._sessions.move(tx, therapist, known.session_id, slot.starts_at, now, minutes_of(slot))
        if _is_another(moved, known, slot, now):
            became = await self.enter(tx, therapist, episode, [change], now)
            if Count.DOUBLE not in became:
                return Applied(became)
        await store.put(tx, therapist.id, _imported(change, slot, known))
        if again:
            return Applied([Count.NEW], moved[1] if isinstance(moved, tuple) else Work())
        return Applied([Count.MOVED], moved[1]) if isinstance(moved, tuple) else Applied([Count.KEPT])


def _is_another(moved: tuple[Noted, Work] | Trouble | None, known: Imported, slot: Slot, now: datetime) -> bool:
    """Say whether the calendar means another session than the one that cannot be moved.

    It was called off, or held: its client has begun to answer. A time in the past only puts that one right, unless the
    calendar had called it off itself.
    """
    ahead = slot.starts_at > now
    return (moved is Trouble.ALREADY_UNDONE and (ahead or known.gone)) or (moved is Trouble.TOO_LATE and ahead)


def _stays(known: Imported, slot: Slot, episode: Episode) -> bool:
    """Say whether an appointment is where it was, and only its calendar is another: what was changed here stands."""
    there = (known.starts_at, known.minutes) == (slot.starts_at, minutes_of(slot))
    return there and not known.gone and known.episode_id == episode.id


async def _link(tx: AsyncConnection, therapist: Person, change: Change) -> Imported | None:
    """Give what a change is about as it is by now: an earlier one may have lent it another session."""
    assert change.known is not None  # noqa: S101 - what is new is entered
    return await store.of_event(tx, therapist.id, (change.known.event_index, change.index))


async def _in_place(tx: AsyncConnection, episode: Episode, slot: Slot, known: Imported) -> Session | None:
    """Give another session of the client that is held then."""
    return await session_store.overlapping(tx, episode.id, slot.starts_at, slot.ends_at, besides=known.session_id)


async def _is_held(tx: AsyncConnection, known: Imported) -> bool:
    session = await session_store.get(tx, known.session_id)
    return session is not None and session.cancelled_at is None


def _imported(change: Change, slot: Slot, session: Session | Imported) -> Imported:
    """Say where a session comes from, and when it is there as the calendar says."""
    return Imported(
        session_id=session.session_id if isinstance(session, Imported) else session.id,
        episode_id=session.episode_id,
        event_index=change.index,
        series_index=change.series,
        source=change.source.value,
        starts_at=slot.starts_at,
        minutes=minutes_of(slot),
        gone=False,
    )
