"""Every kind of question, asked by the reducer; and questions that come and go with the answers before them."""

from dataclasses import replace

import pytest

from conversations import events as ev
from conversations.asking import questions_of
from conversations.events import Effect
from conversations.model import Kind, Option, Question, QuestionSetVersion, State, Step
from conversations.scales import Scale
from conversations.show_if import All, Comparator, Comparison
from tests.conversations.stories import TERMS, Story

OPTIONS = tuple(Option(name, {"en": name}, points) for name, points in (("a", 0), ("b", 1), ("c", 2)))
QUESTIONS = (
    Question("mood", Kind.RATING, {"en": "Mood?"}, maximum=100, step=10),
    Question("slept", Kind.YES_NO, {"en": "Slept?"}),
    Question("one", Kind.CHOICE, {"en": "Which?"}, options=OPTIONS),
    Question("more", Kind.CHOICE, {"en": "Which ones?"}, options=OPTIONS, several=True),
    Question("nights", Kind.NUMBER, {"en": "Nights?"}, maximum=7, decimals=1),
    Question("said", Kind.TEXT, {"en": "What?"}),
)
CONDITIONAL = (
    Question("mood", Kind.RATING, {"en": "Mood?"}),
    Question("why", Kind.TEXT, {"en": "Why?"}, show_if=Comparison("mood", Comparator.AT_MOST, 3)),
    Question("sure", Kind.YES_NO, {"en": "Sure?"}, show_if=Comparison("why", Comparator.ANSWERED, value=True)),
    Question(
        "great", Kind.YES_NO, {"en": "Great?"}, show_if=Comparison("total", Comparator.AT_LEAST, 8, of_score=True)
    ),
    Question("end", Kind.RATING, {"en": "End?"}),
)


def started(questions: tuple[Question, ...]) -> Story:
    version = QuestionSetVersion(9, "kinds", 1, questions, scales=(Scale("total", ("mood",)),))
    story = Story(replace(TERMS, version=version))
    story.do(ev.TimePassed())
    story.do(ev.Started())
    return story


def asked(story: Story) -> list[str]:
    return [question.id for question in questions_of(story.check_in, story.terms)]


def test_every_kind_is_answered_in_its_own_way() -> None:
    story = started(QUESTIONS)
    story.refused(ev.Answered(0, 15))
    story.do(ev.Answered(0, 20))
    story.refused(ev.Answered(1, 2))
    story.do(ev.Answered(1, 0))
    story.refused(ev.Answered(2, 3))
    story.do(ev.Answered(2, 2))
    story.do(ev.OptionSet(3, 0, chosen=True))
    story.do(ev.OptionSet(3, 2, chosen=True))
    story.do(ev.OptionsDone(3))
    story.do(ev.Typed("6,5"))
    story.do(ev.Typed("words of my own"))
    assert story.check_in.step is Step.REVIEW
    assert story.check_in.answers == {"mood": 20, "slept": 0, "one": 2, "more": 0b101}
    assert story.check_in.words == {"nights": "6.5", "said": "words of my own"}


def test_every_kind_can_be_skipped() -> None:
    story = started(QUESTIONS)
    for position in range(len(QUESTIONS)):
        story.do(ev.Answered(position, None))
    assert story.check_in.step is Step.REVIEW
    assert set(story.check_in.answers.values()) == {None}


def test_options_are_chosen_and_taken_back_and_a_double_press_changes_nothing() -> None:
    story = started(QUESTIONS[3:])
    story.do(ev.OptionSet(0, 1, chosen=True))
    story.refused(ev.OptionSet(0, 1, chosen=True))
    story.refused(ev.OptionSet(0, 3, chosen=True))
    story.refused(ev.OptionSet(1, 1, chosen=True))
    story.refused(ev.Answered(0, 1))
    story.do(ev.OptionSet(0, 1, chosen=False))
    story.refused(ev.OptionsDone(0))
    assert story.check_in.answers == {}
    assert story.check_in.step is Step.QUESTION


NUMBERS = {"3": "3", " 6.5 ": "6.5", "6,50": "6.5", "07": "7", "0": "0"}
NO_NUMBERS = dict.fromkeys(("10", "-1", "6.55", "six", "1e1", "\u0663"))


@pytest.mark.parametrize(("typed", "kept"), (NUMBERS | NO_NUMBERS).items())
def test_a_number_is_kept_where_it_is_one_and_lies_inside(typed: str, kept: str | None) -> None:
    story = started(QUESTIONS[4:])
    outcome = story.do(ev.Typed(typed))
    assert story.check_in.words.get("nights") == kept
    assert Effect.RESEND_SCREEN in outcome.effects
    assert (Effect.OFFER_NOTE in outcome.effects) is (kept is None)


def test_a_question_comes_only_where_its_condition_holds() -> None:
    story = started(CONDITIONAL)
    story.do(ev.Answered(0, 5))
    assert asked(story) == ["mood", "end"]
    story.do(ev.Answered(1, 9))
    assert story.check_in.step is Step.REVIEW


def test_a_score_of_what_was_answered_so_far_can_bring_a_question() -> None:
    story = started(CONDITIONAL)
    story.do(ev.Answered(0, 8))
    assert asked(story) == ["mood", "great", "end"]


def test_what_hangs_on_a_question_that_went_goes_too_with_its_answer() -> None:
    story = started(CONDITIONAL)
    story.do(ev.Answered(0, 2))
    story.do(ev.Typed("a hard week"))
    story.do(ev.Answered(2, 1))
    assert asked(story) == ["mood", "why", "sure", "end"]
    story.do(ev.WentBack(3))
    story.do(ev.WentBack(2))
    story.do(ev.WentBack(1))
    story.do(ev.Answered(0, 6))
    assert asked(story) == ["mood", "end"]
    assert (story.check_in.answers, story.check_in.words) == ({"mood": 6}, {})
    assert story.check_in.position == 1


def test_a_change_in_the_review_asks_what_it_brings_and_then_shows_the_review_again() -> None:
    story = started(CONDITIONAL)
    story.do(ev.Answered(0, 5))
    story.do(ev.Answered(1, 9))
    story.do(ev.ChangeAsked())
    story.do(ev.QuestionChosen(0))
    story.do(ev.Answered(0, 1))
    assert (story.check_in.step, story.check_in.position) == (Step.QUESTION, 1)
    story.do(ev.Typed("because"))
    assert asked(story) == ["mood", "why", "sure", "end"]
    assert (story.check_in.step, story.check_in.position) == (Step.QUESTION, 2)
    story.do(ev.Answered(2, 1))
    assert story.check_in.step is Step.REVIEW
    story.do(ev.Sent())
    assert story.check_in.state is State.COMPLETED


def test_a_condition_of_two_parts_needs_both() -> None:
    both = All((Comparison("mood", Comparator.AT_LEAST, 2), Comparison("slept", Comparator.IS, value=True)))
    last = Question("more", Kind.RATING, {"en": "?"}, show_if=both)
    story = started((Question("mood", Kind.RATING, {}), Question("slept", Kind.YES_NO, {}), last))
    story.do(ev.Answered(0, 2))
    story.do(ev.Answered(1, 0))
    assert story.check_in.step is Step.REVIEW
