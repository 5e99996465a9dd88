"""What a handler wants to say at once, collected during the transaction and spoken after its commit.

Toasts, edits of menus, and words to people who are not (or no longer) in the database leave no row. Every new message
to somebody known is a delivery instead: see `Asked.deliver`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from bot.check_ins import Kept, Work
from bot.telegram.buttons import Button, View


class Toast(NamedTuple):
    """The answer to one press; an empty text only stops the spinner."""

    query_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A new look for a message that is no check-in's screen."""

    chat_id: int = field(repr=False)
    message_id: int
    view: View


@dataclass(frozen=True, slots=True)
class Keys:
    """New buttons under a message whose text or picture stays."""

    chat_id: int = field(repr=False)
    message_id: int
    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A new message that leaves no row."""

    chat_id: int = field(repr=False)
    view: View
    reply_to: int | None = None


@dataclass(slots=True)
class Replies:
    """Everything one transaction wants said.

    `queued` says that the outbox may hold something new, `fetching` that there is a new errand.
    """

    toasts: list[Toast] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    keys: list[Keys] = field(default_factory=list)
    says: list[Say] = field(default_factory=list)
    leave: list[int] = field(default_factory=list)
    screens: dict[int, Kept] = field(default_factory=dict)
    chats: dict[int, int] = field(default_factory=dict)
    queued: bool = False
    fetching: bool = False

    def add(self, work: Work) -> None:
        """Take over the screens a use case has moved."""
        self.screens |= work.screens
        self.queued |= work.queued
