"""How a client's answers look to their therapist, a line each. Pure."""

import html

from bot.telegram.check_in_views import shown_answer
from bot.texts import Speech, pick
from conversations.model import Kind
from conversations.occasions import Occasion
from conversations.reports import Item, Scored, Summary


def title_of(summary: Summary, say: Speech) -> str:
    """Say whose answers these are and when they were asked."""
    return say(_TITLES[summary.occasion], code=summary.code, day=say.day(summary.session_day))


_TITLES = {
    Occasion.AFTER: "summary.title",
    Occasion.BEFORE: "summary.title.before",
    Occasion.START: "summary.title.start",
    Occasion.NOW: "summary.title.now",
}


def answer_lines(summary: Summary, say: Speech) -> list[str]:
    """Give every answer with its change, and what the set's own scales came to."""
    answers = [item_text(item, say) for item in summary.items if _is_worth_a_line(item)]
    return [*answers, *(_scored(one, say) for one in summary.scores)]


def _is_worth_a_line(item: Item) -> bool:
    """Leave out that nobody wished to write anything: that is no answer that is missing."""
    return item.question.kind is not Kind.TEXT or item.words is not None


def item_text(item: Item, say: Speech) -> str:
    """Say one answer in a few words, with its change."""
    label = pick(item.question.label or item.question.text, say.code)
    answer = shown_answer(item.question, item.rating, item.words, say)
    if isinstance(answer, str):
        return say("summary.item.words", label=label, words=answer)
    if item.rating is None:
        return say("summary.item.skipped" if item.reached else "summary.item.not_reached", label=label)
    if not item.change:
        return say("summary.item", label=label, rating=item.rating)
    return say("summary.item.changed", label=label, rating=item.rating, change=f"{item.change:+d}")


def _scored(one: Scored, say: Speech) -> str:
    """Say what a scale came to, by the rules of its set, and how that has changed."""
    label = pick(one.scale.label, say.code) or one.scale.id
    if one.score.points is None:
        return say("summary.score.none", label=label)
    words = {"label": label, "points": say.number(one.score.points)}
    if one.score.band is not None:
        words["band"] = pick(one.score.band.label, say.code)
    if one.change:
        words["change"] = _signed(one.change, say)
    line = say(_SCORED["band" in words, "change" in words], **words)
    return say("summary.score.flagged", line=html.unescape(line)) if one.score.flagged else line


_SCORED = {
    (False, False): "summary.score",
    (True, False): "summary.score.band",
    (False, True): "summary.score.changed",
    (True, True): "summary.score.band.changed",
}
"""Whether there is a band, whether it has changed: how a scale is told."""


def _signed(change: float, say: Speech) -> str:
    """Write a change with its sign, to a tenth of a point: +1, -0.5."""
    return f"{'-' if change < 0 else '+'}{say.number(abs(change))}"


def otherwise_lines(summary: Summary, say: Speech) -> list[str]:
    """Say what was asked on another scale the last time."""
    if not summary.otherwise:
        return []
    names = [pick(one.label or one.text, say.code) for one in summary.otherwise]
    return ["", say("summary.otherwise", questions=", ".join(names))]
