"""How long after a press does the next question arrive, at a steady 30 presses a second?"""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from bot.playground.phones import Telegram
from bot.playground.process import running_server
from bot.telegram.buttons import check_in_data
from tests.bench.check_in import PRESSES, RATINGS, TOKEN
from tests.bench.processes import attune_environment, running
from tests.bench.rounds import Wrong, fresh_copy
from tests.bench.seeding import Client, Population, place, prompts

PER_SECOND = 30.0
_WARM = 30
"""The first presses warm caches and are left out."""


async def measure(population: Population, presses: int, folder: Path) -> dict[str, Any]:
    """Press at random moments (a Poisson process), whether or not earlier presses were answered.

    Returns:
        Milliseconds from a press to the edit that answers it, both by the server's clock: `p50`, `p99`, `worst`.
    """
    clients = population.clients[: -(-presses // PRESSES)]
    async with running_server(TOKEN, flood=True) as server:
        await place(server, list(population.therapists))
        orders = {"user_ids": [client.telegram_id for client in clients], "start": prompts(clients), "script": []}
        await server.robots(**orders, concurrency=0)
        env = attune_environment(server, fresh_copy(population, folder), population)
        async with running(["bot", "run"], env, server, folder / "latency.log"):
            await _press_all(server, list(_presses(clients)))
            await asyncio.sleep(2)
        waits = _waits(await server.journal())
    if len(waits) != PRESSES * len(clients):
        raise Wrong(f"{len(waits)} of {PRESSES * len(clients)} presses were answered")
    shown = [1000 * wait for wait in waits[_WARM:]]
    hundredths = quantiles(shown, n=100, method="inclusive")
    return {
        "p50": round(hundredths[49], 1),
        "p99": round(hundredths[98], 1),
        "worst": round(max(shown), 1),
        "presses": len(shown),
        "per_second": PER_SECOND,
    }


def _presses(clients: Sequence[Client]) -> Iterator[dict[str, Any]]:
    """Give the first press of everyone, then the second of everyone, and so on."""
    for step in range(PRESSES):
        for client in clients:
            action = ("go",) if step == 0 else ("a", step - 1, RATINGS[step - 1])
            data = check_in_data(client.check_in_id, *action)
            yield {"user_id": client.telegram_id, "message_id": client.message_id, "data": data}


async def _press_all(server: Telegram, presses: Sequence[dict[str, Any]]) -> None:
    rng, moment, tasks = random.Random(1), time.monotonic(), []
    for press in presses:
        moment += rng.expovariate(PER_SECOND)
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
        tasks.append(asyncio.create_task(server.post("press", **press)))
    await asyncio.gather(*tasks)


def _waits(entries: Sequence[dict[str, Any]]) -> list[float]:
    """Pair each press with the next edit in the same chat; seconds, in the order of the edits."""
    pressed: dict[int, float] = {}
    waits = []
    for entry in entries:
        if entry["what"] == "press":
            pressed[entry["params"]["user_id"]] = entry["time"]
        elif entry["what"] == "editMessageText" and entry["ok"]:
            since = pressed.pop(entry["params"]["chat_id"], None)
            waits += [] if since is None else [entry["time"] - since]
    return waits
