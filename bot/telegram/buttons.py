"""What stands behind a button: `verb:argument:...`, at most 64 bytes (Bot API, InlineKeyboardButton).

A client can forge any of it. A button therefore never grants anything: it only names what the presser wants,
and whoever handles it asks who the presser is.
"""

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from conversations import events as ev
from conversations.model import Visibility
from conversations.schedule import Later

DATA_LIMIT = 64
CHECK_IN = "c"


class Button(NamedTuple):
    """One inline button: either `data` for a press or `url` for a link."""

    label: str
    data: str = ""
    url: str = ""


class View(NamedTuple):
    """A message as it should look: Telegram HTML and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


@lru_cache(maxsize=1024)  # a keyboard has it on every button
def encode_id(number: int) -> str:
    """Write a 63-bit id in 11 characters."""
    return base64.urlsafe_b64encode(number.to_bytes(8)).rstrip(b"=").decode()


def decode_id(text: str) -> int | None:
    """Read an id back; None for anything that is not one."""
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return int.from_bytes(raw) if len(raw) == 8 and not raw[0] & 0x80 else None


def data(verb: str, *arguments: str | int) -> str:
    """Join a verb and its arguments."""
    return ":".join((verb, *map(str, arguments)))


def check_in_data(check_in_id: int, action: str, *arguments: str | int) -> str:
    """Make the data of a check-in's button."""
    return data(CHECK_IN, encode_id(check_in_id), action, *arguments)


def read_check_in(parts: list[str]) -> tuple[int, ev.Event] | None:
    """Read what follows the verb of a check-in's button; None where it makes no sense."""
    if len(parts) < 2 or (number := decode_id(parts[0])) is None:
        return None
    try:
        event = _event(parts[1], parts[2:])
    except (ValueError, IndexError):
        return None
    return None if event is None else (number, event)


_PLAIN: dict[str, ev.Event] = {
    "go": ev.Started(),
    "later": ev.LaterAsked(),
    "no": ev.Skipped(),
    "note": ev.NoteAsked(),
    "change": ev.ChangeAsked(),
    "review": ev.ReturnedToReview(),
    "send": ev.Sent(),
    "dont": ev.NotSent(),
}


def _event(action: str, arguments: list[str]) -> ev.Event | None:
    if not arguments:
        return _PLAIN.get(action)
    if action == "a":
        return ev.Answered(_small(arguments[0]), _small(arguments[1]))
    if action == "o":
        return ev.OptionSet(_small(arguments[0]), _small(arguments[1]), arguments[2] == "1")
    return _with_one_argument(action, arguments[0])


_READERS: dict[str, Callable[[str], ev.Event]] = {
    "skip": lambda argument: ev.Answered(_small(argument), None),
    "done": lambda argument: ev.OptionsDone(_small(argument)),
    "back": lambda argument: ev.WentBack(_small(argument)),
    "pick": lambda argument: ev.QuestionChosen(_small(argument)),
    "talk": lambda argument: ev.TalkSet(argument == "1"),
    "show": lambda argument: ev.Shown(argument == "1"),
    "zz": lambda argument: ev.Snoozed(Later(argument)),
    "who": lambda argument: ev.VisibilityChosen(Visibility(argument)),
}


def _with_one_argument(action: str, argument: str) -> ev.Event | None:
    read = _READERS.get(action)
    return None if read is None else read(argument)


def _small(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise ValueError(text)
    return int(text)
