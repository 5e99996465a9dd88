"""Methods that change or delete what stands in a chat, and answers to presses."""

from bot.playground.chats import Chat, Message, find, message_in, open_chat
from bot.playground.refusals import NOT_MODIFIED, QUERY_TOO_OLD, Refusal, bad
from bot.playground.sending import Params, caption_content, media_content, text_content
from bot.playground.world import QUERY_LIFE, World

DELETABLE = 48 * 3600  # seconds a message can be deleted after it was sent
TEXT_KEYS = ("text", "entities", "link_preview_options")
CAPTION_KEYS = ("caption", "caption_entities", "show_caption_above_media")


def _editable(world: World, params: Params) -> tuple[Chat, Message]:
    chat = open_chat(world.chats, params["chat_id"])
    message = message_in(chat, params["message_id"], "edit")
    if message["from"]["id"] != world.bot["id"]:
        raise bad("message can't be edited")
    return chat, message


def _edit(world: World, params: Params, replaced: tuple[str, ...], content: Message, needs: str = "") -> Message:
    """Replace some fields of a message and its keyboard."""
    chat, old = _editable(world, params)
    if needs and needs not in old and not (needs == "caption" and ("photo" in old or "document" in old)):
        raise bad(f"there is no {needs} in the message to edit")
    new = {key: value for key, value in old.items() if key not in replaced and key != "reply_markup"}
    new |= content
    markup = params.get("reply_markup")
    if markup and markup.get("inline_keyboard"):
        new["reply_markup"] = markup
    if all(old.get(key) == new.get(key) for key in (*replaced, "reply_markup")):
        raise bad(NOT_MODIFIED)
    now = world.now()
    new["edit_date"] = int(now)
    chat.replace(new, now)
    if chat.watcher:
        chat.watcher(new)
    return new


def edit_message_text(world: World, params: Params) -> Message:
    """Answer editMessageText."""
    return _edit(world, params, TEXT_KEYS, text_content(params), needs="text")


def edit_message_caption(world: World, params: Params) -> Message:
    """Answer editMessageCaption."""
    return _edit(world, params, CAPTION_KEYS, caption_content(params), needs="caption")


def edit_message_media(world: World, params: Params) -> Message:
    """Answer editMessageMedia."""
    _editable(world, params)
    return _edit(world, params, (*CAPTION_KEYS, *TEXT_KEYS, "photo", "document"), media_content(world, params["media"]))


def edit_message_reply_markup(world: World, params: Params) -> Message:
    """Answer editMessageReplyMarkup."""
    return _edit(world, params, (), {})


def answer_callback_query(world: World, params: Params) -> bool:
    """Answer answerCallbackQuery: show a toast, or an alert, to whoever pressed."""
    now = world.now()
    query = world.queries.get(params["callback_query_id"])
    if query is None or now - query.born > QUERY_LIFE:
        raise bad(QUERY_TOO_OLD)
    world.chats[query.chat_id].tell(
        {
            "time": now,
            "kind": "toast",
            "text": params.get("text", ""),
            "alert": params.get("show_alert", False),
            "query_id": params["callback_query_id"],
        }
    )
    return True


def _delete(world: World, chat: Chat, message_id: int) -> None:
    message = message_in(chat, message_id, "delete")
    if world.now() - message["date"] > DELETABLE:
        raise bad("message can't be deleted for everyone")
    if chat.id < 0 and message["from"]["id"] != world.bot["id"]:
        raise bad("message can't be deleted")
    chat.remove(message_id, world.now())


def delete_message(world: World, params: Params) -> bool:
    """Answer deleteMessage."""
    _delete(world, find(world.chats, params["chat_id"]), params["message_id"])
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Answer deleteMessages, which skips what it cannot delete."""
    chat = find(world.chats, params["chat_id"])
    for message_id in params["message_ids"]:
        try:
            _delete(world, chat, message_id)
        except Refusal:
            continue
    return True
