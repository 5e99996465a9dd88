"""What clients of a therapist who leaves are offered, what they choose, and what comes of it without an answer.

A choice is one transaction: the old episode ends, and where the client goes on a new one begins with a consent of its
own. The new therapist inherits nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing
from bot.endings import KIND, LEAVING, Endings
from bot.occasions import Occasions
from bot.store import audit, episodes, invites, persons
from bot.store import deliveries as outbox
from bot.store import timers as timer_store
from bot.store import transfers as store
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.timers import Timer, Timers
from conversations.enrolment import CONSENT_VERSION
from conversations.transfers import Stands, Transfer, code_for

__all__ = ["AGAIN", "KIND", "LEAVING", "NEWS", "Offer", "Stands", "Transfers"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

NEWS, AGAIN = "care_news", "again"
"""The message that there is news, and its detail where it is the reminder."""
_NOBODY = 0
"""Who stands in `audit` for a client, and for what happens by itself."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one client is offered: by whom they are left, and who can go on (None where nobody can)."""

    transfer: Transfer
    episode: Episode
    therapist: Person
    successor: Person | None


async def missed(tx: AsyncConnection, client: Person, now: datetime) -> None:
    """Tell a client who can be reached again what they may have missed."""
    if (episode_id := await _waiting(tx, client)) is not None:
        await outbox.queue(tx, [_news(client.id, episode_id, now)], now)


async def _waiting(tx: AsyncConnection, client: Person) -> int | None:
    transfer = await store.get(tx, client.episode_id) if client.episode_id else None
    return transfer.episode_id if transfer and transfer.is_open else None


class Transfers:
    """The use cases around offers. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, check_ins: CheckIns, timers: Timers, occasions: Occasions) -> None:
        self._ring = ring
        self._check_ins = check_ins
        self._timers = timers
        self._occasions = occasions
        self._endings = Endings(check_ins, occasions)

    # ---- offering ----

    async def offer(self, tx: AsyncConnection, cared_for: Sequence[Episode], successor: Person, now: datetime) -> None:
        """Offer clients to go on with a colleague; an earlier offer gives way to this one."""
        offers = [Transfer(episode.id, successor.id, now) for episode in cared_for]
        await store.put(tx, offers)
        whose = {episode.id: episode.client_id for episode in cared_for}
        moments = [(whose[one.episode_id], one.episode_id, one.remind_at) for one in offers]
        if moments:
            await timer_store.put_all(tx, KIND, moments)
        await outbox.queue(tx, [_news(whose[one.episode_id], one.episode_id, now) for one in offers], now)

    async def withdraw(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Take every open offer back; who has read theirs is told that nothing changes."""
        for one in await store.open_of(tx, therapist.id):
            client_id = await episodes.client_of(tx, one.episode_id)
            await store.close(tx, one.episode_id, Stands.WITHDRAWN, now)
            if client_id is not None:
                await self._timers.drop(tx, KIND, client_id, one.episode_id)
                if one.opened_at is not None:
                    await outbox.queue(tx, [_news(client_id, one.episode_id, now)], now)

    async def of(self, tx: AsyncConnection, client: Person, episode_id: int) -> Offer | None:
        """Give the newest offer to a client in an episode of theirs, whatever has become of it."""
        transfer = await store.get(tx, episode_id)
        episode = (await episodes.by_ids(tx, self._ring, [episode_id])).get(episode_id)
        if transfer is None or episode is None or episode.client_id != client.id:
            return None
        people = await persons.by_ids(tx, [episode.therapist_id, transfer.successor_id])
        successor = people.get(transfer.successor_id)
        can = successor is not None and successor.is_therapist and successor.id != client.id
        free = can and await store.leaving(tx, transfer.successor_id) is None
        return Offer(transfer, episode, people[episode.therapist_id], successor if free else None)

    async def waiting(self, tx: AsyncConnection, client: Person) -> int | None:
        """Give the episode whose client can still choose; None where nothing is offered."""
        return await _waiting(tx, client)

    async def opened(self, tx: AsyncConnection, offer: Offer, now: datetime) -> None:
        """Remember that a client has read their offer."""
        await store.opened(tx, offer.episode.id, now)

    # ---- choosing ----

    async def go_on(self, tx: AsyncConnection, client: Person, offer: Offer, successor: Person, now: datetime) -> Work:
        """End the old episode and begin a new one, with a consent of its own. The caller knows the offer is open."""
        work = await self.end(tx, offer.episode, Stands.WENT_ON, now)
        code = code_for(offer.episode.code, await self._taken(tx, successor, now))
        number = await episodes.add(tx, self._ring, client_id=client.id, therapist_id=successor.id, code=code, now=now)
        await episodes.add_consent(tx, number, CONSENT_VERSION, client.language, now)
        await store.became(tx, offer.episode.id, number)
        await self._occasions.begin(tx, client, number, successor.id, now)
        joined = outbox.new(successor.id, "joined_client", Lane.ALERT, now, about_id=number)
        await outbox.queue(tx, [joined, _told(offer.episode, Stands.WENT_ON, now)], now)
        if (pause := client.paused(now)) is not None:
            await episodes.pause(tx, number, pause)
            await outbox.queue(tx, [outbox.new(successor.id, "pause", Lane.ALERT, now, about_id=number)], now)
        await _note(tx, Stands.WENT_ON, now, offer.episode.therapist_id, successor.id)
        return work

    async def _taken(self, tx: AsyncConnection, therapist: Person, now: datetime) -> set[str]:
        """Give the codes a therapist uses, those of links that wait to be opened too."""
        running = await episodes.of_therapist(tx, self._ring, therapist.id)
        waiting = await invites.waiting(tx, self._ring, therapist, now)
        return {*(episode.code for episode in running), *(invite.label for invite in waiting)}

    async def end_here(self, tx: AsyncConnection, offer: Offer, now: datetime) -> Work:
        """End the care as its client wishes. The goodbye is the message they pressed: nothing new is sent."""
        return await self._leave(tx, offer.episode, Stands.ENDED, now)

    async def _leave(self, tx: AsyncConnection, episode: Episode, stands: Stands, now: datetime) -> Work:
        work = await self.end(tx, episode, stands, now)
        menu = outbox.new(episode.client_id, "menu", Lane.PROMPT, now)
        await outbox.queue(tx, [menu, _told(episode, stands, now)], now)
        await _note(tx, stands, now, episode.therapist_id)
        return work

    async def end(self, tx: AsyncConnection, episode: Episode, stands: Stands, now: datetime) -> Work:
        """End an episode and its offer: what is open or planned goes, and nothing is said yet."""
        return await self._endings.end(tx, episode, stands.value, now, stands)

    async def was(self, tx: AsyncConnection, episode_id: int) -> Person | None:
        """Give the therapist a client had before they went on in this episode; None for everyone else."""
        transfer = await store.before(tx, episode_id)
        if transfer is None:
            return None
        therapist_id = await episodes.therapist_of(tx, transfer.episode_id)
        return (await persons.by_ids(tx, [therapist_id])).get(therapist_id)

    # ---- time ----

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Remind once, and end the care of who has not chosen in time. Answers to the timer."""
        transfer = await store.get(tx, timer.about_id)
        episode = (await episodes.by_ids(tx, self._ring, [timer.about_id])).get(timer.about_id)
        if transfer is None or episode is None or not transfer.is_open or episode.ended_at is not None:
            return None
        if now < transfer.expires_at:
            await outbox.queue(tx, [_reminder(episode, transfer, now)], now)
            return transfer.expires_at
        log.info("transfer_expired", episode_id=episode.id)
        self._timers.moved(await self._leave(tx, episode, Stands.EXPIRED, now))
        await outbox.queue(tx, [goodbye(episode, now)], now)
        return None


def goodbye(episode: Episode, now: datetime) -> Delivery:
    """Tell a client once that their care here has ended, since their therapist has left."""
    key = f"care_ended:{episode.id}"
    return outbox.new(
        episode.client_id, "care_ended", Lane.PROMPT, now, about_id=episode.id, detail="transfer.over", dedupe_key=key
    )


def _news(client_id: int, episode_id: int, now: datetime) -> Delivery:
    key = f"{NEWS}:{episode_id}:{int(now.timestamp() * 1000)}"
    return outbox.new(client_id, NEWS, Lane.PROMPT, now, about_id=episode_id, dedupe_key=key)


def _reminder(episode: Episode, transfer: Transfer, now: datetime) -> Delivery:
    key = f"{NEWS}:{episode.id}:{AGAIN}:{int(transfer.offered_at.timestamp() * 1000)}"
    return outbox.new(episode.client_id, NEWS, Lane.PROMPT, now, about_id=episode.id, detail=AGAIN, dedupe_key=key)


def _told(episode: Episode, stands: Stands, now: datetime) -> Delivery:
    """Tell the therapist who leaves what became of a client."""
    key = f"client_chose:{episode.id}"
    return outbox.new(
        episode.therapist_id, "client_chose", Lane.ALERT, now, about_id=episode.id, detail=stands.value, dedupe_key=key
    )


async def _note(tx: AsyncConnection, stands: Stands, now: datetime, *therapists: int) -> None:
    """Write what was chosen, of which therapists; never by which client."""
    await audit.add(tx, audit.Entry(now, _NOBODY, f"people.{stands.value}", " ".join(map(str, therapists))))
