"""The one clock. Everything that asks for the time gets it from here; the playground moves it forward."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus a shift. The monotonic reading moves with it, so pacing and ages stay true after a hop."""

    def __init__(self) -> None:
        self._shift = timedelta(0)

    def now(self) -> datetime:
        """The moment it is, aware, UTC."""
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic() + self._shift.total_seconds()

    def move_to(self, moment: datetime) -> None:
        """Hop forward to a moment; a moment in the past is ignored."""
        self._shift += max(timedelta(0), moment - self.now())
