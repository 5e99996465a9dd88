"""Named places where a test may kill the process, to prove that it recovers from a stop just there.

`STOP_AT=after_commit:3` ends the process, as kill -9 would, the third time it passes `after_commit`. Without the
variable (always, outside tests) passing a stop point does nothing.
"""

import os
import signal
from collections import Counter

POINTS = ("before_commit", "after_commit", "before_send", "after_send", "before_confirm", "after_confirm")

_place, _, _count = os.environ.get("STOP_AT", "").partition(":")
_passed: Counter[str] = Counter()


def stop_point(name: str) -> None:
    """Pass a stop point."""
    if name != _place:
        return
    _passed[name] += 1
    if _passed[name] >= int(_count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
