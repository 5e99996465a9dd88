"""Therapy sessions: entering one, taking one back, moving one, calling one off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.crypto import KeyRing, new_id
from bot.places import Places
from bot.plans import Plans, begun, joined
from bot.store import episodes, persons
from bot.store import sessions as store
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations.model import CheckIn, Session, State, Unheld
from conversations.promises import NotAsked, why_not_asked

DEFAULT_MINUTES = 50
HORIZON = timedelta(days=366)
_NEAR = timedelta(hours=8)
"""Two sessions of one client closer than this are likely one that was entered twice."""


class Trouble(StrEnum):
    """Why a session was not entered; each has a sentence in the locale files."""

    BAD_TIME = "session.bad_time"
    BAD_LENGTH = "session.bad_length"
    FAR = "session.far"
    BAD_SERIES = "series.bad"
    BAD_END = "series.bad_end"
    NO_SERIES = "series.none"
    DOUBLE = "session.double"
    TOO_LATE = "session.too_late"
    ALREADY_UNDONE = "session.already_undone"
    ALREADY_THERE = "session.already_there"
    ENDED = "session.ended_client"
    CHANGED = "series.changed"


@dataclass(frozen=True, slots=True)
class When:
    """A session's start in UTC and its length in minutes."""

    starts_at: datetime
    minutes: int = DEFAULT_MINUTES

    @property
    def ends_at(self) -> datetime:
        """The moment the session is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def just_ended(now: datetime) -> When:
    """A session of the usual length that ended now."""
    return When(now.replace(second=0, microsecond=0) - timedelta(minutes=DEFAULT_MINUTES))


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
    """A session with its episode, for telling about it. `near` is another one with the same client within hours.

    `not_asked` is why its client will not be asked about it, as far as that is known by now.
    """

    session: Session
    episode: Episode
    check_in: CheckIn | None
    client_zone: ZoneInfo
    near: Session | None = None
    not_asked: NotAsked | None = None


@dataclass(frozen=True, slots=True)
class Concerned:
    """An episode and its therapist."""

    episode: Episode
    therapist: Person


def _session(episode: Episode, when: When) -> Session:
    return Session(new_id(), episode.id, when.starts_at, timedelta(minutes=when.minutes))


class Sessions:
    """The use cases around sessions. Every method works inside the caller's transaction.

    Those that take a therapist and a session give None where the session is not this therapist's.
    """

    def __init__(self, ring: KeyRing, plans: Plans) -> None:
        self._ring = ring
        self._plans = plans
        self.places = Places(plans)

    async def enter(self, tx: AsyncConnection, episode: Episode, when: When, now: datetime) -> Noted | Trouble:
        """Enter a session and plan its check-in. One that overlaps another of the same client is refused."""
        if trouble := await self.in_the_way(tx, episode, when):
            return trouble
        session = await store.add(tx, episode.id, when.starts_at, when.minutes, now)
        noted, _ = await self._follow(tx, session.id, "session_entered", now)
        return noted

    async def enter_all(
        self, tx: AsyncConnection, episode: Episode, wanted: Sequence[When], now: datetime
    ) -> list[Noted | Trouble]:
        """Enter many sessions of one client with a few statements for all; in the order they were given."""
        if episode.ended_at is not None or not wanted:
            return [Trouble.ENDED for _ in wanted]
        begin, end = min(when.starts_at for when in wanted), max(when.ends_at for when in wanted)
        there = await store.held_between(tx, episode.id, begin, end)
        made: list[Session | None] = []
        for when in wanted:
            free = all(one.starts_at >= when.ends_at or one.ends_at <= when.starts_at for one in there)
            made.append(_session(episode, when) if free else None)
            there += [one for one in made[-1:] if one is not None]
        new = [session for session in made if session is not None]
        await store.insert_all(tx, new, now)
        planned = await self._plans.make_all(tx, new, now)
        return [Trouble.DOUBLE if one is None else Noted(one, planned.get(one.id)) for one in made]

    async def undo(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Work | Trouble | None:
        """Take a session back with its check-in."""
        return await self.cancel(tx, therapist, session_id, now, Unheld.UNDONE)

    async def cancel(
        self,
        tx: AsyncConnection,
        therapist: Person,
        session_id: int,
        now: datetime,
        unheld: Unheld = Unheld.CALLED_OFF,
    ) -> Work | Trouble | None:
        """Let a session not be held: its check-in goes with it, and no miss counts."""
        found = await self.own(tx, therapist, session_id)
        if found is None:
            return None
        session, episode = found
        if session.cancelled_at is not None:
            return Trouble.ALREADY_UNDONE
        work = await self._plans.unhold(tx, session, unheld, now)
        if work is None:
            return Trouble.TOO_LATE
        work = joined(work, await self._plans.again(tx, session.episode_id, "next_session_gone", now))
        return joined(work, await self.places.come_back(tx, therapist, episode, now))

    async def restore(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> Noted | Trouble | None:
        """Take it back that a session was called off; a session of a series that took its place makes way."""
        found = await self.own(tx, therapist, session_id)
        if found is None:
            return None
        session, episode = found
        if session.cancelled_at is None:
            return Trouble.ALREADY_THERE
        if episode.ended_at is not None or not await self.places.make_way(tx, therapist, session, now):
            return Trouble.ENDED if episode.ended_at else Trouble.DOUBLE
        await store.restore(tx, session_id)
        noted, _ = await self._follow(tx, session_id, "session_restored", now)
        return noted

    async def move(
        self,
        tx: AsyncConnection,
        therapist: Person,
        session_id: int,
        starts_at: datetime,
        now: datetime,
        minutes: int | None = None,
    ) -> tuple[Noted, Work] | Trouble | None:
        """Give a session another start, and another length where one is given; its check-in goes with it."""
        found = await self.own(tx, therapist, session_id)
        moved = await self._shift(tx, found, starts_at, now, minutes)
        if found and isinstance(moved, tuple):
            return moved[0], joined(moved[1], await self.places.come_back(tx, therapist, found[1], now))
        return moved

    async def shift(
        self, tx: AsyncConnection, therapist: Person, session_id: int, starts_at: datetime, now: datetime
    ) -> tuple[Noted, Work] | Trouble | None:
        """Move one of many that move together; ask for what may come back after the last."""
        return await self._shift(tx, await self.own(tx, therapist, session_id), starts_at, now)

    async def _shift(
        self,
        tx: AsyncConnection,
        found: tuple[Session, Episode] | None,
        starts_at: datetime,
        now: datetime,
        minutes: int | None = None,
    ) -> tuple[Noted, Work] | Trouble | None:
        if found is None:
            return None
        session, episode = found
        when = When(starts_at, minutes or minutes_of(session))
        if trouble := await self._why_not_move(tx, session, episode, when, now):
            return trouble
        await store.move(tx, session.id, when.starts_at, when.minutes)
        return await self._follow(tx, session.id, "session_moved", now)

    async def _why_not_move(
        self, tx: AsyncConnection, session: Session, episode: Episode, when: When, now: datetime
    ) -> Trouble | None:
        if session.cancelled_at is not None:
            return Trouble.ALREADY_UNDONE
        if (session.starts_at, minutes_of(session)) == (when.starts_at, when.minutes):
            return Trouble.ALREADY_THERE
        if trouble := await self.in_the_way(tx, episode, when, session.id):
            return trouble
        kept = await self._plans.of(tx, session.id, now)
        return Trouble.TOO_LATE if kept is not None and begun(kept.check_in) else None

    async def in_the_way(
        self, tx: AsyncConnection, episode: Episode, when: When, session_id: int | None = None
    ) -> Trouble | None:
        """Say why there cannot be a session then; `session_id` is the one that itself may be there."""
        if episode.ended_at is not None:
            return Trouble.ENDED
        return Trouble.DOUBLE if await self.there(tx, episode, when, session_id) else None

    async def there(self, tx: AsyncConnection, episode: Episode, when: When, besides: int | None) -> Session | None:
        """Give the session of this client that is held then, `besides` aside."""
        return await store.overlapping(tx, episode.id, when.starts_at, when.ends_at, besides=besides)

    async def _follow(self, tx: AsyncConnection, session_id: int, reason: str, now: datetime) -> tuple[Noted, Work]:
        """Plan what follows from a session: the one way every session goes that is new, moved or on again."""
        session = (await store.by_ids(tx, [session_id]))[session_id]
        work = await self._plans.follow(tx, session, reason, now)
        kept = await self._plans.of(tx, session_id, now)
        planned = kept.check_in if kept and kept.check_in.state is not State.CANCELLED else None
        return Noted(session, planned), work

    async def own(self, tx: AsyncConnection, therapist: Person, session_id: int) -> tuple[Session, Episode] | None:
        """Give a session with its episode, if it is this therapist's."""
        session = await store.get(tx, session_id)
        if session is None:
            return None
        episode = (await episodes.by_ids(tx, self._ring, [session.episode_id])).get(session.episode_id)
        return (session, episode) if episode and episode.therapist_id == therapist.id else None

    async def coming(self, tx: AsyncConnection, therapist: Person, begin: datetime, end: datetime) -> list[Session]:
        """Give a therapist's sessions in a span of time that are held, the earliest first."""
        return await store.of_therapist(tx, therapist.id, begin, end)

    async def has_some_ahead(self, tx: AsyncConnection, therapist: Person, now: datetime) -> bool:
        """Say whether a therapist has sessions to come."""
        return await store.first_start(tx, therapist.id, now) is not None

    async def people(self, tx: AsyncConnection, episode_id: int) -> Concerned | None:
        """Give an episode with its therapist; None where it is gone."""
        episode = (await episodes.by_ids(tx, self._ring, [episode_id])).get(episode_id)
        if episode is None:
            return None
        return Concerned(episode, (await persons.by_ids(tx, [episode.therapist_id]))[episode.therapist_id])

    async def known(self, tx: AsyncConnection, session_id: int, now: datetime) -> Known | None:
        """Load a session with its client's code, for telling the therapist about it."""
        session = await store.get(tx, session_id)
        if session is None:
            return None
        episode = (await episodes.by_ids(tx, self._ring, [session.episode_id]))[session.episode_id]
        kept = await self._plans.of(tx, session_id, now)
        client = (await persons.by_ids(tx, [episode.client_id]))[episode.client_id]
        begin, end = session.starts_at - _NEAR, session.ends_at + _NEAR
        near = await store.overlapping(tx, episode.id, begin, end, besides=session.id)
        check_in = kept.check_in if kept else None
        follows = await store.next_start(tx, episode.id, check_in.due_at) if check_in else None
        not_asked = why_not_asked(check_in, kept.pause if kept else None, follows, now)
        return Known(session, episode, check_in, client.zone, near, not_asked)
