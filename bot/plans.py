"""What is planned for a session: its check-in, and what becomes of it when something it was planned by moves.

A session that moves, a next session that comes or goes, another time zone, other quiet hours: each time the moments
of what is still pending are reckoned anew, so that it is asked at the right minute and never at night.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import Agendas
from bot.before_sessions import BeforeSessions
from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing
from bot.mornings import Mornings
from bot.practice import Practice
from bot.store import check_ins as check_in_store
from bot.store import episodes, persons
from bot.store import sessions as store
from bot.store.check_ins import Kept
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations import events as ev
from conversations.model import CheckIn, Session, State, Unheld
from conversations.occasions import Occasion
from conversations.schedule import due_at

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

REPLAN = "replan"
"""The timer that has one episode planned anew: many of them, after a change for everybody, are no one long wait."""

_PENDING = (State.SCHEDULED, State.OPEN)


class Plans:
    """The check-ins of sessions. Every method works inside the caller's transaction; `reason` is for the log."""

    def __init__(
        self,
        ring: KeyRing,
        practice: Practice,
        check_ins: CheckIns,
        timers: Timers,
        mornings: Mornings,
        agendas: Agendas,
    ) -> None:
        self._ring = ring
        self._timers = timers
        self._mornings = mornings
        self._agendas = agendas
        self._practice = practice
        self._check_ins = check_ins
        self.before = BeforeSessions(ring, practice, check_ins)

    async def make(self, tx: AsyncConnection, session: Session, now: datetime) -> CheckIn | None:
        """Plan the check-in of a session; None where its window is already over."""
        client, therapist = await self._both(tx, session)
        await self.before.plan(tx, client, therapist.id, [session], now)
        return await self._check_ins.plan(tx, client, session, now)

    async def make_all(self, tx: AsyncConnection, sessions: Sequence[Session], now: datetime) -> dict[int, CheckIn]:
        """Plan the check-ins of new sessions of one episode, by the session's id, and what depends on them."""
        if not sessions:
            return {}
        client, therapist = await self._both(tx, sessions[0])
        ahead = sorted((one for one in sessions if one.starts_at > now), key=lambda session: session.starts_at)
        for one in ahead[:2]:  # the list of the second day follows from that of the first
            await self._mornings.watch(tx, therapist, one, now)
        await self._agendas.watch_all(tx, therapist, ahead, now)
        planned = await self._check_ins.plan_all(tx, client, sessions, now)
        await self.before.plan(tx, client, therapist.id, ahead, now)
        await self.again(tx, sessions[0].episode_id, "sessions_entered", now)
        return planned

    async def _both(self, tx: AsyncConnection, session: Session) -> tuple[Person, Person]:
        """Give a session's client and therapist."""
        episode = (await episodes.by_ids(tx, self._ring, [session.episode_id]))[session.episode_id]
        people = await persons.by_ids(tx, [episode.client_id, episode.therapist_id])
        return people[episode.client_id], people[episode.therapist_id]

    async def watch(self, tx: AsyncConnection, therapist: Person, sessions: Sequence[Session], now: datetime) -> None:
        """See to it that the morning lists and agendas of these sessions come."""
        for session in sessions:
            if session.cancelled_at is None:
                await self._watch(tx, therapist, session, now)

    async def _watch(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        await self._mornings.watch(tx, therapist, session, now)
        await self._agendas.watch(tx, therapist, session, now)

    async def of(self, tx: AsyncConnection, session_id: int, now: datetime) -> Kept | None:
        """Give the check-in after a session; of several the latest."""
        number = await store.check_in_of(tx, session_id)
        return None if number is None else await self._check_ins.get(tx, number, now)

    async def drop(self, tx: AsyncConnection, kept: Kept, reason: str, now: datetime) -> Work:
        """Call a session's check-in off where it is still pending; ask `begun` first."""
        if kept.check_in.state not in _PENDING:
            return Work()
        log.info("check_in_called_off", **_about(kept.check_in, reason))
        return await self._check_ins.event(tx, kept.check_in.id, ev.CalledOff(), now)

    async def follow(self, tx: AsyncConnection, session: Session, reason: str, now: datetime) -> Work:
        """Let a moved session's check-in go with it; what was asked too early is asked anew. Ask `begun` first."""
        client, therapist = await self._both(tx, session)
        await self._watch(tx, therapist, session, now)
        kept = await self.of(tx, session.id, now)
        work = await self.before.follow(tx, client, therapist.id, session, now)
        if kept is None or not self._still_fits(kept, session, now):
            work = joined(work, await self.drop(tx, kept, reason, now)) if kept else work
            await self._check_ins.plan(tx, client, session, now)
        return joined(work, await self.again(tx, session.episode_id, reason, now))

    def _still_fits(self, kept: Kept, session: Session, now: datetime) -> bool:
        """Say whether a check-in can serve the session where it is now: it waits, or it was rightly asked."""
        if kept.check_in.state in (State.OPEN, State.DECLINED):
            return self._due_at(kept, session) <= now
        return kept.check_in.state is State.SCHEDULED

    async def unhold(self, tx: AsyncConnection, session: Session, unheld: Unheld, now: datetime) -> Work | None:
        """Let a session not be held: its check-in goes, and no miss counts. None where its client has begun."""
        kept = await self.of(tx, session.id, now)
        if kept is not None and begun(kept.check_in):
            return None
        work = await self.drop(tx, kept, unheld.value, now) if kept else Work()
        work = joined(work, await self.before.drop(tx, session, now))
        await store.cancel(tx, session.id, unheld, now)
        return work

    async def again(self, tx: AsyncConnection, episode_id: int, reason: str, now: datetime) -> Work:
        """Reckon the moments of everything pending of an episode anew."""
        pending = await check_in_store.unfinished(tx, self._ring, now, episode_id)
        ids = {kept.check_in.session_id for kept in pending.values()}
        sessions = await store.by_ids(tx, [number for number in ids if number is not None])
        work = Work()
        for kept in pending.values():
            if session := sessions.get(kept.check_in.session_id or 0):
                work = joined(work, await self._again(tx, kept, session, reason, now))
        return work

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> None:
        """Plan an episode anew, because the practice's rules have changed. Answers to the timer."""
        self._timers.moved(await self.again(tx, timer.about_id, "practice", now))

    async def _again(self, tx: AsyncConnection, kept: Kept, session: Session, reason: str, now: datetime) -> Work:
        if session.cancelled_at is not None and kept.check_in.occasion is Occasion.BEFORE:
            return await self.before.let_go(tx, kept, now)
        due = self._due_at(kept, session)
        if kept.check_in.state is not State.OPEN and kept.check_in.due_at == max(due, now):
            return Work()
        log.info("check_in_replanned", **_about(kept.check_in, reason))
        closes = session.starts_at if kept.check_in.occasion is Occasion.BEFORE else None
        return await self._check_ins.event(tx, kept.check_in.id, ev.Replanned(due, closes), now)

    def _due_at(self, kept: Kept, session: Session) -> datetime:
        if kept.check_in.occasion is Occasion.BEFORE:
            return self.before.due_at(kept, session)
        terms = self._check_ins.terms(kept)
        delay = self._practice.rules.check_in_delay
        return due_at(session.starts_at, session.length, delay, terms.zone, terms.quiet_hours)


def begun(check_in: CheckIn) -> bool:
    """Say whether the client has given an answer, or is about to: then the session was held and stays."""
    if check_in.state is State.OPEN:
        return check_in.started_at is not None
    return check_in.state is State.COMPLETED or check_in.shares


def joined(one: Work, other: Work) -> Work:
    """Put together what two steps of one transaction did."""
    return Work(one.verdicts | other.verdicts, one.screens | other.screens, one.queued or other.queued)


def _about(check_in: CheckIn, reason: str) -> dict[str, Any]:
    return {"check_in_id": check_in.id, "session_id": check_in.session_id, "reason": reason}
