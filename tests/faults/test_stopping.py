"""SIGTERM in the middle of work: it ends cleanly and soon, and nothing is lost."""

import asyncio
import time
from pathlib import Path

from tests.faults.walkers import Walker, drained, past_session, together
from tests.house import House, practice

ENV = {"CHECK_IN_DELAY": "0s", "TICK": "200ms"}
STOPS = 3


async def check_ins(house: House, walker: Walker, count: int) -> None:
    for slot in range(count):
        await past_session(house, walker.phone.name, slot)
        await walker.answer(walker.ratings())


async def stop_and_start(house: House, codes: list[int], seconds: list[float]) -> None:
    """Stop the bot as a service manager does, each time when new presses have arrived."""
    for stop in range(STOPS):
        await presses(house, 15 * (stop + 1))
        begun = time.monotonic()
        codes.append(await house.bot.stop())
        seconds.append(time.monotonic() - begun)
        await house.bot.start()


async def presses(house: House, wanted: int) -> None:
    async with asyncio.timeout(60):
        while len([entry for entry in await house.telegram.journal() if entry["what"] == "press"]) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_polite_stop_while_ten_clients_answer_ends_soon_and_loses_nothing(tmp_path: Path) -> None:
    codes: list[int] = []
    seconds: list[float] = []
    async with practice(tmp_path, clients=10, env=ENV) as house:
        walkers = [Walker(phone, number) for number, phone in enumerate(house.clients)]
        walks = [asyncio.create_task(check_ins(house, walker, 1)) for walker in walkers]
        await together(asyncio.create_task(stop_and_start(house, codes, seconds)), *walks)
        await drained(house)
        assert codes == [0] * STOPS
        assert max(seconds) < 10
        assert house.truth.states() == {"completed": 10}
        assert house.truth.ratings() == sorted((r for walker in walkers for r in walker.meant.values()), key=repr)
        assert house.truth.delivered()["summary", "sent"] == 10


async def test_the_process_itself_ends_with_nothing_left_running(tmp_path: Path) -> None:
    """Started the ordinary way, so that a thread that would not end keeps the interpreter alive."""
    async with practice(tmp_path, clients=1, env=ENV, forked=False) as house:
        walker = Walker(house.clients[0])
        walk = asyncio.create_task(check_ins(house, walker, 2))
        await presses(house, 3 + 2)
        begun = time.monotonic()
        assert await house.bot.stop() == 0
        assert time.monotonic() - begun < 10
        await house.bot.start()
        await walk
        assert house.truth.states() == {"completed": 2}
