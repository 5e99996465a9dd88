"""What a kind of file needs to be taken; `bot.telegram.uploads` lists the kinds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.access import Action
from bot.roster import Person
from bot.telegram.asked import Asked
from bot.use_cases import UseCases

Read = Callable[[UseCases, Person, bytes, datetime], Awaitable[Any]]
Take = Callable[[Asked, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Upload:
    """One kind of file. `most` is in bytes."""

    action: Action
    most: int
    read: Read
    take: Take
