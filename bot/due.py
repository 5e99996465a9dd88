"""What becomes of a check-in whose moment has come, besides what the reducer decides: pauses, the budget, and the log.

After downtime the log says of everything that had fallen due why it is not asked, or asked later.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id
from bot.desk import Ahead, Desk
from bot.practice import NOTHING, Practice
from bot.readings import Readings
from bot.store import check_ins as store
from bot.store import goals, pasts, question_sets
from bot.store.check_ins import Kept
from bot.store.deliveries import Delivery
from conversations import events as ev
from conversations.goal_findings import ask
from conversations.model import CheckIn, State, Step
from conversations.moving import reminds_at
from conversations.occasions import Occasion
from conversations.schedule import ANSWER_WINDOW, USEFUL_BEFORE

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

LOOK_AGAIN = timedelta(hours=1)
"""How soon what waits for its turn is looked at again; it comes as soon as the other one is closed."""
PATIENCE = timedelta(hours=2)
"""How long after Start a check-in counts as being answered."""
WEEK = timedelta(days=7)
"""The span the budget of questions is for."""


def hindrance(kept: Kept, now: datetime, spent: Mapping[int, int], questions: int, budget: int | None) -> str | None:
    """Say why a check-in is not to be asked, or to be called off instead of expired; None: time may take its course.

    `spent` counts the questions each episode was asked in the last week, `questions` those of this check-in.
    """
    check_in = kept.check_in
    if check_in.state is State.OPEN:
        return "never_sent" if _expires_unseen(kept, now) else None
    if check_in.state is not State.SCHEDULED or check_in.due_at > now:
        return None
    if kept.pause is not None and kept.pause.holds(now):
        return "paused"
    if budget is None or spent.get(check_in.episode_id, 0) + questions <= budget:
        return None
    return "budget" if questions <= budget else "set_beyond_budget"


def _expires_unseen(kept: Kept, now: datetime) -> bool:
    """Say whether a prompt's time is over that never reached its client: that is no missing answer."""
    check_in, seen = kept.check_in, kept.screen.message_id is not None or kept.screen.shown_rev > 0
    return not seen and check_in.started_at is None and check_in.expires_at is not None and check_in.expires_at <= now


def tell(before: CheckIn, after: CheckIn, reason: str | None, now: datetime) -> None:
    """Log what was not asked, or not yet, and why."""
    if before.state is after.state is State.SCHEDULED and before.due_at != after.due_at:
        log.info("check_in_put_off", **_about(after, reason or "quiet_hours"))
    elif after.state is State.CANCELLED and before.state is not State.CANCELLED:
        stale = "stale" if now > before.due_at + ANSWER_WINDOW else "next_session"
        log.info("check_in_not_asked", **_about(after, reason or stale))


def tell_replaced(check_in: CheckIn) -> None:
    """Log that a newer session's check-in has taken the place of this one."""
    log.info("check_in_replaced", **_about(check_in, "newer_session"))


def _about(check_in: CheckIn, reason: str) -> dict[str, Any]:
    return {"check_in_id": check_in.id, "session_id": check_in.session_id, "reason": reason}


def by_use(deliveries: Iterable[Delivery], kept: Mapping[int, Kept]) -> Sequence[Delivery]:
    """Put first what is of use for the shortest time: after downtime not everything goes out at once."""

    def closes(delivery: Delivery) -> float:
        about = kept.get(delivery.about_id or 0)
        moment = about.check_in.expires_at if about else None
        return float("inf") if moment is None else moment.timestamp()

    return sorted(deliveries, key=closes)


class Due:
    """The check-ins something has fallen due for. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice) -> None:
        self._ring = ring
        self._practice = practice
        self._readings = Readings(practice)

    async def let_time_pass(self, tx: AsyncConnection, loaded: Mapping[int, Kept], now: datetime) -> Desk:
        """Let time pass for check-ins; the desk holds what became of them and what is to be said, by its use."""
        waiting = [kept for kept in loaded.values() if kept.check_in.state is State.SCHEDULED]
        rivals = await self._rivals(tx, waiting, now)
        spent = await self._spent(tx, waiting, now)
        ahead = await self._before_asking(tx, waiting, now)
        desk = Desk(self._practice, {**rivals, **loaded}, ahead, await self._taken(tx, waiting))
        for kept in sorted(loaded.values(), key=_turn):
            self._let_time_pass(desk, kept, spent, now)
        desk.deliveries = list(by_use(desk.deliveries, desk.now_kept))
        return desk

    async def _spent(self, tx: AsyncConnection, waiting: Iterable[Kept], now: datetime) -> dict[int, int]:
        """Count the questions each episode was asked in the last week, where there is a budget."""
        episodes = {kept.check_in.episode_id for kept in waiting}
        if not episodes or self._practice.rules.questions_a_week is None:
            return {}
        asked = await store.asked_since(tx, episodes, now - WEEK)
        return {episode: sum(self._count(*one) for one in counts.items()) for episode, counts in asked.items()}

    def _count(self, version_id: int | None, times: int) -> int:
        return len(self._practice.version(version_id).questions) * times

    async def _before_asking(
        self, tx: AsyncConnection, waiting: Collection[Kept], now: datetime
    ) -> Mapping[int, Ahead]:
        """Find what check-ins that may be prompted now look back on, and the goals they ask about, by episode."""
        if not waiting:
            return {}
        ids = {kept.check_in.episode_id for kept in waiting}
        await self._readings.keep(tx, ids)
        past, found = await pasts.of_episodes(tx, ids), await goals.of_episodes(tx, self._ring, ids)
        return {number: ask(found.get(number, ()), past.get(number, NOTHING), now) for number in ids}

    async def _taken(self, tx: AsyncConnection, waiting: Iterable[Kept]) -> Collection[tuple[int, str]]:
        """Say which sets these clients were asked, where one is asked once only."""
        episodes = {kept.check_in.episode_id for kept in waiting}
        return await question_sets.taken(tx, episodes) if episodes and self._practice.asks_once else ()

    async def _rivals(self, tx: AsyncConnection, waiting: Iterable[Kept], now: datetime) -> dict[int, Kept]:
        episodes = {kept.check_in.episode_id for kept in waiting}
        return await store.load(tx, self._ring, now, open_for=episodes) if episodes else {}

    def _let_time_pass(self, desk: Desk, kept: Kept, spent: Mapping[int, int], now: datetime) -> None:
        """A check-in that opens now takes the place of every older one of the same client."""
        number = kept.check_in.id
        if not kept.running:
            desk.advance(number, ev.CalledOff(even_if_started=True), now)
            return
        before = desk.now_kept[number]
        reason = self._hindrance(desk, before, spent, now)
        if reason is None and before.check_in.state is State.SCHEDULED and _comes_first(desk, before, now):
            desk.waiting[number] = before.check_in.episode_id
            desk.advance(number, ev.MadeToWait(_soon(before.check_in, now)), now)
            return
        desk.advance(number, _befalls(before, reason, now), now)
        after = desk.now_kept[number].check_in
        tell(before.check_in, after, reason, now)
        if before.check_in.state is State.SCHEDULED and after.state is State.OPEN:
            self._give_way(desk, kept, now)

    def _hindrance(self, desk: Desk, kept: Kept, spent: Mapping[int, int], now: datetime) -> str | None:
        if kept.check_in.state is State.SCHEDULED and not desk.is_asked(kept):
            return "not_assigned"
        budget = self._practice.rules.questions_a_week
        if kept.check_in.occasion is Occasion.NOW:
            budget = None  # somebody wants it asked, on purpose
        return hindrance(kept, now, spent, len(desk.terms(kept).version.questions), budget)

    def _give_way(self, desk: Desk, kept: Kept, now: datetime) -> None:
        """Let older check-ins after sessions end, and what is open on another occasion.

        There too what was said is kept. What was said for the therapist is forwarded; else it is asked again.
        """
        for number in _older(desk.now_kept.values(), kept):
            tell_replaced(desk.now_kept[number].check_in)
            desk.advance(number, ev.Superseded(), now)
        for other in _others(desk, kept):
            if not other.shares:
                _ask_later(desk, other, now)
            desk.advance(other.id, ev.Superseded() if other.is_touched else ev.CalledOff(even_if_started=True), now)


def _ask_later(desk: Desk, other: CheckIn, now: datetime) -> None:
    """Let what gave way be asked again: when its client wanted it, or when the other one is closed."""
    wanted = reminds_at(other) if other.step is Step.SNOOZED else None
    successor = again(other, wanted or _soon(other, now), other.expires_at)
    desk.successors.append(successor)
    if wanted is None:
        desk.waiting[successor.id] = successor.episode_id


def _befalls(kept: Kept, reason: str | None, now: datetime) -> ev.Event:
    """Say what happens to a check-in that may be hindered.

    What new clients are asked waits for the end of a pause, and for room in the budget where there can ever be any.
    """
    if reason is None:
        return ev.TimePassed()
    if reason not in ("paused", "budget") or kept.check_in.occasion is not Occasion.START:
        return ev.CalledOff()
    tomorrow = now + timedelta(days=1)  # a pause may end sooner than was said
    ends = kept.pause.until if kept.pause is not None and reason == "paused" else None
    return ev.MadeToWait(min(ends or tomorrow, tomorrow), afresh=True)


def _older(everyone: Iterable[Kept], than: Kept) -> list[int]:
    mine = than.check_in
    return [
        kept.check_in.id
        for kept in everyone
        if kept.check_in.episode_id == mine.episode_id
        and kept.check_in.id != mine.id
        and kept.check_in.occasion is mine.occasion is Occasion.AFTER
        and kept.check_in.state in (State.SCHEDULED, State.OPEN)
        and kept.check_in.due_at <= mine.due_at
    ]


def _turn(kept: Kept) -> tuple[bool, float]:
    """Say when its turn is: what comes after a session first, and of those the newest."""
    return kept.check_in.occasion is not Occasion.AFTER, -kept.check_in.due_at.timestamp()


def _beside(desk: Desk, mine: CheckIn) -> Iterator[CheckIn]:
    """Give the client's other check-ins that are open."""
    for kept in desk.now_kept.values():
        other = kept.check_in
        if other.episode_id == mine.episode_id and other.id != mine.id and other.state is State.OPEN:
            yield other


def _comes_first(desk: Desk, kept: Kept, now: datetime) -> bool:
    """Say whether something is open that comes first: one thing is open per person.

    What comes after a session waits only for what is being answered on another occasion, everything else for whatever
    is open.
    """
    mine = kept.check_in
    if mine.occasion is not Occasion.AFTER:
        return any(_beside(desk, mine))
    return any(_is_being_answered(one, now) for one in _others(desk, kept))


def _is_being_answered(check_in: CheckIn, now: datetime) -> bool:
    started = check_in.started_at
    return started is not None and check_in.step is not Step.LEFT and now - started < PATIENCE


def _others(desk: Desk, kept: Kept) -> list[CheckIn]:
    """Give what the client has open on another occasion than after a session."""
    return [one for one in _beside(desk, kept.check_in) if one.occasion is not Occasion.AFTER]


def _soon(check_in: CheckIn, now: datetime) -> datetime:
    """Give when to look at it again: soon, and once more at the last moment at which it is of use."""
    soon = now + LOOK_AGAIN
    last = soon if check_in.expires_at is None else check_in.expires_at - USEFUL_BEFORE
    return last if now < last < soon else soon


def again(check_in: CheckIn, due_at: datetime, ends: datetime | None = None) -> CheckIn:
    """Make the one that is asked in place of one that was not answered.

    `ends` is when it closes at the latest: when the first one would have, so that nobody is asked without end.
    """
    successor = CheckIn(new_id(), check_in.episode_id, check_in.session_id, due_at, check_in.occasion)
    return replace(successor, version_id=check_in.version_id, expires_at=ends)
