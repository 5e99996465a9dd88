from dataclasses import replace
from datetime import UTC, datetime

from conversations import events as ev
from conversations.events import Effect, Refusal
from conversations.model import Step
from conversations.nudge import Nudge, judge
from conversations.schedule import Later
from tests.conversations.stories import TERMS, Story

NIGHT = datetime(2026, 11, 4, 22, tzinfo=UTC)


def judged(story: Story, *, already: bool = False) -> Nudge:
    return judge(story.check_in, story.now, TERMS, already=already)


def test_an_open_check_in_without_an_answer_may_be_reminded_of_once() -> None:
    story = Story().prompted()
    assert judged(story) is Nudge.GO
    assert judged(story, already=True) is Nudge.TWICE
    assert judge(None, story.now, None, already=False) is Nudge.NOTHING_OPEN
    assert judge(None, story.now, None, already=False, pauses=True) is Nudge.PAUSES


def test_nobody_is_reminded_after_an_answer_at_night_or_before_the_time_they_chose() -> None:
    assert judged(Story().answered(9)) is Nudge.BEGUN
    assert judged(Story().answered(None)) is Nudge.BEGUN
    worded = Story().started()
    worded.check_in = replace(worded.check_in, words={"milestone": "I slept"})
    assert judged(worded) is Nudge.BEGUN
    worded.refused(ev.Nudged())
    asleep = Story().prompted()
    asleep.now = NIGHT
    assert judged(asleep) is Nudge.QUIET
    later = Story().prompted()
    later.do(ev.LaterAsked())
    later.do(ev.Snoozed(Later.TONIGHT))
    assert judged(later) is Nudge.LATER


def test_a_nudge_takes_the_place_of_the_reminder() -> None:
    story = Story().prompted()
    assert story.do(ev.Nudged()).effects == (Effect.SEND_NUDGE,)
    assert story.check_in.reminder_at is None
    assert story.wait(hours=26).effects == ()


def test_a_nudge_after_an_answer_or_on_something_closed_is_refused() -> None:
    Story().answered(9).refused(ev.Nudged())
    Story().refused(ev.Nudged(), Refusal.CLOSED)
    declined = Story().prompted()
    declined.do(ev.Skipped())
    declined.refused(ev.Nudged(), Refusal.CLOSED)


def test_who_has_looked_at_the_first_question_goes_on_there() -> None:
    story = Story().started()
    story.do(ev.Nudged())
    assert story.step() is Step.LEFT
    story.check_in = replace(story.check_in)
    story.do(ev.Started())
    assert story.asked == "bond"
