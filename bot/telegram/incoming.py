"""What arrives from Telegram, cut down to what Attune needs. Anything else is dropped here, unread.

An update is parsed alone: one that makes no sense raises `Malformed` and is parked without holding up the others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,16}")


class Malformed(Exception):
    """An update that is not shaped as the Bot API says. It carries nothing of the content."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is on the other side of a private chat. The chat's id is the person's id."""

    telegram_id: int = field(repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Document:
    """A file somebody sent: what Telegram calls it, not its content. `size` is in bytes, where Telegram says it."""

    file_id: str = field(repr=False)
    name: str = field(default="", repr=False)
    mime: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on an inline button. What is `replied` is the person's own message that the button's message answers."""

    update_id: int
    sender: Sender
    query_id: str
    message_id: int
    data: str = field(repr=False)
    replied_text: str | None = field(default=None, repr=False)
    replied_id: int | None = None
    replied_document: Document | None = None


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message in a private chat; `text` is None for anything that is not text. `edited` marks a later change."""

    update_id: int
    sender: Sender
    message_id: int
    text: str | None = field(default=None, repr=False)
    edited: bool = False
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """The person blocked the bot (`reachable` is False) or opened it again."""

    update_id: int
    sender: Sender
    reachable: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something in a group or channel, where Attune does nothing but leave. `chat_id` is None if already out."""

    update_id: int
    chat_id: int | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """An update without meaning for Attune; it only has to be confirmed."""

    update_id: int


Incoming = Pressed | Wrote | Membership | Elsewhere | Nothing


def update_id_of(raw: Any) -> int:
    """Read the id of an update, even of a malformed one.

    Raises:
        Malformed: where there is none.
    """
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        raise Malformed("update_id")
    return number


def parse(raw: Mapping[str, Any]) -> Incoming:
    """Read one update.

    Raises:
        Malformed: where a field the Bot API promises is absent or of another type.
    """
    number = update_id_of(raw)
    try:
        return _parse(number, raw)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(type(error).__name__) from None


def _parse(number: int, raw: Mapping[str, Any]) -> Incoming:
    if "callback_query" in raw:
        return _pressed(number, raw["callback_query"])
    if "message" in raw or "edited_message" in raw:
        edited = "message" not in raw
        return _wrote(number, raw["edited_message" if edited else "message"], edited=edited)
    if "my_chat_member" in raw:
        return _membership(number, raw["my_chat_member"])
    return Nothing(number)


def _sender(user: Mapping[str, Any]) -> Sender:
    language = user.get("language_code")
    return Sender(
        _integer(user["id"]), language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else "en"
    )


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise TypeError("integer")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("string")
    return value


def _pressed(number: int, query: Mapping[str, Any]) -> Incoming:
    sender, message = _sender(query["from"]), query.get("message")
    if message is None or "data" not in query:
        return Nothing(number)
    if _elsewhere(message["chat"]):
        return Elsewhere(number, _integer(message["chat"]["id"]))
    replied = message.get("reply_to_message") or {}
    own = bool(replied) and replied.get("from", {}).get("id") == sender.telegram_id
    return Pressed(
        update_id=number,
        sender=sender,
        query_id=_string(query["id"]),
        message_id=_integer(message["message_id"]),
        data=_string(query["data"]),
        replied_text=_string(replied["text"]) if own and "text" in replied else None,
        replied_id=_integer(replied["message_id"]) if own else None,
        replied_document=_document(replied.get("document")) if own else None,
    )


def _elsewhere(chat: Mapping[str, Any]) -> bool:
    return _string(chat["type"]) != "private"


def _wrote(number: int, message: Mapping[str, Any], *, edited: bool) -> Incoming:
    chat = message["chat"]
    if _elsewhere(chat):
        return Elsewhere(number, _integer(chat["id"]))
    text = message.get("text")
    return Wrote(
        update_id=number,
        sender=_sender(message["from"]),
        message_id=_integer(message["message_id"]),
        text=None if text is None else _string(text),
        edited=edited,
        document=_document(message.get("document")),
    )


def _document(about: Mapping[str, Any] | None) -> Document | None:
    if about is None:
        return None
    size = about.get("file_size")
    return Document(
        _string(about["file_id"]),
        _string(about.get("file_name", "")),
        _string(about.get("mime_type", "")),
        None if size is None else _integer(size),
    )


def _membership(number: int, change: Mapping[str, Any]) -> Incoming:
    chat, status = change["chat"], _string(change["new_chat_member"]["status"])
    gone = status in ("kicked", "left")
    if _elsewhere(chat):
        return Elsewhere(number, None if gone else _integer(chat["id"]))
    return Membership(number, _sender(change["from"]), reachable=not gone)
