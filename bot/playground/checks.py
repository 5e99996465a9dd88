"""What Telegram accepts: one request in, everything it would refuse out.

Stricter than Telegram in one point: Telegram ignores a field it does not know, here it is a refusal.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.playground import keyboards
from bot.playground.entities import formatted
from bot.playground.fields import FACTS, METHODS, Upload, read_fields
from bot.playground.markup import utf16_length
from bot.playground.refusals import Refusal, bad

LIMITS = {"text": (4096, "message"), "caption": (1024, "message caption")}  # UTF-16 units after entity parsing
FORMATTED = {
    method: (key, "entities" if key == "text" else "caption_entities")
    for method, facts in FACTS["methods"].items()
    for key in LIMITS
    if "parse_mode" in facts and key in facts
}


def read(method: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Read one request.

    Args:
        method: the name of a method of the Bot API as it is spelt there.
        raw: its parameters as they came: JSON values, or the strings and `Upload`s of a form.

    Returns:
        The parameters as typed values (unknown ones dropped), and every fault found, in Telegram's words
        without "Bad Request: ". Formatted text is checked by `format_text`.
    """
    faults: list[str] = []
    fields = METHODS[method.lower()][1]
    uploads = {name: value for name, value in raw.items() if name not in fields and isinstance(value, Upload)}
    if uploads:
        raw = {name: value for name, value in raw.items() if name not in uploads}
    params = read_fields(raw, fields, method, "", faults)
    if uploads:
        used: set[str] = set()
        params = attach(params, uploads, used)
        faults += [f'unknown field "{name}" of {method}' for name in sorted(uploads.keys() - used)]
    if keyboard := params.get("reply_markup"):
        keyboards.check(keyboard, faults)
    if rule := RULES.get(method):
        rule(params, faults)
    return params, faults


def attach(value: Any, uploads: Mapping[str, Upload], used: set[str]) -> Any:
    """Put uploads in the place of the `attach://name` that refer to them."""
    if isinstance(value, dict):
        return {key: attach(inner, uploads, used) for key, inner in value.items()}
    if isinstance(value, list):
        return [attach(inner, uploads, used) for inner in value]
    if not (isinstance(value, str) and value.startswith("attach://")):
        return value
    name = value.removeprefix("attach://")
    if name not in uploads:
        return value
    used.add(name)
    return uploads[name]


def format_text(params: dict[str, Any], key: str, entities_key: str) -> None:
    """Replace a formatted field by its plain text, and its entities by all that were found.

    Raises:
        Refusal: 400 if Telegram would not take this text.
    """
    if key not in params:
        return
    text, entities = formatted(params[key], params.get("parse_mode"), params.get(entities_key))
    most, name = LIMITS[key]
    if not text and key == "text":
        raise bad("message text is empty")
    if utf16_length(text) > most:
        raise bad(f"{name} is too long")
    params[key] = text
    params[entities_key] = entities


def check(method: str, raw: Mapping[str, Any]) -> list[Refusal]:
    """List everything Telegram would refuse in one request; empty if nothing."""
    known = METHODS.get(method.lower())
    if known is None:
        return [Refusal(404, "Not Found")]
    params, faults = read(known[0], raw)
    refusals = [bad(fault) for fault in faults]
    try:
        format_text(params, *FORMATTED.get(known[0], ("", "")))
    except Refusal as refusal:
        refusals.append(refusal)
    return refusals


def _edited(params: dict[str, Any], faults: list[str]) -> None:
    if "inline_message_id" in params:
        faults.append("MESSAGE_ID_INVALID")
    elif "message_id" not in params or "chat_id" not in params:
        faults.append("message identifier is not specified")


def _edited_text(params: dict[str, Any], faults: list[str]) -> None:
    _edited(params, faults)
    if "text" not in params:
        faults.append("message text is empty")


def _media(params: dict[str, Any], faults: list[str]) -> None:
    if not 2 <= len(params.get("media", ())) <= 10:
        faults.append("there must be 2-10 media in an album")


def _many_messages(params: dict[str, Any], faults: list[str]) -> None:
    if not 1 <= len(params.get("message_ids", ())) <= 100:
        faults.append("there must be 1-100 message identifiers")


def _commands(params: dict[str, Any], faults: list[str]) -> None:
    commands = params.get("commands", [])
    if len(commands) > 100:
        faults.append("BOT_COMMANDS_TOO_MUCH")
    if not all(re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")) for command in commands):
        faults.append("BOT_COMMAND_INVALID")


def _language(params: dict[str, Any], faults: list[str]) -> None:
    if not re.fullmatch(r"(?:[a-z]{2})?", params.get("language_code", "")):
        faults.append("invalid language code specified")


def _commands_and_language(params: dict[str, Any], faults: list[str]) -> None:
    _commands(params, faults)
    _language(params, faults)


def _webhook(params: dict[str, Any], faults: list[str]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]*", params.get("secret_token", "")):
        faults.append("secret token contains unallowed characters")
    if not 1 <= params.get("max_connections", 40) <= 100:
        faults.append("max_connections must be between 1 and 100")


RULES: dict[str, Callable[[dict[str, Any], list[str]], None]] = {
    "editMessageText": _edited_text,
    "editMessageCaption": _edited,
    "editMessageMedia": _edited,
    "editMessageReplyMarkup": _edited,
    "sendMediaGroup": _media,
    "deleteMessages": _many_messages,
    "setMyCommands": _commands_and_language,
    "setWebhook": _webhook,
} | dict.fromkeys(
    ("setMyName", "setMyDescription", "setMyShortDescription", "getMyCommands", "deleteMyCommands"), _language
)
