"""A therapist's calendar by its address: read each hour, off unless whoever runs the bot allows it.

The timer of each hour only leaves an errand; what is fetched is fetched outside any transaction.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.errands import Errands
from bot.outside import Stamps, read_url
from bot.store import deliveries as outbox
from bot.store import feeds as store
from bot.store import persons
from bot.store.deliveries import Lane
from bot.store.feeds import Feed
from bot.store.persons import Person
from bot.timers import Timer, Timers

__all__ = ["Feed", "Feeds"]

KIND = "feed"
NOW = "feed now"
QUIETLY = "feed quietly"
CALLED_OFF = "feed_off"
"""The word of what an hourly reading has called off."""
EVERY = timedelta(hours=1)
GONE_THROUGH = timedelta(days=1)
"""How often an unchanged calendar is gone through all the same: new weeks of a series come into sight."""
_WHOLE = timedelta(minutes=1)
"""How long after a reading began its word of what was called off may go: then it says all of it."""
TELL_AFTER = timedelta(days=1)
"""How long a calendar fails before its therapist is told, once."""


class Feeds:
    """The use cases around addresses of calendars. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, timers: Timers, errands: Errands, *, allowed: bool) -> None:
        self._ring = ring
        self._timers = timers
        self._errands = errands
        self.allowed = allowed

    async def of(self, tx: AsyncConnection, therapist: Person) -> Feed | None:
        """Give a therapist's calendar address."""
        return await store.get(tx, self._ring, therapist)

    async def set(self, tx: AsyncConnection, therapist: Person, typed: str, now: datetime) -> bool:
        """Keep an address and read it at once; False where it is none that can be read."""
        url = "https://" + typed[len("webcal://") :] if typed.lower().startswith("webcal://") else typed
        if read_url(url) is None:
            return False
        await store.put(tx, self._ring, therapist, url, now)
        await self._timers.set(tx, KIND, therapist.id, 0, now + EVERY)
        await self.read_now(tx, therapist, now)
        return True

    async def read_now(self, tx: AsyncConnection, therapist: Person, now: datetime, *, quietly: bool = False) -> None:
        """Have a calendar read at once; quietly, where only what was called off by it is worth a word."""
        await self._errands.add(tx, therapist, QUIETLY if quietly else NOW, now)

    async def remove(self, tx: AsyncConnection, therapist: Person) -> bool:
        """Forget an address; the sessions that came from it stay. False where there was none."""
        await self._timers.drop(tx, KIND, therapist.id, 0)
        return await store.remove(tx, therapist.id)

    async def go_off(self, tx: AsyncConnection, timer: Timer, now: datetime) -> datetime | None:
        """Have a calendar read each hour, as long as there is an address."""
        therapist = (await persons.by_ids(tx, [timer.person_id])).get(timer.person_id)
        feed = await self.of(tx, therapist) if therapist is not None and therapist.is_therapist else None
        if therapist is None or feed is None:
            return None
        if self.allowed:
            await self._errands.add(tx, therapist, KIND, now)
        return now + EVERY

    # ---- what came of it ----

    def stamps(self, feed: Feed, now: datetime) -> Stamps:
        """Give what to ask with: nothing where the calendar is to be gone through again."""
        if not feed.stamps or feed.whole_at is None or now - feed.whole_at >= GONE_THROUGH:
            return Stamps()
        return Stamps(*json.loads(feed.stamps))

    async def read(self, tx: AsyncConnection, therapist: Person, stamps: Stamps | None, now: datetime) -> None:
        """Remember that a calendar was read; without stamps it had not changed."""
        written = None if stamps is None else json.dumps([stamps.etag, stamps.modified])
        await store.read(tx, self._ring, therapist, written, now)

    async def failed(self, tx: AsyncConnection, therapist: Person, fault: str, now: datetime) -> None:
        """Remember that a calendar could not be read; after a day of it its therapist is told, once."""
        feed = await self.of(tx, therapist)
        if feed is None:
            return
        since = feed.failing_since or now
        await store.failed(tx, therapist.id, fault, since)
        if now - since >= TELL_AFTER:
            key = f"feed_failing:{therapist.id}:{int(since.timestamp())}"
            told = outbox.new(therapist.id, "feed_failing", Lane.DIGEST, now, dedupe_key=key)
            await outbox.queue(tx, [told], now)

    async def called_off(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Leave word, once for each reading, that it has called sessions off without having been asked for."""
        told = outbox.new(
            therapist.id,
            CALLED_OFF,
            Lane.DIGEST,
            now + _WHOLE,
            detail=now.isoformat(),
            dedupe_key=f"{CALLED_OFF}:{therapist.id}:{int(now.timestamp() * 1000)}",
        )
        await outbox.queue(tx, [told], now)
