"""How care ends: what always happens then, whoever ends it and why."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.occasions import Occasions
from bot.store import awaited_texts, episodes, sessions, timers, transfers
from bot.store.episodes import Episode
from conversations.transfers import Stands

KIND = "transfer"
"""The timer of an offer to go on with a colleague."""
LEAVING = "leaving"
"""The timer that asks whether a therapist who leaves still has clients."""


class Endings:
    """The use case around the end of an episode. Every method works inside the caller's transaction."""

    def __init__(self, check_ins: CheckIns, occasions: Occasions) -> None:
        self._check_ins = check_ins
        self._occasions = occasions

    async def end(
        self, tx: AsyncConnection, episode: Episode, why: str, now: datetime, stands: Stands = Stands.OVER
    ) -> Work:
        """End an episode: what is open or planned goes, and nothing is said yet. `stands` is what an offer comes to."""
        work = await self._check_ins.call_off_all(tx, episode.id, now)
        await sessions.cancel_planned(tx, episode.id, now)
        await episodes.end(tx, episode.id, why, now)
        await self._let_go(tx, episode, stands, now)
        return work

    async def remove(self, tx: AsyncConnection, episode: Episode, now: datetime) -> None:
        """Delete an episode that should never have begun, with all that hangs on it."""
        await self._let_go(tx, episode, Stands.OVER, now)
        await episodes.remove(tx, episode.id)

    async def _let_go(self, tx: AsyncConnection, episode: Episode, stands: Stands, now: datetime) -> None:
        """Drop what hangs on an episode, and look soon whether its therapist, if they leave, can go."""
        await awaited_texts.remove(tx, episode.client_id)
        await transfers.close(tx, episode.id, stands, now)
        await timers.drop(tx, KIND, episode.client_id, episode.id)
        await self._occasions.forget(tx, episode.id)
        if await transfers.leaving(tx, episode.therapist_id) is not None:
            await timers.put(tx, LEAVING, episode.therapist_id, 0, now)
