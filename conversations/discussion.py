r"""Was it talked about? The loop that makes feedback count: the therapist says so, the client has the last word.

    OPEN --We talked about it--> TALKED --client: Yes------> CONFIRMED
     ^  \--Undo----------------/   |
     \-----------client: Not yet--/   (the therapist is told, and it is open again)

The client is asked once per check-in, a little later, so that an Undo is in time.
"""

from datetime import timedelta
from enum import StrEnum

ASK_CLIENT_AFTER = timedelta(minutes=5)
"""How long a therapist can undo before the client is asked."""


class Discussion(StrEnum):
    """Where the loop of one check-in stands."""

    OPEN = "open"
    TALKED = "talked"
    CONFIRMED = "confirmed"


class Turn(StrEnum):
    """What somebody says about it."""

    TALKED = "talked"
    UNDONE = "undone"
    YES = "yes"
    NOT_YET = "not_yet"


_MOVES = {
    (Discussion.OPEN, Turn.TALKED): Discussion.TALKED,
    (Discussion.TALKED, Turn.UNDONE): Discussion.OPEN,
    (Discussion.TALKED, Turn.YES): Discussion.CONFIRMED,
    (Discussion.TALKED, Turn.NOT_YET): Discussion.OPEN,
}


def move(stands: Discussion, turn: Turn) -> Discussion | None:
    """Apply a turn; None where it comes late or twice and changes nothing."""
    return _MOVES.get((stands, turn))
