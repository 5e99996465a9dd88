"""Therapists who leave: their clients are offered a colleague or an end first, then the role goes.

Until a client has chosen the therapist keeps them. The role goes with the last one, by itself. Every method works
inside the caller's transaction and looks again at what is true: two admins may press at once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import agendas, before_sessions, digests, feeds, mornings, repeats
from bot.check_ins import Work
from bot.crypto import KeyRing
from bot.holding import OWN_VIEW
from bot.plans import REPLAN, joined
from bot.practice import Practice
from bot.store import audit, episodes, figures, invites, persons
from bot.store import deliveries as outbox
from bot.store import transfers as store
from bot.store.deliveries import Lane
from bot.store.persons import Person
from bot.store.transfers import Leave
from bot.timers import Timer
from bot.transfers import LEAVING, Stands, Transfers, goodbye
from conversations.enrolment import Invite
from conversations.transfers import ANSWER_WITHIN

__all__ = ["CHANGES", "Leaving", "Member", "Trouble"]

CHANGES = ("offered", "ended_all", "stays", "left", "took_back", "went_on", "ended", "expired")
"""What happens to the people here; `audit` keeps each."""

_OF_THERAPISTS = (
    digests.TIMER,
    mornings.KIND,
    agendas.KIND,
    before_sessions.KIND,
    repeats.KIND,
    REPLAN,
    feeds.KIND,
    OWN_VIEW,
    LEAVING,
)
"""The timers only a therapist has."""
_NOBODY = 0


class Trouble(StrEnum):
    """Why something was not done. Each has a sentence in the locale files."""

    GONE = "people.gone"
    CHANGED = "people.changed"
    SUCCEEDS = "people.succeeds"
    CANNOT = "people.cannot"


@dataclass(frozen=True, slots=True)
class Member:
    """A therapist and how many clients they have; of one who leaves, how many of how many have still to choose."""

    person: Person
    clients: int
    leave: Leave | None = None
    waiting: int = 0
    until: datetime | None = None


class Leaving:
    """The use cases of admins around therapists who leave."""

    def __init__(self, ring: KeyRing, practice: Practice, transfers: Transfers) -> None:
        self._ring = ring
        self._practice = practice
        self._transfers = transfers

    # ---- who is here ----

    async def members(self, tx: AsyncConnection) -> list[Member]:
        """Give every therapist, the longest here first."""
        clients, leaves, waiting = await figures.clients(tx), await store.all_leaving(tx), await store.open_counts(tx)
        return [
            Member(one, clients.get(one.id, 0), leaves.get(one.id), waiting.get(one.id, 0))
            for one in await persons.therapists(tx)
        ]

    async def member(self, tx: AsyncConnection, person_id: int) -> Member | None:
        """Give a therapist; None for somebody who is none (any more)."""
        person = (await persons.by_ids(tx, [person_id])).get(person_id)
        if person is None or not person.is_therapist:
            return None
        offers, leave = await store.open_of(tx, person_id), await store.leaving(tx, person_id)
        until = max((one.expires_at for one in offers), default=None)
        return Member(person, len(await episodes.running(tx, person_id)), leave, len(offers), until)

    async def since(self, tx: AsyncConnection, member: Member) -> datetime | None:
        """When somebody came to the practice."""
        return await store.since(tx, member.person.id)

    async def successors(self, tx: AsyncConnection, member: Member) -> list[Person]:
        """Give the therapists who could go on with somebody's clients: all others who stay."""
        leaves = await store.all_leaving(tx)
        return [one for one in await persons.therapists(tx) if one.id != member.person.id and one.id not in leaves]

    async def offered_to(self, tx: AsyncConnection, member: Member) -> list[int]:
        """Give the colleagues whom clients are offered who have still to choose."""
        return sorted({one.successor_id for one in await store.open_of(tx, member.person.id)})

    async def succeeds(self, tx: AsyncConnection, member: Member) -> int | None:
        """Give a therapist whose clients can still choose to go on with this one."""
        return await store.whose_successor(tx, member.person.id)

    async def is_leaving(self, tx: AsyncConnection, person: Person) -> bool:
        """Say whether a therapist leaves: no new client can be invited then."""
        return await store.leaving(tx, person.id) is not None

    async def invited(self, tx: AsyncConnection, now: datetime) -> list[Invite]:
        """Give the links of therapists that nobody has opened yet."""
        return await invites.waiting_therapists(tx, self._ring, now)

    async def take_back(self, tx: AsyncConnection, admin: Person, invite_id: int, now: datetime) -> bool:
        """Let a therapist's link work no more; False where it does not anyhow."""
        if invite_id not in {one.id for one in await self.invited(tx, now)}:
            return False
        await invites.revoke(tx, invite_id, now)
        await _note(tx, admin.id, "took_back", now)
        return True

    # ---- leaving ----

    async def offer(
        self, tx: AsyncConnection, admin: Person, member: Member, successor: Person, now: datetime
    ) -> Trouble | None:
        """Offer somebody's clients a colleague; where they leave already, those who have still to choose."""
        if successor.id not in {one.id for one in await self.successors(tx, member)}:
            return Trouble.CANNOT
        if await self.succeeds(tx, member) is not None:
            return Trouble.SUCCEEDS
        if member.waiting == member.clients and await self.offered_to(tx, member) == [successor.id]:
            return Trouble.CHANGED
        clients = await episodes.of_therapist(tx, self._ring, member.person.id)
        if member.leave is None:
            await self._begin(tx, admin, member, now)
        await self._transfers.offer(tx, clients, successor, now)
        await _note(tx, admin.id, "offered", now, member.person.id, successor.id)
        return None

    async def _begin(self, tx: AsyncConnection, admin: Person, member: Member, now: datetime) -> None:
        await store.begin(tx, Leave(member.person.id, now, member.clients))
        await invites.revoke_clients(tx, member.person.id, now)
        if admin.id != member.person.id:
            await outbox.queue(tx, [outbox.new(member.person.id, "you_leave", Lane.ALERT, now)], now)

    async def stay(self, tx: AsyncConnection, admin: Person, member: Member, now: datetime) -> None:
        """Withdraw what is still open; who went on or ended meanwhile has done so."""
        await self._transfers.withdraw(tx, member.person, now)
        await store.remove(tx, member.person.id)
        if admin.id != member.person.id:
            await outbox.queue(tx, [outbox.new(member.person.id, "you_stay", Lane.ALERT, now)], now)
        await _note(tx, admin.id, "stays", now, member.person.id)

    async def end_all(self, tx: AsyncConnection, admin: Person, member: Member, now: datetime) -> Work | Trouble:
        """End the care of everyone who is left, and let the role go."""
        if await self.succeeds(tx, member) is not None:
            return Trouble.SUCCEEDS
        work = Work()
        for episode in await episodes.of_therapist(tx, self._ring, member.person.id):
            work = joined(work, await self._transfers.end(tx, episode, Stands.ENDED, now))
            menu = outbox.new(episode.client_id, "menu", Lane.PROMPT, now)
            await outbox.queue(tx, [goodbye(episode, now), menu], now)
        if member.clients:
            await _note(tx, admin.id, "ended_all", now, member.person.id)
        await self._go(tx, member.person, now, by=admin)
        return work

    # ---- gone ----

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> None:
        """Let the role of a therapist who leaves go if nobody is left. Answers to the timer."""
        member = await self.member(tx, timer.person_id)
        if member is not None and member.leave is not None and not member.clients:
            await self._go(tx, member.person, now, by=None)

    async def _go(self, tx: AsyncConnection, person: Person, now: datetime, by: Person | None) -> None:
        """Take the role and all that hangs on it; nothing is sent to them as a therapist from this commit on."""
        await persons.change(tx, person.id, is_therapist=False)
        await invites.revoke_clients(tx, person.id, now)
        if await store.forget_desk(tx, person.id, _OF_THERAPISTS):
            self._practice.is_stale = True
        await outbox.queue(tx, [outbox.new(person.id, "menu", Lane.PROMPT, now)], now)
        if by is None or by.id != person.id:
            await outbox.queue(tx, [outbox.new(person.id, "you_left", Lane.ALERT, now)], now)
        if by is None:
            told = [admin for admin in await persons.admins(tx) if admin.id != person.id]
            gone = [outbox.new(admin.id, "therapist_left", Lane.ALERT, now, about_id=person.id) for admin in told]
            await outbox.queue(tx, gone, now)
        await _note(tx, by.id if by else _NOBODY, "left", now, person.id)

    @property
    def time_to_choose(self) -> int:
        """How many days clients have."""
        return ANSWER_WITHIN.days


async def _note(tx: AsyncConnection, who: int, action: str, now: datetime, *about: int) -> None:
    await audit.add(tx, audit.Entry(now, who, f"people.{action}", " ".join(map(str, about))))
