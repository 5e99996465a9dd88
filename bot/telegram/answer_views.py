"""How a client's answers look to their therapist, a line each. Pure."""

import html

from bot.telegram.check_in_views import shown_answer
from bot.texts import Speech, pick
from conversations.model import Kind
from conversations.reports import Item, Summary
from conversations.scales import Scale
from conversations.scoring import Score


def answer_lines(summary: Summary, say: Speech) -> list[str]:
    """Give every answer with its change, and what the set's own scales came to."""
    answers = [item_text(item, say) for item in summary.items if _is_worth_a_line(item)]
    return [*answers, *(_score(scale, score, say) for scale, score in summary.scores)]


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


def _score(scale: Scale, score: Score, say: Speech) -> str:
    """Say what a scale came to, by the rules of its set."""
    label = pick(scale.label, say.code) or scale.id
    if score.points is None:
        return say("summary.score.none", label=label)
    points = say.number(score.points)
    line = say("summary.score", label=label, points=points)
    if score.band is not None:
        line = say("summary.score.band", label=label, points=points, band=pick(score.band.label, say.code))
    return say("summary.score.flagged", line=html.unescape(line)) if score.flagged else line
