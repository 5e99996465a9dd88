"""What an errand is: a file to download and read, or a visit to somewhere else.

`bot.telegram.uploads` lists the files, `bot.telegram.errands` runs all of them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.access import Action
from bot.outside import Outside
from bot.roster import Person
from bot.telegram.asked import Asked
from bot.use_cases import UseCases

Read = Callable[[UseCases, Person, bytes, datetime], Awaitable[Any]]
Go = Callable[[UseCases, Outside, Person, datetime], Awaitable[Any]]
Take = Callable[[Asked, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Upload:
    """One kind of file. `most` is in bytes; `kind` names the text of what it is, `too_big` that of what to do then."""

    action: Action
    most: int
    kind: str
    too_big: str
    read: Read
    take: Take


@dataclass(frozen=True, slots=True)
class Visit:
    """One kind of errand that leads elsewhere than to Telegram."""

    action: Action
    go: Go
    take: Take
