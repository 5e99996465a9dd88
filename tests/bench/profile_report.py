"""Tells from a profile where the main thread of the bot spends its time, by part and by function."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

_PARTS = {
    "/aiohttp/": "http client",
    "/yarl/": "http client",
    "/multidict/": "http client",
    "/telegram/": "python-telegram-bot",
    "/httpx/": "python-telegram-bot",
    "/json/": "json",
    "/sqlalchemy/": "sqlalchemy",
    "/aiosqlite/": "aiosqlite",
    "/asyncio/": "event loop",
    "selectors.py": "waiting (SQLite threads work)",
}
_OURS = ("/bot/", "/conversations/")
_ROOT = str(Path(__file__).parents[2])


def part_of(file: str) -> str:
    """Name the part of the program a file belongs to."""
    if file.startswith(_ROOT) and "site-packages" not in file:
        return next((f"ours: {own.strip('/')}" for own in _OURS if file.startswith(_ROOT + own)), "ours: bench")
    return next((part for sign, part in _PARTS.items() if sign in file), "other libraries")


def report(samples: Path, top: int = 25) -> list[str]:
    """Write shares of all samples (%), the waiting ones left out."""
    read = json.loads(samples.read_text())
    busy = [(file, name, n) for file, name, n in read["inner"] if "selectors.py" not in file]
    total = sum(n for *_, n in busy) or 1
    within = [(file, name, n) for file, name, n in read["within"] if part_of(file).startswith("ours: ")]

    def table(rows: Iterable[tuple[str, str, int]], named: Callable[[str, str], str]) -> list[str]:
        counts: Counter[str] = Counter()
        for file, name, n in rows:
            counts[named(file, name)] += n
        return [f"  {100 * n / total:5.1f}  {what}" for what, n in counts.most_common(top)]

    return [
        f"{total} samples of the main thread at work; shares in %",
        "by part:",
        *table(busy, lambda file, _name: part_of(file)),
        "by task and part:",
        *table([row for row in read["parts"] if "selectors.py" not in row[1]], _task_and_part),
        "by function, alone:",
        *table(busy, lambda file, name: f"{_short(file)}:{name}"),
        "our functions, with everything they call:",
        *table(within, lambda file, name: f"{_short(file)}:{name}"),
    ]


def _task_and_part(task: str, file: str) -> str:
    return f"{task}: {part_of(file)}"


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-3:])
