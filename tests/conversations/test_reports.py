from dataclasses import replace
from datetime import date

from conversations import reports
from conversations.continuity import Given
from conversations.flag import Flag
from conversations.model import Answers, CheckIn, Kind, Note, Question, State, Visibility
from conversations.reports import Summary
from tests.conversations.stories import IDS, NOON, TERMS, VERSION, with_terms

DAY = date(2026, 11, 4)
FULL: Answers = {"bond": 9, "goals": 0, "tasks": 7, "overall": 10}


def summary(*before: Answers, **changes: object) -> Summary:
    """Summarise a check-in that comes after others."""
    values: dict[str, object] = {"state": State.COMPLETED, "answers": FULL, **changes}
    done = replace(CheckIn(id=1, episode_id=2, session_id=3, due_at=NOON), **values)  # type: ignore[arg-type]
    return reports.summary(done, TERMS, [Given(one, VERSION) for one in (*before, done.answers)], "K-17", DAY)


def test_every_question_is_listed_in_its_order_with_its_rating() -> None:
    told = summary()
    assert [(item.question.id, item.rating) for item in told.items] == list(zip(IDS, (9, 0, 7, 10), strict=True))
    assert (told.code, told.session_day, told.unfinished, told.skipped) == ("K-17", DAY, False, 0)


def test_the_first_time_nothing_has_changed() -> None:
    assert [item.change for item in summary().items] == [None] * 4


def test_a_change_is_counted_from_the_last_rating_down_to_nought() -> None:
    told = summary({"bond": 1, "tasks": 7}, {"bond": 8, "goals": 4, "tasks": None})
    assert [item.change for item in told.items] == [1, -4, 0, None]


def test_a_skipped_question_and_one_not_reached_have_no_rating_and_no_change() -> None:
    told = summary({"bond": 8, "goals": 4}, answers={"bond": None, "tasks": 5})
    assert [item.rating for item in told.items] == [None, None, 5, None]
    assert [item.change for item in told.items] == [None] * 4
    assert told.skipped == 3


def test_an_expired_check_in_is_unfinished() -> None:
    assert summary(state=State.EXPIRED).unfinished


def test_the_flags_are_read_against_what_was_answered_before() -> None:
    usual: Answers = {"bond": 9, "goals": 9, "tasks": 9, "overall": 9}
    steady, low = summary(*[usual] * 3, answers=usual).reading, summary(*[usual] * 3).reading
    assert steady is not None
    assert steady.flags == ()
    assert low is not None
    assert {Flag.LOW, Flag.DROP} <= set(low.flags)


def test_questions_that_are_not_the_four_have_no_flags() -> None:
    fewer = replace(VERSION, questions=VERSION.questions[:3])
    check_in = CheckIn(id=1, episode_id=2, session_id=3, due_at=NOON, answers=FULL)
    assert reports.summary(check_in, with_terms(version=fewer), [Given(FULL, fewer)], "K-17", DAY).reading is None


def test_the_wish_to_talk_is_passed_on() -> None:
    assert summary(talk=True).talk
    assert not summary().talk


def test_a_note_is_passed_on_only_if_it_was_shared_now() -> None:
    shared = {choice: summary(note=Note("less homework", choice)).note for choice in Visibility}
    assert shared == {
        Visibility.NOW: Note("less homework", Visibility.NOW),
        Visibility.BEFORE: None,
        Visibility.PRIVATE: None,
    }


def test_the_repr_of_a_summary_does_not_show_the_note() -> None:
    assert "homework" not in repr(summary(note=Note("less homework", Visibility.NOW)))


def test_a_check_in_of_another_set_is_no_part_of_the_history_that_flags_are_about() -> None:
    nine, other = (
        Given(dict.fromkeys(IDS, 9), VERSION),
        replace(VERSION, questions=(Question("mood", Kind.RATING, {}),)),
    )
    assert reports.read([nine, Given({"mood": 2}, other), Given({}, other), nine]) == reports.read([nine, nine])
    assert reports.read([nine, Given({"mood": 2}, other)]) is None
