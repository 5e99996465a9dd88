from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.buttons import CHECK_IN, DATA_LIMIT, check_in_data, data, decode_id, encode_id, read_check_in
from conversations import events as ev
from conversations.events import Event
from conversations.model import Visibility
from conversations.schedule import Later

ids = st.integers(0, 2**63 - 1)
anything = st.text(st.characters(codec=None), max_size=80)  # lone surrogates included
BUTTONS: list[tuple[tuple[str | int, ...], Event]] = [
    (("go",), ev.Started()),
    (("later",), ev.LaterAsked()),
    (("no",), ev.Skipped()),
    (("note",), ev.NoteAsked()),
    (("change",), ev.ChangeAsked()),
    (("review",), ev.ReturnedToReview()),
    (("send",), ev.Sent()),
    (("dont",), ev.NotSent()),
    (("a", 3, 10), ev.Answered(3, 10)),
    (("skip", 3), ev.Answered(3, None)),
    (("o", 3, 2, 1), ev.OptionSet(3, 2, chosen=True)),
    (("o", 3, 2, 0), ev.OptionSet(3, 2, chosen=False)),
    (("done", 3), ev.OptionsDone(3)),
    (("back", 3), ev.WentBack(3)),
    (("pick", 3), ev.QuestionChosen(3)),
    (("talk", 1), ev.TalkSet(wanted=True)),
    (("talk", 0), ev.TalkSet(wanted=False)),
    (("show", 1), ev.Shown(visible=True)),
    (("show", 0), ev.Shown(visible=False)),
    *((("zz", choice.value), ev.Snoozed(choice)) for choice in Later),
    *((("who", choice.value), ev.VisibilityChosen(choice)) for choice in Visibility),
]
NOT_PRESSED = {
    ev.Typed, ev.NoteAdded, ev.Left, ev.TimePassed, ev.CalledOff, ev.Superseded, ev.Nudged, ev.Replanned,
    ev.MadeToWait, ev.AskedNow,
}  # fmt: skip


@given(ids)
def test_an_id_comes_back_as_it_was(number: int) -> None:
    assert decode_id(encode_id(number)) == number
    assert len(encode_id(number)) == 11


@given(anything)
def test_no_string_makes_reading_an_id_fail(text: str) -> None:
    number = decode_id(text)
    assert number is None or 0 <= number < 2**63


@given(ids, st.sampled_from(BUTTONS))
def test_a_button_comes_back_as_the_event_it_stands_for(number: int, button: tuple[tuple[str], Event]) -> None:
    arguments, event = button
    written = check_in_data(number, *arguments)
    verb, *parts = written.split(":")
    assert verb == CHECK_IN
    assert read_check_in(parts) == (number, event)
    assert len(written.encode()) <= DATA_LIMIT


def test_every_event_a_client_can_press_has_a_button() -> None:
    assert {type(event) for _, event in BUTTONS} == set(get_args(Event)) - NOT_PRESSED


@given(anything)
def test_no_string_makes_reading_a_button_fail(text: str) -> None:
    read_check_in(text.split(":"))


words = st.one_of(anything, st.sampled_from([str(word) for parts, _ in BUTTONS for word in parts]))


@given(st.lists(words, max_size=5))
def test_no_forged_button_makes_reading_it_fail(arguments: list[str]) -> None:
    found = read_check_in([encode_id(7), *arguments])
    assert found is None or found[0] == 7


@pytest.mark.parametrize("forged", ["", "a", "a:1", "a:x:1", "a:1:\u0667", "a:-1:5", "a:1:1000", "zz:never", "who:all"])
def test_what_no_button_says_is_nothing(forged: str) -> None:
    assert read_check_in([encode_id(7), *forged.split(":")]) is None


def test_verbs_and_arguments_are_joined() -> None:
    assert data("s", "abc", 7) == "s:abc:7"
