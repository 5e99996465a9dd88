"""`make bench`: Attune against two clean bots on the same local Bot API server, and its own pace and latency.

`make bench ARGS="--quick"` takes two short rounds; `--only speed|prompts|latency` takes one part; `--json` prints
JSON; `--profile` tells where Attune's main thread spends its time. Nothing here is a test: machines differ, and so
does what else they do, which is why the bots take turns and the ratios count.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import latency, prompts, rounds
from tests.bench.profile_report import report as profile_report
from tests.bench.report import BOTS, latency_lines, prompts_lines, speed_lines, summary
from tests.bench.seeding import Population, seed

CLIENTS = {"attune": 3000, "python-telegram-bot": 300, "aiogram": 600}
QUICK = {"attune": 800, "python-telegram-bot": 210, "aiogram": 300}
MODULES = {"python-telegram-bot": "tests.bench.ptb_bot", "aiogram": "tests.bench.aiogram_bot"}
PARTS = ("speed", "prompts", "latency")


def say(*lines: str) -> None:
    """Tell on standard error how far it is, so that standard output stays the result."""
    sys.stderr.write("\n".join(lines) + "\n")


async def speed(chosen: argparse.Namespace, population: Population, folder: Path) -> dict[str, Any]:
    """Let the bots take turns, round by round."""
    clients = QUICK if chosen.quick else CLIENTS
    found: dict[str, list[dict[str, Any]]] = {bot: [] for bot in BOTS}
    for number in range(chosen.rounds):
        for bot in BOTS:
            if bot == "attune":
                one = await rounds.attune(population, len(population.clients), folder)
            else:
                one = await rounds.other(MODULES[bot], clients[bot], folder)
            found[bot].append(one.figures())
            say(f"round {number + 1}/{chosen.rounds}: {bot}: {one.rate:.1f} steps/s in {one.seconds:.1f} s")
    return summary(found)


async def profile(population: Population, folder: Path) -> list[str]:
    """Run one round with the sampler in the bot."""
    samples = folder / "samples.json"
    one = await rounds.attune(population, len(population.clients), folder, ["tests.bench.sampled", str(samples)])
    return [f"{one.rate:.1f} steps/s under the profiler", *profile_report(samples)]


async def bench(chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run the parts that were asked for, and print each as soon as it is there."""
    parts = [chosen.only] if chosen.only else PARTS
    result: dict[str, Any] = {}
    say("making clients ...")
    wanted = chosen.clients or (QUICK if chosen.quick else CLIENTS)["attune"]
    population = await seed(folder / "open.db", wanted if "speed" in parts or chosen.profile else 200, opened=True)
    if chosen.profile:
        result["profile"] = await profile(population, folder)
        say(*result["profile"])
        return result
    if "speed" in parts:
        result["speed"] = await speed(chosen, population, folder)
        say(*speed_lines(result["speed"]))
    if "prompts" in parts:
        result["prompts"] = await prompts.measure(90 if chosen.quick else 300, folder)
        say(*prompts_lines(result["prompts"]))
    if "latency" in parts:
        result["latency"] = await latency.measure(population, 300 if chosen.quick else 1200, folder)
        say(*latency_lines(result["latency"]))
    return result


def main() -> None:
    """Read the arguments, run, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=0, help="rounds of each bot (5; with --quick 2)")
    parser.add_argument("--clients", type=int, default=0, help="Attune's clients in a round")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output")
    parser.add_argument("--profile", action="store_true", help="where Attune's main thread spends its time")
    chosen = parser.parse_args()
    chosen.rounds = chosen.rounds or (2 if chosen.quick else 5)
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        result = asyncio.run(bench(chosen, Path(folder)))
    if chosen.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
