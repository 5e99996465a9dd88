"""Telegram brings updates again and in any order (F4, F5): the world looks as if each had come once, in turn."""

from pathlib import Path

import pytest

from tests.faults.stories import Remains, remains, tell
from tests.faults.walkers import drained
from tests.house import practice


def folders(tmp_path: Path) -> tuple[Path, Path]:
    pair = tmp_path / "again", tmp_path / "clean"
    for folder in pair:
        folder.mkdir()
    return pair


async def played(directory: Path, seed: int | None) -> Remains:
    """Play the story; with a seed, each update comes up to four times and each answer is shuffled."""
    async with practice(directory, clients=3) as house:
        await house.telegram.latency(0.05, "getUpdates")
        if seed is not None:
            await house.telegram.redeliver(seed=seed, most=4)
        stranger = await tell(house)
        if seed is not None:
            queue = await house.telegram.queue()
            assert queue["delivered"] > 1.5 * queue["queued"]
        await drained(house)
        return await remains(house, stranger)


async def test_updates_that_come_up_to_four_times_and_shuffled_leave_what_clean_ones_leave(tmp_path: Path) -> None:
    again, clean = folders(tmp_path)
    assert await played(again, 1) == await played(clean, None)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
async def test_no_order_of_delivery_makes_a_difference(tmp_path: Path, seed: int) -> None:
    again, clean = folders(tmp_path)
    assert await played(again, seed) == await played(clean, None)
