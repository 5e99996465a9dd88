"""What a person sees on a phone: messages, toasts, and trouble."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.playground import keyboards


class Trouble(AssertionError):
    """What a person wanted cannot be done or did not happen."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in a chat now.

    Args:
        message_id: its number.
        date: when it was sent, UTC.
        from_bot: whether the bot wrote it.
        text: its text or caption.
        buttons: labels of its inline keyboard, row by row.
        edited: whether it was changed since.
        file_id: of its picture or document, or None.
        file_name: of its document, or None.
        raw: the Message object of the Bot API.
    """

    message_id: int
    date: datetime
    from_bot: bool
    text: str
    buttons: tuple[tuple[str, ...], ...]
    edited: bool
    file_id: str | None
    file_name: str | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def labels(self) -> list[str]:
        """Return all labels of the keyboard without leading emoji."""
        return [keyboards.label(text) for row in self.buttons for text in row]


@dataclass(frozen=True, slots=True)
class Toast:
    """A short notice over the chat, the answer to a press; `text` is empty if the bot had nothing to say."""

    time: datetime
    text: str
    alert: bool
    query_id: str


def message_from(raw: dict[str, Any]) -> Message:
    """Return a Message object of the Bot API as a phone shows it."""
    photo, document = raw.get("photo"), raw.get("document", {})
    return Message(
        raw["message_id"],
        datetime.fromtimestamp(raw["date"], UTC),
        raw["from"]["is_bot"],
        raw.get("text", raw.get("caption", "")),
        tuple(tuple(button["text"] for button in row) for row in keyboards.rows(raw)),
        "edit_date" in raw,
        photo[-1]["file_id"] if photo else document.get("file_id"),
        document.get("file_name"),
        raw,
    )


def toast_from(event: dict[str, Any]) -> Toast:
    """Return the toast in an event of a chat."""
    return Toast(datetime.fromtimestamp(event["time"], UTC), event["text"], event["alert"], event["query_id"])
