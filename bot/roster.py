"""Who belongs to the practice: invites, joining, consent, leaving."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing
from bot.digests import Digests
from bot.endings import Endings
from bot.occasions import Occasions
from bot.practice import Practice
from bot.store import deliveries as outbox
from bot.store import episodes, invites, persons
from bot.store.deliveries import Delivery, Lane
from bot.store.episodes import Episode
from bot.store.persons import Person
from bot.transfers import missed
from conversations.enrolment import CONSENT_VERSION, Invite, InviteKind, Verdict

__all__ = ["Episode", "Newcomer", "Notice", "Person", "Roster"]


ENDED, STOPPED = "ended", "stopped"
"""Why an episode is over: its therapist has ended it, or its client has revoked consent."""


class Notice(StrEnum):
    """What a therapist wants to see when a client has answered."""

    SUMMARY = "summary"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody on the other side of a chat, known or not. `language` is what Telegram says."""

    telegram_id: int
    language: str
    person: Person | None

    @property
    def is_stranger(self) -> bool:
        """Whether they have no role here (any more)."""
        return self.person is None or not self.person.is_known


class Roster:
    """The use cases around people. Every method works inside the caller's transaction."""

    def __init__(
        self, ring: KeyRing, practice: Practice, check_ins: CheckIns, digests: Digests, occasions: Occasions
    ) -> None:
        self._ring = ring
        self._practice = practice
        self._check_ins = check_ins
        self._digests = digests
        self._occasions = occasions
        self._endings = Endings(check_ins, occasions)

    # ---- becoming somebody ----

    async def ensure(self, tx: AsyncConnection, who: Newcomer, now: datetime) -> Person:
        """Give the person, adding a row without roles for somebody new."""
        if who.person is not None:
            return who.person
        number = await persons.add(
            tx,
            self._ring,
            who.telegram_id,
            language=who.language,
            zone=self._practice.rules.zone.key,
            notice=Notice.SUMMARY.value,
            now=now,
        )
        return await self._again(tx, number)

    async def _again(self, tx: AsyncConnection, person_id: int) -> Person:
        return (await persons.by_ids(tx, [person_id]))[person_id]

    async def claim_admin(self, tx: AsyncConnection, who: Newcomer, now: datetime) -> Person | None:
        """Make somebody an admin whose Telegram id the practice has named; None for everyone else."""
        if who.telegram_id not in self._practice.rules.admin_telegram_ids:
            return None
        if who.person is not None and who.person.is_admin:
            return who.person
        return await self._set_role(tx, await self.ensure(tx, who, now), is_admin=True, now=now)

    async def _set_role(self, tx: AsyncConnection, person: Person, *, now: datetime, **role: bool) -> Person:
        await persons.change(tx, person.id, **role)
        menu = outbox.new(person.id, "menu", Lane.PROMPT, now)
        await outbox.queue(tx, [menu], now)
        changed = await self._again(tx, person.id)
        if changed.is_therapist:
            await self._digests.arrange(tx, changed, now)
        return changed

    async def become_therapist(self, tx: AsyncConnection, person: Person, now: datetime) -> Person:
        """Make an admin a therapist too (a practice of one)."""
        if person.is_therapist:
            return person
        return await self._set_role(tx, person, is_therapist=True, now=now)

    # ---- invites ----

    async def invite(self, tx: AsyncConnection, creator: Person, kind: InviteKind, label: str, now: datetime) -> int:
        """Make a link; an earlier one for the same label stops working."""
        await invites.revoke_same(tx, self._ring, creator, label, now)
        number = await invites.add(tx, self._ring, kind, creator, label, now)
        await outbox.queue(tx, [outbox.new(creator.id, "invite", Lane.REPLY, now, about_id=number)], now)
        return number

    async def code_is_taken(self, tx: AsyncConnection, therapist: Person, code: str) -> bool:
        """Say whether a running episode of this therapist has the code."""
        return await episodes.by_code(tx, self._ring, therapist.id, code) is not None

    async def judge(
        self, tx: AsyncConnection, token: str, who: Newcomer, now: datetime
    ) -> tuple[Verdict, Invite | None]:
        """Say what opening a link leads to."""
        invite = await invites.by_token(tx, self._ring, token)
        if invite is None:
            return Verdict.INVALID, None
        return invite.opened_by(who.person.id if who.person else None, now), invite

    async def invite_and_token(self, tx: AsyncConnection, invite_id: int) -> tuple[Invite, str] | None:
        """Give an invite with its token, for sending the link."""
        return await invites.token_of(tx, self._ring, invite_id)

    async def join_staff(self, tx: AsyncConnection, invite: Invite, who: Newcomer, now: datetime) -> Person:
        """Make the one who opened the link a therapist or an admin, and tell the admins."""
        person = await self.ensure(tx, who, now)
        await invites.mark_used(tx, invite.id, now)
        if invite.kind is InviteKind.ADMIN:
            return await self._set_role(tx, person, is_admin=True, now=now)
        await persons.set_name(tx, self._ring, person, invite.label)
        joined = await self._set_role(tx, person, is_therapist=True, now=now)
        told = [admin for admin in await persons.admins(tx) if admin.id != person.id]
        await outbox.queue(tx, [self._therapist_joined(admin, joined, now) for admin in told], now)
        return joined

    def _therapist_joined(self, admin: Person, therapist: Person, now: datetime) -> Delivery:
        key = f"joined:{therapist.id}:{admin.id}"
        return outbox.new(admin.id, "joined_therapist", Lane.ALERT, now, about_id=therapist.id, dedupe_key=key)

    # ---- clients ----

    async def agree(self, tx: AsyncConnection, invite: Invite, who: Newcomer, now: datetime) -> Person:
        """Store the client, the episode and the consent: the first moment anything about them is kept."""
        person = await self.ensure(tx, who, now)
        assert invite.creator_id is not None  # noqa: S101 - client invites have a therapist
        await invites.mark_used(tx, invite.id, now)
        episode_id = await episodes.add(
            tx, self._ring, client_id=person.id, therapist_id=invite.creator_id, code=invite.label, now=now
        )
        await episodes.add_consent(tx, episode_id, CONSENT_VERSION, person.language, now)
        told = outbox.new(invite.creator_id, "joined_client", Lane.ALERT, now, about_id=episode_id)
        menu = outbox.new(person.id, "menu", Lane.PROMPT, now)
        await outbox.queue(tx, [told, menu], now)
        client = await self._again(tx, person.id)
        await self._occasions.begin(tx, client, episode_id, invite.creator_id, now)
        return client

    async def own_episode(self, tx: AsyncConnection, therapist: Person, episode_id: int) -> Episode | None:
        """Give an episode if it is this therapist's."""
        episode = (await episodes.by_ids(tx, self._ring, [episode_id])).get(episode_id)
        return episode if episode and episode.therapist_id == therapist.id else None

    async def episode(self, tx: AsyncConnection, episode_id: int) -> Episode | None:
        """Give an episode, for telling its therapist about it."""
        return (await episodes.by_ids(tx, self._ring, [episode_id])).get(episode_id)

    async def episodes(self, tx: AsyncConnection, ids: Collection[int]) -> dict[int, Episode]:
        """Give episodes by their ids."""
        return await episodes.by_ids(tx, self._ring, ids)

    async def clients(self, tx: AsyncConnection, therapist: Person) -> list[Episode]:
        """Give a therapist's running episodes, by code."""
        return await episodes.of_therapist(tx, self._ring, therapist.id)

    async def waiting_invites(self, tx: AsyncConnection, therapist: Person, now: datetime) -> list[Invite]:
        """Give a therapist's links that nobody has opened yet."""
        return await invites.waiting(tx, self._ring, therapist, now)

    async def by_code(self, tx: AsyncConnection, therapist: Person, code: str) -> Episode | None:
        """Find a client of this therapist by code."""
        return await episodes.by_code(tx, self._ring, therapist.id, code)

    async def stop(self, tx: AsyncConnection, client: Person, now: datetime) -> Work:
        """Revoke consent: the episode ends, whatever is open is called off, the therapist is told."""
        if client.episode_id is None:
            return Work()
        episode = (await episodes.by_ids(tx, self._ring, [client.episode_id]))[client.episode_id]
        work = await self._endings.end(tx, episode, STOPPED, now)
        key = f"stopped:{episode.id}"
        told = outbox.new(episode.therapist_id, "stopped_client", Lane.ALERT, now, about_id=episode.id, dedupe_key=key)
        menu = outbox.new(client.id, "menu", Lane.PROMPT, now)
        await outbox.queue(tx, [told, menu], now)
        return work

    async def end_care(self, tx: AsyncConnection, episode: Episode, now: datetime) -> Work:
        """End an episode as its therapist wishes: what is open or planned goes, and the client is told once."""
        work = await self._endings.end(tx, episode, ENDED, now)
        key = f"care_ended:{episode.id}"
        told = outbox.new(episode.client_id, "care_ended", Lane.PROMPT, now, about_id=episode.id, dedupe_key=key)
        await outbox.queue(tx, [told, outbox.new(episode.client_id, "menu", Lane.PROMPT, now)], now)
        return work

    async def remove_wrong_client(self, tx: AsyncConnection, episode: Episode, now: datetime) -> None:
        """Delete an episode that should never have begun, and forget the person unless they have another role or care.

        The one message that explains it cannot be an outbox row, since the person's row goes; the caller says it.
        """
        await self._endings.remove(tx, episode, now)
        person = await self._again(tx, episode.client_id)
        if person.is_known:
            await outbox.queue(tx, [outbox.new(person.id, "menu", Lane.PROMPT, now)], now)
        elif not await episodes.has_any(tx, person.id):
            await persons.remove(tx, person.id)

    # ---- settings ----

    async def set_language(self, tx: AsyncConnection, person: Person, language: str, now: datetime) -> Person:
        """Keep a person's language and translate their menu."""
        await persons.change(tx, person.id, language=language)
        await outbox.queue(tx, [outbox.new(person.id, "menu", Lane.PROMPT, now)], now)
        return await self._again(tx, person.id)

    async def set_zone(self, tx: AsyncConnection, person: Person, zone: str) -> Person:
        """Keep a person's time zone."""
        await persons.change(tx, person.id, zone=zone)
        return await self._changed(tx, person)

    async def set_notice(self, tx: AsyncConnection, person: Person, notice: Notice) -> None:
        """Keep how a therapist wants to be told."""
        await persons.change(tx, person.id, notice=notice.value)

    async def prefer(self, tx: AsyncConnection, person: Person, **changes: Any) -> Person:
        """Keep settings a person has changed; the names are the fields of `Preferences`."""
        await persons.set_preferences(tx, person.id, replace(person.preferences, **changes))
        return await self._changed(tx, person)

    async def _changed(self, tx: AsyncConnection, before: Person) -> Person:
        after = await self._again(tx, before.id)
        await self._digests.moved(tx, before, after)
        return after

    # ---- reachability ----

    async def lost(self, tx: AsyncConnection, person: Person, now: datetime) -> None:
        """Remember that Telegram refuses messages to somebody; their therapist is told once."""
        if person.unreachable:
            return
        await persons.change(tx, person.id, unreachable_at=now)
        if person.episode_id is None:
            return
        episode = (await episodes.by_ids(tx, self._ring, [person.episode_id]))[person.episode_id]
        key = f"unreachable:{episode.id}:{int(now.timestamp())}"
        told = outbox.new(
            episode.therapist_id, "unreachable_client", Lane.ALERT, now, about_id=episode.id, dedupe_key=key
        )
        await outbox.queue(tx, [told], now)

    async def back(self, tx: AsyncConnection, person: Person, now: datetime) -> None:
        """Somebody can be reached again: what is still open is shown once more."""
        await persons.change(tx, person.id, unreachable_at=None)
        if person.episode_id is None or not person.unreachable:
            return
        await missed(tx, person, now)
        kept = await self._check_ins.open_one(tx, person.episode_id, now)
        if kept is not None:
            await outbox.queue(tx, [outbox.new(person.id, "screen", Lane.PROMPT, now, about_id=kept.check_in.id)], now)

    def telegram_id(self, person: Person) -> int:
        """Unseal a person's Telegram id, which is their chat."""
        return persons.telegram_id(self._ring, person)

    def name(self, person: Person) -> str:
        """Unseal a therapist's name."""
        return persons.name(self._ring, person)

    async def therapist_names(self, tx: AsyncConnection) -> dict[int, str]:
        """Name every therapist, by id."""
        everyone = await persons.therapists(tx)
        return {person.id: self.name(person) for person in everyone}

    async def people(self, tx: AsyncConnection, ids: list[int]) -> dict[int, Person]:
        """Load people by id."""
        return await persons.by_ids(tx, ids)

    async def recognise(self, tx: AsyncConnection, telegram_ids: set[int]) -> dict[int, Person]:
        """Find who is behind Telegram ids; strangers are absent."""
        return await persons.by_telegram_ids(tx, self._ring, telegram_ids)
