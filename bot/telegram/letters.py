"""What a delivery becomes when it is sent: a letter, or nothing, or a later time."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.outbox import Delivery, Parcel
from bot.roster import Person
from bot.telegram.buttons import View
from bot.texts import Speech
from bot.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go.

    `photo` is a PNG whose caption is the view's text, `document` a file (its name and content) likewise.
    `then` is what comes after it, once it has arrived: the rest of what is too long for one message.
    `screen` is the check-in that will live in this message. `delete` names a message to delete and `menu` a command
    list to set instead of sending anything.
    """

    view: View = field(default_factory=lambda: View(""))
    photo: bytes | None = field(default=None, repr=False)
    document: tuple[str, bytes] | None = field(default=None, repr=False)
    protect: bool = False
    silent: bool = False
    reply_to: int | None = None
    screen: Kept | None = None
    delete: int | None = None
    menu: tuple[tuple[str, str], ...] | None = None
    then: Delivery | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """The message must wait: quiet hours have begun since it was queued."""

    until: datetime


Rendered = Letter | NotYet | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a renderer gets: the open transaction, the parcel, the recipient's language, and the moment."""

    tx: AsyncConnection
    cases: UseCases
    parcel: Parcel
    say: Speech
    now: datetime
    bot_name: str

    @property
    def person(self) -> Person:
        """The recipient."""
        return self.parcel.person

    @property
    def about(self) -> int:
        """The id the delivery is about."""
        return self.parcel.delivery.about_id or 0
