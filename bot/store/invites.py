"""Invites: only a hash of the token is stored; the link itself is computed again whenever it is sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id, token_hash
from bot.store.persons import Person
from bot.store.tables import invites, persons
from conversations.enrolment import INVITE_LIFETIME, Invite, InviteKind


async def add(
    tx: AsyncConnection, ring: KeyRing, kind: InviteKind, creator: Person | None, label: str, now: datetime
) -> int:
    """Insert an invite and give its id. `label` is sealed with the creator's key."""
    number = new_id()
    sealed = index = None
    if creator is not None and label:
        key = ring.unwrap(creator.wrapped_key, creator.id)
        sealed = key.seal(label, table="invites", column="label_sealed", row=number, owner=creator.id)
        index = ring.blind_index(f"invite-label-{creator.id}", label)
    await tx.execute(
        insert(invites).values(
            id=number,
            kind=kind.value,
            token_hash=token_hash(ring.invite_token(number, ring.current)),
            key_id=ring.current,
            creator_id=creator.id if creator else None,
            label_sealed=sealed,
            label_index=index,
            created_at=now,
            expires_at=now + INVITE_LIFETIME,
        )
    )
    return number


def _columns() -> list[Any]:
    return [*invites.c, persons.c.wrapped_key]


def _invite(ring: KeyRing, row: Row[Any]) -> Invite:
    label = ""
    if row.label_sealed is not None:
        key = ring.unwrap(row.wrapped_key, row.creator_id)
        label = key.open(row.label_sealed, table="invites", column="label_sealed", row=row.id, owner=row.creator_id)
    return Invite(
        id=row.id,
        kind=InviteKind(row.kind),
        creator_id=row.creator_id,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        label=label,
    )


async def by_token(tx: AsyncConnection, ring: KeyRing, token: str) -> Invite | None:
    """Find the invite of a token."""
    found = select(*_columns()).select_from(invites.outerjoin(persons, persons.c.id == invites.c.creator_id))
    row = (await tx.execute(found.where(invites.c.token_hash == token_hash(token)))).one_or_none()
    return None if row is None else _invite(ring, row)


async def token_of(tx: AsyncConnection, ring: KeyRing, invite_id: int) -> tuple[Invite, str] | None:
    """Give an invite and its token, or None where the invite is gone."""
    found = select(*_columns()).select_from(invites.outerjoin(persons, persons.c.id == invites.c.creator_id))
    row = (await tx.execute(found.where(invites.c.id == invite_id))).one_or_none()
    return None if row is None else (_invite(ring, row), ring.invite_token(row.id, row.key_id))


async def waiting(tx: AsyncConnection, ring: KeyRing, creator: Person, now: datetime) -> list[Invite]:
    """Give the creator's client invites that can still be opened."""
    return await _unopened(tx, ring, InviteKind.CLIENT, now, invites.c.creator_id == creator.id)


async def waiting_therapists(tx: AsyncConnection, ring: KeyRing, now: datetime) -> list[Invite]:
    """Give the invites of therapists, whoever made them, that can still be opened."""
    return await _unopened(tx, ring, InviteKind.THERAPIST, now)


async def _unopened(
    tx: AsyncConnection, ring: KeyRing, kind: InviteKind, now: datetime, *which: ColumnElement[bool]
) -> list[Invite]:
    found = select(*_columns()).select_from(invites.join(persons, persons.c.id == invites.c.creator_id))
    rows = await tx.execute(
        found.where(
            *which,
            invites.c.kind == kind.value,
            invites.c.used_at.is_(None),
            invites.c.revoked_at.is_(None),
            invites.c.expires_at > now,
        ).order_by(invites.c.created_at)
    )
    return [_invite(ring, row) for row in rows]


async def mark_used(tx: AsyncConnection, invite_id: int, now: datetime) -> None:
    """Close an invite: it was opened."""
    await tx.execute(update(invites).where(invites.c.id == invite_id).values(used_at=now))


async def revoke_same(tx: AsyncConnection, ring: KeyRing, creator: Person, label: str, now: datetime) -> None:
    """Close the creator's earlier invites for the same label, so that one link is valid at a time."""
    same = invites.c.label_index.in_(ring.blind_indexes(f"invite-label-{creator.id}", label))
    await tx.execute(
        update(invites)
        .where(invites.c.creator_id == creator.id, same, invites.c.used_at.is_(None))
        .values(revoked_at=now)
    )


async def revoke(tx: AsyncConnection, invite_id: int, now: datetime) -> None:
    """Close an invite: it is taken back."""
    await tx.execute(update(invites).where(invites.c.id == invite_id).values(revoked_at=now))


async def revoke_clients(tx: AsyncConnection, creator_id: int, now: datetime) -> None:
    """Close every invite of a client that somebody has made and nobody has opened."""
    unused = invites.c.used_at.is_(None) & invites.c.revoked_at.is_(None)
    mine = (invites.c.creator_id == creator_id) & (invites.c.kind == InviteKind.CLIENT.value)
    await tx.execute(update(invites).where(mine, unused).values(revoked_at=now))
