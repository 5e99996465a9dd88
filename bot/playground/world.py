"""Everything one local Bot API server knows, in memory."""

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.chats import Chat
from bot.playground.faults import Faults
from bot.playground.files import Files
from bot.playground.flood import Flood
from bot.playground.journal import Journal
from bot.playground.updates import Updates

QUERY_LIFE = 150.0  # seconds in which a press can be answered


@dataclass(frozen=True, slots=True)
class Query:
    """A press that the bot can answer with a toast."""

    chat_id: int
    born: float


@dataclass(slots=True)
class Webhook:
    """Where updates are sent to; empty `url`: nowhere, the bot polls."""

    url: str = ""
    secret: str = field(default="", repr=False)
    most: int = 40
    error: str = ""
    error_date: int = 0


class World:
    """One bot and everyone who can write to it.

    Args:
        token: the bot's token; never shown in a repr or an entry of the journal.
        flood: whether flood control is on.
        journal_path: where to append the journal as JSON lines, or None.
    """

    def __init__(self, token: str, *, flood: bool = True, journal_path: Path | None = None) -> None:
        self.token = token
        self.clear(flood=flood, journal_path=journal_path)

    def clear(self, *, flood: bool, journal_path: Path | None = None) -> None:
        """Begin anew: nobody, no message, the real time."""
        number = self.token.partition(":")[0]
        self.bot: dict[str, Any] = {
            "id": int(number) if number.isdecimal() else 1,
            "is_bot": True,
            "first_name": "Attune",
            "username": "attune_bot",
        }
        self.offset = 0.0
        self.chats: dict[int, Chat] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.updates = Updates(self.now)
        self.flood = Flood(flood)
        self.journal = Journal(journal_path)
        self.faults = Faults()
        self.files = Files()
        self.profile: dict[str, Any] = {}
        self.webhook = Webhook()
        self.last_message_id = 0

    def now(self) -> float:
        """Return the server's clock: real time moved by `offset`, in seconds since 1970."""
        return time.time() + self.offset

    def message_id(self) -> int:
        """Return the next message_id; Telegram counts over all private chats of a bot."""
        self.last_message_id += 1
        return self.last_message_id

    def query(self, chat_id: int) -> str:
        """Return the id of a new press, and forget those too old to be answered."""
        now = self.now()
        while self.queries and next(iter(self.queries.values())).born < now - QUERY_LIFE:
            self.queries.popitem(last=False)
        query_id = str(secrets.randbits(62))
        self.queries[query_id] = Query(chat_id, now)
        return query_id
