from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import deliveries as outbox
from bot.store.database import Database
from bot.store.deliveries import Lane, Outcome
from tests.store.people import NOW, House

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(hours=9)


async def queued(
    tx: AsyncConnection, key: str, person: int, lane: Lane = Lane.REPLY, not_before: datetime = NOW
) -> int:
    """Queue a delivery that may go out and give its id."""
    wanted = replace(outbox.new(person, "sentence", lane, NOW, dedupe_key=key), not_before=not_before)
    await outbox.queue(tx, [wanted], NOW)
    found = (one.id for one in await outbox.waiting(tx, NOW, 50) if one.dedupe_key == key)
    return next(found)


async def waiting(tx: AsyncConnection, after: timedelta = SECOND, busy: tuple[int, ...] = ()) -> list[str | None]:
    return [delivery.dedupe_key for delivery in await outbox.waiting(tx, NOW + after, 50, busy)]


async def test_a_delivery_comes_back_as_it_was_queued(database: Database, house: House) -> None:
    async with database.writing() as tx:
        wanted = outbox.new(house.client, "prompt", Lane.PROMPT, NOW, about_id=7, detail="x", dedupe_key="prompt:7")
        await outbox.queue(tx, [wanted], NOW)
        (found,) = await outbox.waiting(tx, NOW, 10)
    assert replace(found, id=wanted.id) == wanted


async def test_one_cause_makes_one_delivery_in_one_batch_and_in_two(database: Database, house: House) -> None:
    prompt = outbox.new(house.client, "prompt", Lane.PROMPT, NOW, dedupe_key="prompt:7")
    async with database.writing() as tx:
        await outbox.queue(tx, [prompt, prompt], NOW)
        (only,) = await outbox.waiting(tx, NOW, 10)
        await outbox.finish(tx, only.id, Outcome.SENT, NOW, message_id=5)
        await outbox.queue(tx, [prompt], NOW)
        assert await waiting(tx) == []
        assert await outbox.message_of(tx, "prompt:7") == 5


async def test_deliveries_without_a_key_are_all_kept(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await outbox.queue(tx, [outbox.new(house.client, "help", Lane.REPLY, NOW)] * 2, NOW)
        assert len(await waiting(tx)) == 2


async def test_the_better_lane_goes_first_then_who_waits_longest(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await queued(tx, "digest", house.therapist, Lane.DIGEST)
        await queued(tx, "prompt", house.client, Lane.PROMPT)
        await queued(tx, "reply", house.client)
        await queued(tx, "earlier", house.client, not_before=NOW - SECOND)
        await queued(tx, "alert", house.therapist, Lane.ALERT)
        assert await waiting(tx) == ["earlier", "reply", "alert", "prompt", "digest"]


async def test_one_chats_messages_keep_the_order_in_which_they_were_asked_for(database: Database, house: House) -> None:
    asked = [str(number) for number in range(20)]
    async with database.writing() as tx:
        for key in asked[:10]:
            await queued(tx, key, house.client)
        rest = [outbox.new(house.client, "help", Lane.REPLY, NOW, dedupe_key=key) for key in asked[10:]]
        await outbox.queue(tx, rest, NOW)
        assert await waiting(tx) == asked


async def test_a_delivery_that_was_put_off_waits_and_counts_its_attempts(database: Database, house: House) -> None:
    async with database.writing() as tx:
        number = await queued(tx, "put off", house.client)
        await outbox.put_off(tx, number, NOW + 5 * SECOND)
        await outbox.put_off(tx, number, NOW + 9 * SECOND, count=False)
        assert await waiting(tx, after=8 * SECOND) == []
        assert await outbox.next_wait(tx, NOW) == NOW + 9 * SECOND
        assert [one.attempts for one in await outbox.waiting(tx, NOW + 9 * SECOND, 10)] == [1]


async def test_what_ended_does_not_wait(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for outcome in Outcome:
            await outbox.finish(tx, await queued(tx, outcome.value, house.client), outcome, NOW)
        assert await waiting(tx) == []
        assert await outbox.next_wait(tx, NOW - SECOND) is None


async def test_busy_people_are_left_out(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await queued(tx, "busy", house.client)
        await queued(tx, "free", house.therapist)
        assert await waiting(tx, busy=(house.client,)) == ["free"]


async def test_no_more_are_given_than_asked_for(database: Database, house: House) -> None:
    async with database.writing() as tx:
        for key in "abc":
            await queued(tx, key, house.client)
        assert len(await outbox.waiting(tx, NOW, 2)) == 2


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(database: Database, house: House) -> None:
    async with database.writing() as tx:
        done = await queued(tx, "done", house.client)
        await queued(tx, "left", house.client)
        await outbox.finish(tx, done, Outcome.SENT, NOW, message_id=5)
        await outbox.forget_done(tx, NOW)
        assert await outbox.message_of(tx, "done") == 5
        await outbox.forget_done(tx, NOW + SECOND)
        assert await outbox.message_of(tx, "done") is None
        assert await waiting(tx) == ["left"]


async def test_what_waits_for_quiet_hours_is_looked_at_again_when_they_change_and_nothing_else_is(
    database: Database, house: House
) -> None:
    asleep = outbox.new(house.client, "talked_ask", Lane.PROMPT, NOW, dedupe_key="asleep")
    planned = replace(outbox.new(house.client, "agenda", Lane.ALERT, NOW, dedupe_key="planned"), not_before=LATER)
    others = outbox.new(house.therapist, "reopened", Lane.ALERT, NOW, dedupe_key="others")
    async with database.writing() as tx:
        await outbox.queue(tx, [asleep, planned, others], NOW)
        for waiting in await outbox.waiting(tx, NOW, 10):
            await outbox.put_off(tx, waiting.id, LATER, count=False, quiet_since=NOW)
        assert await outbox.waiting(tx, NOW, 10) == []
        await outbox.release_quiet(tx, house.client, NOW)
        assert [one.dedupe_key for one in await outbox.waiting(tx, NOW, 10)] == ["asleep"]
        (again,) = await outbox.waiting(tx, NOW, 10)
        await outbox.put_off(tx, again.id, LATER)
        await outbox.release_quiet(tx, house.client, NOW)
        assert await outbox.waiting(tx, NOW, 10) == []
