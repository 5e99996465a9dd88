"""What a therapist is shown of a check-in: loading what the summary needs."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept
from bot.crypto import KeyRing
from bot.store import episodes, history, sessions
from conversations import reports
from conversations.reports import Summary

__all__ = ["Reports", "Summary"]


@dataclass(frozen=True, slots=True)
class Reports:
    """The use cases around summaries. Every method works inside the caller's transaction."""

    ring: KeyRing
    check_ins: CheckIns

    async def summary(self, tx: AsyncConnection, kept: Kept, zone: ZoneInfo) -> Summary | None:
        """Build the summary of a closed check-in; `zone` is the therapist's, for the day of the session."""
        episode = (await episodes.by_ids(tx, self.ring, [kept.check_in.episode_id])).get(kept.check_in.episode_id)
        session = await sessions.get(tx, kept.check_in.session_id)
        if episode is None or session is None:
            return None
        closed = await history.until(tx, kept.check_in)
        version = self.check_ins.terms(kept).version
        day = session.starts_at.astimezone(zone).date()
        return reports.summary(kept.check_in, version, [one.answers for one in closed], episode.code, day)
