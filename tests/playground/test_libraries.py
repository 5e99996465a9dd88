import telegram as ptb
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import TOKEN
from tests.playground.test_files import png


async def test_python_telegram_bot_talks_to_it(telegram: Telegram, kim: Phone) -> None:
    async with ptb.Bot(TOKEN, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as bot:
        markup = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Yes", callback_data="y")]])
        sent = await bot.send_message(17, "<b>Ready?</b>", parse_mode="HTML", reply_markup=markup)
        assert sent.text_html == "<b>Ready?</b>"
        query_id = await kim.press("Yes")
        (update,) = await bot.get_updates(timeout=5, allowed_updates=["callback_query", "message"])
        assert update.callback_query
        await update.callback_query.answer("Good")
        await update.callback_query.edit_message_text("Thanks")
        assert (await kim.wait_for_toast(query_id)).text == "Good"
        assert (await kim.last()).text == "Thanks"
        document = await bot.send_document(17, b"a,b", filename="ü.csv", caption="data")
        assert document.document
        assert document.document.file_name == "ü.csv"
        file = await bot.get_file(document.document.file_id)
        assert await file.download_as_bytearray() == b"a,b"
        photo = await bot.send_photo(17, png(9, 9))
        assert photo.photo[-1].width == 9
        album = await bot.send_media_group(17, [ptb.InputMediaPhoto(png(8, 8)), ptb.InputMediaPhoto(png(7, 7))])
        assert len(album) == 2
        await bot.edit_message_media(ptb.InputMediaPhoto(png(6, 6), caption="new"), 17, photo.message_id)
        await bot.set_my_commands([ptb.BotCommand("help", "Help")], scope=ptb.BotCommandScopeChat(17))
        await bot.delete_message(17, album[0].message_id)
    assert (await telegram.figures())["refused"] == 0


async def test_aiogram_talks_to_it(telegram: Telegram, kim: Phone) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with AiogramBot(TOKEN, session=session) as bot:
        assert (await bot.me()).username == "attune_bot"
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="y")]])
        sent = await bot.send_message(17, "<b>Ready?</b>", parse_mode="HTML", reply_markup=markup)
        query_id = await kim.press("Yes")
        (update,) = await bot.get_updates(timeout=5)
        assert update.callback_query
        await bot.answer_callback_query(update.callback_query.id, text="Good")
        await bot.edit_message_text("Thanks", chat_id=17, message_id=sent.message_id)
        assert (await kim.wait_for_toast(query_id)).text == "Good"
        document = await bot.send_document(17, BufferedInputFile(b"a,b", "data.csv"))
        assert document.document
        assert document.document.file_size == 3
    assert (await telegram.figures())["refused"] == 0
