"""The worker: one calendar on standard input, its reading on standard output, and out.

The first line is what is wanted, as JSON; the rest is the calendar. The answer begins with R (a reading follows) or F
(the reason of a refusal follows). Memory and work are limited by the system besides the reader's own limits.
"""

import gc
import json
import resource
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.ics.reading import read
from bot.ics.slots import Refusal, Refused, Wanted, packed

_MEMORY = 512 * 1024 * 1024  # bytes of address space; a large calendar takes a fifth
_WORK = 5  # seconds of processor time, should the reader's own clock fail


def main() -> None:
    """Read one calendar."""
    gc.disable()  # the process is over before there is anything to collect
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_WORK, _WORK))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(_answer(_wanted(head), content))
    sys.stdout.buffer.flush()


def _answer(wanted: Wanted, content: bytes) -> bytes:
    try:
        return b"R" + packed(read(content, wanted))
    except Refused as refused:
        return b"F" + refused.reason.encode()
    except (MemoryError, RecursionError):
        return b"F" + Refusal.TOO_HEAVY.encode()


def _wanted(head: bytes) -> Wanted:
    told = json.loads(head)
    since, until = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])
    return Wanted(since, until, ZoneInfo(told["zone"]), frozenset(told["codes"]))


if __name__ == "__main__":
    main()
