"""Occasions: which set is chosen, when a check-in before a session is due and closes, and what is asked now."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversations import events as ev
from conversations.events import Effect, Refusal
from conversations.model import CheckIn, Question, QuestionSetVersion, State
from conversations.model import Kind as Sort
from conversations.moving import reminds_at
from conversations.occasions import EACH, ONCE, Assignment, Occasion, chosen, suggested
from conversations.schedule import QuietHours, due_before, is_useful_before
from tests.conversations.stories import NOON, Story, with_terms

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(21), time(8))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHOSE = (3, 2, 0)
LIVE = ("a", "b", "c")


def berlin(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


# ---- which set ----


def test_what_is_for_the_client_goes_before_what_is_for_the_therapist_and_for_everyone() -> None:
    all_three = [Assignment(0, "a", EACH), Assignment(2, "b", EACH), Assignment(3, "c", EACH)]
    assert chosen(all_three, LIVE, WHOSE, Occasion.AFTER) == "c"
    assert chosen(all_three[:2], LIVE, WHOSE, Occasion.AFTER) == "b"
    assert chosen(all_three, LIVE, (9, 8, 0), Occasion.AFTER) == "a"


def test_a_turn_goes_before_what_stands_whoever_it_is_for() -> None:
    assigned = [Assignment(3, "a", EACH), Assignment(0, "b", 3)]
    assert [chosen(assigned, LIVE, WHOSE, Occasion.AFTER, done) for done in range(4)] == ["a", "a", "b", "a"]


def test_once_is_asked_until_it_was() -> None:
    assigned = [Assignment(0, "b", ONCE)]
    assert chosen(assigned, LIVE, WHOSE, Occasion.AFTER, 5) == "b"
    assert chosen(assigned, LIVE, WHOSE, Occasion.AFTER, 5, {"b"}) is None


def test_an_occasion_knows_only_its_own_sets_and_only_those_that_are_live() -> None:
    assigned = [Assignment(0, "a", EACH, Occasion.BEFORE), Assignment(3, "gone", EACH, Occasion.BEFORE)]
    assert chosen(assigned, LIVE, WHOSE, Occasion.BEFORE) == "a"
    assert chosen(assigned, LIVE, WHOSE, Occasion.AFTER) is None
    assert chosen(assigned, LIVE, WHOSE, Occasion.START) is None


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (None, None),
        ({"ask": "after_each_session"}, (Occasion.AFTER, EACH)),
        ({"ask": "every_nth_session", "every": 5}, (Occasion.AFTER, 5)),
        ({"ask": "once"}, (Occasion.AFTER, ONCE)),
        ({"ask": "before_each_session"}, (Occasion.BEFORE, EACH)),
        ({"ask": "at_start"}, (Occasion.START, EACH)),
    ],
)
def test_a_file_suggests_when_its_set_is_asked(
    schedule: dict[str, object] | None, expected: tuple[Occasion, int] | None
) -> None:
    assert suggested(schedule) == expected


# ---- when it is due ----


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (berlin(2026, 11, 4, 15), berlin(2026, 11, 3, 15)),
        (berlin(2026, 11, 4, 7), berlin(2026, 11, 3, 8)),
        (berlin(2026, 11, 4, 22), berlin(2026, 11, 4, 8)),
        (berlin(2026, 3, 29, 15), berlin(2026, 3, 28, 14)),  # the clocks go forward in between
        (berlin(2026, 10, 25, 15), berlin(2026, 10, 24, 16)),  # and back
        (berlin(2026, 10, 25, 6), berlin(2026, 10, 24, 8)),
        (berlin(2026, 3, 29, 21, 30), berlin(2026, 3, 28, 20, 30)),
    ],
)
def test_it_is_due_a_day_of_real_time_before_the_session_but_never_at_night(start: datetime, due: datetime) -> None:
    assert due_before(start, BERLIN, NIGHT) == due
    assert is_useful_before(due, start)


def test_an_hour_before_the_start_it_is_of_no_use_any_more() -> None:
    assert is_useful_before(NOON - HOUR, NOON)
    assert not is_useful_before(NOON - HOUR + timedelta(seconds=1), NOON)


# ---- its life ----


def before(start: datetime = NOON + DAY) -> Story:
    story = Story()
    story.check_in = replace(story.check_in, occasion=Occasion.BEFORE, expires_at=start)
    return story


def test_before_a_session_it_closes_when_that_starts_and_nobody_is_reminded() -> None:
    story = before()
    story.terms = with_terms(next_session_at=NOON + DAY)
    story.do(ev.TimePassed())
    assert (story.check_in.state, story.check_in.expires_at) == (State.OPEN, NOON + DAY)
    assert reminds_at(story.check_in) is None


def test_before_a_session_nothing_is_asked_that_could_not_be_answered_in_peace() -> None:
    for start in (NOON + timedelta(minutes=59), NOON - HOUR):
        story = before(start)
        story.do(ev.TimePassed())
        assert (story.check_in.state, story.effects) == (State.CANCELLED, [])


def test_at_night_it_waits_for_the_morning_only_where_that_is_in_time() -> None:
    quiet = QuietHours(NOON.time(), time((NOON.hour + 10) % 24))
    in_time, late = before(NOON + 12 * HOUR), before(NOON + 10 * HOUR)
    for story in (in_time, late):
        story.terms = with_terms(quiet_hours=quiet, zone=ZoneInfo("UTC"))
        story.do(ev.TimePassed())
    assert (in_time.check_in.state, in_time.check_in.due_at) == (State.SCHEDULED, NOON + 10 * HOUR)
    assert late.check_in.state is State.CANCELLED


def test_it_goes_with_a_session_that_moves() -> None:
    story = before()
    story.do(ev.Replanned(NOON + 2 * DAY, NOON + 3 * DAY))
    assert (story.check_in.due_at, story.check_in.expires_at) == (NOON + 2 * DAY, NOON + 3 * DAY)
    opened = before()
    opened.do(ev.TimePassed())
    opened.do(ev.Replanned(NOON, NOON + 2 * HOUR))
    assert (opened.check_in.state, opened.check_in.expires_at) == (State.OPEN, NOON + 2 * HOUR)
    opened.refused(ev.Replanned(NOON))


def test_what_was_said_by_then_is_forwarded_and_nothing_said_is_a_miss_only_of_the_four_ratings() -> None:
    said, silent, other = before(), before(), before()
    other.terms = replace(other.terms, version=OTHER)
    for story in (said, silent, other):
        story.do(ev.TimePassed())
    said.do(ev.Started())
    said.do(ev.Answered(0, 7))
    for story in (said, silent, other):
        story.at(NOON + DAY)
    assert [story.check_in.state for story in (said, silent, other)] == [
        State.EXPIRED, State.EXPIRED, State.CANCELLED,
    ]  # fmt: skip
    assert Effect.FORWARD_SUMMARY in said.effects
    assert Effect.FORWARD_SUMMARY not in silent.effects + other.effects


OTHER = QuestionSetVersion(9, "mood", 1, (Question("mood", Sort.RATING, {"en": "How are you?"}),))


def test_it_waits_for_its_turn_as_long_as_that_is_of_use() -> None:
    story = before()
    story.do(ev.MadeToWait(NOON + HOUR))
    assert (story.check_in.state, story.check_in.due_at) == (State.SCHEDULED, NOON + HOUR)
    story.do(ev.MadeToWait(NOON + DAY - timedelta(minutes=30)))
    assert story.check_in.state is State.CANCELLED
    story.refused(ev.MadeToWait(NOON), Refusal.CLOSED)


def test_asked_now_it_waits_for_no_quiet_hours_and_no_reminder_follows() -> None:
    story = Story(with_terms(quiet_hours=QuietHours(time(0), time(23, 59)), next_session_at=NOON + HOUR))
    story.check_in = CheckIn(1, 2, None, NOON, occasion=Occasion.NOW)
    story.do(ev.AskedNow())
    assert (story.check_in.state, story.check_in.reminder_at) == (State.OPEN, None)
    assert story.check_in.expires_at == NOON + timedelta(hours=72), "no session closes it"
    assert story.effects == [Effect.SEND_PROMPT_AT_ONCE]
    story.refused(ev.AskedNow())
