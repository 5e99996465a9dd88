"""Therapy sessions: entering one, reading a typed time, taking one back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing
from bot.store import check_ins as check_in_store
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

    def __init__(self, ring: KeyRing, check_ins: CheckIns) -> None:
        self._ring = ring
        self._check_ins = check_ins

    async def enter(self, tx: AsyncConnection, episode: Episode, when: When, now: datetime) -> Noted | Trouble:
        """Enter a session and plan its check-in. One that overlaps another of the same client is refused."""
        if episode.ended_at is not None:
            return Trouble.ENDED
        ends_at = when.starts_at + timedelta(minutes=when.minutes)
        if await store.overlapping(tx, episode.id, when.starts_at, ends_at):
            return Trouble.DOUBLE
        session = await store.add(tx, episode.id, when.starts_at, when.minutes, now)
        client = (await persons.by_ids(tx, [episode.client_id]))[episode.client_id]
        return Noted(session, await self._check_ins.plan(tx, client, session, now))

    async def undo(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Work | Trouble | None:
        """Take a session back with its check-in; None where it is not this therapist's."""
        session = await store.get(tx, session_id)
        episode = await self._own_episode(tx, therapist, session)
        if session is None or episode is None:
            return None
        if session.cancelled_at is not None:
            return Trouble.ALREADY_UNDONE
        return await self._undo(tx, session, now)

    async def _undo(self, tx: AsyncConnection, session: Session, now: datetime) -> Work | Trouble:
        kept = await check_in_store.of_session(tx, self._ring, now, session.id)
        work = Work()
        if kept is not None:
            work = await self._check_ins.event(tx, kept.check_in.id, ev.CalledOff(), now)
            if work.verdicts[0] in (Refusal.ALREADY_STARTED, Refusal.ALREADY_SENT):
                return Trouble.TOO_LATE
        await store.cancel(tx, session.id, now)
        return work

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
        kept = await check_in_store.of_session(tx, self._ring, now, session_id)
        client = (await persons.by_ids(tx, [episode.client_id]))[episode.client_id]
        return Known(session, episode, kept.check_in if kept else None, client.zone)
