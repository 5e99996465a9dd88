"""The agenda before a session: when it comes, and what is on it.

One timer a session rings some minutes before it. Whatever makes or moves a session calls `watch`. What a client shared
for this moment comes in any case, late if it must; everything else only to who wants it, and in time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.crypto import KeyRing
from bot.readings import Readings
from bot.reports import Reports
from bot.store import agendas as store
from bot.store import check_ins as check_in_store
from bot.store import deliveries as outbox
from bot.store import discussions, episodes, own_views, persons, sessions, timers
from bot.store import goals as goal_store
from bot.store.agendas import Open
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.store.readings import LONG_AGO
from bot.timers import Timer, Timers
from conversations import mornings
from conversations.agenda import Topic
from conversations.discussion import Discussion
from conversations.flag import Level
from conversations.goals import Goal
from conversations.model import CheckIn, Session, Visibility
from conversations.preferences import before_session
from conversations.reports import Summary

__all__ = ["Agenda", "Agendas", "Topic"]

KIND = "agenda"
_AHEAD = timedelta(days=366)
_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is worth a word in one session, the oldest first; never empty. `told` are the summaries by check-in."""

    session: Session
    episode: Episode
    topics: Sequence[Topic]
    goals: Sequence[Goal]
    told: Mapping[int, Summary]


@dataclass(frozen=True, slots=True)
class _Open:
    """A session's topics with their check-ins.

    It is enough to say whether there is an agenda, and costs the same however long a client has been there.
    """

    session: Session
    episode: Episode
    topics: Sequence[Topic]
    kept: Mapping[int, Kept]


@dataclass(frozen=True, slots=True)
class Agendas:
    """The use cases of the agenda. Every method works inside the caller's transaction."""

    ring: KeyRing
    timers: Timers
    reports: Reports
    readings: Readings

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
        found = await self._open(tx, therapist, session.id, now)
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
        found = await self._open(tx, therapist, session_id, now)
        if found is None:
            return None
        held = await own_views.held_of(tx, found.episode.id)
        goals = await goal_store.of_episode(tx, self.ring, found.episode.id, held)
        told = {topic.check_in_id: await self._told(tx, therapist, found, topic) for topic in found.topics}
        return Agenda(found.session, found.episode, found.topics, goals, told)

    async def _told(self, tx: AsyncConnection, therapist: Person, found: _Open, topic: Topic) -> Summary:
        summary = await self.reports.summary(tx, found.kept[topic.check_in_id], therapist.zone)
        assert summary is not None  # noqa: S101 - `open_ones` gives nothing that is no part of the history
        return summary

    async def _open(self, tx: AsyncConnection, therapist: Person, session_id: int, now: datetime) -> _Open | None:
        session = await sessions.get(tx, session_id)
        found = await episodes.by_ids(tx, self.ring, [session.episode_id] if session else [])
        episode = next(iter(found.values()), None)
        if session is None or episode is None or episode.therapist_id != therapist.id or episode.ended_at is not None:
            return None
        if session.cancelled_at is not None:
            return None
        wanted = bool(therapist.preferences.agenda_minutes) and now <= session.ends_at
        topics, kept = await self._topics(tx, therapist, session, now)
        worth = [topic for topic in topics if topic.is_worth_it(wanted=wanted)]
        return _Open(session, episode, worth, kept) if worth else None

    async def _topics(
        self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime
    ) -> tuple[list[Topic], Mapping[int, Kept]]:
        """Give what is open since the two last met, without what is held back until the therapist has rated."""
        held = await own_views.held_of(tx, session.episode_id)
        open_ones = {number: one for number, one in (await store.open_ones(tx, session)).items() if number not in held}
        kept = await check_in_store.load(tx, self.ring, now, ids=open_ones) if open_ones else {}
        levels = await self._levels(tx, kept.values(), held)
        found = [(kept[number].check_in, one) for number, one in open_ones.items() if number in kept]
        return [_topic(check_in, one, levels, therapist.zone) for check_in, one in found], kept

    async def _levels(self, tx: AsyncConnection, kept: Collection[Kept], held: Collection[int]) -> Mapping[int, Level]:
        """Give the level of the flags that are open: those of the last check-in that flags are about, if it is here."""
        asked = [one.check_in.prompted_at for one in kept if one.check_in.prompted_at]
        if not asked:
            return {}
        (episode_id,) = {one.check_in.episode_id for one in kept}
        judged = (await self.readings.since(tx, [episode_id], min(asked) - _MOMENT)).get(episode_id, ())
        core = [one for one in judged if one.is_charted and one.closed_at > LONG_AGO and one.check_in_id not in held]
        return {one.check_in_id: Level.loudest(one.levels) for one in core[-1:]}

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


def _topic(check_in: CheckIn, one: Open, levels: Mapping[int, Level], zone: ZoneInfo) -> Topic:
    note = check_in.note
    return Topic(
        check_in_id=check_in.id,
        day=one.dated.astimezone(zone).date(),
        talk=check_in.talk,
        level=levels.get(check_in.id, Level.NONE),
        note=note if note is not None and note.visibility is Visibility.BEFORE else None,
        again_at=one.again_at,
        closed_at=check_in.closed_at,
    )
