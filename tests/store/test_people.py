from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.crypto import KeyRing
from bot.store import episodes, invites, persons, practice, question_sets
from bot.store.database import Database
from bot.store.tables import consents
from conversations.enrolment import INVITE_LIFETIME, InviteKind
from tests.store.people import CLIENT_TELEGRAM, NOW, THERAPIST_TELEGRAM, House, client_of, person

LATER = NOW + timedelta(hours=1)


# ---- people ----


async def test_people_are_found_by_their_telegram_ids_and_strangers_are_not(database: Database, house: House) -> None:
    async with database.reading() as tx:
        wanted = [CLIENT_TELEGRAM, THERAPIST_TELEGRAM, 1]
        found = await persons.by_telegram_ids(tx, house.ring, wanted)
    assert {number: one.id for number, one in found.items()} == {
        CLIENT_TELEGRAM: house.client,
        THERAPIST_TELEGRAM: house.therapist,
    }
    assert persons.telegram_id(house.ring, found[CLIENT_TELEGRAM]) == CLIENT_TELEGRAM
    assert (found[CLIENT_TELEGRAM].is_client, found[CLIENT_TELEGRAM].episode_id) == (True, house.episode)
    assert (found[THERAPIST_TELEGRAM].is_therapist, found[THERAPIST_TELEGRAM].is_client) == (True, False)


async def test_a_telegram_id_belongs_to_one_person(database: Database, house: House) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await person(tx, house.ring, CLIENT_TELEGRAM)


async def test_people_are_still_found_after_a_key_was_put_in_front(database: Database) -> None:
    old = KeyRing.generate_entry("old")
    async with database.writing() as tx:
        number = await person(tx, KeyRing.parse(old), 42)
    both = KeyRing.parse(f"{KeyRing.generate_entry('new')},{old}")
    async with database.reading() as tx:
        found = await persons.by_telegram_ids(tx, both, [42])
    assert found[42].id == number
    assert persons.telegram_id(both, found[42]) == 42


async def test_a_therapists_name_is_kept_and_nobody_has_one_by_default(database: Database, house: House) -> None:
    async with database.writing() as tx:
        someone = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        assert persons.name(house.ring, someone) == ""
        await persons.set_name(tx, house.ring, someone, "Dr. Kim Łee")
        someone = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        assert persons.name(house.ring, someone) == "Dr. Kim Łee"


async def test_admins_are_found(database: Database, house: House) -> None:
    async with database.writing() as tx:
        assert await persons.admins(tx) == []
        await persons.change(tx, house.therapist, is_admin=True)
        assert [one.id for one in await persons.admins(tx)] == [house.therapist]


# ---- episodes ----


async def test_a_client_is_found_by_the_code_their_own_therapist_gave(database: Database, house: House) -> None:
    async with database.writing() as tx:
        other = await person(tx, house.ring, 5)
        found = await episodes.by_code(tx, house.ring, house.therapist, "K-17")
        assert found is not None
        assert (found.id, found.code) == (house.episode, "K-17")
        assert await episodes.by_code(tx, house.ring, house.therapist, "K-18") is None
        assert await episodes.by_code(tx, house.ring, other, "K-17") is None


async def test_a_running_code_is_used_once_by_a_therapist(database: Database, house: House) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await client_of(tx, house.ring, house.therapist, 5, "K-17")


async def test_two_therapists_may_use_the_same_code(database: Database, house: House) -> None:
    async with database.writing() as tx:
        other = await person(tx, house.ring, 5)
        await client_of(tx, house.ring, other, 6, "K-17")
        assert await episodes.by_code(tx, house.ring, other, "K-17") is not None


async def test_a_client_is_with_one_therapist_at_a_time(database: Database, house: House) -> None:
    async with database.writing() as tx:
        other = await person(tx, house.ring, 5)
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await episodes.add(tx, house.ring, client_id=house.client, therapist_id=other, code="X", now=NOW)


async def test_the_end_of_an_episode_revokes_its_consent_and_frees_code_and_client(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        await episodes.end(tx, house.episode, "stopped", LATER)
        assert (await tx.execute(select(consents.c.revoked_at))).scalars().all() == [LATER]
        assert not (await persons.by_ids(tx, [house.client]))[house.client].is_known
        assert await episodes.by_code(tx, house.ring, house.therapist, "K-17") is None
        again = await episodes.add(
            tx, house.ring, client_id=house.client, therapist_id=house.therapist, code="K-17", now=LATER
        )
        assert [one.id for one in await episodes.of_therapist(tx, house.ring, house.therapist)] == [again]
        assert (await house.kept(tx)).running is False


async def test_a_therapists_clients_are_listed_by_code(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for number, code in enumerate(("Z", "A")):
            await client_of(tx, house.ring, house.therapist, 900 + number, code)
        listed = await episodes.of_therapist(tx, house.ring, house.therapist)
    assert [one.code for one in listed] == ["A", "K-17", "Z"]


# ---- invites ----


async def test_an_invite_is_found_by_its_token_only(database: Database, house: House) -> None:
    async with database.writing() as tx:
        creator = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        number = await invites.add(tx, house.ring, InviteKind.CLIENT, creator, "K-18", NOW)
        found = await invites.token_of(tx, house.ring, number)
        assert found is not None
        invite, token = found
        assert await invites.by_token(tx, house.ring, token) == invite
        assert await invites.by_token(tx, house.ring, token.swapcase()) is None
        assert await invites.token_of(tx, house.ring, number + 1) is None
    assert (invite.label, invite.creator_id, invite.kind) == ("K-18", house.therapist, InviteKind.CLIENT)
    assert invite.expires_at == NOW + INVITE_LIFETIME


async def test_only_links_that_still_work_are_listed(database: Database, house: House) -> None:
    async with database.writing() as tx:
        creator = (await persons.by_ids(tx, [house.therapist]))[house.therapist]
        labels = ("used", "again", "again", "open")
        for label in labels:
            await invites.revoke_same(tx, house.ring, creator, label, LATER)
            number = await invites.add(tx, house.ring, InviteKind.CLIENT, creator, label, NOW)
            if label == "used":
                await invites.mark_used(tx, number, LATER)
        assert [one.label for one in await invites.waiting(tx, house.ring, creator, LATER)] == ["again", "open"]
        assert await invites.waiting(tx, house.ring, creator, NOW + INVITE_LIFETIME) == []


async def test_an_invite_of_nobody_can_be_opened(database: Database, house: House) -> None:
    async with database.writing() as tx:
        number = await invites.add(tx, house.ring, InviteKind.ADMIN, None, "", NOW)
        found = await invites.token_of(tx, house.ring, number)
        assert found is not None
        assert await invites.by_token(tx, house.ring, found[1]) == found[0]


# ---- the practice ----


async def test_one_version_is_live_and_none_is_changed(database: Database) -> None:
    async with database.writing() as tx:
        first = await practice.publish(tx, {"name": "a", "number": 1, "text": "Grüße"}, NOW)
        second = await practice.publish(tx, {"name": "a", "number": 2, "text": ""}, NOW)
        assert await practice.live_version(tx) == second
        assert await practice.publish(tx, {"name": "a", "number": 1, "text": "changed"}, NOW) == first
        assert await practice.live_version(tx) == first
        kept = {version.id: version.content for version in await question_sets.all_versions(tx)}
        assert kept[first]["text"] == "Grüße"
        assert len(kept) == 2
