"""The bodies of editMessageText (Bot API).

Nearly all edits show one of a few questions to one of many clients. Such a body is drawn once a look, and then
only told whose it is: about a tenth of the bot's time under load.
"""

import json
from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from bot.check_ins import Kept
from bot.telegram.buttons import View, encode_id
from bot.telegram.check_in_views import check_in_view, look_of
from bot.texts import speech
from conversations.model import Terms

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOBODY = (1 << 63) - 1
_NOBODYS = encode_id(_NOBODY)
_LOOKS_KEPT = 4096


def edit_body(chat_id: int, message_id: int | None, view: View) -> bytes:
    """Write an editMessageText for a view, as JSON."""
    return _addressed(chat_id, message_id, _encoded(view)).encode()


def _addressed(chat_id: int, message_id: int | None, rest: str) -> str:
    return f'{{"chat_id":{chat_id},"message_id":{_ENCODE(message_id)},{rest}'


def _encoded(view: View) -> str:
    """Write all of an edit but its address: JSON without the opening brace."""
    rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in view.rows]
    return _ENCODE(
        {
            "text": view.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": rows},
        }
    )[1:]


class Drawings:
    """Draws check-ins, and keeps the look of questions."""

    def __init__(self) -> None:
        self._looks: dict[Hashable, str] = {}

    def body(self, kept: Kept, terms: Terms, chat_id: int, now: datetime) -> bytes:
        """Write the edit that brings a check-in's message up to date."""
        look = look_of(kept.check_in, terms)
        if look is None:
            view = check_in_view(kept.check_in, terms, speech(kept.language), now)
            return edit_body(chat_id, kept.screen.message_id, view)
        rest = self._looks.get((kept.language, look)) or self._draw(look, kept, terms, now)
        return _addressed(chat_id, kept.screen.message_id, rest.replace(_NOBODYS, encode_id(kept.check_in.id))).encode()

    def _draw(self, look: Hashable, kept: Kept, terms: Terms, now: datetime) -> str:
        if len(self._looks) >= _LOOKS_KEPT:
            self._looks.clear()
        nobodys = replace(kept.check_in, id=_NOBODY)
        rest = _encoded(check_in_view(nobodys, terms, speech(kept.language), now))
        self._looks[kept.language, look] = rest
        return rest
