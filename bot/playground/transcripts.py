"""A conversation as plain text that anyone can read."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from bot.playground import keyboards

Names = Mapping[int, str]  # user_id -> the name to print


class Watched(Protocol):
    """A phone, as far as a transcript needs it."""

    user_id: int
    name: str

    async def chat(self, *, history: bool = False) -> dict[str, Any]:
        """Return the chat with its history."""
        ...


async def transcript(phone: Watched, names: Names | None = None, zone: tzinfo = UTC) -> str:
    """Write down everything that happened in a chat.

    Args:
        phone: whose chat.
        names: user_id -> name to print; the phone's own name if absent.
        zone: the time zone of dates and times.

    Returns:
        Lines: a heading for each date, then time, who, what; buttons as rows of [Label].
    """
    chat = await phone.chat(history=True)
    called = {phone.user_id: phone.name, **(names or {})}
    return "\n".join(written(chat["history"], called, zone, chat["file_names"])) + "\n"


def written(
    history: list[dict[str, Any]], names: Names, zone: tzinfo = UTC, files: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Write down the events of a chat, line by line; `files` names pictures by file_id."""
    day = ""
    for event in history:
        lines = list(_lines(event, names, files or {}))
        if not lines:
            continue
        moment = datetime.fromtimestamp(event["time"], zone)
        today = f"{moment:%A} {moment.day} {moment:%B %Y}"
        if today != day:
            yield from ([""] if day else [])
            yield from (today, "")
            day = today
        yield f"{moment:%H:%M}  {lines[0]}"
        yield from (f"       {line}" for line in lines[1:])


def _lines(event: dict[str, Any], names: Names, files: Mapping[str, str]) -> Iterator[str]:
    kind = event["kind"]
    if kind in {"message", "edit"}:
        yield from _shown(event, names, files)
    elif kind == "delete":
        yield f"({_who(event['message'], names)}'s message is deleted: {_brief(event['message'])})"
    elif kind == "press":
        yield f"{names.get(event['user_id'], event['user_id'])} presses [{event['label']}]"
    elif kind == "toast":
        if event["text"]:
            yield f"Attune shows {'an alert' if event['alert'] else 'a notice'}: {event['text']}"
    else:
        yield f"({ {'block': 'blocks Attune', 'unblock': 'unblocks Attune', 'left': 'Attune leaves'}.get(kind, kind) })"


def _who(message: dict[str, Any], names: Names) -> str:
    sender = message["from"]
    return "Attune" if sender["is_bot"] else str(names.get(sender["id"]) or sender["first_name"])


def _shown(event: dict[str, Any], names: Names, files: Mapping[str, str]) -> Iterator[str]:
    message = event["message"]
    how = " changes the message" if event["kind"] == "edit" else " (silent)" if event.get("silent") else ""
    answered = message.get("reply_to_message")
    yield f"{_who(message, names)}{how}" + (f", in reply to: {_brief(answered)}" if answered else "")
    if "photo" in message:
        yield f"(picture: {files.get(message['photo'][-1]['file_id'], 'photo')})"
    if "document" in message:
        yield f"(document: {message['document']['file_name']})"
    yield from message.get("text", message.get("caption", "")).splitlines()
    for row in keyboards.rows(message):
        yield " ".join(f"[{button['text']}]" for button in row)


def _brief(message: dict[str, Any]) -> str:
    text = message.get("text", message.get("caption", "")) or "(file)"
    first = text.splitlines()[0] if text else ""
    return first if len(first) <= 60 else first[:57] + "..."
