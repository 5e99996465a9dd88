"""Chats: who is in them, what stands in them now, and everything that happened there."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.refusals import STRANGER, bad, forbidden

ENCODE = json.JSONEncoder(separators=(",", ":")).encode
Message = dict[str, Any]  # a Message of the Bot API; never changed once it is in a chat, but replaced


@dataclass(slots=True)
class Chat:
    """One chat as the bot and its people see it.

    Args:
        about: the Chat object of the Bot API.
        person: the User object of the other side of a private chat.
        closed: why the bot may not write here, in Telegram's words; None if it may.
        messages: message_id -> Message, deleted ones gone.
        encoded: message_id -> the same as JSON, made once and used for every answer and update.
        events: everything a person would have noticed, oldest first: `time` in seconds since 1970, `kind`
            (message, edit, delete, press, toast, block, unblock) and what belongs to it; messages as JSON,
            which takes a quarter of the memory.
        watcher: called with each message the bot writes or edits here, for robots.
    """

    about: dict[str, Any]
    person: dict[str, Any] | None = None
    closed: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    encoded: dict[int, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)
    watcher: Callable[[Message], None] | None = None

    @property
    def id(self) -> int:
        """Return the chat's id."""
        return int(self.about["id"])

    def tell(self, event: dict[str, Any]) -> None:
        """Append an event and wake whoever waits for one."""
        self.events.append(event)
        if self.waiters:
            self.wake()

    def wake(self) -> None:
        """Let everybody go on who waits for an event."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters.clear()

    def show(self, message: Message, now: float, *, silent: bool = False) -> None:
        """Put a new message into the chat."""
        self.tell({"time": now, "kind": "message", "message": self.keep(message), "silent": silent})

    def replace(self, message: Message, now: float) -> None:
        """Put an edited message in the place of the old one."""
        self.tell({"time": now, "kind": "edit", "message": self.keep(message)})

    def remove(self, message_id: int, now: float) -> None:
        """Delete a message for everyone."""
        del self.messages[message_id]
        self.tell({"time": now, "kind": "delete", "message": self.encoded.pop(message_id)})

    def keep(self, message: Message) -> str:
        """Store a message as the current one under its number; returns its JSON."""
        message_id = message["message_id"]
        self.messages[message_id] = message
        self.encoded[message_id] = encoded = ENCODE(message)
        return encoded

    def history(self) -> list[dict[str, Any]]:
        """Return the events with their messages as objects."""
        return [
            {**event, "message": json.loads(event["message"])} if "message" in event else event for event in self.events
        ]


def private_chat(person: dict[str, Any]) -> Chat:
    """Return the chat with a person who has not written to the bot yet."""
    names = {key: person[key] for key in ("first_name", "last_name", "username") if person.get(key)}
    return Chat({"id": person["id"], **names, "type": "private"}, person, STRANGER)


def find(chats: dict[int, Chat], chat_id: int | str) -> Chat:
    """Return a chat by its id.

    Raises:
        Refusal: 400 "chat not found"; names of people (`@name`) cannot be used by bots either.
    """
    chat = chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None:
        raise bad("chat not found")
    return chat


def open_chat(chats: dict[int, Chat], chat_id: int | str) -> Chat:
    """Return a chat the bot may write to.

    Raises:
        Refusal: 400 "chat not found", or 403 with the reason.
    """
    chat = find(chats, chat_id)
    if chat.closed:
        raise forbidden(chat.closed)
    return chat


def message_in(chat: Chat, message_id: int, purpose: str) -> Message:
    """Return a message that stands in a chat.

    Raises:
        Refusal: 400 "message to <purpose> not found".
    """
    message = chat.messages.get(message_id)
    if message is None:
        raise bad(f"message to {purpose} not found")
    return message


def quoted(chat: Chat, params: dict[str, Any]) -> dict[str, Any]:
    """Return `reply_to_message` for a send, or nothing if it answers nothing.

    Raises:
        Refusal: 400 if the message it should answer is gone and the bot insists on it.
    """
    reply = params.get("reply_parameters") or {"message_id": params.get("reply_to_message_id")}
    if reply.get("message_id") is None:
        return {}
    message = chat.messages.get(reply["message_id"])
    if message is None and not (reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")):
        raise bad("message to be replied not found")
    if message is None:
        return {}
    return {"reply_to_message": {key: value for key, value in message.items() if key != "reply_to_message"}}
