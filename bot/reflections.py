"""The attachment reflection in the world: load, let the reducer decide, save, and queue what must be said."""

from datetime import datetime
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncConnection

import conversations
from bot.check_ins import CheckIns
from bot.crypto import KeyRing, new_id
from bot.store import deliveries as outbox
from bot.store import episodes
from bot.store import reflections as store
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.store.reflections import Held
from conversations import reflection
from conversations.reflection import Effect, Event, Outcome, Typed
from conversations.reflection_texts import ReflectionTexts, read_reflection_texts
from conversations.risk import may_point_to_danger

__all__ = ["Held", "Reflections"]

LIBRARY_FILE = Path(conversations.__file__).parent / "library" / "attachment_reflection.yaml"


class Reflections:
    """The use cases around reflections. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, check_ins: CheckIns) -> None:
        self._ring = ring
        self._check_ins = check_ins

    @property
    def texts(self) -> ReflectionTexts:
        """What people read in a reflection."""
        return reflection_texts()

    async def of(self, tx: AsyncConnection, client: Person) -> Held | None:
        """Give a client's reflection, open or closed."""
        return None if client.episode_id is None else await store.of_episode(tx, self._ring, client.episode_id)

    async def get(self, tx: AsyncConnection, number: int) -> Held | None:
        """Give a reflection by its id."""
        return await store.get(tx, self._ring, number)

    async def has_to_wait(self, tx: AsyncConnection, client: Person, now: datetime) -> bool:
        """Say whether a check-in is open, which comes first."""
        if client.episode_id is None:
            return False
        return await self._check_ins.open_one(tx, client.episode_id, now) is not None

    async def start(self, tx: AsyncConnection, client: Person, message_id: int, now: datetime) -> Held | None:
        """Begin in this message; None where one is open already or the last one is too fresh."""
        before = await self.of(tx, client)
        if client.episode_id is None or (before is not None and not is_over(before, now)):
            return None
        episode = await self._episode(tx, client.episode_id)
        begun = reflection.begin(new_id(), episode.id, new_id(), now)
        await store.put(tx, episode, begun, message_id)
        return Held(begun, client.id, episode.therapist_id, message_id)

    async def apply(
        self, tx: AsyncConnection, held: Held, event: Event, now: datetime, *, pressed_on: int | None = None
    ) -> Outcome:
        """Let something happen to a reflection; the message that was pressed is from now on the one it lives in."""
        outcome = reflection.advance(held.stories, event, now)
        if Effect.FORGET in outcome.effects:
            await store.remove(tx, held.stories.id)
            return outcome
        message_id = pressed_on or held.message_id
        if outcome.stories != held.stories:
            await store.put(tx, await self._episode(tx, held.stories.episode_id), outcome.stories, message_id)
        elif message_id != held.message_id:
            await store.put_message(tx, held.stories.id, message_id)
        if Effect.TELL_THERAPIST in outcome.effects:
            await outbox.queue(tx, [_shared(held, now)], now)
        return outcome

    async def type_text(
        self, tx: AsyncConnection, held: Held, text: str, typed_message_id: int, now: datetime
    ) -> Outcome:
        """Take a text the client wrote; words that may point to danger bring the crisis card at once."""
        outcome = await self.apply(tx, held, Typed(text), now)
        wanted: list[Delivery] = []
        if Effect.CHECK_RISK in outcome.effects and may_point_to_danger(text):
            wanted += _danger(held, typed_message_id, now, kept=Effect.DELETE_TEXT in outcome.effects)
        if Effect.DELETE_TEXT in outcome.effects:
            wanted.append(outbox.new(held.client_id, "delete", Lane.REPLY, now, detail=str(typed_message_id)))
        await outbox.queue(tx, wanted, now)
        return outcome

    async def lose_message(self, tx: AsyncConnection, held: Held) -> None:
        """A new message is on its way: the old one is no longer where the reflection lives."""
        if held.message_id is not None:
            await store.put_message(tx, held.stories.id, None)

    async def _episode(self, tx: AsyncConnection, episode_id: int) -> Episode:
        return (await episodes.by_ids(tx, self._ring, [episode_id]))[episode_id]


def is_over(held: Held, now: datetime) -> bool:
    """Say whether a client may go through the stories anew."""
    again_at = held.stories.again_at
    return again_at is not None and again_at <= now


@cache
def reflection_texts() -> ReflectionTexts:
    """Read the texts from the library, once."""
    return read_reflection_texts(YAML(typ="safe").load(LIBRARY_FILE.read_text(encoding="utf-8")))


def _shared(held: Held, now: datetime) -> Delivery:
    number = held.stories.id
    key = f"reflection_shared:{number}"
    return outbox.new(held.therapist_id, "reflection_shared", Lane.PROMPT, now, about_id=number, dedupe_key=key)


def _danger(held: Held, message_id: int, now: datetime, *, kept: bool) -> list[Delivery]:
    """Show the crisis card, and tell the therapist in words that give nothing away."""
    episode = held.stories.episode_id
    kind, key = "risk_private" if kept else "risk_unkept", f"{episode}:{message_id}"
    return [
        outbox.new(held.client_id, "crisis", Lane.REPLY, now, dedupe_key=f"crisis:{key}"),
        outbox.new(held.therapist_id, kind, Lane.ALERT, now, about_id=episode, dedupe_key=f"risk:{key}"),
    ]
