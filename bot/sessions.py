"""Therapy sessions: entering one, reading a typed time, taking one back, moving one, calling one off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept, Work
from bot.crypto import KeyRing
from bot.mornings import Mornings
from bot.store import episodes, persons
from bot.store import sessions as store
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations import events as ev
from conversations.events import Refusal
from conversations.model import CheckIn, Session
from conversations.wall_clock import from_wall

DEFAULT_MINUTES = 50
_LONGEST = 480
_SHORTEST = 5
_HORIZON = timedelta(days=366)


class Trouble(StrEnum):
    """Why a session was not entered; each has a sentence in the locale files."""

    BAD_TIME = "session.bad_time"
    BAD_LENGTH = "session.bad_length"
    FAR = "session.far"
    DOUBLE = "session.double"
    TOO_LATE = "session.too_late"
    ALREADY_UNDONE = "session.already_undone"
    ALREADY_THERE = "session.already_there"
    ENDED = "session.ended_client"


@dataclass(frozen=True, slots=True)
class When:
    """A session's start in UTC and its length in minutes."""

    starts_at: datetime
    minutes: int = DEFAULT_MINUTES


def just_ended(now: datetime) -> When:
    """A session of the usual length that ended now."""
    return When(now.replace(second=0, microsecond=0) - timedelta(minutes=DEFAULT_MINUTES))


def read_when(words: list[str], zone: ZoneInfo, now: datetime) -> When | Trouble:
    """Read `YYYY-MM-DD HH:MM [MINUTES]` on the therapist's wall clock."""
    if len(words) not in (2, 3):
        return Trouble.BAD_TIME
    try:
        wall = datetime.strptime(f"{words[0]} {words[1]}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall time by design
        starts_at = from_wall(wall.date(), wall.time(), zone)
    except (ValueError, OverflowError):
        return Trouble.BAD_TIME
    minutes = _minutes(words[2]) if len(words) == 3 else DEFAULT_MINUTES
    if minutes is None:
        return Trouble.BAD_LENGTH
    return When(starts_at, minutes) if abs(starts_at - now) <= _HORIZON else Trouble.FAR


def _minutes(word: str) -> int | None:
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        return None
    return int(word) if _SHORTEST <= int(word) <= _LONGEST else None


def minutes_of(session: Session) -> int:
    """Give the length of a session in whole minutes."""
    return session.length // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Noted:
    """An entered session, and its check-in where one is planned."""

    session: Session
    check_in: CheckIn | None


@dataclass(frozen=True, slots=True)
class Known:
    """A session with its episode, for telling about it."""

    session: Session
    episode: Episode
    check_in: CheckIn | None
    client_zone: ZoneInfo


class Sessions:
    """The use cases around sessions. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, check_ins: CheckIns, mornings: Mornings) -> None:
        self._ring = ring
        self._check_ins = check_ins
        self._mornings = mornings

    async def enter(self, tx: AsyncConnection, episode: Episode, when: When, now: datetime) -> Noted | Trouble:
        """Enter a session and plan its check-in. One that overlaps another of the same client is refused."""
        if trouble := await self._in_the_way(tx, episode, when):
            return trouble
        session = await store.add(tx, episode.id, when.starts_at, when.minutes, now)
        return await self._noted(tx, episode, session, now)

    async def undo(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Work | Trouble | None:
        """Take a session back with its check-in; None where it is not this therapist's."""
        return await self.cancel(tx, therapist, session_id, now)

    async def cancel(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Work | Trouble | None:
        """Call a session off that did not happen: its check-in goes, and no miss counts; None for a stranger's."""
        found = await self._own(tx, therapist, session_id)
        if found is None:
            return None
        if found[0].cancelled_at is not None:
            return Trouble.ALREADY_UNDONE
        work = await self._let_go(tx, found[0], now)
        if not isinstance(work, Trouble):
            await store.cancel(tx, session_id, now)
        return work

    async def restore(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Noted | Trouble | None:
        """Take it back that a session was called off; its check-in is planned anew."""
        found = await self._own(tx, therapist, session_id)
        if found is None:
            return None
        session, episode = found
        if session.cancelled_at is None:
            return Trouble.ALREADY_THERE
        if trouble := await self._in_the_way(tx, episode, When(session.starts_at, minutes_of(session)), session_id):
            return trouble
        await store.restore(tx, session_id)
        return await self._noted(tx, episode, replace(session, cancelled_at=None), now)

    async def move(
        self, tx: AsyncConnection, therapist: Person, session_id: int, starts_at: datetime, now: datetime
    ) -> tuple[Noted, Work] | Trouble | None:
        """Give a session another start; a check-in that nobody has begun is planned anew. None for a stranger's."""
        found = await self._own(tx, therapist, session_id)
        if found is None:
            return None
        session, episode = found
        if session.cancelled_at is not None:
            return Trouble.ALREADY_UNDONE
        if session.starts_at == starts_at:
            return Trouble.ALREADY_THERE
        if trouble := await self._in_the_way(tx, episode, When(starts_at, minutes_of(session)), session_id):
            return trouble
        work = await self._let_go(tx, session, now)
        if isinstance(work, Trouble):
            return work
        await store.move(tx, session_id, starts_at)
        return await self._noted(tx, episode, replace(session, starts_at=starts_at), now), work

    async def _in_the_way(
        self, tx: AsyncConnection, episode: Episode, when: When, session_id: int | None = None
    ) -> Trouble | None:
        """Say why there cannot be a session then; `session_id` is the one that itself may be there."""
        if episode.ended_at is not None:
            return Trouble.ENDED
        ends_at = when.starts_at + timedelta(minutes=when.minutes)
        there = await store.overlapping(tx, episode.id, when.starts_at, ends_at, besides=session_id)
        return Trouble.DOUBLE if there else None

    async def _noted(self, tx: AsyncConnection, episode: Episode, session: Session, now: datetime) -> Noted:
        """Plan what follows from a session: the one way every session goes that is new, moved or on again."""
        people = await persons.by_ids(tx, [episode.client_id, episode.therapist_id])
        client, therapist = people[episode.client_id], people[episode.therapist_id]
        await self._mornings.watch(tx, therapist, session, now)
        return Noted(session, await self._check_ins.plan(tx, client, session, now))

    async def _let_go(self, tx: AsyncConnection, session: Session, now: datetime) -> Work | Trouble:
        """Call off the check-in of a session, unless its client has begun to answer."""
        kept = await self._check_in(tx, session.id, now)
        if kept is None:
            return Work()
        if kept.check_in.shares:
            return Trouble.TOO_LATE
        work = await self._check_ins.event(tx, kept.check_in.id, ev.CalledOff(), now)
        return Trouble.TOO_LATE if work.verdicts[0] in (Refusal.ALREADY_STARTED, Refusal.ALREADY_SENT) else work

    async def _check_in(self, tx: AsyncConnection, session_id: int, now: datetime) -> Kept | None:
        number = await store.check_in_of(tx, session_id)
        return None if number is None else await self._check_ins.get(tx, number, now)

    async def _own(self, tx: AsyncConnection, therapist: Person, session_id: int) -> tuple[Session, Episode] | None:
        session = await store.get(tx, session_id)
        episode = await self._own_episode(tx, therapist, session)
        return None if session is None or episode is None else (session, episode)

    async def _own_episode(self, tx: AsyncConnection, therapist: Person, session: Session | None) -> Episode | None:
        if session is None:
            return None
        episode = (await episodes.by_ids(tx, self._ring, [session.episode_id])).get(session.episode_id)
        return episode if episode and episode.therapist_id == therapist.id else None

    async def known(self, tx: AsyncConnection, session_id: int, now: datetime) -> Known | None:
        """Load a session with its client's code, for telling the therapist about it."""
        session = await store.get(tx, session_id)
        if session is None:
            return None
        episode = (await episodes.by_ids(tx, self._ring, [session.episode_id]))[session.episode_id]
        kept = await self._check_in(tx, session_id, now)
        client = (await persons.by_ids(tx, [episode.client_id]))[episode.client_id]
        return Known(session, episode, kept.check_in if kept else None, client.zone)
