import asyncio
from datetime import UTC, datetime

import pytest

from bot.playground.phones import Phone, Telegram, transcript
from tests.playground.conftest import TOKEN, Bot, button, keyboard
from tests.playground.test_files import png, send

STORY = """\
Wednesday 4 November 2026

14:50  Kim
       /start
14:50  Attune (silent)
       Four short questions are ready.
       [✅ Start] [Later]
14:51  Kim presses [✅ Start]
14:51  Attune shows a notice: Here you go
14:51  Attune changes the message
       1/4
14:51  Attune, in reply to: 1/4
       (picture: chart.png)
       your chart
14:51  (Attune's message is deleted: your chart)

Thursday 5 November 2026

14:51  (blocks Attune)
"""


async def test_a_transcript_tells_the_conversation_as_a_person_saw_it(telegram: Telegram, bot: Bot) -> None:
    await telegram.set_clock(datetime(2026, 11, 4, 14, 50, tzinfo=UTC))
    kim = await telegram.person(17, "Kim")
    await kim.say("/start")
    markup = keyboard([button("✅ Start", "s"), button("Later", "l")])
    sent = await bot.do(
        "sendMessage",
        chat_id=17,
        text="Four short questions are ready.",
        reply_markup=markup,
        disable_notification=True,
    )
    await telegram.advance(60)
    query_id = await kim.press("Start")
    await bot.do("answerCallbackQuery", callback_query_id=query_id, text="Here you go")
    await bot.do("editMessageText", chat_id=17, message_id=sent["message_id"], text="1/4")
    reply = f'{{"message_id":{sent["message_id"]}}}'
    photo = await send(
        bot,
        "sendPhoto",
        {"photo": ("chart.png", png(9, 9))},
        chat_id="17",
        caption="your chart",
        reply_parameters=reply,
    )
    await bot.do("deleteMessage", chat_id=17, message_id=photo["result"]["message_id"])  # type: ignore[index]
    await telegram.advance(24 * 3600)
    await kim.block()
    assert await transcript(kim) == STORY
    assert "K-17 presses [✅ Start]" in await transcript(kim, {17: "K-17"})


async def test_waiting_ends_as_soon_as_the_bot_has_written(bot: Bot, kim: Phone) -> None:
    waiting = asyncio.create_task(kim.wait_for(lambda message: message.labels == ["Yes"]))
    await asyncio.sleep(0.1)
    sent = await bot.do("sendMessage", chat_id=17, text="no buttons yet")
    await bot.do(
        "editMessageReplyMarkup",
        chat_id=17,
        message_id=sent["message_id"],
        reply_markup=keyboard([button("✅ Yes", "y")]),
    )
    assert (await waiting).message_id == sent["message_id"]
    with pytest.raises(AssertionError, match=r"waited 0.1 s for 'never'(.|\n)*no buttons yet"):
        await kim.wait_for("never", timeout=0.1)
    assert len(await kim.wait_until(lambda messages: len(messages) == 2)) == 2


async def test_a_button_that_is_a_deep_link_opens_it(bot: Bot, kim: Phone) -> None:
    markup = keyboard([{"text": "Open", "url": "https://t.me/attune_bot?start=abc"}])
    await bot.do("sendMessage", chat_id=17, text="x", reply_markup=markup)
    await kim.press("Open")
    assert (await bot.updates())[-1]["message"]["text"] == "/start abc"


async def test_a_person_sends_what_is_not_text(bot: Bot, kim: Phone) -> None:
    await kim.send(sticker={"file_id": "x"})
    assert (await bot.updates())[-1]["message"]["sticker"] == {"file_id": "x"}


async def test_no_repr_shows_the_token(telegram: Telegram, kim: Phone) -> None:
    assert TOKEN not in repr(telegram) + repr(kim)
