"""Methods that create messages."""

import secrets
from typing import Any

from bot.playground.chats import Chat, Message, open_chat, quoted
from bot.playground.checks import format_text
from bot.playground.refusals import bad
from bot.playground.world import World

Params = dict[str, Any]
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def text_content(params: Params) -> Message:
    """Return the part of a Message that a text request decides."""
    format_text(params, "text", "entities")
    content: Message = {"text": params["text"]}
    if params["entities"]:
        content["entities"] = params["entities"]
    if params.get("link_preview_options"):
        content["link_preview_options"] = params["link_preview_options"]
    return content


def caption_content(params: Params) -> Message:
    """Return the part of a Message that a caption decides."""
    format_text(params, "caption", "caption_entities")
    content: Message = {}
    if params.get("caption"):
        content["caption"] = params["caption"]
        if params["caption_entities"]:
            content["caption_entities"] = params["caption_entities"]
    if params.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def file_content(world: World, kind: str, value: Any) -> Message:
    """Return the part of a Message that a photo or document decides."""
    return {kind: world.files.resolve(kind, value).about}


def send(world: World, params: Params, contents: list[Message]) -> list[Message]:
    """Put new messages of the bot into a chat and return them."""
    chat = open_chat(world.chats, params["chat_id"])
    reply = quoted(chat, params)
    world.flood.admit(chat.id, world.now())
    return [_put(world, chat, params, {**reply, **content}) for content in contents]


def _put(world: World, chat: Chat, params: Params, content: Message) -> Message:
    now = world.now()
    message = {
        "message_id": world.message_id(),
        "from": world.bot,
        "chat": chat.about,
        "date": int(now),
        **content,
    }
    if "inline_keyboard" in params.get("reply_markup", ()):
        message["reply_markup"] = params["reply_markup"]
    if params.get("protect_content"):
        message["has_protected_content"] = True
    chat.show(message, now, silent=params.get("disable_notification", False))
    if chat.watcher:
        chat.watcher(message)
    return message


def send_message(world: World, params: Params) -> Message:
    """Answer sendMessage."""
    return send(world, params, [text_content(params)])[0]


def send_photo(world: World, params: Params) -> Message:
    """Answer sendPhoto."""
    open_chat(world.chats, params["chat_id"])
    return send(world, params, [file_content(world, "photo", params["photo"]) | caption_content(params)])[0]


def send_document(world: World, params: Params) -> Message:
    """Answer sendDocument."""
    open_chat(world.chats, params["chat_id"])
    return send(world, params, [file_content(world, "document", params["document"]) | caption_content(params)])[0]


def media_content(world: World, media: Params) -> Message:
    """Return the part of a Message that an InputMedia decides; photos and documents are supported here."""
    return file_content(world, media["type"], media["media"]) | caption_content(media)


def send_media_group(world: World, params: Params) -> list[Message]:
    """Answer sendMediaGroup."""
    open_chat(world.chats, params["chat_id"])
    group = {"media_group_id": str(secrets.randbits(56))}
    return send(world, params, [media_content(world, media) | group for media in params["media"]])


def send_chat_action(world: World, params: Params) -> bool:
    """Answer sendChatAction."""
    if params["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    open_chat(world.chats, params["chat_id"])
    return True
