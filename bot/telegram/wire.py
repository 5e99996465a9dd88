"""How a letter becomes a Bot API call, by python-telegram-bot's `Bot`. Its errors are the caller's."""

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.telegram.buttons import Button, View
from bot.telegram.letters import Letter
from bot.telegram.replies import Keys


async def send(bot: Bot, chat_id: int, letter: Letter) -> int | None:
    """Do what a letter says; give the id of the new message, if it makes one."""
    if letter.delete is not None:
        await bot.delete_message(chat_id, letter.delete)
        return None
    if letter.menu is not None:
        commands = [BotCommand(name, text) for name, text in letter.menu]
        await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))
        return None
    send_it = _send_text if letter.photo is None else _send_photo
    if letter.document is not None:
        send_it = _send_document
    return (await send_it(bot, chat_id, letter)).message_id


async def strip(bot: Bot, chat_id: int, message_id: int) -> None:
    """Take the buttons off a message that is no longer the screen."""
    await bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=None)


async def put_keys(bot: Bot, keys: Keys) -> None:
    """Change the buttons under a message."""
    markup = _markup(View("", keys.rows))
    try:
        await bot.edit_message_reply_markup(chat_id=keys.chat_id, message_id=keys.message_id, reply_markup=markup)
    except BadRequest as error:
        if "message is not modified" not in error.message.lower():
            raise


async def _send_text(bot: Bot, chat_id: int, letter: Letter) -> Message:
    return await bot.send_message(
        chat_id,
        letter.view.text,
        parse_mode=ParseMode.HTML,
        reply_markup=_markup(letter.view),
        protect_content=letter.protect,
        disable_notification=letter.silent,
        reply_parameters=_reply_to(letter.reply_to),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


async def _send_photo(bot: Bot, chat_id: int, letter: Letter) -> Message:
    return await bot.send_photo(
        chat_id,
        letter.photo or b"",
        caption=letter.view.text,
        parse_mode=ParseMode.HTML,
        reply_markup=_markup(letter.view),
        protect_content=letter.protect,
        disable_notification=letter.silent,
        reply_parameters=_reply_to(letter.reply_to),
        filename="picture.png",
    )


async def _send_document(bot: Bot, chat_id: int, letter: Letter) -> Message:
    name, content = letter.document or ("", b"")
    return await bot.send_document(
        chat_id,
        content,
        caption=letter.view.text,
        parse_mode=ParseMode.HTML,
        reply_markup=_markup(letter.view),
        protect_content=letter.protect,
        disable_notification=letter.silent,
        filename=name,
    )


def _reply_to(message_id: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None


def _markup(view: View) -> InlineKeyboardMarkup | None:
    if not view.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in view.rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)
