"""One round: a fresh server, a fresh bot on a fresh database, and robots that answer as fast as they are asked."""

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.playground.phones import Telegram
from bot.playground.process import running_server
from tests.bench.check_in import PRESSES, QUESTION_IDS, RATINGS, TOKEN
from tests.bench.processes import attune_environment, children, cost, running
from tests.bench.seeding import FIRST_CLIENT, Population, place, prompts

AT_ONCE = 200
_LONGEST = 300.0


class Wrong(AssertionError):
    """A round whose result cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one bot did in one round. Times are seconds."""

    steps: int
    seconds: float
    bot_cpu: float
    main_cpu: float
    server_cpu: float
    requests: dict[str, int]
    delivered: int

    @property
    def rate(self) -> float:
        """Answered steps a second of wall time."""
        return self.steps / self.seconds

    @property
    def batch(self) -> float:
        """Updates in a getUpdates answer, on average."""
        return self.delivered / max(1, self.requests.get("getUpdates", 0))

    def figures(self) -> dict[str, Any]:
        """Everything that is printed, per answered step where that makes sense; CPU in ms a step."""
        return {
            "steps_per_second": round(self.rate, 1),
            "seconds": round(self.seconds, 2),
            "steps": self.steps,
            "bot_cpu_ms": round(1000 * self.bot_cpu / self.steps, 3),
            "bot_main_thread_ms": round(1000 * self.main_cpu / self.steps, 3),
            "server_cpu_ms": round(1000 * self.server_cpu / self.steps, 3),
            "bot_share_of_wall": round(self.bot_cpu / self.seconds, 2),
            "server_share_of_wall": round(self.server_cpu / self.seconds, 2),
            "updates_per_poll": round(self.batch, 1),
            "requests_per_step": round(sum(self.requests.values()) / self.steps, 2),
            "requests": self.requests,
        }


def fresh_copy(population: Population, folder: Path) -> Path:
    """Copy the population's database; what the round before left is deleted."""
    for old in folder.glob("round.db*"):
        old.unlink()
    return Path(shutil.copyfile(population.path, folder / "round.db"))


async def attune(population: Population, clients: int, folder: Path, module: Sequence[str] = ("bot",)) -> Round:
    """Run Attune for the first `clients` of the population, and look for every answer afterwards."""
    database = fresh_copy(population, folder)
    chosen = population.clients[:clients]
    async with running_server(TOKEN, flood=False) as server:
        pid = children()[-1:]
        await place(server, list(population.therapists))
        start = prompts(chosen)
        env = attune_environment(server, database, population)
        async with running([*module, "run"], env, server, folder / "attune.log") as bot:
            result = await _answer(server, [bot, *pid], [client.telegram_id for client in chosen], start)
    _check(database, clients)
    return result


async def other(module: str, clients: int, folder: Path) -> Round:
    """Run one of the bots that keep everything in memory."""
    async with running_server(TOKEN, flood=False) as server:
        pid = children()[-1:]
        env = {"BENCH_TOKEN": TOKEN}
        async with running([module, server.url], env, server, folder / "other.log") as bot:
            ids = list(range(FIRST_CLIENT, FIRST_CLIENT + clients))
            return await _answer(server, [bot, *pid], ids, {"text": "Ready.", "callback_data": "start"})


async def _answer(server: Telegram, pids: list[int], ids: list[int], start: dict[str, Any]) -> Round:
    """Let the robots answer; `pids` are the bot's and the server's."""
    before, earlier = await server.figures(), [cost(pid) for pid in pids]
    await server.robots(user_ids=ids, concurrency=AT_ONCE, start=start, script=[str(rating) for rating in RATINGS])
    done = await server.robots_done(_LONGEST)
    used = [cost(pid) - was for pid, was in zip(pids, earlier, strict=True)]
    after = await server.figures()
    if done["finished"] != len(ids) or done["answered"] != PRESSES * len(ids) or after["refused"]:
        raise Wrong(f"robots: {done}; refused: {after['refusals'][:3]}")
    requests = {name: count - before["requests"].get(name, 0) for name, count in after["requests"].items()}
    return Round(
        steps=len(RATINGS) * len(ids),
        seconds=done["elapsed"],
        bot_cpu=used[0].total,
        main_cpu=used[0].main,
        server_cpu=used[-1].total if len(used) > 1 else 0.0,
        requests={name: count for name, count in requests.items() if count},
        delivered=after["updates"]["delivered"] - before["updates"].get("delivered", 0),
    )


def _check(database: Path, clients: int) -> None:
    """Hold the database against what the robots pressed: every client, every question, the right rating."""
    connection = sqlite3.connect(database)
    states = dict(connection.execute("SELECT id, state FROM check_ins").fetchall())
    stored: dict[int, dict[str, int]] = {number: {} for number in states}
    for number, question, rating in connection.execute("SELECT check_in_id, question_id, rating FROM answers"):
        stored[number][question] = rating
    connection.close()
    given = dict(zip(QUESTION_IDS, RATINGS, strict=True))
    right = sum(states[number] == "completed" and ratings == given for number, ratings in stored.items())
    if right != clients:
        raise Wrong(f"{right} of {clients} check-ins hold the five answers that were given")
