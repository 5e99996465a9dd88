"""The weekly digest: when it is due, that it goes out once, and what it says.

A timer stands for the week that is due next. Its moment is that week's, read on the therapist's wall clock, and moves
with the therapist's zone, day and hour. When it goes off it queues the digest of the latest week that is due, under a
key that exists once for each therapist and week; what was missed in an outage is one digest, late, with all of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.drawing.orders import MOST_PANELS
from bot.practice import Practice
from bot.readings import Judged, Readings
from bot.store import deliveries as outbox
from bot.store import episodes, own_views, persons
from bot.store import goals as goal_store
from bot.store.deliveries import Delivery, Lane
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations.digest import REMEMBERED, Besides, Client, Digest, Line, digest, goal_news
from conversations.goals import Goal
from conversations.trends import Trend, TrendPoint
from conversations.wall_clock import day_of
from conversations.weeks import Rhythm, Week

__all__ = ["TIMER", "Digest", "Digests", "Line", "Span"]

TIMER = "digest"
WEEKLY = ("weekly", "weekly_picture")
"""The kinds of a week's two messages."""
PICTURED = timedelta(weeks=12)
"""How much time the picture shows."""
MOST_PICTURED = MOST_PANELS
ASKED_FOR = timedelta(days=7)
"""How much time a digest is about that somebody asks for."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time a digest is about. Written into a delivery or a button it is two numbers of seconds."""

    since: datetime
    until: datetime

    @classmethod
    def read(cls, since: str, until: str) -> "Span | None":
        """Read what stands behind a button; None for what makes no sense."""
        try:
            first, last = (datetime.fromtimestamp(int(text), UTC) for text in (since, until))
        except (ValueError, OverflowError, OSError):
            return None
        return cls(first, last) if first <= last else None

    @property
    def words(self) -> tuple[str, str]:
        """Both ends in seconds since 1970; the end is rounded up, so that nothing falls out."""
        return str(int(self.since.timestamp())), str(int(-(-self.until.timestamp() // 1)))


class Digests:
    """The use cases around digests. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice, timers: Timers) -> None:
        self._ring = ring
        self._timers = timers
        self.readings = Readings(practice)

    # ---- when ----

    async def arrange(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Let a therapist's first digest come at the next moment; one that is arranged stays."""
        if await self._timers.find(tx, TIMER, therapist.id, 0) is None:
            await self._timers.set(tx, TIMER, therapist.id, 0, _rhythm(therapist).next(now))

    async def arrange_all(self, tx: AsyncConnection, now: datetime) -> None:
        """Arrange it for every therapist who has none: those of a database from before there were digests."""
        for therapist in await persons.therapists_without(tx, TIMER):
            await self.arrange(tx, therapist, now)

    async def moved(self, tx: AsyncConnection, before: Person, after: Person) -> None:
        """Move the digest that is due next to its week's moment by the new zone, day and hour.

        Where that moment has passed it comes at once, since its week has had none.
        """
        old, new = _rhythm(before), _rhythm(after)
        timer = await self._timers.find(tx, TIMER, after.id, 0) if old != new else None
        if timer is not None:
            await self._timers.set(tx, TIMER, after.id, 0, new.moment(old.latest(timer.due_at)))

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Queue the digest that is due and give the moment of the next; None for somebody who is no therapist."""
        therapist = (await persons.by_ids(tx, [timer.person_id])).get(timer.person_id)
        if therapist is None or not therapist.is_therapist:
            return None
        rhythm = _rhythm(therapist)
        week = rhythm.latest(now)
        since = await self._since(tx, therapist, rhythm, rhythm.latest(timer.due_at))
        await outbox.queue(tx, [_weekly(therapist, kind, week, since, now) for kind in WEEKLY], now)
        await self.keep(tx, therapist)
        return rhythm.moment(week.plus(1))

    async def _since(self, tx: AsyncConnection, therapist: Person, rhythm: Rhythm, week: Week) -> datetime:
        """When the digest of the week before was sent off; what came since then is in this one."""
        before = week.plus(-1)
        sent = await outbox.created_at(tx, _key(therapist, WEEKLY[0], before))
        return sent or rhythm.moment(before)

    async def keep(self, tx: AsyncConnection, therapist: Person) -> None:
        """Judge what has closed since the last time, so that looking costs little."""
        await self.readings.keep(tx, await episodes.running(tx, therapist.id))

    # ---- what ----

    async def of(self, tx: AsyncConnection, therapist: Person, span: Span) -> Digest:
        """Give a therapist's digest, from what is true now."""
        running = await episodes.of_therapist(tx, self._ring, therapist.id)
        ids, held = [episode.id for episode in running], await _held(tx, therapist)
        judged = await self.judged(tx, ids, span, held)
        besides = await self._besides(tx, ids, judged, span, held)
        clients = [
            Client(one.id, one.code, tuple(judged.get(one.id, ())), besides.get(one.id, Besides())) for one in running
        ]
        return digest(clients, span.since, span.until)

    async def judged(
        self, tx: AsyncConnection, episode_ids: Collection[int], span: Span, held: Collection[int] = ()
    ) -> Mapping[int, Sequence[Judged]]:
        """Give all that a digest's numbers come from. Nothing in it grows with how long the care has lasted.

        Args:
            tx: the transaction.
            episode_ids: whose.
            span: the digest's time.
            held: check-ins that are held back until their therapist has rated too; they are left out.
        """
        earliest = min(span.since, span.until - REMEMBERED) - _OPEN
        return _shown(await self.readings.asking(tx, episode_ids, earliest, span.since), held)

    async def _besides(
        self,
        tx: AsyncConnection,
        ids: Sequence[int],
        judged: Mapping[int, Sequence[Judged]],
        span: Span,
        held: Collection[int],
    ) -> Mapping[int, Besides]:
        """Give what there is to say besides the ratings, by episode."""
        goals = await goal_store.of_episodes(tx, self._ring, ids, held)
        return {number: _news(own, judged.get(number, ()), span) for number, own in goals.items()}

    async def trends(self, tx: AsyncConnection, therapist: Person, found: Digest) -> list[tuple[str, Trend]]:
        """Give the panels of a digest's picture: code and trend of each client with a score, in its order."""
        codes = {one.id: one.code for one in await episodes.of_therapist(tx, self._ring, therapist.id)}
        since = await self.readings.since(tx, codes, found.until - PICTURED)
        judged = _shown(since, await _held(tx, therapist))
        shown = [number for number in found.order if any(one.score is not None for one in judged.get(number, ()))]
        return [(codes[number], _trend(judged[number], therapist.zone)) for number in shown]


_OPEN = timedelta(days=4)
"""A check-in closes at most so long after its client was asked (72 h), and a little."""


async def _held(tx: AsyncConnection, therapist: Person) -> Collection[int]:
    """Give what is held back until this therapist has rated too; nothing once they rate no more (`TwoSided.let_go`)."""
    return await own_views.held(tx) if therapist.preferences.two_sided else ()


def _shown(judged: Mapping[int, Sequence[Judged]], held: Collection[int]) -> Mapping[int, Sequence[Judged]]:
    """Leave out what is held back."""
    if not held:
        return judged
    return {number: [one for one in found if one.check_in_id not in held] for number, found in judged.items()}


def _news(goals: Sequence[Goal], judged: Sequence[Judged], span: Span) -> Besides:
    week = [one for one in judged if span.since < one.closed_at <= span.until]
    return goal_news(goals, week, span.since, span.until)


def _weekly(therapist: Person, kind: str, week: Week, since: datetime, now: datetime) -> Delivery:
    """Make one of the two messages of a week: the seconds it reaches back to are all that is in it."""
    detail, _ = Span(since, now).words
    return outbox.new(therapist.id, kind, Lane.DIGEST, now, detail=detail, dedupe_key=_key(therapist, kind, week))


def _key(therapist: Person, kind: str, week: Week) -> str:
    return f"{kind}:{therapist.id}:{week}"


def _rhythm(person: Person) -> Rhythm:
    return Rhythm.of(person.preferences, person.zone)


def _trend(judged: Sequence[Judged], zone: ZoneInfo) -> Trend:
    return Trend(
        tuple(
            TrendPoint(
                day=day_of(one.session_at, zone),
                standing=one.standing,
                score=one.score,
                bond=None,
                goals=None,
                tasks=None,
                flagged=one.is_loud,
                usual=one.usual,
            )
            for one in judged
            if one.is_charted
        )
    )
