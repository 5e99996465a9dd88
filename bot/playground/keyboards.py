"""Inline keyboards: what Telegram accepts, and how a label is found on one."""

import re
import unicodedata
from typing import Any

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA = 64  # bytes
KINDS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
}  # fmt: skip
STYLES = {"danger", "success", "primary"}
ONE_KIND = "can't parse inline keyboard button: exactly one kind of button must be used"
NO_KIND = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
NO_TEXT = 'can\'t parse inline keyboard button: Field "text" must be non-empty'


def plain(markup: dict[str, Any]) -> bool:
    """Tell whether a keyboard has only correct `text` + `callback_data` buttons: the common case, read fast."""
    rows = markup.get("inline_keyboard")
    if len(markup) != 1 or type(rows) is not list:
        return False
    for row in rows:
        if type(row) is not list:
            return False
        for button in row:
            if type(button) is not dict or len(button) != 2:
                return False
            text, data = button.get("text"), button.get("callback_data")
            if type(text) is not str or type(data) is not str or not text or text.isspace():
                return False
            if not 0 < len(data) <= MOST_DATA or not data.isascii():
                return False
    return True


def _size(data: str) -> int:
    return len(data.encode("utf-8", "surrogatepass"))


def check_button(button: dict[str, Any], faults: list[str]) -> None:
    """Check one `InlineKeyboardButton` whose types are right already."""
    kinds = [kind for kind in button if kind in KINDS]
    if not str(button.get("text", "x")).strip():
        faults.append(NO_TEXT)
    if not kinds or button.get("callback_data") == "":
        faults.append(NO_KIND)
    elif len(kinds) > 1:
        faults.append(ONE_KIND)
    if _size(button.get("callback_data", "")) > MOST_DATA:
        faults.append("BUTTON_DATA_INVALID")
    if button.get("style", "primary") not in STYLES:
        faults.append("BUTTON_STYLE_INVALID")
    address = button.get("url", "tg:")
    if not address.startswith(("http://", "https://", "tg:", "ton:")) and "." not in address:
        faults.append(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def check(markup: dict[str, Any], faults: list[str]) -> None:
    """Check the size of a keyboard."""
    rows = markup.get("inline_keyboard", ())
    if sum(map(len, rows)) > MOST_BUTTONS:
        faults.append("reply markup is too long: at most 100 buttons")
    if any(len(row) > MOST_IN_A_ROW for row in rows):
        faults.append("reply markup has a row of more than 8 buttons")


def rows(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the rows of buttons under a `Message`; none if it has no inline keyboard."""
    keyboard: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return keyboard


_KEYCAPS = re.compile(r"^(?:[0-9#*]\uFE0F?\u20E3)+")


def label(text: str) -> str:
    """Return a button's text without emoji and spaces before its words: `✅ Send` is `Send`."""
    words = _KEYCAPS.sub("", text)
    for index, character in enumerate(words):
        if not (character.isspace() or unicodedata.category(character) in {"So", "Sk", "Mn", "Cf"}):
            return words[index:].strip()
    return text.strip()


def find(message: dict[str, Any], wanted: str) -> dict[str, Any] | None:
    """Return the button of a `Message` with this label, a leading emoji aside; None if there is none."""
    for row in rows(message):
        for button in row:
            text = button["text"]
            if text == wanted or label(text) == wanted:
                return button
    return None


def carries(message: dict[str, Any], data: str) -> bool:
    """Tell whether a `Message` has a button with this `callback_data`."""
    return any(button.get("callback_data") == data for row in rows(message) for button in row)
