"""Check-ins before sessions: planned with a session, moved, dropped, and planned or forgotten when assignments change.

Where nobody is asked anything before a session, none of this costs a statement. When an assignment comes or goes, a
timer for each therapist concerned looks at their coming sessions, some at once, so that nobody who presses has to wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing, new_id
from bot.practice import Practice
from bot.store import check_ins as store
from bot.store import episodes, occasions, persons, timers
from bot.store.check_ins import Kept
from bot.store.persons import Person
from bot.timers import Timer
from conversations import events as ev
from conversations.model import CheckIn, Session, State
from conversations.occasions import Occasion
from conversations.schedule import due_before, is_useful_before, out_of_quiet_hours

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

KIND = "before_sessions"
"""The timer that looks at a therapist's coming sessions."""
_AT_ONCE = 200
_BREATH = timedelta(seconds=5)
_THERAPISTS_AT_ONCE = 20
_PENDING = (State.SCHEDULED, State.OPEN)
_ONCE_IS_ENOUGH = {State.COMPLETED, State.DECLINED}


async def look_again(tx: AsyncConnection, about_id: int, now: datetime) -> None:
    """Let the coming sessions of those concerned be looked at: everyone's (0), a therapist's, or one client's."""
    if about_id == 0:
        concerned = [person.id for person in await persons.therapists(tx)]
    else:
        concerned = await occasions.therapists_behind(tx, about_id)
    moments = [(number, 0, now + place // _THERAPISTS_AT_ONCE * _BREATH) for place, number in enumerate(concerned)]
    if moments:
        await timers.put_all(tx, KIND, moments)


class BeforeSessions:
    """The use cases of check-ins before sessions. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice, check_ins: CheckIns) -> None:
        self._ring = ring
        self._practice = practice
        self._check_ins = check_ins

    async def plan(
        self, tx: AsyncConnection, client: Person, therapist_id: int, sessions: Sequence[Session], now: datetime
    ) -> None:
        """Plan what a client is asked before these sessions of theirs, where they are asked anything."""
        if sessions and self._practice.is_asked(Occasion.BEFORE, sessions[0].episode_id, therapist_id):
            planned = [self._planned(client, session, now) for session in sessions]
            await store.add(tx, *(one for one in planned if one is not None))

    def _planned(self, client: Person, session: Session, now: datetime) -> CheckIn | None:
        quiet = client.preferences.quiet_hours_or(self._practice.rules.quiet_hours)
        due = out_of_quiet_hours(max(due_before(session.starts_at, client.zone, quiet), now), client.zone, quiet)
        if not is_useful_before(due, session.starts_at):
            return None
        return CheckIn(
            id=new_id(),
            episode_id=session.episode_id,
            session_id=session.id,
            due_at=due,
            occasion=Occasion.BEFORE,
            expires_at=session.starts_at,
        )

    def due_at(self, kept: Kept, session: Session) -> datetime:
        """When a planned one is sent, by what holds now."""
        terms = self._check_ins.terms(kept)
        return due_before(session.starts_at, terms.zone, terms.quiet_hours)

    async def follow(
        self, tx: AsyncConnection, client: Person, therapist_id: int, session: Session, now: datetime
    ) -> Work:
        """Go with a session that has moved or is on again; nobody is asked twice before one session."""
        if not self._practice.asks_on(Occasion.BEFORE):
            return Work()
        found = await occasions.before(tx, session.id)
        if not _ONCE_IS_ENOUGH.isdisjoint(found.values()):
            return Work()
        number = next((number for number, state in found.items() if state in _PENDING), None)
        kept = None if number is None else await self._check_ins.get(tx, number, now)
        if kept is not None and self._fits(kept, session, now):
            moved = ev.Replanned(self.due_at(kept, session), session.starts_at)
            return await self._check_ins.event(tx, kept.check_in.id, moved, now)
        work = await self.let_go(tx, kept, now) if kept else Work()
        await self.plan(tx, client, therapist_id, [session], now)
        return work

    def _fits(self, kept: Kept, session: Session, now: datetime) -> bool:
        """Say whether it can go with the session: it waits, was rightly asked, or something was said in it."""
        if kept.check_in.state is State.SCHEDULED:
            return is_useful_before(max(self.due_at(kept, session), now), session.starts_at)
        return kept.check_in.started_at is not None or self.due_at(kept, session) <= now

    async def carry(self, tx: AsyncConnection, session: Session, onto: Session) -> None:
        """Let what a client has answered, or declined, before a session stand for the one that takes its place."""
        if self._practice.asks_on(Occasion.BEFORE):
            found = await occasions.before(tx, session.id)
            if not _ONCE_IS_ENOUGH.isdisjoint(found.values()):
                await occasions.carry(tx, session.id, onto.id)

    async def drop(self, tx: AsyncConnection, session: Session, now: datetime) -> Work:
        """Go with a session that is not held. What was said for the therapist is forwarded all the same.

        Where nobody is asked anything before a session any more, `Plans.again` finds what is still open.
        """
        work = Work()
        if not self._practice.asks_on(Occasion.BEFORE):
            return work
        for number, state in (await occasions.before(tx, session.id)).items():
            kept = await self._check_ins.get(tx, number, now) if state in _PENDING else None
            if kept is not None:
                work = await self.let_go(tx, kept, now)
        return work

    async def let_go(self, tx: AsyncConnection, kept: Kept, now: datetime) -> Work:
        """Let one go whose session is not held, or not then. What was said stays; only an untouched one is emptied."""
        log.info("check_in_called_off", check_in_id=kept.check_in.id, reason="session_gone")
        event = ev.Superseded() if kept.check_in.is_touched else ev.CalledOff(even_if_started=True)
        return await self._check_ins.event(tx, kept.check_in.id, event, now)

    # ---- when assignments change ----

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Plan or forget check-ins before a therapist's coming sessions; what was asked already is left to be answered.

        Gives when to go on, where there is more.
        """
        running = await episodes.running(tx, timer.person_id)
        asked = [number for number in running if self._practice.is_asked(Occasion.BEFORE, number, timer.person_id)]
        others = sorted(set(running).difference(asked))
        forgotten = await occasions.forget_planned(tx, others) if others else 0
        planned = await self._plan_missing(tx, asked, now) if asked else 0
        log.info("before_sessions_planned", person_id=timer.person_id, count=planned - forgotten)
        return now + _BREATH if planned >= _AT_ONCE else None

    async def _plan_missing(self, tx: AsyncConnection, episode_ids: Sequence[int], now: datetime) -> int:
        missing = await occasions.unplanned(tx, episode_ids, now, _AT_ONCE)
        found = await episodes.by_ids(tx, self._ring, {session.episode_id for session in missing})
        people = await persons.by_ids(tx, {episode.client_id for episode in found.values()})
        planned = [self._planned(people[found[one.episode_id].client_id], one, now) for one in missing]
        await store.add(tx, *(one for one in planned if one is not None))
        return len(planned) if any(planned) else 0
