"""A clean aiogram 3 bot: its FSM in memory, its own session, its own polling with a task for each update.

`python -m tests.bench.aiogram_bot BASE_URL`, the token in the environment. It stores nothing and summarises nothing.
"""

import asyncio
import os
import sys

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.bench.check_in import RATINGS, moving_row, question_text

LAST = len(RATINGS) - 1
router = Router()


class CheckIn(StatesGroup):
    answering = State()


class Rate(CallbackData, prefix="rate"):
    position: int
    rating: int


class Move(CallbackData, prefix="move"):
    way: str
    position: int


def keyboard(position: int) -> InlineKeyboardMarkup:
    ratings = [
        InlineKeyboardButton(text=str(rating), callback_data=Rate(position=position, rating=rating).pack())
        for rating in range(11)
    ]
    moving = [
        InlineKeyboardButton(text=name, callback_data=Move(way=name.lower(), position=position).pack())
        for name in moving_row(position)
    ]
    return InlineKeyboardMarkup(inline_keyboard=[ratings[:6], ratings[6:], moving])


async def ask(query: CallbackQuery, context: FSMContext, position: int) -> None:
    await context.update_data(position=position)
    assert isinstance(query.message, Message)
    await query.message.edit_text(question_text(position), reply_markup=keyboard(position))


async def after(query: CallbackQuery, context: FSMContext, position: int) -> None:
    if position < LAST:
        await ask(query, context, position + 1)
        return
    await context.clear()
    assert isinstance(query.message, Message)
    await query.message.edit_text("Sent today. Thank you.")


@router.callback_query(F.data == "start")
async def start(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(CheckIn.answering)
    await ask(query, state, 0)


@router.callback_query(CheckIn.answering, Rate.filter())
async def rate(query: CallbackQuery, callback_data: Rate, state: FSMContext) -> None:
    await query.answer()
    if (await state.get_data())["position"] != callback_data.position:
        return
    await state.update_data({f"answer{callback_data.position}": callback_data.rating})
    await after(query, state, callback_data.position)


@router.callback_query(CheckIn.answering, Move.filter(F.way == "skip"))
async def skip(query: CallbackQuery, callback_data: Move, state: FSMContext) -> None:
    await query.answer()
    await after(query, state, callback_data.position)


@router.callback_query(CheckIn.answering, Move.filter(F.way == "back"))
async def back(query: CallbackQuery, callback_data: Move, state: FSMContext) -> None:
    await query.answer()
    await ask(query, state, callback_data.position - 1)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1]))
    bot = Bot(os.environ["BENCH_TOKEN"], session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
