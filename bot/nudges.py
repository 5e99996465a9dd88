"""A nudge: the therapist has the client reminded of the open check-in, once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work, nudge_key
from bot.store import deliveries as outbox
from bot.store import persons
from bot.store.episodes import Episode
from conversations import events as ev
from conversations.nudge import Nudge, judge
from conversations.schedule import out_of_quiet_hours

__all__ = ["Nudge", "Nudged", "Nudges"]


@dataclass(frozen=True, slots=True)
class Nudged:
    """What became of the wish. `moment` is when it will be possible, or when the client wants to be asked again."""

    nudge: Nudge
    work: Work
    moment: datetime | None = None


class Nudges:
    """The use case of a nudge. Every method works inside the caller's transaction."""

    def __init__(self, check_ins: CheckIns) -> None:
        self._check_ins = check_ins

    async def nudge(self, tx: AsyncConnection, episode: Episode, now: datetime) -> Nudged:
        """Remind the client of the open check-in, if that may be."""
        client = (await persons.by_ids(tx, [episode.client_id]))[episode.client_id]
        if client.unreachable:
            return Nudged(Nudge.UNREACHABLE, Work())
        kept = await self._check_ins.open_one(tx, episode.id, now)
        already = kept is not None and await outbox.is_known(tx, nudge_key(kept.check_in.id))
        terms = self._check_ins.terms(kept) if kept else None
        pauses = client.episode_id == episode.id and client.paused(now) is not None
        nudge = judge(kept.check_in if kept else None, now, terms, already=already, pauses=pauses)
        if kept is not None and nudge is Nudge.GO:
            return Nudged(nudge, await self._check_ins.event(tx, kept.check_in.id, ev.Nudged(), now))
        if kept is not None and nudge is Nudge.LATER:
            return Nudged(nudge, Work(), kept.check_in.reminder_at)
        until = out_of_quiet_hours(now, terms.zone, terms.quiet_hours) if terms else None
        return Nudged(nudge, Work(), until)
