"""Runs Attune with a sampling profiler in its main thread: `python -m tests.bench.sampled SAMPLES run`.

A timer that counts CPU time interrupts every 2 ms; what the main thread is doing then is one sample. Unlike cProfile
this does not make small functions look expensive. Work of the SQLite threads shows up as waiting, and is left out.
"""

import asyncio
import atexit
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from bot.__main__ import main as attune

INTERVAL = 0.002
Place = tuple[str, str]
"""File and function."""

inner: Counter[Place] = Counter()
"""Samples by the function that was running."""
within: Counter[Place] = Counter()
"""Samples by every function that was running or waiting for another to return."""
parts: Counter[Place] = Counter()
"""Samples by asyncio task (its coroutine) and the file of the function that was running."""


def sample(_number: int, frame: FrameType | None) -> None:
    """Count where the main thread is."""
    stack = []
    while frame is not None:
        stack.append((frame.f_code.co_filename, frame.f_code.co_name))
        frame = frame.f_back
    if stack:
        inner[stack[0]] += 1
        within.update(set(stack))
        parts[_task(), stack[0][0]] += 1


def _task() -> str:
    """Name the coroutine whose turn it is; SQLAlchemy's greenlets hide their callers from the stack, not from this."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return getattr(task.get_coro(), "__qualname__", "?") if task else "event loop (sockets, callbacks)"


def save(path: Path) -> None:
    """Write the samples as JSON: lists of file, function, count."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    found = {"inner": inner, "within": within, "parts": parts}
    path.write_text(json.dumps({name: [[*place, n] for place, n in counts.items()] for name, counts in found.items()}))


def run() -> None:
    """Sample from here to the end of the bot."""
    atexit.register(save, Path(sys.argv.pop(1)))
    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    attune()


if __name__ == "__main__":
    run()
