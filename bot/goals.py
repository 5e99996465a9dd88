"""Goals in the world: who may say what about which goal, and who is told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns
from bot.crypto import KeyRing
from bot.store import deliveries as outbox
from bot.store import episodes, own_views
from bot.store import goals as store
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from conversations import goals as life
from conversations.goals import Goal, Turn
from conversations.risk import may_point_to_danger

__all__ = ["Goal", "GoalOf", "Goals", "Trouble", "Turn"]

TELL_AFTER = timedelta(minutes=5)
"""How long an end can be undone before the therapist is told of it."""


class Trouble(StrEnum):
    """Why words for a goal were not taken; each has a sentence in the locale files. All of them keep nothing."""

    EMPTY = "goals.empty"
    TOO_LONG = "goals.too_long"
    FULL = "goals.full"
    LATE = "goals.late"


@dataclass(frozen=True, slots=True)
class GoalOf:
    """A goal and the running episode it belongs to."""

    goal: Goal
    episode: Episode


class Goals:
    """The use cases around goals. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, check_ins: CheckIns) -> None:
        self._ring = ring
        self._check_ins = check_ins

    # ---- looking ----

    async def of_client(self, tx: AsyncConnection, client: Person) -> list[Goal]:
        """Give a client's goals, oldest first; none without a running episode."""
        return [] if client.episode_id is None else await self.of_episode(tx, client.episode_id)

    async def of_episode(self, tx: AsyncConnection, episode_id: int) -> list[Goal]:
        """Give the goals of an episode, oldest first."""
        return await store.of_episode(tx, self._ring, episode_id)

    async def seen_by_therapist(self, tx: AsyncConnection, episode_id: int) -> list[Goal]:
        """Give the goals of an episode without what is held back until the therapist has rated too."""
        held = await own_views.held_of(tx, episode_id)
        return await store.of_episode(tx, self._ring, episode_id, held)

    async def find(self, tx: AsyncConnection, goal_id: int, *, for_therapist: bool = False) -> GoalOf | None:
        """Give a goal, unless its episode has ended; whose it is, is for the caller to look at."""
        episode_id = await store.episode_of(tx, goal_id)
        found = await episodes.by_ids(tx, self._ring, [] if episode_id is None else [episode_id])
        episode = next(iter(found.values()), None)
        if episode is None or episode.ended_at is not None:
            return None
        look = self.seen_by_therapist if for_therapist else self.of_episode
        goals = await look(tx, episode.id)
        return next((GoalOf(goal, episode) for goal in goals if goal.id == goal_id), None)

    # ---- the client ----

    async def propose(
        self, tx: AsyncConnection, client: Person, text: str, message_id: int, now: datetime
    ) -> Goal | Trouble:
        """Keep a goal in the client's words and show it to the therapist."""
        words = life.one_line(text)
        if (trouble := _trouble(words)) is not None:
            return trouble
        episode = await self._episode(tx, client)
        if episode is None:
            return Trouble.LATE
        if not life.has_room(await self.of_episode(tx, episode.id)):
            return Trouble.FULL
        goal = await store.add(tx, episode.key, episode.id, words, now)
        await outbox.queue(tx, [_told(episode, "goal_proposed", goal, now)], now)
        await self._look_for_danger(tx, client, episode, text, message_id, now)
        return goal

    async def reword(
        self, tx: AsyncConnection, client: Person, of: GoalOf, text: str, message_id: int, now: datetime
    ) -> Goal | Trouble:
        """Let the client answer a suggestion with new words of their own."""
        words = life.one_line(text)
        if (trouble := _trouble(words)) is not None:
            return trouble
        goal = await self._advance(tx, of, life.Reworded(words), now)
        if goal is None:
            return Trouble.LATE
        await outbox.queue(tx, [_told(of.episode, "goal_settled", goal, now)], now)
        await self._look_for_danger(tx, client, of.episode, text, message_id, now)
        return goal

    async def last_word(self, tx: AsyncConnection, of: GoalOf, turn: Turn, now: datetime) -> Goal | None:
        """Let the client take or leave the therapist's words; None where that comes late or twice."""
        goal = await self._advance(tx, of, turn, now)
        if goal is not None:
            await outbox.queue(tx, [_told(of.episode, "goal_settled", goal, now)], now)
        return goal

    async def end(self, tx: AsyncConnection, of: GoalOf, turn: Turn, now: datetime) -> Goal | None:
        """Let the client call a goal reached or let it go; the therapist is told once it can hardly be undone."""
        goal = await self._advance(tx, of, turn, now)
        if goal is not None and of.goal.agreed_at is not None:
            told = _told(of.episode, "goal_ended", goal, now)
            await outbox.queue(tx, [replace(told, not_before=now + TELL_AFTER)], now)
        return goal

    async def take_up_again(self, tx: AsyncConnection, of: GoalOf, now: datetime) -> Goal | Trouble:
        """Undo the end of a goal, if there is room for it."""
        others = [goal for goal in await self.of_episode(tx, of.episode.id) if goal.id != of.goal.id]
        if not life.has_room(others):
            return Trouble.FULL
        return await self._advance(tx, of, life.TakenUpAgain(), now) or Trouble.LATE

    # ---- the therapist ----

    async def agree(self, tx: AsyncConnection, of: GoalOf, now: datetime) -> Goal | None:
        """Let the therapist agree with the client's words; the client is told. None where it comes late or twice."""
        goal = await self._advance(tx, of, life.Agreed(), now)
        if goal is not None:
            await outbox.queue(tx, [_to_client(of.episode, goal, now)], now)
        return goal

    async def suggest(self, tx: AsyncConnection, of: GoalOf, text: str, now: datetime) -> Goal | Trouble:
        """Let the therapist suggest other words; the client is asked for the last one."""
        words = life.one_line(text)
        if (trouble := _trouble(words)) is not None:
            return trouble
        goal = await self._advance(tx, of, life.Suggested(words), now)
        if goal is None:
            return Trouble.LATE
        await outbox.queue(tx, [_to_client(of.episode, goal, now)], now)
        return goal

    async def rate(self, tx: AsyncConnection, of: GoalOf, agree: int, now: datetime) -> Goal | None:
        """Keep how far the two agree as the therapist sees it, 0-10; None where that changes nothing."""
        return await self._advance(tx, of, life.AgreementRated(agree), now)

    # ---- both ----

    async def _advance(self, tx: AsyncConnection, of: GoalOf, turn: Turn, now: datetime) -> Goal | None:
        goal = life.advance(of.goal, turn, now)
        if goal is not None:
            await store.save(tx, of.episode.key, goal)
        return goal

    async def _episode(self, tx: AsyncConnection, client: Person) -> Episode | None:
        found = await episodes.by_ids(tx, self._ring, [] if client.episode_id is None else [client.episode_id])
        return next(iter(found.values()), None)

    async def _look_for_danger(
        self, tx: AsyncConnection, client: Person, episode: Episode, text: str, message_id: int, now: datetime
    ) -> None:
        """Show the crisis card at once where words may point to danger, and ask the therapist to read them."""
        if not may_point_to_danger(text):
            return
        key = f"{episode.id}:{message_id}"
        card = outbox.new(client.id, "crisis", Lane.REPLY, now, dedupe_key=f"crisis:{key}")
        risk = outbox.new(
            episode.therapist_id, "risk_goal", Lane.ALERT, now, about_id=episode.id, dedupe_key=f"risk:{key}"
        )
        await outbox.queue(tx, [card, risk], now)

    async def danger_unkept(
        self, tx: AsyncConnection, client: Person, text: str, message_id: int, now: datetime
    ) -> bool:
        """The same for words that were refused and are not kept; says whether there was reason to."""
        if not may_point_to_danger(text):
            return False
        await self._check_ins.danger_unkept(tx, client, message_id, now)
        return True


def _trouble(words: str) -> Trouble | None:
    if not words:
        return Trouble.EMPTY
    return None if life.fits(words) else Trouble.TOO_LONG


def _stamp(goal: Goal) -> str:
    return str(int(goal.since.timestamp() * 1000))


def _told(episode: Episode, kind: str, goal: Goal, now: datetime) -> Delivery:
    """Tell the therapist; `detail` names the turn, so that a message about an older one is dropped when it is sent."""
    key = f"{kind}:{goal.id}:{_stamp(goal)}"
    person = episode.therapist_id
    return outbox.new(person, kind, Lane.ALERT, now, about_id=goal.id, detail=_stamp(goal), dedupe_key=key)


def _to_client(episode: Episode, goal: Goal, now: datetime) -> Delivery:
    key = f"goal_answered:{goal.id}:{_stamp(goal)}"
    person = episode.client_id
    return outbox.new(person, "goal_answered", Lane.PROMPT, now, about_id=goal.id, detail=_stamp(goal), dedupe_key=key)


def stands(delivery: Delivery, goal: Goal) -> bool:
    """Say whether a goal still stands as it did when a message about it was queued."""
    return delivery.detail == _stamp(goal)
