"""People: who is known, by a keyed hash of their Telegram id, and what roles they have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id
from bot.store.tables import episodes, persons, timers
from conversations.pausing import Pause
from conversations.preferences import Preferences, read_preferences, write_preferences

TELEGRAM_ID = "telegram_id"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody Attune may talk to. `episode_id` is the running episode in which they are the client, if any."""

    id: int
    is_admin: bool
    is_therapist: bool
    language: str
    zone: ZoneInfo
    notice: str
    episode_id: int | None
    unreachable: bool
    telegram_sealed: bytes = field(repr=False)
    wrapped_key: bytes = field(repr=False)
    name_sealed: bytes | None = field(repr=False)
    preferences: Preferences
    pause: Pause | None = None

    def paused(self, now: datetime) -> Pause | None:
        """Give the client's pause, if it is not over."""
        return self.pause if self.pause is not None and self.pause.holds(now) else None

    @property
    def is_client(self) -> bool:
        """Whether they are in care here and consent to being asked."""
        return self.episode_id is not None

    @property
    def is_known(self) -> bool:
        """Whether they have any role left."""
        return self.is_admin or self.is_therapist or self.is_client


def _everyone() -> Select[Any]:
    running = (episodes.c.client_id == persons.c.id) & episodes.c.ended_at.is_(None)
    theirs = (episodes.c.id.label("episode_id"), episodes.c.paused_at, episodes.c.paused_until)
    return select(persons, *theirs).select_from(persons.outerjoin(episodes, running))


_EVERYONE = _everyone()
_BY_INDEX = _EVERYONE.where(persons.c.telegram_index.in_(bindparam("indexes", expanding=True)))
_BY_ID = _EVERYONE.where(persons.c.id.in_(bindparam("ids", expanding=True)))


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        is_admin=row.is_admin,
        is_therapist=row.is_therapist,
        language=row.language,
        zone=ZoneInfo(row.zone),
        notice=row.notice,
        episode_id=row.episode_id,
        unreachable=row.unreachable_at is not None,
        telegram_sealed=row.telegram_sealed,
        wrapped_key=row.wrapped_key,
        name_sealed=row.name_sealed,
        preferences=read_preferences(row.preferences),
        pause=None if row.paused_at is None else Pause(row.paused_at, row.paused_until),
    )


async def by_telegram_ids(tx: AsyncConnection, ring: KeyRing, telegram_ids: Iterable[int]) -> dict[int, Person]:
    """Find the people behind Telegram ids; strangers are absent."""
    owner = {index: number for number in telegram_ids for index in ring.blind_indexes(TELEGRAM_ID, str(number))}
    rows = await tx.execute(_BY_INDEX, {"indexes": list(owner)})
    return {owner[row.telegram_index]: _person(row) for row in rows}


async def by_ids(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Person]:
    """Find people by their own ids."""
    rows = await tx.execute(_BY_ID, {"ids": list(set(ids))})
    return {row.id: _person(row) for row in rows}


async def admins(tx: AsyncConnection) -> list[Person]:
    """Find everyone who is an admin."""
    return [_person(row) for row in await tx.execute(_EVERYONE.where(persons.c.is_admin))]


async def therapists(tx: AsyncConnection) -> list[Person]:
    """Give every therapist, the longest here first."""
    rows = await tx.execute(_EVERYONE.where(persons.c.is_therapist).order_by(persons.c.created_at, persons.c.id))
    return [_person(row) for row in rows]


async def therapists_without(tx: AsyncConnection, kind: str) -> list[Person]:
    """Find therapists for whom no timer of a kind is set."""
    has_one = exists().where(timers.c.person_id == persons.c.id, timers.c.kind == kind)
    return [_person(row) for row in await tx.execute(_EVERYONE.where(persons.c.is_therapist, ~has_one))]


def telegram_id(ring: KeyRing, person: Person) -> int:
    """Unseal the Telegram id, which is also the id of the private chat."""
    key = ring.unwrap(person.wrapped_key, person.id)
    return int(
        key.open(person.telegram_sealed, table="persons", column="telegram_sealed", row=person.id, owner=person.id)
    )


def name(ring: KeyRing, person: Person) -> str:
    """Unseal a therapist's name; empty where there is none."""
    if person.name_sealed is None:
        return ""
    key = ring.unwrap(person.wrapped_key, person.id)
    return key.open(person.name_sealed, table="persons", column="name_sealed", row=person.id, owner=person.id)


async def add(
    tx: AsyncConnection, ring: KeyRing, telegram_number: int, *, language: str, zone: str, notice: str, now: datetime
) -> int:
    """Insert a person without roles and give their new id."""
    number = new_id()
    key, wrapped = ring.new_data_key(number)
    sealed = key.seal(str(telegram_number), table="persons", column="telegram_sealed", row=number, owner=number)
    await tx.execute(
        insert(persons).values(
            id=number,
            telegram_index=ring.blind_index(TELEGRAM_ID, str(telegram_number)),
            telegram_sealed=sealed,
            wrapped_key=wrapped,
            language=language,
            zone=zone,
            notice=notice,
            created_at=now,
        )
    )
    return number


async def change(tx: AsyncConnection, person_id: int, **values: Any) -> None:
    """Set plain columns of one person."""
    await tx.execute(update(persons).where(persons.c.id == person_id).values(**values))


async def set_preferences(tx: AsyncConnection, person_id: int, preferences: Preferences) -> None:
    """Keep what a person has set."""
    await change(tx, person_id, preferences=write_preferences(preferences))


async def set_name(tx: AsyncConnection, ring: KeyRing, person: Person, text: str) -> None:
    """Seal and keep a therapist's name."""
    key = ring.unwrap(person.wrapped_key, person.id)
    sealed = key.seal(text, table="persons", column="name_sealed", row=person.id, owner=person.id)
    await change(tx, person.id, name_sealed=sealed)


async def remove(tx: AsyncConnection, person_id: int) -> None:
    """Delete a person; everything that is theirs goes with them."""
    await tx.execute(persons.delete().where(persons.c.id == person_id))


async def some(tx: AsyncConnection, limit: int = 20) -> list[Person]:
    """Give a few people, for trying whether the keys open them."""
    return [_person(row) for row in await tx.execute(_EVERYONE.limit(limit))]
