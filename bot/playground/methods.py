"""The methods of the Bot API this server answers, each as a function of the world and checked parameters."""

from collections.abc import Callable
from typing import Any

from bot.playground import editing, profile, sending
from bot.playground.chats import find, open_chat
from bot.playground.refusals import LEFT_GROUP, bad
from bot.playground.sending import Params
from bot.playground.world import World


def get_file(world: World, params: Params) -> dict[str, Any]:
    """Answer getFile."""
    return world.files.describe(params["file_id"])


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """Answer getChat with a ChatFullInfo."""
    chat = find(world.chats, params["chat_id"])
    return {**chat.about, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}


NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def leave_chat(world: World, params: Params) -> bool:
    """Answer leaveChat."""
    chat = open_chat(world.chats, params["chat_id"])
    if chat.id > 0:
        raise bad("chat is a private chat; bots can't leave it")
    chat.closed = LEFT_GROUP
    chat.tell({"time": world.now(), "kind": "left"})
    return True


def yes(world: World, params: Params) -> bool:  # noqa: ARG001
    """Answer logOut and close."""
    return True


HANDLERS: dict[str, Callable[[World, Params], Any]] = {
    "getMe": profile.get_me,
    "logOut": yes,
    "close": yes,
    "setWebhook": profile.set_webhook,
    "deleteWebhook": profile.delete_webhook,
    "getWebhookInfo": profile.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "answerCallbackQuery": editing.answer_callback_query,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "getFile": get_file,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.text_setter("name"),
    "getMyName": profile.text_getter("name"),
    "setMyDescription": profile.text_setter("description"),
    "getMyDescription": profile.text_getter("description"),
    "setMyShortDescription": profile.text_setter("short_description"),
    "getMyShortDescription": profile.text_getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
