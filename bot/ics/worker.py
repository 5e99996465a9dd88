"""The bot's end of the calendar worker: a process for one calendar, which is ended when it takes too long.

A stranger's calendar is never opened in the bot's own process, and the worker knows nothing worth having: neither the
token nor the keys nor the database, only the calendar, the time zone and the codes it is to look for.
"""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from bot.ics.guard import MOST_BYTES
from bot.ics.slots import Reading, Refusal, Refused, Wanted, unpacked

_SECONDS = 10.0  # of waiting, the start of a process on a busy machine included
_PASSED_ON = ("PATH", "HOME", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONTZPATH")
"""What the worker may know of the bot's surroundings."""


async def read_calendar(content: bytes, wanted: Wanted) -> Reading:
    """Have a calendar read.

    Raises:
        Refused: where it cannot be read.
        OSError: if the system starts no process.
    """
    if len(content) > MOST_BYTES:
        raise Refused(Refusal.TOO_BIG)
    surroundings = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.ics", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=surroundings
    )
    try:
        async with asyncio.timeout(_SECONDS):
            answer, _ = await process.communicate(_head(wanted) + content)
    except TimeoutError:
        raise Refused(Refusal.TOO_HEAVY) from None
    finally:
        await asyncio.shield(_end(process))
    return _opened(answer)


def _head(wanted: Wanted) -> bytes:
    told = {
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "zone": wanted.zone.key,
        "codes": sorted(wanted.codes),
    }
    return json.dumps(told).encode() + b"\n"


def _opened(answer: bytes) -> Reading:
    """Open the worker's answer; one that ended without any was ended by its limits."""
    kind, body = answer[:1], answer[1:]
    with contextlib.suppress(ValueError):
        if kind == b"R":
            return unpacked(body)
        if kind == b"F":
            raise Refused(Refusal(body.decode()))
    raise Refused(Refusal.TOO_HEAVY)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
