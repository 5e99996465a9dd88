"""The bot stops at a named point (F2), is started again, and everything ends as if it had never stopped."""

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.stop_points import POINTS
from tests.faults import journal as witness
from tests.faults.walkers import Walker, drained, past_session
from tests.house import House, practice

ENV = {"CHECK_IN_DELAY": "0s", "TICK": "200ms"}
RATINGS = (9, 8, 7, 6)
COUNTS = (1, 2, 3)  # three messages are sent in one check-in


@dataclass(frozen=True, slots=True)
class Ending:
    """What one check-in has left behind; `messages` counts new messages by chat."""

    states: Counter[str]
    ratings: list[tuple[int | None, ...]]
    delivered: Counter[tuple[str, str | None]]
    messages: Counter[int]


async def ending(house: House) -> Ending:
    journal = await house.telegram.journal()
    truth = house.truth
    return Ending(truth.states(), truth.ratings(), truth.delivered(), witness.by_chat(witness.made(journal)))


async def one_check_in(
    house: House, walker: Walker, slot: int, stopping: "asyncio.Task[int] | None" = None
) -> tuple[Counter[str], Counter[int]]:
    """Go from a session to the summary; gives its deliveries by kind and end, and its messages by chat."""
    before = await ending(house)
    await past_session(house, walker.phone.name, slot)
    await walker.answer(RATINGS)
    if stopping is not None:
        async with asyncio.timeout(30):
            assert await stopping == -signal.SIGKILL
    await drained(house)
    after = await ending(house)
    assert after.ratings == [*before.ratings, RATINGS]
    assert after.states == {"completed": before.states["completed"] + 1}
    delivered = after.delivered - before.delivered
    named = Counter({f"{kind} {end}": count for (kind, end), count in delivered.items()})
    return named, after.messages - before.messages


async def start_again_when_it_stops(house: House, point: str, count: int) -> int:
    """Start the bot so that it stops at a point, wait until it has, and start it as usual."""
    starting = asyncio.create_task(house.bot.start(STOP_AT=f"{point}:{count}"))
    while not house.bot.running:  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(0.002)
    code = await house.bot.wait()
    await asyncio.gather(starting, return_exceptions=True)
    await house.bot.start()
    return code


@pytest.mark.parametrize("point", POINTS)
async def test_a_stop_at_a_named_point_changes_nothing_but_perhaps_one_message_a_chat_comes_twice(
    tmp_path: Path, point: str
) -> None:
    async with practice(tmp_path, env=ENV) as house:
        walker = Walker(house.clients[0])
        wanted, messages = await one_check_in(house, walker, 0)
        assert wanted == {"session sent": 1, "prompt sent": 1, "summary sent": 1}
        for slot, count in enumerate(COUNTS, 1):
            await house.bot.kill()  # while nothing is under way: only the stop itself may cost a chat a message twice
            stopping = asyncio.create_task(start_again_when_it_stops(house, point, count))
            delivered, made = await one_check_in(house, walker, slot, stopping)
            assert delivered == wanted
            assert set(made) == set(messages)
            assert all(count <= made[chat] <= count + 1 for chat, count in messages.items())
