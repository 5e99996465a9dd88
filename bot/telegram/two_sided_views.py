"""Two-sided rating in the therapist's chat: the own view first, later both side by side. Pure."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech, escape, pick
from conversations.flag import Level
from conversations.model import Question
from conversations.reports import Summary
from conversations.two_sided import Gap, OwnView, Stand, widest

_WIDE = 6
"""Rating buttons in a row, as in a check-in."""


def own_view(view: OwnView, questions: Sequence[Question], summary: Summary, zone: ZoneInfo, say: Speech) -> View:
    """Draw whatever the own view shows now; nothing in it gives the client's answers away."""
    if not view.holds:
        return View(_closing(view, questions, summary.code, say))
    question = questions[view.position]
    code, day = summary.code, say.day(summary.session_day)
    urgent = summary.reading is not None and summary.reading.level is Level.RED
    parts = [
        say("notice.urgent" if urgent else "notice.one", code=code),
        say("own_view.ask", code=code, day=day, moment=say.moment(view.held_until, zone)),
        _question(view, question, len(questions), say),
    ]
    return View("\n\n".join(parts), (*_rating_rows(view, question), _moving_row(view, say)))


def _question(view: OwnView, question: Question, total: int, say: Speech) -> str:
    counter = say("question.counter", position=view.position + 1, total=total)
    low, high = pick(question.low_anchor, say.code), pick(question.high_anchor, say.code)
    lines = [
        f"{counter}  <b>{escape(_name(question, say))}</b>",
        say("own_view.asked", question=pick(question.text, say.code)),
        escape(f"{question.minimum} = {low}\n{question.maximum} = {high}"),
    ]
    if (before := view.ratings.get(question.id)) is not None:
        lines.append(say("question.before", rating=before))
    return "\n".join(lines)


def _name(question: Question, say: Speech) -> str:
    return pick(question.label or question.text, say.code)


def _rating_rows(view: OwnView, question: Question) -> tuple[tuple[Button, ...], ...]:
    stem = data("own", encode_id(view.check_in_id), view.position)
    ratings = [Button(str(rating), f"{stem}:{rating}") for rating in range(question.minimum, question.maximum + 1)]
    return tuple(tuple(ratings[start : start + _WIDE]) for start in range(0, len(ratings), _WIDE))


def _moving_row(view: OwnView, say: Speech) -> tuple[Button, ...]:
    number = encode_id(view.check_in_id)
    skip = Button(say("button.skip_mine"), data("own", number, "skip"))
    if view.position == 0:
        return (skip,)
    return Button(say("button.back"), data("own", number, "back", view.position)), skip


def _closing(view: OwnView, questions: Sequence[Question], code: str, say: Speech) -> str:
    if view.stands is Stand.SKIPPED:
        return say("own_view.skipped", code=code)
    if view.stands is Stand.LAPSED:
        return say("own_view.lapsed", code=code)
    rated = ((question, view.ratings.get(question.id)) for question in questions)
    return say(
        "own_view.done", code=code, ratings=_list([(one, rating) for one, rating in rated if rating is not None], say)
    )


def _list(rated: Sequence[tuple[Question, int]], say: Speech) -> str:
    return ", ".join(f"{_name(question, say)} {rating}" for question, rating in rated)


# ---- both side by side ----


def both_lines(summary: Summary, say: Speech) -> list[str]:
    """Say how the therapist saw it, and where that differs most; nothing where only one side has rated."""
    if not summary.both:
        return []
    ratings = _list([(gap.question, gap.own) for gap in summary.both], say)
    return ["", say("both.own", ratings=ratings), _difference(summary, widest(summary.both), say)]


def _difference(summary: Summary, gap: Gap | None, say: Speech) -> str:
    if gap is None:
        return say("both.alike")
    higher = "both.own_higher" if gap.size > 0 else "both.client_higher"
    return say(higher, code=summary.code, label=_name(gap.question, say), own=gap.own, client=gap.client)
