"""A topic of the agenda says what was answered, whatever the questions, and when it was asked; so do the titles."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from bot.check_ins import Kept
from bot.telegram.agenda_views import agenda_pages
from bot.telegram.answer_views import title_of
from bot.telegram.lengths import MESSAGE_UNITS, units
from bot.telegram.silence_views import silence_view
from bot.telegram.staff_views import summary_view
from bot.texts import languages, speech
from conversations import reports
from conversations.continuity import Given
from conversations.model import Answers, CheckIn, Kind, Note, QuestionSetVersion, State, Visibility
from conversations.occasions import Occasion
from conversations.reports import Summary
from tests.conversations.scores import PHQ
from tests.conversations.scores import SINK as EVERYTHING
from tests.conversations.stories import NOON, VERSION, with_terms
from tests.store.people import BERLIN
from tests.telegram_layer.test_summary_views import LONG, agenda_of

SINK = replace(
    EVERYTHING,
    questions=tuple(replace(one, show_if=None) for one in EVERYTHING.questions if one.kind is not Kind.RATING),
    scales=(),
)
"""Every kind of question but ratings."""
DAY = date(2026, 11, 4)
SAY = speech("en")
every_language = pytest.mark.parametrize("code", languages())


def said(version: QuestionSetVersion, answers: Answers, words: Mapping[str, str] | None = None) -> Summary:
    terms = with_terms(version=version)
    state = State.COMPLETED if answers or words else State.EXPIRED
    done = CheckIn(1, 2, 3, NOON, state=state, answers=answers, words=words or {}, talk=True)
    return reports.summary(done, terms, [Given(answers, terms.version)], "K-17", DAY)


def agenda(*summaries: Summary, note: Note | None = None) -> str:
    (page,) = agenda_pages(agenda_of(summaries, note), SAY, BERLIN)
    assert units(page.text) <= MESSAGE_UNITS
    return page.text


def test_answers_that_are_no_ratings_are_shown_with_what_their_scales_came_to() -> None:
    text = agenda(said(PHQ, {question.id: 2 for question in PHQ.questions}))
    assert "No answer." not in text
    assert "Would like to talk about this" in text
    assert "16" in text
    assert len(text.splitlines()) > len(PHQ.questions)


@pytest.mark.parametrize(
    ("answers", "words", "shown"),
    [
        ({"sleep": 1}, {}, "yes"),
        ({"help": 1}, {}, "Walks"),
        ({}, {"more": "the <garden>"}, "the &lt;garden&gt;"),
        ({}, {"weight": "72.5"}, "72.5"),
        ({question.id: None for question in SINK.questions}, {}, "skipped"),
    ],
)
def test_one_answer_of_any_kind_is_an_answer(answers: Answers, words: Mapping[str, str], shown: str) -> None:
    text = agenda(said(SINK, answers, words))
    assert "No answer." not in text
    assert shown in text


@pytest.mark.parametrize("version", [PHQ, SINK, VERSION])
def test_only_where_nothing_was_answered_there_is_no_answer(version: QuestionSetVersion) -> None:
    text = agenda(said(version, {}))
    assert text.count("No answer.") == 1
    assert "not answered" not in text


def test_ratings_stay_on_one_line() -> None:
    text = agenda(said(VERSION, {"bond": 9, "goals": 8, "tasks": 9, "overall": 8}))
    assert "\nbond 9, goals 8, tasks 9, overall 8\n" in text


def test_long_words_leave_room_for_a_long_note() -> None:
    text = agenda(said(SINK, {}, {"more": LONG * 2}), note=Note(LONG, Visibility.BEFORE))
    assert "\N{HORIZONTAL ELLIPSIS}" in text
    assert units(text) < MESSAGE_UNITS - 1000


@every_language
def test_titles_and_the_agenda_say_on_which_occasion_it_was_asked(code: str) -> None:
    say = speech(code)
    one = said(VERSION, {"bond": 9, "goals": 8, "tasks": 9, "overall": 8})
    asked = [replace(one, occasion=occasion) for occasion in Occasion]
    titles = [title_of(each, say) for each in asked]
    assert len(set(titles)) == len(Occasion)
    assert all(say.day(DAY) in title for title in titles)
    assert [summary_view(each, say).text.splitlines()[0] for each in asked] == titles
    kept = cast("Kept", SimpleNamespace(check_in=CheckIn(1, 2, 3, NOON)))
    silences = [silence_view(kept, each, say, whole=True) for each in asked]
    assert [view.text.splitlines()[0] for view in silences] == titles
    pages = [agenda_pages(agenda_of([each]), say, BERLIN) for each in asked]
    headings = [page.text.splitlines()[2] for (page,) in pages]
    assert headings[0] == say("agenda.topic", day=say.day(DAY))
    assert len(set(headings)) == len(Occasion)
    assert all(say.day(DAY) in heading for heading in headings)
