"""What people do in Telegram's apps: write, press, open links, send files, block, add the bot to groups."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.playground import keyboards
from bot.playground.chats import ENCODE, Chat, Message, private_chat
from bot.playground.entities import said
from bot.playground.fields import Upload
from bot.playground.refusals import BLOCKED, DEACTIVATED, LEFT_GROUP, STRANGER, bad
from bot.playground.world import World

LINK_HOSTS = {"t.me", "telegram.me"}
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def create(world: World, person: dict[str, Any]) -> dict[str, Any]:
    """Create a person who has not written to the bot; `person` is a User object without `is_bot`."""
    user_id = int(person["id"])
    about = {"id": user_id, "is_bot": False, "first_name": person.get("first_name") or f"User {user_id}"}
    about |= {key: person[key] for key in ("last_name", "username", "language_code") if person.get(key)}
    if user_id not in world.chats:
        world.chats[user_id] = private_chat(about)
    return about


def person_of(world: World, user_id: int) -> dict[str, Any]:
    """Return the User object of someone who was created."""
    chat = world.chats.get(user_id)
    if chat is None or chat.person is None:
        raise bad(f"no person {user_id} here: create one with /control/users")
    return chat.person


def _place(world: World, user_id: int, chat_id: int | None) -> Chat:
    chat = world.chats.get(user_id if chat_id is None else chat_id)
    if chat is None:
        raise bad(f"no chat {chat_id} here")
    if chat.closed == STRANGER:
        chat.closed = None
    return chat


def write(world: World, user_id: int, content: Message, chat_id: int | None = None) -> int:
    """Let a person send a message with this content to the bot or a group; returns its message_id."""
    person = person_of(world, user_id)
    chat = _place(world, user_id, chat_id)
    if chat.closed == BLOCKED:
        raise bad("this person has blocked the bot: unblock first")
    now = world.now()
    message = {"message_id": world.message_id(), "from": person, "chat": chat.about, "date": int(now), **content}
    chat.show(message, now)
    world.journal.add(
        now, "act", "write", {"user_id": user_id, "chat_id": chat.id, **content}, None, message["message_id"]
    )
    if chat.closed is None:
        world.updates.put("message", chat.encoded[message["message_id"]], chat.id)
    return int(message["message_id"])


def say(world: World, user_id: int, text: str, chat_id: int | None = None, reply_to: int | None = None) -> int:
    """Let a person type a text; returns its message_id."""
    content = said(text)
    if not content["text"]:
        raise bad("message text is empty")
    if reply_to is not None:
        chat = world.chats[user_id if chat_id is None else chat_id]
        answered = chat.messages.get(reply_to)
        if answered is None:
            raise bad("message to be replied not found")
        content["reply_to_message"] = {key: value for key, value in answered.items() if key != "reply_to_message"}
    return write(world, user_id, content, chat_id)


def edit(world: World, user_id: int, message_id: int, text: str) -> int:
    """Let a person edit an own message."""
    chat = world.chats[user_id]
    old = chat.messages.get(message_id)
    if old is None or old["from"]["id"] != user_id:
        raise bad("message to edit not found")
    now = world.now()
    new = {**{k: v for k, v in old.items() if k != "entities"}, **said(text), "edit_date": int(now)}
    chat.replace(new, now)
    world.journal.add(now, "act", "edit", {"user_id": user_id, "text": text}, None, message_id)
    world.updates.put("edited_message", new, chat.id)
    return message_id


def press(
    world: World, user_id: int, message_id: int, data: str, *, forged: bool = False, chat_id: int | None = None
) -> str:
    """Let a person press a button; returns the id of the callback query.

    Args:
        world: the server.
        user_id: who presses.
        message_id: the message the button is under.
        data: `callback_data` of the button.
        forged: a changed client: any data, any message, even one of another chat.
        chat_id: the chat of the message, if it is a group.
    """
    person = person_of(world, user_id)
    chat = _place(world, user_id, chat_id)
    if chat.closed == BLOCKED:
        raise bad("this person has blocked the bot: unblock first")
    message = chat.messages.get(message_id)
    if not forged and (message is None or not keyboards.carries(message, data)):
        raise bad("no such button under this message now")
    shown = message or _elsewhere(world, message_id) or {"chat": chat.about, "message_id": message_id, "date": 0}
    return queue_press(world, chat, person, shown, data)


def _elsewhere(world: World, message_id: int) -> Message | None:
    return next((chat.messages[message_id] for chat in world.chats.values() if message_id in chat.messages), None)


def queue_press(world: World, chat: Chat, person: dict[str, Any], message: Message, data: str) -> str:
    """Put a press on its way to the bot; returns the id of the callback query."""
    query_id = world.query(chat.id)
    now = world.now()
    button = next((b["text"] for row in keyboards.rows(message) for b in row if b.get("callback_data") == data), data)
    chat.tell({
        "time": now, "kind": "press", "user_id": person["id"], "message_id": message["message_id"],
        "label": button, "data": data, "query_id": query_id,
    })  # fmt: skip
    params = {"user_id": person["id"], "data": data, "query_id": query_id}
    world.journal.add(now, "act", "press", params, None, message["message_id"])
    encoded = chat.encoded.get(message["message_id"]) or ENCODE(message)
    query = (
        f'{{"id":"{query_id}","from":{ENCODE(person)},"message":{encoded},'
        f'"chat_instance":"{chat.id * 7919}","data":{ENCODE(data)}}}'
    )
    world.updates.put("callback_query", query, chat.id)
    return query_id


def open_link(world: World, user_id: int, link: str) -> int:
    """Let a person open `https://t.me/<bot>?start=<payload>` and press Start: sends "/start <payload>"."""
    address = urlsplit(link)
    path = address.path.strip("/")
    if address.hostname not in LINK_HOSTS or path.lower() != world.bot["username"].lower():
        raise bad(f"this link does not lead to @{world.bot['username']}")
    payload = parse_qs(address.query).get("start", [""])[0]
    if payload and not PAYLOAD.fullmatch(payload):
        raise bad("a start payload has 1-64 characters of A-Z a-z 0-9 _ -")
    return say(world, user_id, f"/start {payload}".strip())


def upload(world: World, user_id: int, file: Upload, kind: str = "document", caption: str = "") -> int:
    """Let a person send a file; `kind` is `document` or `photo`."""
    content: Message = {kind: world.files.keep(kind, file).about}
    if caption:
        found = said(caption)
        content |= {"caption": found["text"]}
    return write(world, user_id, content)


def _membership(world: World, chat: Chat, person: dict[str, Any], old: str, new: str) -> None:
    def member(status: str) -> dict[str, Any]:
        return {"user": world.bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    now = world.now()
    change = {
        "chat": chat.about,
        "from": person,
        "date": int(now),
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }
    world.journal.add(now, "act", new, {"user_id": person["id"], "chat_id": chat.id})
    world.updates.put("my_chat_member", change, chat.id)


def block(world: World, user_id: int) -> None:
    """Let a person block the bot."""
    person = person_of(world, user_id)
    chat = world.chats[user_id]
    if chat.closed is None:
        chat.closed = BLOCKED
        chat.tell({"time": world.now(), "kind": "block"})
        _membership(world, chat, person, "member", "kicked")


def unblock(world: World, user_id: int) -> None:
    """Let a person unblock the bot."""
    person = person_of(world, user_id)
    chat = world.chats[user_id]
    if chat.closed == BLOCKED:
        chat.closed = None
        chat.tell({"time": world.now(), "kind": "unblock"})
        _membership(world, chat, person, "kicked", "member")


def deactivate(world: World, user_id: int) -> None:
    """Delete a person's account."""
    person_of(world, user_id)
    world.chats[user_id].closed = DEACTIVATED


def add_to_group(world: World, user_id: int, group_id: int, title: str) -> None:
    """Let a person add the bot to a group, which is created if it is new."""
    person = person_of(world, user_id)
    about = {"id": group_id, "title": title, "type": "supergroup" if group_id < -(10**12) else "group"}
    chat = world.chats.setdefault(group_id, Chat(about, None, LEFT_GROUP))
    if chat.closed is not None:
        chat.closed = None
        _membership(world, chat, person, "left", "member")
        write(world, user_id, {"new_chat_members": [world.bot]}, group_id)
