"""How calendars look in the chat: what was understood, which titles nobody knows, which client one is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calendars import Count, Title, Unknown
from bot.feeds import Feed
from bot.ics.slots import LeftOut
from bot.roster import Episode
from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech

MOST_TITLES = 20
"""Titles in one message."""
_MOST_CODES = 5
_MOST_CLIENTS = 90
_MOST_LINES = 40
_MOST_CALLED_OFF = 10
_LETTERS: Mapping[str, LeftOut] = {chr(ord("A") + place): reason for place, reason in enumerate(LeftOut)}
_MOST = 999


def told(counts: Mapping[Count, int], left_out: Mapping[LeftOut, int]) -> str:
    """Write what became of a calendar as a delivery's detail: a letter and a number each."""
    parts = [f"{what.value}{min(number, _MOST)}" for what, number in counts.items() if number]
    parts += [f"{letter}{min(left_out[why], _MOST)}" for letter, why in _LETTERS.items() if left_out.get(why)]
    return " ".join(parts)


def read_view(detail: str, coming: Sequence[tuple[Episode, int, datetime]], zone: ZoneInfo, say: Speech) -> View:
    """Say what a calendar was understood to hold."""
    numbers = {part[0]: int(part[1:]) for part in detail.split()}
    lines = [f"<b>{say('calendar.read')}</b>"]
    lines += [
        say.count(f"calendar.count.{what.name.lower()}", numbers[what.value]) for what in Count if what.value in numbers
    ]
    lines += [
        say.count(f"calendar.left_out.{why}", numbers[letter])
        for letter, why in _LETTERS.items()
        if letter in numbers and why is not LeftOut.OUTSIDE
    ]
    return View("\n".join([*lines, "", *_planned(coming, zone, say)]))


def _planned(coming: Sequence[tuple[Episode, int, datetime]], zone: ZoneInfo, say: Speech) -> list[str]:
    if not coming:
        return [say("calendar.nothing")]
    return [
        say.count("calendar.client", planned, code=episode.code, moment=say.moment(first, zone))
        for episode, planned, first in coming[:_MOST_LINES]
    ]


# ---- titles nobody knows ----


def unknown_view(unknown: Sequence[Unknown], titles: Sequence[Title], zone: ZoneInfo, say: Speech) -> View:
    """List titles nobody knows, with a number each."""
    lines = [_title(place, one, zone, say) for place, one in enumerate(unknown[:MOST_TITLES], start=1)]
    if len(unknown) > MOST_TITLES:
        lines.append(say.count("calendar.more", len(unknown) - MOST_TITLES))
    return View("\n".join([say("calendar.unknown"), "", *lines]), title_rows(titles, say))


def _title(place: int, one: Unknown, zone: ZoneInfo, say: Speech) -> str:
    moment = say.moment(one.next_at, zone)
    line = say.count("calendar.title", one.total, position=place, title=one.title, moment=moment)
    if not one.codes:
        return line
    codes = [*one.codes[:_MOST_CODES], "\N{HORIZONTAL ELLIPSIS}"] if len(one.codes) > _MOST_CODES else one.codes
    return f"{line}\n{say('calendar.so_far', codes=', '.join(codes))}"


def title_rows(titles: Sequence[Title], say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Offer the titles that are still open, by their numbers; none where all are settled."""
    numbers = [Button(str(title.position), data("cal", "pick", encode_id(title.id))) for title in titles]
    rows = [tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)]
    if titles:
        rows.append((Button(say("button.calendar.ignore_all"), data("cal", "none", encode_id(titles[0].id))),))
    return tuple(rows)


def client_rows(title: Title, clients: Sequence[Episode], say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Ask who a title is about. Each button names the number, since the message stays as it is."""
    number = encode_id(title.id)
    buttons = [
        Button(
            say("button.calendar.is", position=title.position, code=one.code),
            data("cal", "is", number, encode_id(one.id)),
        )
        for one in clients[:_MOST_CLIENTS]
    ]
    rows = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    ignore = Button(say("button.calendar.ignore", position=title.position), data("cal", "skip", number))
    return (*rows, (ignore,), (Button(say("button.back"), data("cal", "back", number)),))


def missing_view(number: int, say: Speech) -> View:
    """Ask whether sessions that are not in this file are off."""
    off = Button(say("button.calendar.off"), data("cal", "off"))
    keep = Button(say("button.calendar.keep"), data("cal", "keep"))
    return View(say.count("calendar.missing", number), ((off, keep),))


# ---- the calendar by its address ----


def calendar_view(feed: Feed | None, zone: ZoneInfo, say: Speech, *, feeds_allowed: bool) -> View:
    """Say how a calendar comes here, and how the one by address fares."""
    forget = (Button(say("button.calendar.forget"), data("cal", "forget")),)
    if feed is None:
        text = say("calendar.how")
        return View(f"{text}\n\n{say('feed.how')}" if feeds_allowed else text, (forget,))
    lines = [say("feed.read", moment=say.moment(feed.read_at, zone)) if feed.read_at else say("feed.not_yet")]
    if feed.failing_since and feed.fault:
        lines += [say("feed.failing", moment=say.moment(feed.failing_since, zone)), say(feed.fault)]
    if not feeds_allowed:
        lines.append(say("feed.off"))
    now = Button(say("button.feed.now"), data("cal", "now"))
    remove = Button(say("button.feed.remove"), data("cal", "remove"))
    return View("\n\n".join([*lines, say("calendar.how")]), ((now, remove), forget))


def called_off_view(off: Sequence[tuple[str, datetime]], zone: ZoneInfo, say: Speech) -> View:
    """Say which sessions a calendar no longer had at an hourly reading, and what to do if that is not meant."""
    lines = [
        say("feed.called_off.session", code=code, moment=say.moment(moment, zone))
        for code, moment in off[:_MOST_CALLED_OFF]
    ]
    if len(off) > _MOST_CALLED_OFF:
        lines.append(say.count("feed.called_off.more", len(off) - _MOST_CALLED_OFF))
    text = [say.count("feed.called_off", len(off)), "", *lines, "", say("feed.called_off.what_now")]
    return View("\n".join(text), ((Button(say("button.feed.now"), data("cal", "now")),),))
