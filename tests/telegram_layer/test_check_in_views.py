"""Every step in every language: it fits Telegram, and every button it shows is one the check-in accepts."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from ruamel.yaml import YAML

from bot.practice import BUILT_IN
from bot.telegram.buttons import View, read_check_in
from bot.telegram.check_in_views import check_in_view, prompt_view
from bot.texts import Speech, languages, speech
from conversations import events as ev
from conversations.check_in import advance
from conversations.events import Event
from conversations.model import CheckIn, Past, QuestionSetVersion, State, Step, Terms, Visibility
from conversations.question_sets import read_question_set
from conversations.schedule import Later
from tests.conversations.stories import NOON, TAKE_BACK, Story, with_terms

VERSION: QuestionSetVersion = read_question_set(YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8")), 3)
TERMS: Terms = with_terms(version=VERSION, next_session_at=NOON + timedelta(days=7))
ANSWERS: list[Event] = [ev.Answered(position, 10) for position in range(4)]
PATHS: list[list[Event]] = [
    [ev.LaterAsked(), ev.Snoozed(Later.HOUR), ev.Left()],
    [ev.Started(), ev.NoteAdded("<b>& it was loud")],
    [ev.Started(), *ANSWERS[:2], ev.WentBack(2), ev.Left()],
    [ev.Started(), *ANSWERS, ev.TalkSet(wanted=True), ev.ChangeAsked(), ev.QuestionChosen(1), ev.WentBack(1)],
    [ev.Started(), *ANSWERS, ev.NoteAsked(), ev.Typed("x" * 1000), ev.VisibilityChosen(Visibility.BEFORE), ev.Sent()],
    [ev.Started(), *ANSWERS, ev.Sent(), ev.Shown(visible=True), ev.Shown(visible=False)],
    [ev.Started(), *ANSWERS, ev.NotSent()],
    [ev.Started(), ev.Answered(0, None), ev.Superseded()],
    [ev.Started(), ev.Answered(0, 4), ev.Superseded()],
    [ev.CalledOff()],
    [ev.Started(), ev.Answered(0, 3), *ANSWERS[1:], ev.Answered(4, 2), ev.ChangeAsked(), ev.QuestionChosen(4)],
    [
        ev.Started(),
        *ANSWERS[:2],
        ev.Answered(2, 5),
        ANSWERS[3],
        ev.Answered(4, 2),
        ev.ChangeAsked(),
        ev.QuestionChosen(4),
    ],
]
WIN: list[Event] = [ev.Started(), *ANSWERS, ev.Typed("<b>& I slept " * 70), ev.ChangeAsked(), ev.QuestionChosen(4)]
WIN += [ev.Answered(4, None), ev.Sent(), ev.Shown(visible=True)]
IN_TURN = replace(TERMS, past=Past(completed=2, asked=("listening", "openness", "empathy", "boundaries", "structure")))
EVERY_LANGUAGE = pytest.mark.parametrize("say", [speech(code) for code in languages()], ids=languages())


def stages() -> Iterator[Story]:
    """Live through every path, stopping after each step."""
    for path in (*PATHS, WIN):
        story = Story(IN_TURN if path is WIN else TERMS).prompted()
        yield story
        for event in path:
            assert story.do(event).refusal is None, event
            yield story


def drawn(check_in: CheckIn, say: Speech) -> View:
    return check_in_view(check_in, TERMS, say, NOON)


def plain(view: View) -> str:
    return html.unescape(re.sub(r"</?[bi]>", "", view.text))


def test_the_paths_pass_every_step_and_every_end() -> None:
    passed = [(story.check_in.state, story.check_in.step) for story in stages()]
    assert {step for _, step in passed} == set(Step) - {Step.IMPORTED}
    assert {state for state, _ in passed} == set(State) - {State.SCHEDULED}


@EVERY_LANGUAGE
def test_every_view_fits_telegram(say: Speech) -> None:
    for story in stages():
        view = drawn(story.check_in, say)
        assert 0 < len(plain(view)) <= 4096
        assert len(view.rows) <= 8
        for button in (button for row in view.rows for button in row):
            assert 0 < len(button.label) <= 40
            assert 0 < len(button.data.encode()) <= 64
        assert all(0 < len(row) <= 8 for row in view.rows)


@EVERY_LANGUAGE
def test_every_button_that_is_shown_is_accepted(say: Speech) -> None:
    for story in stages():
        for button in (button for row in drawn(story.check_in, say).rows for button in row):
            found = read_check_in(button.data.split(":")[1:])
            assert found is not None, button
            assert found[0] == story.check_in.id
            assert advance(story.check_in, found[1], NOON, TERMS).refusal is None, (story.step(), button.label)


@EVERY_LANGUAGE
def test_nothing_but_our_own_tags_is_written(say: Speech) -> None:
    for story in stages():
        assert not re.search(r"<(?!/?[bi]>)|&(?!amp;|lt;|gt;)", drawn(story.check_in, say).text)


@EVERY_LANGUAGE
def test_no_view_shows_the_note_again(say: Speech) -> None:
    for story in stages():
        assert "xxx" not in drawn(story.check_in, say).text
        assert "loud" not in drawn(story.check_in, say).text


@EVERY_LANGUAGE
def test_ratings_stand_in_two_rows_of_a_thumbs_width(say: Speech) -> None:
    rows = drawn(Story(TERMS).started().check_in, say).rows
    assert ["".join(button.label for button in row) for row in rows[:2]] == ["012345", "678910"]


@EVERY_LANGUAGE
def test_the_message_that_notifies_shows_nothing_private(say: Speech) -> None:
    check_in = Story(TERMS).prompted().check_in
    for reminder in (False, True):
        text = prompt_view(check_in, TERMS, say, reminder=reminder).text.lower()
        for word in ("therap", "bond", "sitzung", "sesión", "session", "terapeuta"):
            assert word not in text


def test_the_review_says_when_it_will_be_sent() -> None:
    story = Story(TERMS).reviewed()
    assert story.check_in.auto_send_at == NOON + TAKE_BACK
    assert "12:15" in drawn(story.check_in, speech("en")).text


def test_what_was_sent_is_shown_only_when_asked() -> None:
    story = Story(TERMS).reviewed()
    story.do(ev.Sent())
    assert "Being yourself: 9" not in drawn(story.check_in, speech("en")).text
    story.do(ev.Shown(visible=True))
    assert "Being yourself: 9" in drawn(story.check_in, speech("en")).text


def test_a_choice_offers_its_options_one_below_the_other() -> None:
    story = Story(TERMS).answered(9, 9, 5, 9)
    view = drawn(story.check_in, speech("en"))
    assert view.text == "5/5  <b>Next time, I would like:</b>"
    labels = [[button.label for button in row] for row in view.rows]
    assert labels[:4] == [["More of a plan"], ["Just as it was"], ["More room to talk freely"], ["Not sure"]]
    story.do(ev.Answered(4, 2))
    assert "Next time: More room to talk freely" in drawn(story.check_in, speech("en")).text


@EVERY_LANGUAGE
def test_a_question_in_words_says_where_to_get_help_and_has_a_way_round_it(say: Speech) -> None:
    story = Story(IN_TURN).answered(9, 9, 9, 9)
    view = drawn(story.check_in, say)
    assert "/crisis" in view.text
    assert view.rows[-1][-1].label in {"Not today", "Hoy no", "Heute nicht"}
    story.do(ev.Answered(4, None))
    assert f": {view.rows[-1][-1].label}" in drawn(story.check_in, say).text


def test_a_milestone_is_one_warm_line_that_can_be_switched_off() -> None:
    story = Story(TERMS).reviewed()
    story.do(ev.Sent())
    assert drawn(story.check_in, speech("en")).text.endswith("That was your first one. Good to hear from you.")
    without = check_in_view(story.check_in, replace(TERMS, milestone_lines=False), speech("en"), NOON)
    assert without.text == "Sent 4 November. Thank you."


def test_before_the_next_session_is_offered_only_where_one_is_planned() -> None:
    story = Story(TERMS).started()
    story.do(ev.NoteAdded("less homework"))
    labels = [row[0].label for row in drawn(story.check_in, speech("en")).rows]
    assert "Just before the next session" in labels
    unplanned = check_in_view(story.check_in, with_terms(version=VERSION), speech("en"), NOON)
    assert "Just before the next session" not in [row[0].label for row in unplanned.rows]
