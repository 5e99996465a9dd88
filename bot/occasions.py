"""What is asked on no session's account: when a client joins, and when somebody wants it asked now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.crypto import new_id
from bot.practice import Practice
from bot.store import check_ins as store
from bot.store import occasions, persons, question_sets
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations import events as ev
from conversations.model import CheckIn
from conversations.occasions import Occasion
from conversations.preferences import Preferences
from conversations.schedule import out_of_quiet_hours

__all__ = ["InRoom", "Occasions", "Reach", "Told"]

SETTLING_IN = timedelta(minutes=30)
"""How long after consent the first questions come to somebody who never says whether language and zone are right."""


class Told(StrEnum):
    """What became of the wish to ask one client now; each has a sentence in the locale files."""

    ASKED = "ask_now.asked"
    WAITS = "ask_now.waits"
    ALREADY = "ask_now.already"
    PAUSED = "ask_now.paused"
    UNREACHABLE = "ask_now.unreachable"
    ENDED = "ask_now.ended"


@dataclass(frozen=True, slots=True)
class InRoom:
    """What became of it; `since` is when the client was asked what is open."""

    told: Told
    work: Work
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How many clients would be asked now, and how many are left out: a pause, a lost chat, asked it already."""

    asked: int
    left_out: int


class Occasions:
    """The use cases of check-ins without a session. Every method works inside the caller's transaction."""

    def __init__(self, practice: Practice, check_ins: CheckIns) -> None:
        self._practice = practice
        self._check_ins = check_ins

    # ---- when a client joins ----

    async def begin(
        self, tx: AsyncConnection, client: Person, episode_id: int, therapist_id: int, now: datetime
    ) -> None:
        """Plan what a new client is asked first, once they have settled in."""
        version = self._practice.version_on(Occasion.START, episode_id, therapist_id)
        if version is not None:
            due = self._due_at(client.zone, client.preferences, now + SETTLING_IN)
            await store.add(tx, CheckIn(new_id(), episode_id, None, due, occasion=Occasion.START, version_id=version))

    async def settled(self, tx: AsyncConnection, client: Person, now: datetime) -> Work:
        """Ask what a new client is asked first: language and zone are right. Quiet hours are kept."""
        if client.episode_id is None or not self._practice.asks_on(Occasion.START):
            return Work()
        waiting = await occasions.waiting(tx, client.episode_id, Occasion.START)
        return await self._check_ins.event(tx, waiting[0], ev.Replanned(now), now) if waiting else Work()

    def _due_at(self, zone: ZoneInfo, preferences: Preferences, moment: datetime) -> datetime:
        return out_of_quiet_hours(moment, zone, preferences.quiet_hours_or(self._practice.rules.quiet_hours))

    async def forget(self, tx: AsyncConnection, episode_id: int) -> None:
        """Forget which sets a client was asked besides the usual, since their care has ended."""
        if self._practice.has_own(episode_id):
            await question_sets.forget_about(tx, episode_id)
            self._practice.is_stale = True

    # ---- now ----

    async def in_room(
        self, tx: AsyncConnection, episode: Episode, name: str, version: int, drawn_at: datetime, now: datetime
    ) -> InRoom:
        """Ask a client who is in the room at once, at whatever hour.

        Args:
            tx: the transaction.
            episode: whose.
            name: the set's.
            version: the one that is live.
            drawn_at: when the button was drawn that was pressed: what was asked since is not asked again.
            now: when.
        """
        if told := await self._why_not(tx, episode, name, drawn_at, now):
            return InRoom(told, Work())
        other = await self._check_ins.open_one(tx, episode.id, now)
        asked = CheckIn(new_id(), episode.id, None, now, occasion=Occasion.NOW, version_id=version)
        await store.add(tx, asked)
        if other is not None:
            return InRoom(Told.WAITS, Work(), other.check_in.prompted_at)
        return InRoom(Told.ASKED, await self._check_ins.event(tx, asked.id, ev.AskedNow(), now))

    async def _why_not(
        self, tx: AsyncConnection, episode: Episode, name: str, drawn_at: datetime, now: datetime
    ) -> Told | None:
        client = (await persons.by_ids(tx, [episode.client_id])).get(episode.client_id)
        if client is None or episode.ended_at is not None or client.episode_id != episode.id:
            return Told.ENDED
        if client.paused(now) is not None or client.unreachable:
            return Told.UNREACHABLE if client.unreachable else Told.PAUSED
        return None if await occasions.reachable(tx, episode.id, name, drawn_at, now) else Told.ALREADY

    async def reach(self, tx: AsyncConnection, about_id: int, name: str, since: datetime, now: datetime) -> Reach:
        """Count whom a set would reach: everyone (0), a therapist's clients, or one client."""
        found = len(await occasions.reachable(tx, about_id, name, since, now))
        return Reach(found, await occasions.running(tx, about_id) - found)

    async def ask(
        self, tx: AsyncConnection, about_id: int, name: str, version: int, drawn_at: datetime, now: datetime
    ) -> int:
        """Ask them, each outside their quiet hours; give how many. What was asked since `drawn_at` is not again."""
        planned = [
            CheckIn(
                id=new_id(),
                episode_id=one.episode_id,
                session_id=None,
                due_at=self._due_at(ZoneInfo(one.zone), one.preferences, now),
                occasion=Occasion.NOW,
                version_id=version,
            )
            for one in await occasions.reachable(tx, about_id, name, drawn_at, now)
        ]
        await store.add(tx, *planned)
        return len(planned)
