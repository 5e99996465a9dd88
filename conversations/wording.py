"""Whatever a client types while a check-in is open: a rating, an answer in words, a note, or something else."""

from dataclasses import replace
from datetime import datetime

from conversations import events as ev
from conversations.answering import BEFORE_QUESTIONS, after_answer, answered, go_on, open_question
from conversations.answers import read_number
from conversations.events import Effect, Outcome, Refusal
from conversations.model import NOTE_LIMIT, CheckIn, Kind, Note, Question, State, Step, Terms, Visibility
from conversations.moving import at, refuse
from conversations.reviewing import taking_back


def typed(check_in: CheckIn, event: ev.Typed, now: datetime, terms: Terms) -> Outcome:
    """Take a text: a number answers the open rating, words the open question or note; all else is offered, not kept."""
    if check_in.state is not State.OPEN:
        return refuse(check_in)
    if check_in.step is Step.NOTE:
        return keep_note(check_in, event.text, now, terms)
    question = open_question(check_in, terms)
    if question is not None and question.kind is Kind.TEXT and event.text.strip():
        return _keep_words(check_in, question, event.text.strip(), now, terms)
    if question is not None and question.kind is Kind.NUMBER and (number := read_number(question, event.text)):
        return _keep_number(check_in, question, number, now, terms)
    return _typed_rating(check_in, event.text, now, terms) or Outcome(
        check_in, (Effect.CHECK_RISK, Effect.OFFER_NOTE, Effect.RESEND_SCREEN)
    )


def _keep_words(check_in: CheckIn, question: Question, text: str, now: datetime, terms: Terms) -> Outcome:
    """Keep an answer in words in place of the one before, whatever that was."""
    if len(text) > NOTE_LIMIT:
        return Outcome(check_in, (Effect.CHECK_RISK,), Refusal.NOTE_TOO_LONG)
    answers = {name: rating for name, rating in check_in.answers.items() if name != question.id}
    words = {**check_in.words, question.id: text}
    outcome = after_answer(replace(check_in, answers=answers, words=words, reminder_at=None), now, terms)
    return replace(outcome, effects=(*outcome.effects, Effect.CHECK_RISK, Effect.DELETE_TEXT))


def _keep_number(check_in: CheckIn, question: Question, number: str, now: datetime, terms: Terms) -> Outcome:
    answers = {name: rating for name, rating in check_in.answers.items() if name != question.id}
    words = {**check_in.words, question.id: number}
    outcome = after_answer(replace(check_in, answers=answers, words=words, reminder_at=None), now, terms)
    return replace(outcome, effects=(*outcome.effects, Effect.RESEND_SCREEN))


def _typed_rating(check_in: CheckIn, text: str, now: datetime, terms: Terms) -> Outcome | None:
    """Let a number answer the open rating; before the questions it only shows them. None where it is no answer."""
    word, question = text.strip(), open_question(check_in, terms)
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        return None
    if check_in.step in BEFORE_QUESTIONS:
        return Outcome(check_in, (Effect.RESEND_SCREEN,))
    if question is not None and question.kind is not Kind.RATING:
        return None
    outcome = answered(check_in, ev.Answered(check_in.position, int(word)), now, terms)
    return None if outcome.refusal is not None else replace(outcome, effects=(*outcome.effects, Effect.RESEND_SCREEN))


def note_added(check_in: CheckIn, event: ev.NoteAdded, now: datetime, terms: Terms) -> Outcome:
    """Add a text to the note that was typed while something else was open."""
    if check_in.state is not State.OPEN:
        return refuse(check_in)
    return keep_note(check_in, event.text, now, terms)


def keep_note(check_in: CheckIn, text: str, now: datetime, terms: Terms) -> Outcome:
    """Add a text to the note, and ask who may read it."""
    earlier = check_in.note
    whole = f"{earlier.text}\n{text.strip()}" if earlier else text.strip()
    if len(whole) > NOTE_LIMIT:
        return Outcome(check_in, (Effect.CHECK_RISK,), Refusal.NOTE_TOO_LONG)
    note = Note(whole, earlier.visibility if earlier else Visibility.PRIVATE)
    waiting = check_in if check_in.auto_send_at is None else taking_back(check_in, now, terms)
    return Outcome(replace(waiting, step=Step.VISIBILITY, note=note), (Effect.CHECK_RISK, Effect.DELETE_TEXT))


def visibility_chosen(check_in: CheckIn, event: ev.VisibilityChosen, now: datetime, terms: Terms) -> Outcome:
    """Keep who may read the note, and go on where the client was."""
    if not at(check_in, Step.VISIBILITY) or check_in.note is None:
        return refuse(check_in)
    if event.visibility is Visibility.BEFORE and terms.next_session_at is None:
        return refuse(check_in, Refusal.NO_NEXT_SESSION)
    chosen = replace(check_in, note=Note(check_in.note.text, event.visibility))
    if chosen.started_at is None:
        return Outcome(replace(chosen, step=Step.PROMPT))
    return go_on(chosen, now, terms)
