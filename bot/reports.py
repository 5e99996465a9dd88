"""What a therapist is shown of a check-in: loading what the summary needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept
from bot.crypto import KeyRing
from bot.store import episodes, history, own_views, sessions
from bot.store import goals as goal_store
from bot.store.episodes import Episode
from bot.store.history import Closed
from bot.store.persons import Person
from conversations import reports
from conversations.alliance import Reading
from conversations.continuity import Given, response
from conversations.core import asks_core
from conversations.goals import GOAL_PROGRESS, Goal, worth_showing
from conversations.model import CheckIn
from conversations.reports import Summary
from conversations.trends import GoalLine, Trend

__all__ = ["Overview", "Reports", "Summary", "Told", "Trend"]

SHOWN = 52
"""Check-ins a chart shows at most: a year of weekly sessions."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One client at a glance.

    `last_id` is the last check-in that was told; `waiting` is open now. `trend` is None before the second answered one.
    """

    episode: Episode
    next_session_at: datetime | None
    last_id: int | None
    waiting: CheckIn | None
    reading: Reading | None
    trend: Trend | None
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A summary and the chart beside it; `trend` is None before the second answered check-in."""

    summary: Summary
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Reports:
    """The use cases around summaries. Every method works inside the caller's transaction."""

    ring: KeyRing
    check_ins: CheckIns

    async def summary(self, tx: AsyncConnection, kept: Kept, zone: ZoneInfo) -> Summary | None:
        """Build the summary of a closed check-in; `zone` is the therapist's, for the day of the session.

        None where the check-in is no part of the history, since its session did not take place after all.
        """
        closed = await self._until(tx, kept)
        return await self._summary(tx, kept, zone, closed, await self._goals(tx, kept)) if closed else None

    async def told(self, tx: AsyncConnection, kept: Kept, zone: ZoneInfo) -> Told | None:
        """Build the summary, as `summary` does, and the numbers of its chart from one look at the history."""
        closed, goals = await self._until(tx, kept), await self._goals(tx, kept)
        if not closed:
            return None
        return Told(await self._summary(tx, kept, zone, closed, goals), self._trend(closed, zone, goals))

    async def _until(self, tx: AsyncConnection, kept: Kept) -> Sequence[Closed]:
        closed = await history.until(tx, kept.check_in)
        return closed if closed and closed[-1].id == kept.check_in.id else ()

    async def _goals(self, tx: AsyncConnection, kept: Kept) -> Sequence[Goal]:
        return await goal_store.of_episode(tx, self.ring, kept.check_in.episode_id)

    async def _summary(
        self, tx: AsyncConnection, kept: Kept, zone: ZoneInfo, closed: Sequence[Closed], goals: Sequence[Goal]
    ) -> Summary:
        episode = (await episodes.by_ids(tx, self.ring, [kept.check_in.episode_id]))[kept.check_in.episode_id]
        own = await own_views.find(tx, kept.check_in.id) if kept.therapist.two_sided else None
        terms, day = self.check_ins.terms(kept), _day(closed[-1], zone)
        return reports.summary(kept.check_in, terms, self._given(closed), episode.code, day, own, goals)

    def _given(self, closed: Sequence[Closed]) -> list[Given]:
        return [Given(one.answers, self.check_ins.version(one.version_id)) for one in closed]

    async def overview(self, tx: AsyncConnection, episode: Episode, zone: ZoneInfo, now: datetime) -> Overview:
        """Give what a therapist wants to know of a client at a glance."""
        held = await own_views.held_of(tx, episode.id)
        closed = [one for one in await history.of_episode(tx, episode.id) if one.id not in held]
        waiting = await self.check_ins.open_one(tx, episode.id, now)
        goals = await goal_store.of_episode(tx, self.ring, episode.id, held)
        core = [one for one in self._given(closed) if asks_core(one.version)]
        return Overview(
            episode=episode,
            next_session_at=await sessions.next_start(tx, episode.id, now),
            last_id=next((one.id for one in reversed(closed) if one.asked), None),
            waiting=waiting.check_in if waiting else None,
            reading=reports.read(core),
            trend=self._trend(closed, zone, goals),
            goals=tuple(goals),
        )

    async def own_trend(self, tx: AsyncConnection, client: Person) -> Trend | None:
        """Give a client their own line."""
        if client.episode_id is None:
            return None
        goals = await goal_store.of_episode(tx, self.ring, client.episode_id)
        return self._trend(await history.of_episode(tx, client.episode_id), client.zone, goals)

    def _trend(self, closed: Sequence[Closed], zone: ZoneInfo, goals: Sequence[Goal]) -> Trend | None:
        """Give the chart of the check-ins that asked the core questions; of the others it knows the days."""
        shown = [one for one in closed if asks_core(self.check_ins.version(one.version_id))]
        if sum(bool(one.answers) for one in shown) < 2:
            return None
        lines = (_line(sign, goal, shown) for sign, goal in enumerate(worth_showing(goals)))
        trend = Trend.of((_day(one, zone), response(one.answers)) for one in shown).with_goals(lines).last(SHOWN)
        first = trend.points[0].day if len(shown) > SHOWN else date.min
        charted = {one.id for one in shown}
        others = (_day(one, zone) for one in closed if one.answers and one.id not in charted)
        return replace(trend, left_out=tuple(day for day in others if day >= first))


def _day(one: Closed, zone: ZoneInfo) -> date:
    return one.session_at.astimezone(zone).date()


def _line(sign: int, goal: Goal, closed: Sequence[Closed]) -> GoalLine:
    progress = (one.answers.get(GOAL_PROGRESS) if one.goal_id == goal.id else None for one in closed)
    return GoalLine(sign, goal.words, tuple(progress))
