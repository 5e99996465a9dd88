"""How a check-in looks in the client's chat: from its state to one message. Pure."""

from collections.abc import Callable, Hashable
from datetime import datetime

from bot.telegram.buttons import Button, View, check_in_data
from bot.telegram.lengths import PAGE_UNITS, shortened
from bot.texts import Speech, escape, pick
from conversations import schedule
from conversations.answers import places
from conversations.asking import is_conditional, questions_of
from conversations.milestones import of_check_in
from conversations.model import CheckIn, Kind, Question, State, Step, Terms, Visibility
from conversations.moving import reminds_at
from conversations.occasions import Occasion
from conversations.schedule import Later

_WIDE = 6
"""Rating buttons in a row: 0-5 above 6-10, wide enough for a thumb."""
_ON_A_BUTTON = 40
"""Characters a button shows."""


def check_in_view(check_in: CheckIn, terms: Terms, say: Speech, now: datetime) -> View:
    """Draw whatever the check-in shows now."""
    if check_in.state is State.OPEN:
        return _STEPS[check_in.step](check_in, terms, say, now)
    if check_in.state is State.COMPLETED:
        return _sent(check_in, terms, say)
    return View(say(_closing_text(check_in)))


def _closing_text(check_in: CheckIn) -> str:
    if check_in.state is State.EXPIRED:
        return "closed.expired" if check_in.shares else "closed.expired.empty"
    if check_in.state is State.CANCELLED:
        return "closed.cancelled" if check_in.occasion is Occasion.AFTER else "closed.expired.empty"
    return "closed.declined" if check_in.started_at is None else "closed.not_sent"


def _button(check_in: CheckIn, label: str, action: str, *arguments: str | int) -> Button:
    return Button(label, check_in_data(check_in.id, action, *arguments))


# ---- the prompt ----


def prompt_view(check_in: CheckIn, terms: Terms, say: Speech, *, reminder: bool = False) -> View:
    """Draw the message that notifies: neutral, nothing private on a lock screen."""
    number = len(questions_of(check_in, terms))
    count = say(f"number.{number}") if f"number.{number}" in say.names() else number
    text = say("prompt.reminder") if reminder else say.count("prompt.ready", number, count=count)
    return View(text, _prompt_rows(check_in, say))


def _prompt_rows(check_in: CheckIn, say: Speech) -> tuple[tuple[Button, ...], ...]:
    start = "button.start" if check_in.started_at is None else "button.go_on"
    first = _button(check_in, say(start), "go")
    if check_in.step is Step.LEFT:
        return ((first,), (_button(check_in, say("button.skip_this_one"), "no"),))
    return (
        (first,),
        (_button(check_in, say("button.later"), "later"), _button(check_in, say("button.skip_this_one"), "no")),
    )


def _prompt(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    return prompt_view(check_in, terms, say)


def _later(check_in: CheckIn, terms: Terms, say: Speech, now: datetime) -> View:
    closes = check_in.expires_at or now
    options = schedule.later_options(now, closes, terms.zone, terms.quiet_hours)
    rows = tuple((_later_button(check_in, say, choice, at, terms),) for choice, at in options.items())
    back = _button(check_in, say("button.back"), "back", check_in.position)
    skip = _button(check_in, say("button.skip_this_one"), "no")
    return View(say("prompt.later"), (*rows, (_button(check_in, say("button.start"), "go"),), (back, skip)))


def _later_button(check_in: CheckIn, say: Speech, choice: Later, at: datetime, terms: Terms) -> Button:
    return _button(check_in, say(f"button.later.{choice.value}", time=say.time(at, terms.zone)), "zz", choice.value)


def _snoozed(check_in: CheckIn, terms: Terms, say: Speech, now: datetime) -> View:
    """Say when it comes again, or how long it stays open where that would be too late by now."""
    if (moment := reminds_at(check_in)) is not None:
        return View(say("prompt.snoozed", moment=say.moment(moment, terms.zone)), _prompt_rows(check_in, say))
    closes = say.moment(check_in.expires_at or now, terms.zone)
    return View(say("prompt.stays_open", moment=closes), _prompt_rows(check_in, say))


def _left(check_in: CheckIn, terms: Terms, say: Speech, now: datetime) -> View:
    text = "prompt.left" if check_in.answered else "prompt.left.empty"
    moment = say.moment(check_in.expires_at or now, terms.zone)
    return View(say(text, moment=moment), _prompt_rows(check_in, say))


# ---- the questions ----


def _question(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    questions = questions_of(check_in, terms)
    question = questions[check_in.position]
    counter = say("question.counter", position=check_in.position + 1, total=len(questions))
    parts = [f"{counter}  <b>{escape(pick(question.text, say.code))}</b>", *_how(question, say)]
    if check_in.position == 0:
        parts.append(f"<i>{say('question.reader')}</i>")
    if (before := _answer(check_in, question, say)) is not None:
        parts.append(say("question.before", rating=before))
    return View("\n\n".join(parts), (*_answer_rows(check_in, question, say), _moving_row(check_in, question, say)))


def look_of(check_in: CheckIn, terms: Terms) -> Hashable | None:
    """Give all that the message of a question depends on besides whose it is and the language.

    None for everything that has to be drawn anew each time: no question of the set, or one more than the set's asked.
    """
    if check_in.state is not State.OPEN or check_in.step is not Step.QUESTION or check_in.extra:
        return None
    if check_in.words or is_conditional(terms.version):
        return None
    before = check_in.answers.get(terms.version.questions[check_in.position].id)
    return (terms.version.id, check_in.position, before, check_in.auto_send_at is None)


def _how(question: Question, say: Speech) -> list[str]:
    """Say what the answers mean, or how to write one."""
    if question.kind is Kind.TEXT:
        return [say("question.words")]
    if question.kind is Kind.NUMBER:
        return [say("question.number", low=question.minimum, high=question.maximum)]
    if question.kind is not Kind.RATING:
        return [say("question.several")] if question.several else []
    if not question.low_anchor and not question.high_anchor:
        return []
    low, high = pick(question.low_anchor, say.code), pick(question.high_anchor, say.code)
    return [escape(f"{question.minimum} = {low}\n{question.maximum} = {high}")]


def _answer_rows(check_in: CheckIn, question: Question, say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Offer ratings side by side, the options of a choice one below the other, and nothing where words are asked."""
    stem = check_in_data(check_in.id, "a", check_in.position)
    if question.kind in (Kind.TEXT, Kind.NUMBER):
        return ()
    if question.kind is Kind.YES_NO:
        return ((Button(say("question.yes"), f"{stem}:1"), Button(say("question.no"), f"{stem}:0")),)
    if question.several:
        return _several_rows(check_in, question, say)
    if question.kind is Kind.CHOICE:
        options = enumerate(question.options)
        return tuple((Button(pick(option.text, say.code), f"{stem}:{place}"),) for place, option in options)
    steps = range(question.minimum, question.maximum + 1, question.step)
    ratings = [Button(str(rating), f"{stem}:{rating}") for rating in steps]
    return tuple(tuple(ratings[start : start + _WIDE]) for start in range(0, len(ratings), _WIDE))


def _several_rows(check_in: CheckIn, question: Question, say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Offer options that stay chosen until they are pressed again; Done is there once one is."""
    chosen = places(check_in.answers.get(question.id) or 0, len(question.options))
    rows = []
    for place, option in enumerate(question.options):
        mark = "\u2713 " if place in chosen else ""
        wanted = int(place not in chosen)
        label = f"{mark}{pick(option.text, say.code)}"
        rows.append((_button(check_in, label, "o", check_in.position, place, wanted),))
    done = ((_button(check_in, say("button.done"), "done", check_in.position),),) if chosen else ()
    return (*rows, *done)


def _moving_row(check_in: CheckIn, question: Question, say: Speech) -> tuple[Button, ...]:
    row = []
    if check_in.position > 0 or check_in.auto_send_at is not None:
        row.append(_button(check_in, say("button.back"), "back", check_in.position))
    if question.skippable:
        label = pick(question.skip_label, say.code) if question.skip_label else say("button.skip")
        row.append(_button(check_in, label, "skip", check_in.position))
    return tuple(row)


# ---- the review ----


def answer_lines(check_in: CheckIn, terms: Terms, say: Speech) -> list[str]:
    """List each question's short name and answer; what is too long for one message is shortened here alone."""
    lines = [_answer_line(check_in, question, say) for question in questions_of(check_in, terms)]
    return shortened(lines, PAGE_UNITS)


def _name(question: Question, say: Speech) -> str:
    return pick(question.own_label or question.label or question.text, say.code)


def _answer(check_in: CheckIn, question: Question, say: Speech) -> str | int | None:
    """Give an answer as people read it; None where there is none."""
    return shown_answer(question, check_in.answers.get(question.id), check_in.words.get(question.id), say)


def shown_answer(question: Question, rating: int | None, words: str | None, say: Speech) -> str | int | None:
    """Give an answer as people read it, in the language of whoever reads it; None where there is none."""
    if words is not None:
        return words
    if rating is None or question.kind is Kind.RATING:
        return rating
    if question.kind is Kind.YES_NO:
        return say("word.yes") if rating else say("word.no")
    chosen = places(rating, len(question.options)) if question.several else (rating,)
    return ", ".join(pick(question.options[place].text, say.code) for place in chosen)


def _answer_line(check_in: CheckIn, question: Question, say: Speech) -> str:
    answer = _answer(check_in, question, say)
    if answer is None and question.skip_label:
        answer = pick(question.skip_label, say.code)
    if answer is None:
        return say("review.skipped", label=_name(question, say))
    return say("review.item", label=_name(question, say), rating=answer)


def _review(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    lines = [f"<b>{say('review.title')}</b>", *answer_lines(check_in, terms, say)]
    if check_in.note:
        lines.append(say(f"review.note.{check_in.note.visibility.value}"))
    if check_in.auto_send_at:
        lines += ["", say("review.sends_at", time=say.time(check_in.auto_send_at, terms.zone))]
    return View("\n".join(lines), _review_rows(check_in, say))


def _review_rows(check_in: CheckIn, say: Speech) -> tuple[tuple[Button, ...], ...]:
    wish = say("word.yes") if check_in.talk else say("word.no")
    return (
        (_button(check_in, say("button.send"), "send"),),
        (_button(check_in, say("button.talk", wish=wish), "talk", int(not check_in.talk)),),
        (_button(check_in, say("button.add_note"), "note"), _button(check_in, say("button.change"), "change")),
        (_button(check_in, say("button.dont_send"), "dont"),),
    )


def _change(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    rows = tuple(
        (_button(check_in, _plain_name(question, check_in, say), "pick", position),)
        for position, question in enumerate(questions_of(check_in, terms))
    )
    return View(say("change.which"), (*rows, (_button(check_in, say("button.back"), "review"),)))


def _plain_name(question: Question, check_in: CheckIn, say: Speech) -> str:
    answer = _answer(check_in, question, say)
    label = f"{_name(question, say)[: _ON_A_BUTTON - 4]}: {'-' if answer is None else answer}"
    return label if len(label) <= _ON_A_BUTTON else f"{label[: _ON_A_BUTTON - 1]}\u2026"


def _note(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    asked = pick(terms.version.note.text, say.code) if terms.version.note else ""
    return View(say("note.ask", question=asked).strip(), ((_button(check_in, say("button.back"), "review"),),))


def _visibility(check_in: CheckIn, terms: Terms, say: Speech, _now: datetime) -> View:
    choices = [choice for choice in Visibility if choice is not Visibility.BEFORE or terms.next_session_at]
    rows = tuple((_button(check_in, say(f"button.note.{choice.value}"), "who", choice.value),) for choice in choices)
    return View(say("note.visibility"), rows)


# ---- afterwards ----


def _sent(check_in: CheckIn, terms: Terms, say: Speech) -> View:
    day = (check_in.closed_at or check_in.due_at).astimezone(terms.zone).date()
    text = "\n\n".join((say("sent.on", day=say.day(day)), *_milestone(check_in, terms, say)))
    if check_in.step is not Step.SHOWN:
        return View(text, ((_button(check_in, say("button.show"), "show", 1),),))
    lines = [text, "", *answer_lines(check_in, terms, say)]
    if check_in.note:
        lines.append(say(f"review.note.{check_in.note.visibility.value}"))
    return View("\n".join(lines), ((_button(check_in, say("button.hide"), "show", 0),),))


def _milestone(check_in: CheckIn, terms: Terms, say: Speech) -> list[str]:
    """Say one warm line where there is a reason; the rarest one if there are several."""
    found = of_check_in(check_in)[:1] if terms.milestone_lines else ()
    return [say(f"milestone.{one.kind.value}", number=one.number) for one in found]


_STEPS: dict[Step, Callable[[CheckIn, Terms, Speech, datetime], View]] = {
    Step.PROMPT: _prompt,
    Step.LATER: _later,
    Step.SNOOZED: _snoozed,
    Step.LEFT: _left,
    Step.QUESTION: _question,
    Step.REVIEW: _review,
    Step.CHANGE: _change,
    Step.NOTE: _note,
    Step.VISIBILITY: _visibility,
}
