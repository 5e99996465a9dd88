"""Reading the fields of a request: every type of the Bot API as a small function, made once from the facts.

The facts stand in `bot_api.json`, an extract of the Bot API: method or type -> field -> `types`, `required`,
`const`, `length` (`[least, most, "characters" or "bytes"]`). They are turned into functions when this module is
imported, because the benchmark sends thousands of requests a second through here.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground import keyboards
from bot.playground.markup import utf16_length


@dataclass(frozen=True, slots=True)
class Upload:
    """A file inside a request: its name, its bytes and its media type."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


Reader = Callable[[Any, str, list[str]], Any]  # (value, place, faults) -> the value as it is meant
Fields = dict[str, tuple[Reader, bool]]  # name -> (reader, required)

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("bot_api.json").read_text())
FORMATTED_FIELDS = {"text", "caption"}  # limited after their markup is parsed, elsewhere
# Telegram's own words where a length is wrong; everywhere else ours.
WORDS = {
    "BotCommand.command": "BOT_COMMAND_INVALID",
    "BotCommand.description": "BOT_COMMAND_DESCRIPTION_INVALID",
    "CopyTextButton.text": "BUTTON_COPY_TEXT_INVALID",
    "answerCallbackQuery.text": "MESSAGE_TOO_LONG",
    "setMyName.name": "BOT_TITLE_INVALID",
    "setWebhook.secret_token": "secret token is too long",
}
INTEGER = re.compile(r"-?[0-9]{1,19}")
WORDS_FOR_BOOLEAN = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


def integer(value: Any, place: str, faults: list[str]) -> Any:
    """Read an Integer; forms carry it as digits."""
    if type(value) is int:
        return value
    if type(value) is str and INTEGER.fullmatch(value):
        return int(value)
    faults.append(f'field "{place}" must be of type Integer')
    return 0


def string(value: Any, place: str, faults: list[str]) -> Any:
    """Read a String."""
    if type(value) is str:
        return value
    faults.append(f'field "{place}" must be of type String')
    return ""


def boolean(value: Any, place: str, faults: list[str]) -> Any:
    """Read a Boolean; forms carry it as a word."""
    if type(value) is bool:
        return value
    if type(value) is str and value in WORDS_FOR_BOOLEAN:
        return WORDS_FOR_BOOLEAN[value]
    faults.append(f'field "{place}" must be of type Boolean')
    return False


def number(value: Any, place: str, faults: list[str]) -> Any:
    """Read a Float."""
    try:
        return float(value)
    except (TypeError, ValueError):
        faults.append(f'field "{place}" must be of type Float')
        return 0.0


def file(value: Any, place: str, faults: list[str]) -> Any:
    """Read an InputFile: an upload, or text that names one (`attach://name`), a file_id or an address."""
    if isinstance(value, Upload) or (type(value) is str and value):
        return value
    faults.append(f'there is no file in the field "{place}"')
    return ""


def chat(value: Any, place: str, faults: list[str]) -> Any:
    """Read a chat: its id, or `@username`."""
    if type(value) is str and value.startswith("@"):
        return value
    if value == "":
        faults.append(f"{place} is empty")
        return 0
    return integer(value, place, faults)


def decoded(value: Any, place: str, faults: list[str]) -> Any:
    """Read JSON, which forms carry as text."""
    if type(value) is not str:
        return value
    try:
        return json.loads(value)
    except ValueError:
        faults.append(f"can't parse {place} JSON object")
        return None


def limited(reader: Reader, length: list[Any], words: str | None) -> Reader:
    """Return `reader` with a limit on the length of what it reads."""
    least, most, unit = length

    def read_limited(value: Any, place: str, faults: list[str]) -> Any:
        text = reader(value, place, faults)
        length = len(text.encode()) if unit == "bytes" else utf16_length(text)
        if not least <= length <= most:
            faults.append(words or f"{place} must be {least}-{most} {unit} long")
        return text

    return read_limited


def array(inner: Reader) -> Reader:
    """Return a reader of an Array."""

    def read_array(value: Any, place: str, faults: list[str]) -> Any:
        value = decoded(value, place, faults)
        if isinstance(value, list):
            return [inner(item, f"{place}[{index}]", faults) for index, item in enumerate(value)]
        faults.append(f'field "{place}" must be of type Array')
        return []

    return read_array


def one_of(names: list[str]) -> Reader:
    """Return a reader of an object that is one of several types, told apart by `type` or by required fields."""

    def read_object(value: Any, place: str, faults: list[str]) -> Any:
        value = decoded(value, place, faults)
        if not isinstance(value, dict):
            faults.append(f"object expected as {place}")
            return {}
        name = names[0] if len(names) == 1 else next((name for name in names if _fits(name, value)), None)
        if name is None:
            faults.append(f"{place} is none of {', '.join(names)}")
            return {}
        if name == "InlineKeyboardMarkup" and keyboards.plain(value):
            return value
        return read_fields(value, OBJECTS[name], name, f"{place}.", faults)

    return read_object


def _fits(name: str, value: dict[str, Any]) -> bool:
    facts = FACTS["types"][name]
    const = facts.get("type", {}).get("const")
    if const is not None:
        return bool(value.get("type") == const)
    return all(key in value for key, fact in facts.items() if fact.get("required"))


def read_fields(value: Mapping[str, Any], fields: Fields, owner: str, place: str, faults: list[str]) -> Any:
    """Read every field of an object or request; what is null counts as absent."""
    result = {}
    for name, given in value.items():
        known = fields.get(name)
        if known is None:
            faults.append(f'unknown field "{place}{name}" of {owner}')
        elif given is not None:
            result[name] = known[0](given, place + name, faults)
    for name, (_, required) in fields.items():
        if required and name not in result:
            faults.append(_missing(name, place))
    if owner == "InlineKeyboardButton":
        keyboards.check_button(result, faults)
    return result


def _missing(name: str, place: str) -> str:
    if place:
        return f'can\'t find field "{place}{name}"'
    return {"text": "message text is empty", "chat_id": "chat_id is empty"}.get(name, f"{name} is not specified")


def _reader(name: str, facts: dict[str, Any]) -> Reader:
    types: list[str] = facts["types"]
    if name in {"chat_id", "from_chat_id"}:
        return chat
    if "InputFile" in types:
        return file
    if types[0].startswith("Array of "):
        return array(_reader("", {"types": [kind.removeprefix("Array of ") for kind in types]}))
    simple = {"Integer": integer, "String": string, "Boolean": boolean, "Float": number}
    return simple.get(types[0]) or one_of(types)


def _fields(owner: str, facts: dict[str, dict[str, Any]]) -> Fields:
    formatted_here = "parse_mode" in facts
    fields: Fields = {}
    for name, fact in facts.items():
        reader = _reader(name, fact)
        if "length" in fact and not (formatted_here and name in FORMATTED_FIELDS):
            reader = limited(reader, fact["length"], WORDS.get(f"{owner}.{name}"))
        fields[name] = reader, fact.get("required", False)
    return fields


OBJECTS: dict[str, Fields] = {name: _fields(name, facts) for name, facts in FACTS["types"].items()}
METHODS: dict[str, tuple[str, Fields]] = {
    name.lower(): (name, _fields(name, facts)) for name, facts in FACTS["methods"].items()
}
