"""Clients who want to be left alone for a while, and who come back."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.due import again
from bot.outbox import Outbox
from bot.store import check_ins, episodes, persons
from bot.store import deliveries as outbox
from bot.store.deliveries import Lane
from bot.store.persons import Person
from conversations import events as ev
from conversations.model import State
from conversations.occasions import Occasion
from conversations.pausing import Pause

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Pauses:
    """The use cases around pauses. Every method works inside the caller's transaction."""

    def __init__(self, check_ins: CheckIns, outbox: Outbox) -> None:
        self._check_ins = check_ins
        self._outbox = outbox

    async def begin(self, tx: AsyncConnection, client: Person, pause: Pause, now: datetime) -> Work:
        """Ask nothing from now on. What something was said in stays open; anything else that is open is taken back.

        What new clients are asked comes again when the pause is over.
        """
        if client.episode_id is None:
            return Work()
        await episodes.pause(tx, client.episode_id, pause)
        await self._tell(tx, client, now)
        log.info("paused", episode_id=client.episode_id)
        kept = await self._check_ins.open_one(tx, client.episode_id, now)
        if kept is None or kept.check_in.state is not State.OPEN or kept.check_in.is_touched:
            return Work()
        if kept.check_in.occasion is Occasion.START:
            await check_ins.add(tx, again(kept.check_in, now))
        return await self._check_ins.event(tx, kept.check_in.id, ev.CalledOff(even_if_started=True), now)

    async def end(self, tx: AsyncConnection, client: Person, now: datetime) -> bool:
        """Ask again after the next session; False where there is no pause."""
        if client.episode_id is None or client.pause is None:
            return False
        held = client.pause.holds(now)
        await episodes.pause(tx, client.episode_id, None)
        if held:
            await self._tell(tx, client, now)
            await self._outbox.look_again(tx, client, now)
            log.info("resumed", episode_id=client.episode_id)
        return held

    async def _tell(self, tx: AsyncConnection, client: Person, now: datetime) -> None:
        """Let the therapist know how it stands; the message shows what is true when it is sent."""
        assert client.episode_id is not None  # noqa: S101 - the callers looked
        therapist_id = await episodes.therapist_of(tx, client.episode_id)
        key = f"pause:{client.episode_id}:{int(now.timestamp() * 1000)}"
        told = outbox.new(therapist_id, "pause", Lane.ALERT, now, about_id=client.episode_id, dedupe_key=key)
        await outbox.queue(tx, [told], now)

    async def client_of(self, tx: AsyncConnection, episode_id: int) -> Person | None:
        """Give the client of an episode, if it runs."""
        client_id = await episodes.client_of(tx, episode_id)
        client = (await persons.by_ids(tx, [client_id])).get(client_id) if client_id else None
        return client if client and client.episode_id == episode_id else None
