"""How somebody becomes part of a practice: codes, invites, consent. Rules only; nothing is stored here."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CONSENT_VERSION = 2
"""Raised whenever the consent text changes its meaning; kept with each agreement."""
INVITE_LIFETIME = timedelta(hours=72)
NAME_LIMIT = 64
CODE_LIMIT = 16

_CODE = re.compile(rf"[A-Za-z0-9-]{{1,{CODE_LIMIT}}}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class InviteKind(StrEnum):
    """What the one who opens an invite becomes."""

    ADMIN = "admin"
    THERAPIST = "therapist"
    CLIENT = "client"


class Verdict(StrEnum):
    """What opening an invite leads to. Unknown, used, revoked and expired look the same to the opener."""

    WELCOME = "welcome"
    OWN = "own"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Invite:
    """A single-use link. `label` is the therapist's name or the client's code; the repr never shows it."""

    id: int
    kind: InviteKind
    creator_id: int | None
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    label: str = field(default="", repr=False)

    def opened_by(self, person_id: int | None, now: datetime) -> Verdict:
        """Judge who opens it, and when."""
        if self.used_at or self.revoked_at or self.expires_at <= now:
            return Verdict.INVALID
        if person_id is not None and person_id == self.creator_id:
            return Verdict.OWN
        return Verdict.WELCOME


def read_code(text: str) -> str | None:
    """Give a client code in its one spelling, upper case; None unless 1-16 letters, digits, dashes."""
    word = text.strip()
    return word.upper() if _CODE.fullmatch(word) else None


def read_name(text: str) -> str | None:
    """Give a therapist's name on one line, or None where it is empty or over 64 characters."""
    name = " ".join(text.split())
    return name if 0 < len(name) <= NAME_LIMIT else None


def looks_like_token(text: str) -> bool:
    """Say whether a deep-link payload can be a token at all (Bot API: 64 of A-Z a-z 0-9 _ -)."""
    return _TOKEN.fullmatch(text) is not None
