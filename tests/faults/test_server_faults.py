"""Telegram fails in every way it knows (F7, F9): the loop lives, and everything arrives."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.faults import journal as witness
from tests.faults.walkers import Walker, past_session
from tests.house import House, practice

ENV = {"CHECK_IN_DELAY": "0s", "TICK": "200ms"}
METHODS = ("getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery")
FAULTS: dict[str, dict[str, Any]] = {
    "a proxy's 404 page": {"status": 404},
    "500": {"status": 500},
    "502": {"status": 502},
    "409": {"status": 409},
    "429": {"status": 429, "retry_after": 1},
    "a connection dropped before": {"drop": "before"},
    "a connection dropped after": {"drop": "after"},
}


async def delivered(house: House) -> None:
    """Wait until the outbox is empty, in the bot's own time."""
    async with asyncio.timeout(40):
        while any(row["outcome"] is None for row in house.truth.deliveries()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def refused(house: House) -> None:
    """Wait until a fault was met."""
    async with asyncio.timeout(20):
        while not (await house.telegram.figures())["faults"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", FAULTS)
async def test_the_loop_lives_through(tmp_path: Path, name: str) -> None:
    async with practice(tmp_path, env=ENV) as house:
        made = len(witness.made(await house.telegram.journal()))
        for method in METHODS:
            await house.telegram.fault(method, times=2, **FAULTS[name])
        await past_session(house, "K-01", 0)
        await Walker(house.clients[0]).answer((9, 8, 7, 6))
        await delivered(house)
        assert house.truth.ratings() == [(9, 8, 7, 6)]
        assert house.truth.delivered()["summary", "sent"] == 1
        twice = len(witness.made(await house.telegram.journal())) - made - 3
        lost_answer = FAULTS[name].get("drop") == "after"
        assert twice in ((0, 1, 2) if lost_answer else (0,))
        ends = {outcome for _, outcome in house.truth.delivered()}
        assert ends <= ({"sent", "dropped"} if lost_answer else {"sent"})  # a prompt that was answered is not repeated
        assert (await house.telegram.figures())["faults"] == 2 * len(METHODS)


async def test_nobody_is_written_to_before_the_time_telegram_asked_for_is_over(tmp_path: Path) -> None:
    seconds = 2
    async with practice(tmp_path, clients=3, env=ENV) as house:
        await house.telegram.fault("sendMessage", status=429, retry_after=seconds)
        before = (await house.telegram.figures())["entries"]
        asked_at = await house.telegram.now()
        await house.therapist.say("/help")
        await refused(house)  # what was under way beside it might have been said a moment later
        for client in house.clients:
            await past_session(house, client.name, 0)
        await asyncio.gather(*(Walker(client).answer((9, 8, 7, 6)) for client in house.clients))
        await delivered(house)
        sends = witness.made((await house.telegram.journal())[before:])
        assert len(sends) == 10
        assert sends[0]["time"] - asked_at.timestamp() >= seconds
        assert all(first["time"] <= second["time"] for first, second in pairwise(sends))
        assert (await house.telegram.figures())["flood"] == 0


async def test_a_storm_of_429_ends_with_everything_said(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=3, env=ENV) as house:
        for method in ("sendMessage", "editMessageText"):
            await house.telegram.fault(method, times=5, status=429, retry_after=1)
        for client in house.clients:
            await past_session(house, client.name, 0)
        await asyncio.gather(*(Walker(client).answer((9, 8, 7, 6)) for client in house.clients))
        await delivered(house)
        assert house.truth.ratings() == [(9, 8, 7, 6)] * 3
        assert house.truth.delivered()["summary", "sent"] == 3
