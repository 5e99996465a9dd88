"""Series of sessions: entered once, planned some weeks ahead by a timer, ended or moved from any session on.

A slot of a series gets one row, held or not, and never a second one: planning twice plans nothing new. Days off are
slots that are not held.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.crypto import new_id
from bot.places import LEFT_OUT
from bot.plans import Plans, begun, joined
from bot.sessions import Sessions, Trouble, When, minutes_of
from bot.store import series as store
from bot.store import sessions as session_store
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.store.series import Holiday
from bot.timers import Timer, Timers
from conversations import series as rules
from conversations.model import Session, Unheld
from conversations.series import Rhythm, Series
from conversations.wall_clock import day_of, from_wall, to_wall

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

KIND = "series"


@dataclass(frozen=True, slots=True)
class Started:
    """A series that was entered: its sessions that are planned by now and held, and why others are left out."""

    series: Series
    episode: Episode
    sessions: Sequence[Session]
    left_out: Sequence[Unheld] = ()


class Repeats:
    """The use cases around series. Every method works inside the caller's transaction."""

    def __init__(self, plans: Plans, sessions: Sessions, timers: Timers) -> None:
        self._plans = plans
        self._sessions = sessions
        self._timers = timers

    async def start(
        self, tx: AsyncConnection, therapist: Person, episode: Episode, rhythm: Rhythm, now: datetime
    ) -> Started | Trouble:
        """Enter a series and plan its first weeks. One whose first session overlaps another is refused."""
        when = When(rules.start_of(rhythm, rhythm.first_day, therapist.zone), rhythm.minutes)
        if trouble := await self._sessions.in_the_way(tx, episode, when):
            return trouble
        series = await store.add(tx, episode.id, rhythm, now)
        return _started(series, episode, await self.plan(tx, series, therapist, now))

    async def plan(self, tx: AsyncConnection, series: Series, therapist: Person, now: datetime) -> list[Session]:
        """Plan what there has to be of a series by now, and see to it that more follows."""
        planned = await self._plan(tx, series, therapist, now)
        await self._timers.set(tx, KIND, therapist.id, series.id, now + rules.LOOK_AGAIN)
        return planned

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Plan more of a series, and say when to look again; never, where it is over or its episode."""
        series = await store.get(tx, timer.about_id)
        found = await self._sessions.people(tx, series.episode_id) if series else None
        if series is None or found is None or found.episode.ended_at is not None:
            return None
        planned = await self._plan(tx, series, found.therapist, now)
        await self._sessions.places.tell_of_left_out(tx, found.therapist, planned, now)
        over = rules.is_over(replace(series, planned_until=rules.to_plan(series, day_of(now, found.therapist.zone))[1]))
        return None if over else now + rules.LOOK_AGAIN

    async def _plan(self, tx: AsyncConnection, series: Series, therapist: Person, now: datetime) -> list[Session]:
        wanted, until = rules.to_plan(series, day_of(now, therapist.zone))
        taken = await store.taken(tx, series.id)
        off = await store.holidays_of(tx, therapist.id, series.rhythm.first_day)
        made = [await self._make(tx, series, slot, therapist.zone, off, now) for slot in wanted if slot not in taken]
        await store.planned_until(tx, series.id, until)
        await self._plans.watch(tx, therapist, made, now)
        await self._plans.again(tx, series.episode_id, "series_planned", now)
        log.info("series_planned", series_id=series.id, count=len(made))
        return made

    async def _make(
        self,
        tx: AsyncConnection,
        series: Series,
        slot: date,
        zone: ZoneInfo,
        off: Collection[Holiday],
        now: datetime,
    ) -> Session:
        rhythm = series.rhythm
        when = When(rules.start_of(rhythm, slot, zone), rhythm.minutes)
        unheld = Unheld.HOLIDAY if any(slot in holiday for holiday in off) else None
        if await session_store.overlapping(tx, series.episode_id, when.starts_at, when.ends_at):
            unheld = Unheld.DOUBLE
        session = Session(
            id=new_id(),
            episode_id=series.episode_id,
            starts_at=when.starts_at,
            length=timedelta(minutes=rhythm.minutes),
            cancelled_at=None if unheld is None else now,
            unheld=unheld,
            series_id=series.id,
            slot=slot,
        )
        await session_store.insert_one(tx, session, now)
        if unheld is None:
            await self._plans.make(tx, session, now)
        return session

    async def known(self, tx: AsyncConnection, therapist: Person, series_id: int, now: datetime) -> Started | None:
        """Give a series of this therapist's with what is planned of it, for telling about it."""
        series = await store.get(tx, series_id)
        found = await self._sessions.people(tx, series.episode_id) if series else None
        if series is None or found is None or found.therapist.id != therapist.id:
            return None
        planned = await session_store.of_series(tx, [series.id], day_of(now, therapist.zone))
        return _started(series, found.episode, planned)

    async def later(
        self, tx: AsyncConnection, therapist: Person, series_id: int, now: datetime
    ) -> tuple[Started, Work] | Trouble | None:
        """Let a series of every two weeks begin a week later, or stay as it is. None for a stranger's."""
        known = await self.known(tx, therapist, series_id, now)
        if known is None:
            return None
        if known.episode.ended_at is not None:
            return Trouble.ENDED
        if has_changed(await session_store.of_series(tx, [series_id], known.series.rhythm.first_day), now):
            return Trouble.CHANGED
        rhythm = known.series.rhythm
        later = replace(rhythm, first_day=rhythm.first_day + timedelta(weeks=1))
        first = When(rules.start_of(later, later.first_day, therapist.zone), later.minutes)
        if await self.stays_in_the_way(tx, known.series, rhythm.first_day, first, now):
            return Trouble.DOUBLE
        return await self._go_on(tx, therapist, known.episode, known.series, rhythm.first_day, later, now)

    async def of(self, tx: AsyncConnection, session: Session) -> Series | None:
        """Give the series a session belongs to."""
        return None if session.series_id is None else await store.get(tx, session.series_id)

    async def end(
        self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime
    ) -> tuple[Series, Work] | Trouble | None:
        """Let a series end before this session; what its clients have begun to answer stays. None for a stranger's."""
        found = await self._rest(tx, therapist, session_id)
        if found is None or isinstance(found, Trouble):
            return found
        session, episode, series = found
        work = await self.cut(tx, series, slot_of(session), now)
        return series, joined(work, await self._sessions.places.come_back(tx, therapist, episode, now))

    async def cut(self, tx: AsyncConnection, series: Series, slot: date, now: datetime) -> Work:
        """Let a series end before a slot; what was left out by itself cannot come back then either."""
        await store.end(tx, series.id, slot - timedelta(days=1))
        work = Work()
        for one in await session_store.of_series(tx, [series.id], slot):
            if one.cancelled_at is None and _goes(one, slot, now):
                work = joined(work, await self._plans.unhold(tx, one, Unheld.ENDED, now) or Work())
            elif one.unheld in LEFT_OUT:
                await session_store.cancel(tx, one.id, Unheld.ENDED, now)
        return joined(work, await self._plans.again(tx, series.episode_id, "series_ended", now))

    async def move_rest(
        self, tx: AsyncConnection, therapist: Person, session_id: int, starts_at: datetime, now: datetime
    ) -> tuple[Started, Work] | Trouble | None:
        """Let a series go on at another day and time from this session on, or stay as it is. None for a stranger's."""
        found = await self._rest(tx, therapist, session_id)
        if found is None or isinstance(found, Trouble):
            return found
        session, episode, series = found
        if starts_at == session.starts_at:
            return Trouble.ALREADY_THERE
        if episode.ended_at is not None:
            return Trouble.ENDED
        if await self.stays_in_the_way(tx, series, slot_of(session), When(starts_at, series.rhythm.minutes), now):
            return Trouble.DOUBLE
        rhythm = _from(series.rhythm, to_wall(starts_at, therapist.zone))
        return await self._go_on(tx, therapist, episode, series, slot_of(session), rhythm, now)

    async def _go_on(
        self,
        tx: AsyncConnection,
        therapist: Person,
        episode: Episode,
        series: Series,
        slot: date,
        rhythm: Rhythm,
        now: datetime,
    ) -> tuple[Started, Work]:
        """End a series before a slot and let another go on from there; ask `stays_in_the_way` first."""
        work = await self.cut(tx, series, slot, now)
        started = await self.start(tx, therapist, episode, rhythm, now)
        assert isinstance(started, Started)  # noqa: S101 - the callers looked; half of it must never be committed
        await self._carry(tx, series, slot, started)
        return started, joined(work, await self._sessions.places.come_back(tx, therapist, episode, now))

    async def _carry(self, tx: AsyncConnection, series: Series, slot: date, started: Started) -> None:
        """The first session is the old one to its client: what was said before that is said before this."""
        old = [one for one in await session_store.of_series(tx, [series.id], slot) if one.slot == slot]
        new = [one for one in started.sessions if one.slot == started.series.rhythm.first_day]
        if old and new:
            await self._plans.before.carry(tx, old[0], new[0])

    async def stays_in_the_way(
        self, tx: AsyncConnection, series: Series, slot: date, when: When, now: datetime
    ) -> Session | None:
        """Give the session in that place that is still there once the series has ended before a slot."""
        for one in await session_store.all_overlapping(tx, series.episode_id, when.starts_at, when.ends_at):
            goes = one.series_id == series.id and slot_of(one) >= slot and _goes(one, slot, now)
            kept = await self._plans.of(tx, one.id, now) if goes else None
            if not goes or (kept is not None and begun(kept.check_in)):
                return one
        return None

    async def _rest(
        self, tx: AsyncConnection, therapist: Person, session_id: int
    ) -> tuple[Session, Episode, Series] | Trouble | None:
        found = await self._sessions.own(tx, therapist, session_id)
        if found is None:
            return None
        session, episode = found
        series = await self.of(tx, session)
        if series is None or _is_past_end(series, session):
            return Trouble.NO_SERIES
        return session, episode, series

    # ---- another zone ----

    async def rezone(self, tx: AsyncConnection, therapist: Person, before: ZoneInfo, now: datetime) -> None:
        """Keep the wall times of a therapist's series in a new zone; single sessions stay at their moment.

        What is left out goes along, so that it is where it belongs should it take place after all.
        """
        theirs = await store.of_therapist(tx, therapist.id)
        since = day_of(now, before) - timedelta(weeks=4)  # a slot that is over may have been moved to a day ahead
        for session in await session_store.of_series(tx, [series.id for series in theirs], since):
            if session.starts_at > now:
                await self._rezone(tx, therapist, session, before, now)
        for number in sorted({series.episode_id for series in theirs}):
            if found := await self._sessions.people(tx, number):
                await self._sessions.places.come_back(tx, therapist, found.episode, now)

    async def _rezone(
        self, tx: AsyncConnection, therapist: Person, session: Session, before: ZoneInfo, now: datetime
    ) -> None:
        wall, held = to_wall(session.starts_at, before), session.cancelled_at is None
        starts_at = from_wall(wall.date(), wall.time(), therapist.zone)
        if held and await self._sessions.shift(tx, therapist, session.id, starts_at, now) is Trouble.DOUBLE:
            held = await self._plans.unhold(tx, session, Unheld.DOUBLE, now) is None
        if not held:
            await session_store.move(tx, session.id, starts_at, minutes_of(session))
        if not held and session.cancelled_at is None:
            gone = replace(session, unheld=Unheld.DOUBLE)
            await self._sessions.places.tell_of_left_out(tx, therapist, [gone], now)


def _started(series: Series, episode: Episode, planned: Sequence[Session]) -> Started:
    held = [one for one in planned if one.unheld is None]
    return Started(series, episode, held, [one.unheld for one in planned if one.unheld in LEFT_OUT])


def slot_of(session: Session) -> date:
    """Give the day on which a session of a series belongs."""
    assert session.slot is not None  # noqa: S101 - a session of a series has one
    return session.slot


def _goes(session: Session, slot: date, now: datetime) -> bool:
    """Say whether a session goes with the end of its series: one held since, on an old screen, was held."""
    return session.slot == slot or session.starts_at > now


def _from(rhythm: Rhythm, wall: datetime) -> Rhythm:
    """Give the rhythm that goes on from a wall time; its first session is held also where it lies past the end."""
    day, last = wall.date(), rhythm.last_day
    until = None if last is None else max(last, day)
    return replace(rhythm, first_day=day, wall=time(wall.hour, wall.minute), last_day=until)


def has_changed(sessions: Sequence[Session], now: datetime) -> bool:
    """Say whether a series, by its sessions, has begun, has ended early or goes on elsewhere."""
    is_on = any(one.cancelled_at is None and one.starts_at <= now for one in sessions)
    return is_on or any(one.unheld is Unheld.ENDED for one in sessions)


def _is_past_end(series: Series, session: Session) -> bool:
    last = series.rhythm.last_day
    return last is not None and slot_of(session) > last
