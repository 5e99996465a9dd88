"""The one reminder: when it goes out, what moves it, and the client's own wish for another time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.telegram.check_in_views import check_in_view
from bot.texts import languages, speech
from conversations import events as ev
from conversations.events import Effect
from conversations.model import State, Step
from conversations.moving import reminds_at
from conversations.schedule import Later, QuietHours
from tests.conversations.stories import NOON, Story, with_terms

EVENING = datetime(2026, 11, 4, 20, 30, tzinfo=UTC)  # 21:30 in Berlin
MORNING = datetime(2026, 11, 5, 7, tzinfo=UTC)  # 8:00 in Berlin
TOMORROW = NOON + timedelta(hours=21)  # what Tomorrow means: 9:00
NEARER = with_terms(next_session_at=NOON + timedelta(hours=22))  # closes at 22:00


def snoozed() -> Story:
    story = Story().prompted()
    story.do(ev.LaterAsked())
    story.do(ev.Snoozed(Later.TOMORROW))
    return story


def planned_anew(story: Story, **changes: object) -> Story:
    story.terms = with_terms(**changes)
    story.do(ev.Replanned(NOON))
    return story


def said(story: Story, code: str = "en") -> str:
    return check_in_view(story.check_in, story.terms, speech(code), story.now).text


# ---- when it goes out ----


def test_one_reminder_goes_out_a_day_after_the_prompt() -> None:
    story = Story().prompted()
    assert story.wait(hours=23).effects == ()
    assert story.wait(hours=1).effects == (Effect.SEND_REMINDER,)
    assert story.wait(hours=1).effects == ()
    assert story.check_in.next_at == story.check_in.expires_at


@pytest.mark.parametrize("rating", [5, None])
def test_no_reminder_goes_out_after_an_answer_or_a_skipped_question(rating: int | None) -> None:
    story = Story().answered(rating)
    assert story.wait(hours=24).effects == ()
    assert story.check_in.reminder_at is None


def test_who_only_started_is_reminded_and_goes_on() -> None:
    story = Story().started()
    assert story.wait(hours=24).effects == (Effect.SEND_REMINDER,)
    assert story.step() is Step.LEFT
    story.do(ev.Started())
    assert story.asked == "bond"


def test_a_reminder_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    story = Story().prompted()
    assert story.at(EVENING + timedelta(days=1)).effects == ()
    assert story.check_in.reminder_at == MORNING + timedelta(days=1)
    assert story.at(MORNING + timedelta(days=1)).effects == (Effect.SEND_REMINDER,)


def test_a_reminder_that_would_wait_past_the_end_is_left_out() -> None:
    story = Story(with_terms(next_session_at=NOON + timedelta(hours=47))).prompted()  # closes at 23:00 the day after
    assert story.at(EVENING + timedelta(days=1)).effects == ()
    assert (reminds_at(story.check_in), story.check_in.next_at) == (None, story.check_in.expires_at)


def test_no_reminder_comes_that_would_come_too_late() -> None:
    story = Story(with_terms(next_session_at=NOON + timedelta(hours=36))).prompted()  # closes at noon the day after
    assert reminds_at(story.check_in) is None
    assert story.wait(hours=24).effects == (Effect.TELL_SILENCE,)


def test_a_reminder_follows_a_client_into_another_zone_out_of_its_night() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    story = planned_anew(Story().prompted(), zone=tokyo, quiet_hours=QuietHours(time(19), time(8)))
    assert story.check_in.reminder_at == datetime(2026, 11, 6, 8, tzinfo=tokyo)  # a day later it is 20:00 in Tokyo


# ---- a next session that comes and goes ----


def test_a_reminder_that_a_nearer_session_took_away_comes_back_with_the_time() -> None:
    story = planned_anew(Story().prompted(), next_session_at=NOON + timedelta(hours=22))
    assert reminds_at(story.check_in) is None
    planned_anew(story)
    assert story.wait(hours=24).effects == (Effect.SEND_REMINDER,)


def test_a_reminder_there_was_no_time_for_comes_when_the_next_session_goes() -> None:
    story = planned_anew(Story(NEARER).prompted())
    assert story.wait(hours=24).effects == (Effect.SEND_REMINDER,)


def test_who_was_reminded_is_not_reminded_again_whatever_moves() -> None:
    story = Story().prompted()
    story.wait(hours=24)
    planned_anew(story, next_session_at=NOON + timedelta(hours=40))
    planned_anew(story)
    assert story.wait(hours=24).effects == ()


def test_the_time_a_client_wished_for_outlasts_a_nearer_session_that_goes_again() -> None:
    story = planned_anew(snoozed(), next_session_at=NOON + timedelta(hours=22))
    assert said(story) == "These stay open until Wed 4 Nov, 22:00."
    planned_anew(story)
    assert said(story) == "I will ask again on Thu 5 Nov, 09:00."
    assert story.at(TOMORROW).effects == (Effect.SEND_REMINDER,)


@pytest.mark.parametrize("code", languages())
def test_no_past_moment_is_named_where_the_end_comes_before_the_wish(code: str) -> None:
    story = planned_anew(snoozed(), next_session_at=NOON + timedelta(hours=22))
    assert "12:00" not in said(story, code)
    assert "22:00" in said(story, code)


def test_a_wish_that_comes_too_late_never_reminds_of_what_is_closed() -> None:
    story = planned_anew(snoozed(), next_session_at=NOON + timedelta(hours=22))
    assert story.wait(hours=30).effects == (Effect.TELL_SILENCE,)
    assert (story.state(), story.check_in.next_at) == (State.EXPIRED, None)


# ---- Later is no dead end ----


def test_from_later_there_is_a_way_back_and_one_to_skip_it() -> None:
    story = Story().prompted()
    story.do(ev.LaterAsked())
    rows = check_in_view(story.check_in, story.terms, speech("en"), NOON).rows
    labels = [button.label for row in rows for button in row]
    assert labels[-3:] == ["Start", "Back", "Skip this one"]
    story.do(ev.WentBack(0))
    assert (story.step(), reminds_at(story.check_in)) == (Step.PROMPT, NOON + timedelta(hours=24))
    story.do(ev.LaterAsked())
    assert story.do(ev.Skipped()).refusal is None
    assert story.state() is State.DECLINED


def test_back_from_later_keeps_the_time_that_was_wished_for_before() -> None:
    story = snoozed()
    story.do(ev.LaterAsked())
    story.do(ev.WentBack(0))
    assert said(story) == "I will ask again on Thu 5 Nov, 09:00."
    assert story.at(TOMORROW).effects == (Effect.SEND_REMINDER,)
