"""The agenda before a session: what is still open about a client comes up once more, shortly before they do.

One timer a therapist rings before the next session. Whatever makes or moves a session calls `watch`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept
from bot.discussions import Discussion, before_key
from bot.reports import Reports
from bot.store import deliveries as outbox
from bot.store import discussions, history, own_views, persons
from bot.store import sessions as store
from bot.store.deliveries import Lane
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations.flag import Level
from conversations.model import Session

KIND = "agenda"


@dataclass(frozen=True, slots=True)
class Agendas:
    """The use cases of the agenda. Every method works inside the caller's transaction."""

    check_ins: CheckIns
    reports: Reports
    timers: Timers

    async def watch(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        """See to it that the agenda of a session that is still ahead comes, if its therapist wants one."""
        ahead = _ahead(therapist)
        if not ahead or session.starts_at <= now:
            return
        moment = max(now, session.starts_at - ahead)
        set_already = await self.timers.find(tx, KIND, therapist.id, 0)
        if set_already is None or moment < set_already.due_at:
            await self.timers.set(tx, KIND, therapist.id, 0, moment)

    async def again(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Reckon the next agenda anew, because its therapist wants it at another time, or none."""
        coming = await store.first_start(tx, therapist.id, now) if _ahead(therapist) else None
        if coming is None:
            await self.timers.drop(tx, KIND, therapist.id, 0)
        else:
            await self.timers.set(tx, KIND, therapist.id, 0, max(now, coming - _ahead(therapist)))

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Show what is open about everybody who comes soon, and name the moment before the next session."""
        therapist = (await persons.by_ids(tx, [timer.person_id])).get(timer.person_id)
        if therapist is None or not therapist.is_therapist or not (ahead := _ahead(therapist)):
            return None
        soon = now + ahead + _INSTANT
        for session in await store.between(tx, therapist.id, now, soon):
            if session.cancelled_at is None:
                await self._show(tx, therapist, session, now)
        coming = await store.first_start(tx, therapist.id, soon)
        return None if coming is None else coming - ahead

    async def _show(self, tx: AsyncConnection, therapist: Person, session: Session, now: datetime) -> None:
        kept = await self._last(tx, session.episode_id, now)
        if kept is not None and await self._is_open(tx, kept, therapist):
            number, key = kept.check_in.id, before_key(kept.check_in.id, session.starts_at)
            await outbox.queue(
                tx, [outbox.new(therapist.id, KIND, Lane.ALERT, now, about_id=number, dedupe_key=key)], now
            )

    async def _last(self, tx: AsyncConnection, episode_id: int, now: datetime) -> Kept | None:
        """Give the client's last answers that the therapist may see."""
        held = await own_views.held_of(tx, episode_id)
        told = [one for one in await history.of_episode(tx, episode_id) if one.answers and one.id not in held]
        return await self.check_ins.get(tx, told[-1].id, now) if told else None

    async def _is_open(self, tx: AsyncConnection, kept: Kept, therapist: Person) -> bool:
        """Say whether there is something to raise: a wish to talk, or a flag, not talked about yet."""
        if await discussions.stands(tx, kept.check_in.id) is not Discussion.OPEN:
            return False
        told = await self.reports.told(tx, kept, therapist.zone)
        flagged = told is not None and told.summary.reading is not None and told.summary.reading.level in _LOUD
        return kept.check_in.talk or flagged


_INSTANT = timedelta(milliseconds=1)
_LOUD = (Level.RED, Level.AMBER)


def _ahead(therapist: Person) -> timedelta:
    return timedelta(minutes=therapist.preferences.agenda_minutes)
