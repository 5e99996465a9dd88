"""How the agenda before a session looks. Pure."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.agendas import Agenda, Topic
from bot.telegram.answer_views import answer_lines, item_text
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.goal_views import goal_lines
from bot.telegram.lengths import MESSAGE_UNITS, shortened, units
from bot.telegram.staff_views import meaning, note_view
from bot.texts import Speech
from conversations.model import Kind
from conversations.occasions import Occasion
from conversations.reports import Summary

Rows = tuple[tuple[Button, ...], ...]
_ANSWER_UNITS = 1000
"""What answers in words hold at most: a topic with a long note stays one message. The summary has all of them."""


def told_view(agenda: Agenda, say: Speech, zone: ZoneInfo) -> View:
    """Say only that there is something for a session."""
    opens = Button(say("button.open"), data("agenda", encode_id(agenda.session.id)))
    time = say.time(agenda.session.starts_at, zone)
    return View(say("agenda.notice", code=agenda.episode.code, time=time), ((opens,),))


def agenda_pages(agenda: Agenda, say: Speech, zone: ZoneInfo) -> list[View]:
    """Show everything on the agenda: on one screen wherever it fits, else a few topics a message."""
    goals = goal_lines(agenda.goals, say)
    last = ["\n".join([f"<b>{say('agenda.goals')}</b>", *goals])] if goals else []
    pages: list[View] = []
    topics: list[Topic] = []
    for topic in agenda.topics:
        if topics and units(_page(agenda, [*topics, topic], last, say, zone).text) > MESSAGE_UNITS:
            pages.append(_page(agenda, topics, [], say, zone))
            topics = []
        topics.append(topic)
    return [*pages, _page(agenda, topics, last, say, zone)]


def _page(agenda: Agenda, topics: Sequence[Topic], last: Sequence[str], say: Speech, zone: ZoneInfo) -> View:
    code, time = agenda.episode.code, say.time(agenda.session.starts_at, zone)
    parts = [say("agenda.title", code=code, time=time)]
    parts += ["\n".join(_topic(topic, agenda.told[topic.check_in_id], code, say)) for topic in topics]
    text = "\n\n".join([*parts, *last, f"<i>{say('summary.footer')}</i>"])
    return View(text, rows(agenda.session.id, topics, say))


def _topic(topic: Topic, summary: Summary, code: str, say: Speech) -> list[str]:
    lines = [say(_HEADINGS[summary.occasion], day=say.day(summary.session_day))]
    if summary.talk:
        lines.append(say("summary.talk"))
    if topic.note is not None:
        lines.append(note_view(code, topic.note, say).text)
    lines += _answers(topic, summary, say)
    if topic.is_flagged:
        lines += meaning(summary.reading, say, unfinished=summary.unfinished)[1:]
    return lines


_HEADINGS = {
    Occasion.AFTER: "agenda.topic",
    Occasion.BEFORE: "agenda.topic.before",
    Occasion.START: "agenda.topic.start",
    Occasion.NOW: "agenda.topic.now",
}


def _answers(topic: Topic, summary: Summary, say: Speech) -> list[str]:
    """Give the ratings on one line; where there are none, whatever else was answered. A flag speaks of silence."""
    ratings = [item for item in summary.items if item.question.kind is Kind.RATING]
    if any(item.rating is not None for item in ratings):
        return [", ".join(item_text(item, say) for item in ratings)]
    if any(item.reached for item in summary.items):
        return shortened(answer_lines(summary, say), _ANSWER_UNITS)
    return [] if topic.is_flagged else [say("agenda.unanswered")]


def rows(session_id: int, topics: Sequence[Topic], say: Speech) -> Rows:
    """Give one button for each topic, which closes its loop, and one to look at the client."""
    several = len(topics) > 1
    talked = tuple((_talked(session_id, topic, say, several=several),) for topic in topics)
    glance = Button(say("button.overview"), data("glance", encode_id(topics[-1].check_in_id))) if topics else None
    return talked if glance is None else (*talked, (glance,))


def _talked(session_id: int, topic: Topic, say: Speech, *, several: bool) -> Button:
    label = say("button.talked")
    if several:
        label = f"{label} ({say.short_day(topic.day)})"
    return Button(label, data("talked", encode_id(topic.check_in_id), encode_id(session_id)))


def after_press(session_id: int, topics: Sequence[Topic], pressed: int, say: Speech) -> Rows:
    """Give the buttons once a topic's loop is closed: the way back, and what is still open."""
    undo = Button(say("button.undo"), data("untalked", encode_id(pressed), encode_id(session_id)))
    return ((undo,), *rows(session_id, topics, say))
