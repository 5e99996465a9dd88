"""What becomes of a client whose therapist leaves: the offer to go on with a colleague, or to end here.

An offer is open until the client has chosen, its time is over, the care has ended otherwise, or it is withdrawn because
the therapist stays. The other stands are final; a new offer takes the place of an old one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.enrolment import CODE_LIMIT

REMIND_AFTER = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=14)


class Stands(StrEnum):
    """Where an offer stands. `over` is a care that was ended by other ways meanwhile."""

    OPEN = "open"
    WENT_ON = "went_on"
    ENDED = "ended"
    EXPIRED = "expired"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The offer to one client. `opened_at` is when they first read it, `became_id` the episode that followed."""

    episode_id: int
    successor_id: int
    offered_at: datetime
    stands: Stands = Stands.OPEN
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    became_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the client can still choose."""
        return self.stands is Stands.OPEN

    @property
    def remind_at(self) -> datetime:
        """When the client is reminded, once."""
        return self.offered_at + REMIND_AFTER

    @property
    def expires_at(self) -> datetime:
        """When the care ends if the client has not chosen."""
        return self.offered_at + ANSWER_WITHIN


def code_for(code: str, taken: Collection[str]) -> str:
    """Give the code a client has with the new therapist: their own where it is free, else one made from it."""
    number, wanted = 1, code
    while wanted in taken:
        number += 1
        ending = f"-{number}"
        wanted = code[: CODE_LIMIT - len(ending)] + ending
    return wanted
