"""The agenda before a session: when it comes, and what is on it.

One timer a session rings some minutes before it. Whatever makes or moves a session calls `watch`. What a client shared
for this moment comes in any case, late if it must; everything else only to who wants it, and in time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept
from bot.crypto import KeyRing
from bot.reports import Reports
from bot.store import agendas as store
from bot.store import check_ins as check_in_store
from bot.store import deliveries as outbox
from bot.store import discussions, episodes, own_views, persons, sessions, timers
from bot.store import goals as goal_store
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations import mornings
from conversations.agenda import Topic
from conversations.core import asks_core
from conversations.discussion import Discussion
from conversations.goals import Goal
from conversations.model import Session, Visibility
from conversations.preferences import before_session

__all__ = ["Agenda", "Agendas", "Topic"]

KIND = "agenda"
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is worth a word in one session, the oldest first; never empty."""

    session: Session
    episode: Episode
    topics: Sequence[Topic]
    goals: Sequence[Goal]


@dataclass(frozen=True, slots=True)
class Agendas:
    """The use cases of the agenda. Every method works inside the caller's transaction."""

    ring: KeyRing
    timers: Timers
    check_ins: CheckIns
    reports: Reports

    async def watch(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        """See to it that the agenda of a session comes; of one that is over, what was promised for it still does."""
        await self.watch_all(tx, therapist, [session], now)

    async def watch_all(self, tx: AsyncConnection, therapist: Person, coming: Sequence[Session], now: datetime) -> None:
        """Do so for many sessions in one statement."""
        before = before_session(therapist.preferences)
        moments = [(therapist.id, session.id, max(session.starts_at - before, now)) for session in coming]
        if moments:
            await timers.put_all(tx, KIND, moments)

    async def again(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Reckon the moments of all agendas to come anew, since the therapist has changed their settings.

        One whose moment had passed and lies ahead again is set again: what is shared meanwhile waits for it.
        """
        before = before_session(therapist.preferences)
        for session in await sessions.of_therapist(tx, therapist.id, now, now + _AHEAD):
            is_set = await self.timers.find(tx, KIND, therapist.id, session.id) is not None
            if is_set or session.starts_at - before > now:
                await self.watch(tx, therapist, session, now)

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Send the agenda if there is anything to say; what comes late waits for the morning."""
        therapist = (await persons.by_ids(tx, [timer.person_id])).get(timer.person_id)
        session = await sessions.get(tx, timer.about_id)
        if therapist is None or session is None or session.cancelled_at is not None:
            return None
        moment = session.starts_at - before_session(therapist.preferences)
        if now < moment:
            return moment
        if now > session.ends_at and mornings.due_day(now, therapist.zone) is None:
            return mornings.next_morning(now, therapist.zone)
        await self._send(tx, therapist, session, now)
        return None

    async def _send(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        """Queue the agenda; where it has come already, as that may be set anew, only for what has come since."""
        found = await self.of(tx, therapist, session.id, now)
        message = _message(therapist, session, now)
        sent_at = await outbox.created_at(tx, message.dedupe_key or "")
        if found is None:
            return
        if sent_at is not None:
            if not any(topic.is_new_since(sent_at) for topic in found.topics):
                return
            message = _message(therapist, session, now, f":{int(now.timestamp())}")
        await outbox.queue(tx, [message], now)

    async def of(self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime) -> Agenda | None:
        """Put the agenda of a session together; None where it is not this therapist's or there is nothing to say."""
        session = await sessions.get(tx, session_id)
        found = await episodes.by_ids(tx, self.ring, [session.episode_id] if session else [])
        episode = next(iter(found.values()), None)
        if session is None or episode is None or episode.therapist_id != therapist.id or episode.ended_at is not None:
            return None
        wanted = bool(therapist.preferences.agenda_minutes) and now <= session.ends_at
        found_topics = await self._topics(tx, therapist, session, now)
        topics = [topic for topic in found_topics if topic.is_worth_it(wanted=wanted)]
        if not topics or session.cancelled_at is not None:
            return None
        held = await own_views.held_of(tx, episode.id)
        return Agenda(session, episode, topics, await goal_store.of_episode(tx, self.ring, episode.id, held))

    async def _topics(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> list[Topic]:
        """Give what is open since the two last met, without what is held back until the therapist has rated."""
        held = await own_views.held_of(tx, session.episode_id)
        open_ones = await store.open_ones(tx, session)
        last = await self._last(tx, session.episode_id, held)
        kept = await check_in_store.load(tx, self.ring, now, ids=set(open_ones) - held)
        found = []
        for number, again in open_ones.items():
            if number in kept and (topic := await self._topic(tx, therapist, kept[number], last, again)) is not None:
                found.append(topic)
        return found

    async def _last(self, tx: AsyncConnection, episode_id: int, held: Collection[int]) -> int | None:
        """Give a client's last check-in that flags are about; none that is held back."""
        told = (await store.told(tx, episode_id)).items()
        return next((one for one, its in told if one not in held and asks_core(self.check_ins.version(its))), None)

    async def _topic(
        self, tx: AsyncConnection, therapist: Person, kept: Kept, last: int | None, again: datetime | None
    ) -> Topic | None:
        summary = await self.reports.summary(tx, kept, therapist.zone)
        if summary is None:
            return None
        note = kept.check_in.note
        for_now = note if note is not None and note.visibility is Visibility.BEFORE else None
        closed_at, latest = kept.check_in.closed_at, kept.check_in.id == last
        return Topic(kept.check_in.id, summary, for_now, again_at=again, latest=latest, closed_at=closed_at)

    async def ask_again(self, tx: AsyncConnection, therapist: Person, kept: Kept, now: datetime) -> datetime | None:
        """Put a check-in on the agenda of the next session, at the therapist's wish; None where none is planned."""
        session = await store.next_of(tx, kept.check_in.episode_id, now)
        if session is None:
            return None
        await discussions.put(tx, kept.check_in.id, Discussion.OPEN, now)
        moment = session.starts_at - before_session(therapist.preferences)
        if moment > now:
            await self.timers.set(tx, KIND, therapist.id, session.id, moment)
        else:
            await outbox.queue(tx, [_message(therapist, session, now, f":{kept.check_in.id}")], now)
        return max(moment, now)


def _message(therapist: Person, session: Session, now: datetime, ending: str = "") -> Delivery:
    key = f"{KIND}:{session.id}:{int(session.starts_at.timestamp())}{ending}"
    return outbox.new(therapist.id, KIND, Lane.ALERT, now, about_id=session.id, dedupe_key=key)
