"""The prompt and the questions of a check-in: Start, Later, Skip this one, every answer, Back."""

from dataclasses import replace
from datetime import datetime

from conversations import events as ev
from conversations import schedule
from conversations.asking import extra_of, is_answered, own_questions, questions_of, without_unasked
from conversations.events import Outcome
from conversations.model import CheckIn, Question, State, Step, Terms
from conversations.moving import at, decline, refuse
from conversations.reviewing import review, taking_back

BEFORE_QUESTIONS = (Step.PROMPT, Step.LATER, Step.SNOOZED, Step.LEFT)

# ---- the prompt ----


def started(check_in: CheckIn, _event: ev.Started, now: datetime, terms: Terms) -> Outcome:
    """Show the first question, or go on where the client was."""
    if not at(check_in, *BEFORE_QUESTIONS):
        return refuse(check_in)
    if check_in.started_at is None:
        return Outcome(replace(check_in, step=Step.QUESTION, position=0, started_at=now))
    return go_on(check_in, now, terms)


def go_on(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Show the question that is open, or the review where none is left."""
    if _complete(check_in, terms):
        return review(check_in, now, terms)
    return Outcome(replace(check_in, step=Step.QUESTION))


def _complete(check_in: CheckIn, terms: Terms) -> bool:
    return all(is_answered(check_in, question) for question in questions_of(check_in, terms))


def later_asked(check_in: CheckIn, _event: ev.LaterAsked, _now: datetime, _terms: Terms) -> Outcome:
    """Offer times."""
    if not at(check_in, Step.PROMPT, Step.SNOOZED):
        return refuse(check_in)
    return Outcome(replace(check_in, step=Step.LATER))


def _before_later(check_in: CheckIn, terms: Terms) -> Step:
    """Say where Later was pressed: on the prompt, or after a wish for a time, which stands."""
    if check_in.reminder_at is None or check_in.prompted_at is None:
        return Step.PROMPT
    usual = schedule.reminder_at(check_in.prompted_at, terms.zone, terms.quiet_hours)
    return Step.PROMPT if check_in.reminder_at == usual else Step.SNOOZED


def snoozed(check_in: CheckIn, event: ev.Snoozed, now: datetime, terms: Terms) -> Outcome:
    """Ask again at the chosen time; it replaces the reminder."""
    if not at(check_in, Step.LATER) or check_in.expires_at is None:
        return refuse(check_in)
    options = schedule.later_options(now, check_in.expires_at, terms.zone, terms.quiet_hours)
    if event.choice not in options:
        return refuse(check_in)
    return Outcome(replace(check_in, step=Step.SNOOZED, reminder_at=options[event.choice]))


def skipped(check_in: CheckIn, _event: ev.Skipped, now: datetime, _terms: Terms) -> Outcome:
    """Skip the whole check-in."""
    if not at(check_in, *BEFORE_QUESTIONS):
        return refuse(check_in)
    return decline(check_in, now)


# ---- the questions ----


def open_question(check_in: CheckIn, terms: Terms) -> Question | None:
    """Give the question that is on the screen, if one is."""
    if check_in.state is State.OPEN and check_in.step is Step.QUESTION:
        return questions_of(check_in, terms)[check_in.position]
    return None


def answered(check_in: CheckIn, event: ev.Answered, now: datetime, terms: Terms) -> Outcome:
    """Keep a rating, a choice, yes or no, or a skip of the open question."""
    question = open_question(check_in, terms)
    if question is None or event.position != check_in.position or not question.accepts(event.rating):
        return refuse(check_in)
    answers = {**check_in.answers, question.id: event.rating}
    words = {name: text for name, text in check_in.words.items() if name != question.id}
    return after_answer(replace(check_in, answers=answers, words=words, reminder_at=None), now, terms)


def option_set(check_in: CheckIn, event: ev.OptionSet, _now: datetime, terms: Terms) -> Outcome:
    """Choose an option of several, or take it back; the question stays open."""
    question = _several(check_in, event.position, terms)
    if question is None or event.option >= len(question.options):
        return refuse(check_in)
    chosen = check_in.answers.get(question.id) or 0
    bit = 1 << event.option
    wanted = chosen | bit if event.chosen else chosen & ~bit
    if wanted == chosen:
        return refuse(check_in)
    others = {name: rating for name, rating in check_in.answers.items() if name != question.id}
    answers = {**others, question.id: wanted} if wanted else others
    return Outcome(replace(check_in, answers=answers, reminder_at=None))


def options_done(check_in: CheckIn, event: ev.OptionsDone, now: datetime, terms: Terms) -> Outcome:
    """Go on after a choice of several; with none chosen there is nothing to go on with."""
    question = _several(check_in, event.position, terms)
    if question is None or not check_in.answers.get(question.id):
        return refuse(check_in)
    return after_answer(check_in, now, terms)


def _several(check_in: CheckIn, position: int, terms: Terms) -> Question | None:
    question = open_question(check_in, terms)
    return question if question is not None and question.several and position == check_in.position else None


def after_answer(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Show the next question, or the review after the last one and after a change."""
    check_in = without_unasked(check_in, terms)
    if check_in.auto_send_at is not None:
        return _after_change(check_in, now, terms)
    check_in = _asking_more(check_in, terms)
    if check_in.position + 1 >= len(questions_of(check_in, terms)):
        return review(check_in, now, terms)
    return Outcome(replace(check_in, position=check_in.position + 1))


def _after_change(check_in: CheckIn, now: datetime, terms: Terms) -> Outcome:
    """Show the review, unless the changed answer has brought a question that is still to be asked."""
    questions = enumerate(questions_of(check_in, terms))
    missing = next((place for place, question in questions if not is_answered(check_in, question)), None)
    if missing is None:
        return review(check_in, now, terms)
    return Outcome(replace(taking_back(check_in, now, terms), step=Step.QUESTION, position=missing))


def _asking_more(check_in: CheckIn, terms: Terms) -> CheckIn:
    """After the last of the set's own questions, decide what else is asked; what has an answer stays."""
    own = len(own_questions(check_in, terms.version))
    if check_in.position + 1 != own or any(is_answered(check_in, one) for one in questions_of(check_in, terms)[own:]):
        return check_in
    return replace(check_in, extra=extra_of(check_in, terms))


def went_back(check_in: CheckIn, event: ev.WentBack, now: datetime, terms: Terms) -> Outcome:
    """Show the question before, or the review where the client came from there; the prompt instead of its times."""
    if at(check_in, Step.LATER):
        return Outcome(replace(check_in, step=_before_later(check_in, terms)))
    if open_question(check_in, terms) is None or event.position != check_in.position:
        return refuse(check_in)
    if check_in.auto_send_at is not None:
        return review(check_in, now, terms)
    if check_in.position == 0:
        return refuse(check_in)
    return Outcome(replace(check_in, position=check_in.position - 1))
