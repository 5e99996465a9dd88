"""Malformed updates among good ones (F16): the process lives, the good ones count, nothing is said of the others."""

import asyncio
from pathlib import Path

import pytest

from tests.faults import poison
from tests.faults.walkers import Walker, drained, past_session
from tests.house import House, practice

ENV = {"CHECK_IN_DELAY": "0s", "TICK": "200ms"}


async def inject(house: House, seed: int, count: int) -> None:
    for number, (update, raw) in enumerate(poison.updates(seed, count, 99_002)):
        await house.telegram.inject(update, raw=raw)
        if number % 50 == 0:
            await asyncio.sleep(0)


async def answer_meanwhile(house: House, walker: Walker) -> None:
    for slot in range(2):
        await past_session(house, walker.phone.name, slot)
        await walker.answer(walker.ratings())


async def poisoned(tmp_path: Path, count: int, seed: int) -> None:
    async with practice(tmp_path, clients=2, env=ENV) as house:
        await house.telegram.person(99_002, "Mallory")
        walkers = [Walker(phone, number) for number, phone in enumerate(house.clients)]
        await asyncio.gather(inject(house, seed, count), *(answer_meanwhile(house, walker) for walker in walkers))
        await house.admin.say("/help")  # a good one after the last bad one
        await house.admin.wait_for("What I can do")
        await drained(house)
        assert house.bot.running
        assert house.truth.ratings() == sorted((r for walker in walkers for r in walker.meant.values()), key=repr)
        assert house.truth.states() == {"completed": 4}
        assert len(house.truth.parked()) > count / 4
        assert {row["fault"].split()[0] for row in house.truth.parked()} == {"Malformed"}
        assert not house.found(poison.CANARY)


async def test_two_thousand_malformed_updates_stop_nobody_and_leave_no_trace(tmp_path: Path) -> None:
    await poisoned(tmp_path, 2_000, 1)


@pytest.mark.long
async def test_fifty_thousand_malformed_updates_stop_nobody_and_leave_no_trace(tmp_path: Path) -> None:
    await poisoned(tmp_path, 50_000, 2)
