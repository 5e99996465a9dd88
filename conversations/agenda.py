"""The agenda: what is worth a word in the session that is about to begin.

It holds what a client wished to talk about, the notes they shared for just this moment, what their therapist asked to
see again, and flags that are still open; only what is new since the two last met, and nothing that was talked about.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from conversations.flag import Level
from conversations.model import Note

_OPEN_LEVELS = (Level.RED, Level.AMBER)


@dataclass(frozen=True, slots=True)
class Topic:
    """One check-in that was not talked about yet.

    Attributes:
        check_in_id: which.
        day: that of its session where the therapist is, or on which it was asked.
        talk: whether its client wishes to talk about it.
        level: the loudest of its flags, if it is the client's last one that asked the core questions: those are open.
        note: what the client shared for this moment.
        again_at: when somebody asked for it to come up again: its therapist beforehand, or its client with Not yet.
        closed_at: when it was sent or ran out of time.
    """

    check_in_id: int
    day: date
    talk: bool = False
    level: Level = Level.NONE
    note: Note | None = field(default=None, repr=False)
    again_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def again(self) -> bool:
        """Whether somebody asked for it to come up again."""
        return self.again_at is not None

    def is_new_since(self, moment: datetime) -> bool:
        """Say whether it was closed, or asked for again, after a moment."""
        return any(at is not None and at > moment for at in (self.closed_at, self.again_at))

    @property
    def is_flagged(self) -> bool:
        """Whether a flag of it is open."""
        return self.level in _OPEN_LEVELS

    def is_worth_it(self, *, wanted: bool) -> bool:
        """Say whether it goes on the agenda; where none is wanted, only what was promised does."""
        promised = self.note is not None or self.again
        return promised or (wanted and (self.talk or self.is_flagged))
