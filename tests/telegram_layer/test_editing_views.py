"""Every screen of a set that is changed in the chat fits Telegram, and every button of it means something."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant

from bot.authoring import At
from bot.playground.entities import formatted
from bot.question_sets import Stored
from bot.telegram.buttons import DATA_LIMIT, View
from bot.telegram.editing_views import edit_view
from bot.telegram.editing_words import PAIRS, read_event
from bot.telegram.question_views import EDIT
from bot.texts import languages, speech
from conversations import authoring_events as ev
from conversations.authoring import advance, new_set
from conversations.authoring_events import Around, Refusal
from conversations.editing import Content, Editing, Problem, Step, Wanted, Why
from conversations.model import Kind
from tests.conversations.test_authoring import BLANK, BUILT_IN_SET, WEEK
from tests.conversations.test_authoring_properties import Anything

LONG = "A very long question that says everything twice, and then once more & <again>. " * 12
CODES = ["en", "de", "es", *(f"x{letter}" for letter in "abcdefghijklmnopq")]
REV = 999_999_999


def texts(text: str) -> dict[str, str]:
    return dict.fromkeys(CODES, text)


def large() -> Content:
    """Give a set as large as one may be, and larger: what is wrong with it does not matter here."""
    options = [{"id": f"o{number}", "text": texts("<" * 40)} for number in range(20)]
    kinds: list[dict[str, Any]] = [
        {"kind": "rating", "low_anchor": texts("l" * 300), "high_anchor": texts("h" * 300)},
        {"kind": "choice", "options": options},
        {"kind": "number", "minimum": -1_000_000, "maximum": 1_000_000},
    ]
    questions = [
        {"id": f"q{number:031}", "text": texts(LONG[:1000]), **kinds[number % len(kinds)]} for number in range(50)
    ]
    return {"name": "n" * 32, "number": 1, "title": texts("t" * 300), "languages": CODES, "questions": questions}


def screens(content: Content) -> Iterator[Editing]:
    begun = Editing(content)
    yield begun
    yield Editing(content, removed=(0, content["questions"][0]))
    for one in content["questions"][:5]:
        name = one["id"]
        yield Editing(content, Step.QUESTION, name)
        if one["kind"] == "choice":
            yield Editing(content, Step.OPTIONS, name)
            yield Editing(content, Step.ASKING, name, wanted=Wanted.OPTION, option=one["options"][0]["id"])
        for wanted in (Wanted.TEXT, Wanted.LABEL, Wanted.ANCHORS, Wanted.RANGE):
            outcome = advance(begun, ev.WordsAsked(name, wanted), Around("en"))
            if outcome.refusal is None:
                yield outcome.editing
                given = dict.fromkeys(content["languages"][:-1], LONG[:1000])
                yield Editing(content, Step.ASKING, name, wanted=wanted, given=given)
    yield Editing(content, Step.KIND, making={})
    yield Editing(content, Step.ASKING, making={"kind": Kind.CHOICE}, wanted=Wanted.OPTIONS)
    yield new_set(BLANK)


@pytest.mark.parametrize("content", [large(), BUILT_IN_SET, WEEK], ids=["large", "built_in", "template"])
@pytest.mark.parametrize("code", languages())
def test_every_screen_fits_and_every_button_of_it_means_something(content: Content, code: str) -> None:
    fault = "A condition looks at earlier questions only; this scale has one that is not asked before."
    names = tuple("n" * 40 for _ in range(8))
    heads = ((), (Problem(Why.NEEDED, names=names), *[Problem(Why.FAULT, names=names[:1], sentence=fault)] * 4))
    for editing in screens(content):
        for problems in heads:
            here = Editing(**{name: getattr(editing, name) for name in Editing.__slots__} | {"problems": problems})
            live = Stored(1, content["name"], 1, content, live=True, published_at=None, reader=None)
            for at in (At(here, REV, content["name"], live, None), At(here, REV, content["name"], None, live)):
                fits(edit_view(at, speech(code)), here)


def fits(view: View, editing: Editing) -> None:
    plain, _ = formatted(view.text, "HTML", None)
    assert 0 < len(plain.encode("utf-16-le")) // 2 <= 4096
    buttons = [button for row in view.rows for button in row]
    assert len(buttons) <= 100
    for button in buttons:
        assert 0 < len(button.label) <= 40, button.label
        assert len(button.data.encode()) <= DATA_LIMIT
        verb, *rest = button.data.split(":")
        if verb == EDIT:
            assert rest[0] == str(REV)
            assert read_event(rest[1:], editing) is not None, button.data


class Shown(Anything):
    """What an admin sees whatever happened, and what every button there does."""

    @invariant()
    def every_button_does_something_or_says_why_not(self) -> None:
        if self.editing.step is Step.CLOSED:
            return
        view = edit_view(At(self.editing, REV, "week", None, None), speech(self.around.language))
        fits(view, self.editing)
        for button in (button for row in view.rows for button in row):
            verb, _, *rest = button.data.split(":")
            event = read_event(rest, self.editing) if verb == EDIT else None
            if event is not None:
                outcome = advance(self.editing, event, self.around)
                assert outcome.refusal in (None, Refusal.PROBLEMS), button


TestShown = Shown.TestCase
TestShown.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(
    "parts",
    [[], [""], ["q"], ["q", "a", "b"], ["k", "nothing"], ["w", "nothing", "bond"], ["w", "option", "bond", "0"],
     ["w", "option", "nothing", "0"], ["a", "nothing"], ["r", "-1", "7"], ["r", "x", "7"], ["mv", "bond", "-1"],
     ["mv", "bond", "٣"], ["ro", "bond", "0"], ["rm"]],
)  # fmt: skip
def test_a_forged_press_means_nothing(parts: list[str]) -> None:
    assert read_event(parts, Editing(BUILT_IN_SET)) is None


def test_anchors_in_one_press_come_in_every_language_of_the_set() -> None:
    asked = advance(Editing(BUILT_IN_SET), ev.WordsAsked("bond", Wanted.ANCHORS), Around("en")).editing
    for pair in PAIRS:
        event = read_event(["a", pair], asked)
        assert event is not None
        done = advance(asked, event, Around("en")).editing
        assert set(done.content["questions"][0]["low_anchor"]) == {"en", "es", "de"}
        assert done.content["draft_languages"] == BUILT_IN_SET["draft_languages"]
