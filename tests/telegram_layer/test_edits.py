"""A question's look is drawn once and used for everybody: what comes out is what drawing it anew would give."""

import json
from dataclasses import replace

import pytest

from bot.check_ins import Kept
from bot.store.screens import Screen
from bot.telegram.check_in_views import check_in_view
from bot.telegram.edits import Drawings, edit_body
from bot.texts import languages, speech
from conversations.model import CheckIn
from tests.conversations.stories import NOON
from tests.telegram_layer.test_check_in_views import TERMS, stages

CHAT, MESSAGE = 71_001, 9


def kept(check_in: CheckIn, language: str) -> Kept:
    return Kept(check_in, Screen(MESSAGE, 2, 1), 1, 2, language, "UTC", None, running=True, wrapped_key=b"")


@pytest.mark.parametrize("language", languages())
def test_every_stage_is_drawn_for_its_client_as_if_for_the_first_time(language: str) -> None:
    drawings = Drawings()
    for story in stages():
        for owner in (7, 2**63 - 1, story.check_in.id):
            check_in = replace(story.check_in, id=owner)
            anew = edit_body(CHAT, MESSAGE, check_in_view(check_in, TERMS, speech(language), NOON))
            assert drawings.body(kept(check_in, language), TERMS, CHAT, NOON) == anew


def test_an_edit_is_json_with_its_address() -> None:
    (first, *_) = stages()
    read = json.loads(Drawings().body(kept(first.check_in, "en"), TERMS, CHAT, NOON))
    assert (read["chat_id"], read["message_id"], read["parse_mode"]) == (CHAT, MESSAGE, "HTML")
    assert read["reply_markup"]["inline_keyboard"][0][0]["callback_data"].startswith("c:")
