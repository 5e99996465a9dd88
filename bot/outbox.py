"""What still has to be sent, and what became of it: the use cases behind the sender."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store import check_ins, persons, screens
from bot.store import deliveries as store
from bot.store.check_ins import Kept
from bot.store.deliveries import Delivery, Lane, Outcome
from bot.store.persons import Person
from bot.store.screens import Drawn

__all__ = ["Delivery", "Drawn", "Lane", "Outbox", "Outcome", "Parcel", "new"]

new = store.new
KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery, the person it is for and their chat."""

    delivery: Delivery
    person: Person
    chat_id: int


class Outbox:
    """The use cases around deliveries and screens. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def queue(self, tx: AsyncConnection, wanted: list[Delivery], now: datetime) -> None:
        """Put messages in the outbox."""
        await store.queue(tx, wanted, now)

    async def ready(self, tx: AsyncConnection, now: datetime, limit: int, busy: Collection[int]) -> list[Parcel]:
        """Give deliveries that may go out, the first of each person only, so that a chat keeps its order."""
        waiting = await store.waiting(tx, now, limit, busy)
        firsts = {delivery.person_id: delivery for delivery in reversed(waiting)}
        people = await persons.by_ids(tx, firsts)
        chosen = (delivery for delivery in waiting if firsts[delivery.person_id] is delivery)
        return [self._parcel(delivery, people[delivery.person_id]) for delivery in chosen]

    def _parcel(self, delivery: Delivery, person: Person) -> Parcel:
        return Parcel(delivery, person, persons.telegram_id(self._ring, person))

    async def next_at(self, tx: AsyncConnection, now: datetime) -> datetime | None:
        """When the next waiting delivery may go out."""
        return await store.next_wait(tx, now)

    async def finish(
        self, tx: AsyncConnection, delivery: Delivery, outcome: Outcome, now: datetime, message_id: int | None = None
    ) -> None:
        """Write how a delivery ended."""
        await store.finish(tx, delivery.id, outcome, now, message_id)

    async def put_off(self, tx: AsyncConnection, delivery: Delivery, until: datetime, *, count: bool = True) -> None:
        """Let a delivery wait."""
        await store.put_off(tx, delivery.id, until, count=count)

    async def keep_quiet(self, tx: AsyncConnection, delivery: Delivery, until: datetime, now: datetime) -> None:
        """Let a delivery wait until its person's quiet hours are over."""
        await store.put_off(tx, delivery.id, until, count=False, quiet_since=now)

    async def look_again(self, tx: AsyncConnection, person: Person, now: datetime) -> None:
        """Let what waits for the end of somebody's quiet hours be looked at anew, because they have changed."""
        await store.release_quiet(tx, person.id, now)

    async def message_of(self, tx: AsyncConnection, dedupe_key: str) -> int | None:
        """Give the message a delivery became, to reply to it."""
        return await store.message_of(tx, dedupe_key)

    async def last_message(self, tx: AsyncConnection, person: Person, kind: str) -> int | None:
        """Give the newest message of a kind in somebody's chat."""
        return await store.last_message(tx, person.id, kind)

    async def shown(self, tx: AsyncConnection, revisions: dict[int, Drawn]) -> None:
        """Write which revision screens show by now."""
        await screens.record_shown(tx, revisions)

    async def moved_to(self, tx: AsyncConnection, kept: Kept, message_id: int) -> int | None:
        """Let a new message be the screen; give the message that was it until now and must lose its buttons."""
        before = await screens.move(tx, kept.check_in.id, message_id, kept.screen.wanted_rev)
        return before if before != message_id else None

    async def stayed(self, tx: AsyncConnection, delivery: Delivery, now: datetime) -> None:
        """A new copy turned out pointless: the old message is the screen again, and shows how things ended."""
        number, old = delivery.about_id, delivery.detail
        if delivery.kind not in ("reminder", "screen") or number is None or old is None:
            return
        current = (await check_ins.load(tx, self._ring, now, ids=[number])).get(number)
        if current is not None and current.screen.message_id is None:
            await screens.save_screens(tx, {number: current.screen._replace(message_id=int(old))})

    async def resend(self, tx: AsyncConnection, kept: Kept, now: datetime) -> None:
        """Queue an open check-in's screen as a new message; a closed one is let go."""
        key = f"resend:{kept.check_in.id}:{kept.screen.wanted_rev}"
        again = new(kept.client_id, "screen", Lane.REPLY, now, about_id=kept.check_in.id, dedupe_key=key)
        await store.queue(tx, [again], now)

    async def behind(self, tx: AsyncConnection, now: datetime) -> dict[int, Kept]:
        """Give every check-in whose screen is behind its state."""
        return await check_ins.behind(tx, self._ring, now)

    async def show_again(self, tx: AsyncConnection, now: datetime) -> int:
        """After a long outage, queue every open question anew: Telegram has dropped the presses meanwhile."""
        begun = await check_ins.open_and_started(tx, self._ring, now)
        again = [
            new(
                kept.client_id,
                "screen",
                Lane.PROMPT,
                now,
                about_id=number,
                dedupe_key=f"again:{number}:{int(now.timestamp())}",
            )
            for number, kept in begun.items()
        ]
        await store.queue(tx, again, now)
        return len(again)

    async def tidy(self, tx: AsyncConnection, now: datetime) -> None:
        """Delete deliveries that ended long ago."""
        await store.forget_done(tx, now - KEPT_FOR)
