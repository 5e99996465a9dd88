"""Taking back what was done to a whole series, as long as nothing has come of it: its entry, or a move of its rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.plans import Plans, joined
from bot.repeats import Repeats, Started, has_changed, slot_of
from bot.sessions import Sessions, Trouble
from bot.store import series as store
from bot.store import sessions as session_store
from bot.store.persons import Person
from conversations.model import Session, Unheld
from conversations.series import Series


class TakingBack:
    """The use cases of taking back. Every method works inside the caller's transaction; None for a stranger's."""

    def __init__(self, plans: Plans, sessions: Sessions, repeats: Repeats) -> None:
        self._plans = plans
        self._sessions = sessions
        self._repeats = repeats

    async def series(
        self, tx: AsyncConnection, therapist: Person, series_id: int, now: datetime
    ) -> Work | Trouble | None:
        """Take a whole series back that has neither begun nor ended nor gone on elsewhere."""
        known = await self._repeats.known(tx, therapist, series_id, now)
        if known is None:
            return None
        if has_changed(await self._of(tx, known.series), now):
            return Trouble.CHANGED
        work = await self._repeats.cut(tx, known.series, known.series.rhythm.first_day, now)
        return joined(work, await self._sessions.places.come_back(tx, therapist, known.episode, now))

    async def _of(self, tx: AsyncConnection, series: Series) -> list[Session]:
        return await session_store.of_series(tx, [series.id], series.rhythm.first_day)

    async def move(
        self,
        tx: AsyncConnection,
        therapist: Person,
        series_id: int,
        session_id: int,
        last_day: date | None,
        now: datetime,
    ) -> tuple[Started, Work] | Trouble | None:
        """Let a series go on where it was before its rest was moved from a session on, with the end it had."""
        known = await self._repeats.known(tx, therapist, series_id, now)
        found = await self._sessions.own(tx, therapist, session_id)
        old = await self._repeats.of(tx, found[0]) if found else None
        if known is None or found is None or old is None or old.episode_id != known.episode.id:
            return None
        if known.episode.ended_at is not None:
            return Trouble.ENDED
        new = await self._of(tx, known.series)
        if has_changed(new, now) or old.rhythm.last_day != slot_of(found[0]) - timedelta(days=1):
            return Trouble.CHANGED
        if await self._has_passed(tx, old, found[0], now):
            return Trouble.CHANGED
        work = await self._repeats.cut(tx, known.series, known.series.rhythm.first_day, now)
        work = joined(work, await self._reopen(tx, therapist, old, found[0], last_day, now))
        await self._carry(tx, new, known.series, found[0])
        work = joined(work, await self._sessions.places.come_back(tx, therapist, known.episode, now))
        back = await self._repeats.known(tx, therapist, old.id, now)
        return None if back is None else (back, work)

    async def _has_passed(self, tx: AsyncConnection, old: Series, since: Session, now: datetime) -> bool:
        """Say whether a slot that was moved away has gone by meanwhile: it was not held, so nobody is asked of it."""
        theirs = await session_store.of_series(tx, [old.id], slot_of(since))
        away = [one for one in theirs if one.unheld is Unheld.ENDED and one.starts_at <= now]
        return any(one.cancelled_at is not None and one.cancelled_at < one.starts_at for one in away)

    async def _reopen(
        self, tx: AsyncConnection, therapist: Person, old: Series, since: Session, last_day: date | None, now: datetime
    ) -> Work:
        """Let a series that was ended go on from a session; its planning starts over, for it stood still meanwhile."""
        await store.end(tx, old.id, last_day)
        theirs = await session_store.of_series(tx, [old.id], slot_of(since))
        ended = [one for one in theirs if one.unheld is Unheld.ENDED and (not last_day or slot_of(one) <= last_day)]
        work = await self._sessions.places.settle(tx, therapist, ended, now)
        again = replace(old, rhythm=replace(old.rhythm, last_day=last_day), planned_until=None)
        await self._repeats.plan(tx, again, therapist, now)
        return work

    async def _carry(self, tx: AsyncConnection, new: Sequence[Session], series: Series, onto: Session) -> None:
        """What was said before the first session meanwhile is said before this one."""
        first = [one for one in new if one.slot == series.rhythm.first_day]
        if first:
            await self._plans.before.carry(tx, first[0], onto)
