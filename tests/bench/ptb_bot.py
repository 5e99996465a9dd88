"""A clean python-telegram-bot: ConversationHandler, its own transport, its own polling, everything in memory.

`python -m tests.bench.ptb_bot BASE_URL`, the token in the environment. It stores nothing and summarises nothing.
"""

import os
import sys
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, ConversationHandler

from tests.bench.check_in import RATINGS, moving_row, question_text

Context = ContextTypes.DEFAULT_TYPE
LAST = len(RATINGS) - 1


def keyboard(position: int) -> InlineKeyboardMarkup:
    ratings = [InlineKeyboardButton(str(rating), callback_data=f"rate:{position}:{rating}") for rating in range(11)]
    moving = [InlineKeyboardButton(name, callback_data=f"{name.lower()}:{position}") for name in moving_row(position)]
    return InlineKeyboardMarkup([ratings[:6], ratings[6:], moving])


def pressed(update: Update) -> tuple[CallbackQuery, list[str]]:
    assert update.callback_query
    assert update.callback_query.data
    return update.callback_query, update.callback_query.data.split(":")


async def ask(query: CallbackQuery, position: int) -> int:
    text, markup = question_text(position), keyboard(position)
    await query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=markup)
    return position


async def after(query: CallbackQuery, position: int) -> int:
    if position < LAST:
        return await ask(query, position + 1)
    await query.edit_message_text("Sent today. Thank you.")
    return ConversationHandler.END


async def start(update: Update, _context: Context) -> int:
    query, _ = pressed(update)
    await query.answer()
    return await ask(query, 0)


async def rate(update: Update, context: Context) -> int:
    query, (_, position, rating) = pressed(update)
    await query.answer()
    assert context.user_data is not None
    context.user_data[int(position)] = int(rating)
    return await after(query, int(position))


async def skip(update: Update, _context: Context) -> int:
    query, (_, position) = pressed(update)
    await query.answer()
    return await after(query, int(position))


async def back(update: Update, _context: Context) -> int:
    query, (_, position) = pressed(update)
    await query.answer()
    return await ask(query, int(position) - 1)


def state(position: int) -> list[Any]:
    return [
        CallbackQueryHandler(rate, pattern=rf"^rate:{position}:\d+$"),
        CallbackQueryHandler(skip, pattern=rf"^skip:{position}$"),
        CallbackQueryHandler(back, pattern=rf"^back:{position}$"),
    ]


def main() -> None:
    application = Application.builder().token(os.environ["BENCH_TOKEN"]).base_url(f"{sys.argv[1]}/bot").build()
    conversation: ConversationHandler[Context] = ConversationHandler(
        entry_points=[CallbackQueryHandler(start, pattern=r"^start$")],
        states={position: state(position) for position in range(len(RATINGS))},
        fallbacks=[],
    )
    application.add_handler(conversation)
    application.run_polling()


if __name__ == "__main__":
    main()
