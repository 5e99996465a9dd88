"""Notes: who may read them, how long they are, and what happens to them."""

from datetime import timedelta

import pytest

from conversations import events as ev
from conversations.events import Effect, Refusal
from conversations.model import NOTE_LIMIT, Note, State, Step, Visibility
from tests.conversations.stories import NOON, TAKE_BACK, Story, with_terms


def writing(**terms: object) -> Story:
    """Begin a story in which the client is asked for a note."""
    story = Story(with_terms(**terms)).reviewed()
    story.do(ev.NoteAsked())
    assert story.step() is Step.NOTE
    return story


def test_a_note_is_kept_checked_and_taken_out_of_the_chat() -> None:
    story = writing()
    assert story.do(ev.Typed("  less homework\n")).effects == (Effect.CHECK_RISK, Effect.DELETE_TEXT)
    assert (story.step(), story.check_in.note) == (Step.VISIBILITY, Note("less homework"))


def test_without_a_choice_a_note_stays_private() -> None:
    story = writing()
    story.do(ev.Typed("less homework"))
    assert story.wait(minutes=15).effects == (Effect.FORWARD_SUMMARY,)
    assert story.check_in.note == Note("less homework", Visibility.PRIVATE)


@pytest.mark.parametrize("visibility", Visibility)
def test_who_may_read_the_note_is_the_clients_choice(visibility: Visibility) -> None:
    story = writing(next_session_at=NOON + timedelta(days=7))
    story.do(ev.Typed("less homework"))
    story.do(ev.VisibilityChosen(visibility))
    assert story.check_in.note == Note("less homework", visibility)
    assert (story.step(), story.check_in.auto_send_at) == (Step.REVIEW, NOON + TAKE_BACK)
    story.refused(ev.VisibilityChosen(visibility))


def test_just_before_the_next_session_needs_a_next_session() -> None:
    story = writing()
    story.do(ev.Typed("less homework"))
    story.refused(ev.VisibilityChosen(Visibility.BEFORE), Refusal.NO_NEXT_SESSION)
    assert story.do(ev.VisibilityChosen(Visibility.NOW)).refusal is None


def test_a_number_is_a_note_too_where_a_note_is_asked_for() -> None:
    story = writing()
    story.do(ev.Typed("7"))
    assert story.check_in.note == Note("7")


def test_a_note_of_exactly_the_limit_is_kept() -> None:
    story = writing()
    assert story.do(ev.Typed("x" * NOTE_LIMIT)).refusal is None


def test_a_note_over_the_limit_is_refused_and_everything_stays() -> None:
    story = writing()
    story.refused(ev.Typed("x" * (NOTE_LIMIT + 1)), Refusal.NOTE_TOO_LONG)
    assert story.step() is Step.NOTE
    assert Effect.DELETE_TEXT not in story.effects


def test_a_note_over_the_limit_is_still_checked_for_danger() -> None:
    assert writing().do(ev.Typed("x" * (NOTE_LIMIT + 1))).effects == (Effect.CHECK_RISK,)


def test_a_second_text_joins_the_first_and_keeps_its_reader() -> None:
    story = writing()
    story.do(ev.Typed("less homework"))
    story.do(ev.VisibilityChosen(Visibility.NOW))
    story.do(ev.NoteAsked())
    story.do(ev.Typed("more time"))
    assert story.check_in.note == Note("less homework\nmore time", Visibility.NOW)


def test_two_texts_may_not_be_over_the_limit_together() -> None:
    story = writing()
    story.do(ev.Typed("x" * (NOTE_LIMIT - 1)))
    story.refused(ev.NoteAdded("y"), Refusal.NOTE_TOO_LONG)
    assert story.check_in.note == Note("x" * (NOTE_LIMIT - 1))


def test_an_offered_text_joins_the_note_in_the_middle_of_the_questions() -> None:
    story = Story().answered(9)
    story.do(ev.NoteAdded("it was loud"))
    assert story.step() is Step.VISIBILITY
    assert story.check_in.auto_send_at is None
    story.do(ev.VisibilityChosen(Visibility.NOW))
    assert story.asked == "goals"


def test_an_offered_text_joins_the_note_before_the_start() -> None:
    story = Story().prompted()
    story.do(ev.NoteAdded("it was loud"))
    story.do(ev.VisibilityChosen(Visibility.NOW))
    assert story.step() is Step.PROMPT
    story.do(ev.Started())
    assert story.asked == "bond"


def test_without_a_take_back_time_an_offered_text_does_not_send() -> None:
    story = Story(with_terms(take_back=timedelta(0))).answered(9, 8, 7)
    story.do(ev.NoteAdded("it was loud"))
    story.do(ev.VisibilityChosen(Visibility.NOW))
    assert (story.state(), story.asked) == (State.OPEN, "overall")


def test_a_text_while_the_readers_are_chosen_is_offered_back() -> None:
    story = writing()
    story.do(ev.Typed("less homework"))
    assert Effect.OFFER_NOTE in story.do(ev.Typed("and this")).effects
    assert story.check_in.note == Note("less homework")


def test_nobody_chooses_readers_of_a_note_that_is_not_there() -> None:
    Story().reviewed().refused(ev.VisibilityChosen(Visibility.NOW))


def test_a_text_after_the_end_is_refused() -> None:
    story = Story().reviewed()
    story.do(ev.Sent())
    story.refused(ev.Typed("one more thing"), Refusal.ALREADY_SENT)
    story.refused(ev.NoteAdded("one more thing"), Refusal.ALREADY_SENT)


def test_a_note_shared_before_any_answer_is_passed_on_at_the_end() -> None:
    story = Story().prompted()
    story.do(ev.NoteAdded("I could not say it"))
    story.do(ev.VisibilityChosen(Visibility.NOW))
    story.wait(hours=24)
    assert story.wait(hours=48).effects == (Effect.FORWARD_SUMMARY,)
    assert story.state() is State.EXPIRED


def test_a_private_note_alone_is_not_passed_on() -> None:
    story = Story().started()
    story.do(ev.NoteAdded("for me"))
    story.do(ev.VisibilityChosen(Visibility.PRIVATE))
    story.wait(hours=24)
    assert story.wait(hours=48).effects == (Effect.TELL_SILENCE,)


def test_no_repr_shows_what_somebody_wrote() -> None:
    story = writing()
    outcome = story.do(ev.Typed("secret words"))
    shown = repr([outcome, story.check_in, ev.Typed("secret words"), ev.NoteAdded("secret words")])
    assert "secret" not in shown
