from typing import Any

import aiohttp
import pytest

from bot.playground.checks import check
from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import Bot, button, keyboard

FINE = {"chat_id": 17, "text": "x"}


def reasons(method: str, params: dict[str, Any]) -> list[str]:
    return [refusal.description for refusal in check(method, params)]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"chat_id": "17", "text": "x" * 4096, "disable_notification": "true"}),
        ("sendMessage", {"chat_id": 17, "text": "<b>" + "😀" * 2048 + "</b>", "parse_mode": "html"}),
        ("sendMessage", FINE | {"reply_markup": keyboard([button("x", "ü" * 32)] * 8)}),
        ("sendMessage", FINE | {"reply_markup": '{"inline_keyboard": [[{"text": "x", "url": "https://e.org"}]]}'}),
        ("sendMessage", FINE | {"reply_markup": {"remove_keyboard": True}}),
        ("sendMessage", FINE | {"parse_mode": None}),
        ("editMessageText", FINE | {"message_id": 1}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 200}),
        ("setMyCommands", {"commands": [{"command": "a" * 32, "description": "x"}]}),
        ("sendMediaGroup", {"chat_id": 17, "media": [{"type": "photo", "media": "x"}] * 10}),
    ],
)
def test_what_telegram_takes_is_taken(method: str, params: dict[str, Any]) -> None:
    assert reasons(method, params) == []


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendSurvey", {}, "Not Found"),
        ("sendMessage", FINE | {"mood": "good"}, 'unknown field "mood"'),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 17}, "message text is empty"),
        ("sendMessage", {"chat_id": 17, "text": " <b> </b> ", "parse_mode": "HTML"}, "message text is empty"),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, 'field "chat_id" must be of type Integer'),
        ("sendMessage", FINE | {"text": 5}, 'field "text" must be of type String'),
        ("sendMessage", FINE | {"protect_content": "maybe"}, 'field "protect_content" must be of type Boolean'),
        ("sendMessage", FINE | {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", FINE | {"text": "😀" * 2049}, "message is too long"),
        ("sendMessage", FINE | {"parse_mode": "MarkdownV2"}, "not supported by this local server"),
        ("sendMessage", FINE | {"parse_mode": "rtf"}, "unsupported parse_mode"),
        ("sendMessage", FINE | {"text": "\ud800"}, "strings must be encoded in UTF-8"),
        ("sendMessage", FINE | {"reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ("sendMessage", FINE | {"reply_markup": keyboard([button("x", "ü" * 33)])}, "BUTTON_DATA_INVALID"),
        ("sendMessage", FINE | {"reply_markup": keyboard([button("x", "d")] * 9)}, "more than 8 buttons"),
        ("sendMessage", FINE | {"reply_markup": keyboard(*[[button("x", "d")]] * 101)}, "at most 100 buttons"),
        ("sendMessage", FINE | {"reply_markup": keyboard([{"text": "x"}])}, "Text buttons are unallowed"),
        ("sendMessage", FINE | {"reply_markup": keyboard([button(" ", "d")])}, 'Field "text" must be non-empty'),
        (
            "sendMessage",
            FINE | {"reply_markup": keyboard([button("x", "d") | {"url": "https://e.org"}])},
            "exactly one",
        ),
        ("sendMessage", FINE | {"reply_markup": keyboard([button("x", "d") | {"style": "pink"}])}, "BUTTON_STYLE"),
        ("sendMessage", FINE | {"reply_markup": keyboard([button("x", "d") | {"datum": "d"}])}, "unknown field"),
        ("sendMessage", FINE | {"entities": [{"type": "bold", "offset": 0, "length": 9}]}, "ends after the end"),
        ("editMessageText", FINE, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 17, "message_id": 1}, "message text is empty"),
        ("sendPhoto", {"chat_id": 17, "photo": "x", "caption": "x" * 1025}, "message caption is too long"),
        ("sendPhoto", {"chat_id": 17}, "photo is not specified"),
        ("sendMediaGroup", {"chat_id": 17, "media": [{"type": "photo", "media": "x"}]}, "2-10 media"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "b"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyDescription", {"description": "x" * 513}, "0-512 characters"),
        ("setWebhook", {"url": "", "secret_token": "nö"}, "unallowed characters"),
        ("deleteMessages", {"chat_id": 17, "message_ids": []}, "1-100 message identifiers"),
    ],
)
def test_what_telegram_would_refuse_is_refused(method: str, params: dict[str, Any], reason: str) -> None:
    assert any(reason in refusal for refusal in reasons(method, params)), reasons(method, params)


async def test_refusals_are_counted_and_listed(telegram: Telegram, bot: Bot, kim: Phone) -> None:
    markup = keyboard([button("x", "d" * 65)])
    assert await bot.refused("sendMessage", **FINE, reply_markup=markup) == "Bad Request: BUTTON_DATA_INVALID"
    assert (await bot.call("sendSurvey", chat_id=17))["error_code"] == 404
    assert len(await kim.messages()) == 1, "a refused message is not sent"
    figures = await telegram.figures()
    assert figures["refused"] == 2
    assert [refusal["error"] for refusal in figures["refusals"]] == ["Bad Request: BUTTON_DATA_INVALID", "Not Found"]


@pytest.mark.usefixtures("kim")
async def test_the_same_call_is_read_from_query_json_form_and_multipart(telegram: Telegram, bot: Bot) -> None:
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    params = {"chat_id": "17", "text": "ü & ü", "disable_notification": "true"}
    form = aiohttp.FormData(params)
    form._is_multipart = True
    for how in ({"params": params}, {"json": params}, {"data": params}, {"data": form}):
        async with bot.session.post(url, **how) as answer:
            assert (await answer.json())["result"]["text"] == "ü & ü"
    assert len(await telegram.calls("sendMessage")) == 4
