"""The addresses of therapists' calendars. An address is a secret: it is sealed, and stands in no log."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store.persons import Person
from bot.store.tables import feeds


@dataclass(frozen=True, slots=True)
class Feed:
    """A therapist's calendar address, when it was last read, and since when it fails (`fault` says why).

    `whole_at` is when its content was last gone through, `stamps` what the server said of that version.
    """

    url: str = field(repr=False)
    stamps: str = field(repr=False)
    read_at: datetime | None
    whole_at: datetime | None
    failing_since: datetime | None
    fault: str | None


async def put(tx: AsyncConnection, ring: KeyRing, person: Person, url: str, now: datetime) -> None:
    """Keep an address, in the place of an earlier one."""
    await remove(tx, person.id)
    sealed = ring.unwrap(person.wrapped_key, person.id).seal(url, **_place(person, "url_sealed"))
    await tx.execute(insert(feeds).values(person_id=person.id, url_sealed=sealed, created_at=now))


def _place(person: Person, column: str) -> dict[str, Any]:
    return {"table": "feeds", "column": column, "row": person.id, "owner": person.id}


async def get(tx: AsyncConnection, ring: KeyRing, person: Person) -> Feed | None:
    """Give a therapist's address."""
    row = (await tx.execute(select(feeds).where(feeds.c.person_id == person.id))).first()
    if row is None:
        return None
    key = ring.unwrap(person.wrapped_key, person.id)
    stamps = "" if row.stamps_sealed is None else key.open(row.stamps_sealed, **_place(person, "stamps_sealed"))
    url = key.open(row.url_sealed, **_place(person, "url_sealed"))
    return Feed(url, stamps, row.read_at, row.whole_at, row.failing_since, row.fault)


async def remove(tx: AsyncConnection, person_id: int) -> bool:
    """Forget an address; False where there was none."""
    return (await tx.execute(delete(feeds).where(feeds.c.person_id == person_id))).rowcount > 0


async def read(tx: AsyncConnection, ring: KeyRing, person: Person, stamps: str | None, now: datetime) -> None:
    """Remember that a calendar was read, and gone through where there are `stamps`."""
    values: dict[str, Any] = {"read_at": now, "failing_since": None, "fault": None}
    if stamps is not None:
        sealed = ring.unwrap(person.wrapped_key, person.id).seal(stamps, **_place(person, "stamps_sealed"))
        values |= {"whole_at": now, "stamps_sealed": sealed}
    await tx.execute(update(feeds).where(feeds.c.person_id == person.id).values(**values))


async def failed(tx: AsyncConnection, person_id: int, fault: str, since: datetime) -> None:
    """Remember why a calendar could not be read, and since when that is so."""
    mine = update(feeds).where(feeds.c.person_id == person_id)
    await tx.execute(mine.values(fault=fault, failing_since=since))
