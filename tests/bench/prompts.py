"""How fast do prompts that fall due at once go out under Telegram's limit of 30 messages a second?"""

import asyncio
from pathlib import Path
from typing import Any

from bot.playground.process import running_server
from tests.bench.check_in import TOKEN
from tests.bench.processes import attune_environment, running
from tests.bench.rounds import Wrong, fresh_copy
from tests.bench.seeding import place, seed

_PATIENCE = 60.0


async def measure(clients: int, folder: Path) -> dict[str, Any]:
    """Let `clients` check-ins be due when the bot starts, flood control being on.

    Returns:
        `per_second`: prompts a second between the first and the last one accepted (the server's clock);
        `too_many`: answers with 429, which should not happen; `seconds`, `prompts`.
    """
    population = await seed(folder / "due.db", clients, opened=False)
    async with running_server(TOKEN, flood=True) as server:
        await place(server, [client.telegram_id for client in population.clients])
        env = attune_environment(server, fresh_copy(population, folder), population)
        async with running(["bot", "run"], env, server, folder / "prompts.log"):
            await _sent(server.figures, clients)
        calls = [call["time"] for call in await server.calls("sendMessage") if call["ok"]]
        too_many = (await server.figures())["flood"]
    if len(calls) != clients:
        raise Wrong(f"{len(calls)} prompts instead of {clients}")
    seconds = max(calls) - min(calls)
    rate = round((clients - 1) / seconds, 2)
    return {"per_second": rate, "too_many": too_many, "seconds": round(seconds, 2), "prompts": clients}


async def _sent(figures: Any, clients: int) -> None:
    async with asyncio.timeout(_PATIENCE):
        while (await figures())["requests"].get("sendMessage", 0) < clients:  # noqa: ASYNC110 - another process sends
            await asyncio.sleep(0.2)
