"""How long something may work: a clock of this process's own processor time, for its main thread."""

import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Self

_STEP = 0.01
_AGAIN = 0.02  # the signal is repeated, should a library have swallowed the first


class TooMuchWork(BaseException):
    """The time is over. Not an Exception, so that no library takes it for one of its own."""


class Patience:
    """So many seconds of work for a block, of which parts can be handed out. What exceeds it raises TooMuchWork."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.process_time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._ends_at - time.process_time()

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGPROF, _over)
        self._arm(self.left)
        return self

    def __exit__(self, *_exc: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)

    @contextlib.contextmanager
    def share(self, seconds: float) -> Iterator[None]:
        """Give a block a part of what is left.

        Raises:
            TooMuchWork: in the block, when its part is over; before it, where nothing is left.
        """
        if self.left <= 0:
            raise TooMuchWork
        self._arm(min(seconds, self.left))
        try:
            yield
        finally:
            self._arm(self.left)

    def _arm(self, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_PROF, max(seconds, _STEP), _AGAIN)


def _over(_number: int, _frame: FrameType | None) -> None:
    raise TooMuchWork
