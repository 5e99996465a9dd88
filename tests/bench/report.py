"""The benchmark's figures as text."""

from collections.abc import Sequence
from statistics import median
from typing import Any

BOTS = ("attune", "python-telegram-bot", "aiogram")
_COLUMNS = {
    "bot_cpu_ms": "bot CPU ms",
    "bot_main_thread_ms": "its main thread",
    "server_cpu_ms": "server CPU ms",
    "bot_share_of_wall": "bot CPU/wall",
    "server_share_of_wall": "server CPU/wall",
    "updates_per_poll": "updates/poll",
    "requests_per_step": "requests",
}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most."""
    return {"median": round(median(values), 2), "least": round(min(values), 2), "most": round(max(values), 2)}


def ratios(rounds: dict[str, list[dict[str, Any]]], other: str) -> list[float]:
    """Attune's answered steps a second over another bot's, round by round."""
    pairs = zip(rounds["attune"], rounds[other], strict=True)
    return [round(ours["steps_per_second"] / theirs["steps_per_second"], 2) for ours, theirs in pairs]


def cpu_ratios(rounds: dict[str, list[dict[str, Any]]], other: str) -> list[float]:
    """CPU time a step of another bot's process over Attune's: disturbed less by what else the machine does."""
    pairs = zip(rounds["attune"], rounds[other], strict=True)
    return [round(theirs["bot_cpu_ms"] / max(ours["bot_cpu_ms"], 0.001), 2) for ours, theirs in pairs]


def summary(rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Everything the rounds say: figures of each, medians, ratios."""
    figures: dict[str, Any] = {
        bot: {name: spread([one[name] for one in rounds[bot]]) for name in ("steps_per_second", *_COLUMNS)}
        for bot in rounds
    }
    others = [bot for bot in rounds if bot != "attune"]
    wall, cpu = ({bot: compare(rounds, bot) for bot in others} for compare in (ratios, cpu_ratios))
    return {
        "bots": figures,
        "ratios": {bot: {**spread(values), "rounds": values} for bot, values in wall.items()},
        "cpu_ratios": {bot: {**spread(values), "rounds": values} for bot, values in cpu.items()},
        "rounds": rounds,
    }


def speed_lines(found: dict[str, Any]) -> list[str]:
    """Write the comparison."""
    lines = ["Answered steps/s, closed loop, 200 clients at a time: median (least - most)"]
    for bot, figures in found["bots"].items():
        rate = figures["steps_per_second"]
        lines.append(f"  {bot:<20} {rate['median']:>8.1f}  ({rate['least']:.1f} - {rate['most']:.1f})")
    for what, name in (("steps/s", "ratios"), ("steps a CPU second of the bot", "cpu_ratios")):
        for bot, values in found[name].items():
            each = ", ".join(f"{value:.1f}" for value in values["rounds"])
            lines.append(f"  Attune / {bot}, {what}: {values['median']:.1f} x  (rounds: {each})")
    lines.append("Where the time goes, a step (medians):")
    lines.append(" " * 22 + "".join(f"{name:>17}" for name in _COLUMNS.values()))
    for bot, figures in found["bots"].items():
        lines.append(f"  {bot:<20}" + "".join(f"{figures[name]['median']:>17}" for name in _COLUMNS))
    return lines


def prompts_lines(found: dict[str, Any]) -> list[str]:
    """Write how fast prompts went out."""
    return [f"Due prompts under 30/s: {found['per_second']} /s over {found['seconds']} s, {found['too_many']} x 429"]


def latency_lines(found: dict[str, Any]) -> list[str]:
    """Write how long presses waited."""
    times = f"p50 {found['p50']} ms, p99 {found['p99']} ms, worst {found['worst']} ms"
    return [f"Press to next question at {found['per_second']:.0f} presses/s ({found['presses']} of them): {times}"]
