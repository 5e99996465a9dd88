"""How the people of a practice look to an admin: the list, a card each, what removing somebody does. Pure."""

import html
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.leaving import Member
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.paging import more, page_of
from bot.texts import Speech
from conversations.enrolment import Invite

VERB = "people"
_NAME = 22


def shortened(name: str) -> str:
    """Give a name that fits on a button beside a few words."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}\N{HORIZONTAL ELLIPSIS}"


def _row(label: str, *arguments: str | int) -> tuple[Button, ...]:
    """Make a button of its own row; a label is no HTML."""
    return (Button(html.unescape(label), data(VERB, *arguments)),)


def _id(member: Member) -> str:
    return encode_id(member.person.id)


def stamp(member: Member) -> str:
    """Name what an admin saw, so that a press on something that has changed meanwhile is noticed."""
    return f"{member.clients}{'-' if member.leave else ''}"


def list_view(
    members: Sequence[Member], names: Sequence[str], invited: Sequence[Invite], zone: ZoneInfo, page: int, say: Speech
) -> View:
    """List the therapists with how many clients each has, and the links that wait. Never a code, never an answer."""
    named = zip(members, names, strict=True)
    entries = [(_line(one, name, say), _row(shortened(name), "one", _id(one))) for one, name in named]
    entries += [(_waiting(one, zone, say), _take_back(one, say)) for one in invited]
    shown = page_of(entries, page)
    first = say("people.title" if members else "people.none")
    others = len(entries) - len(shown)
    left_out = [say("people.more", number=others)] if others else []
    text = "\n".join([first, *(line for line, _ in shown), *left_out, "", say("people.footer")])
    turning = more(len(entries), page, lambda onto: data(VERB, "list", onto), say)
    return View(text, (*(row for _, row in shown), *turning))


def _waiting(invite: Invite, zone: ZoneInfo, say: Speech) -> str:
    return say("people.invited", name=invite.label, moment=say.moment(invite.expires_at, zone))


def _take_back(invite: Invite, say: Speech) -> tuple[Button, ...]:
    return _row(say("button.people.take_back", short=shortened(invite.label)), "back", encode_id(invite.id))


def _line(member: Member, name: str, say: Speech) -> str:
    line = say.count("people.line", member.clients, name=name)
    return line if member.leave is None else f"{line} ({say('people.leaves')})"


def card_view(member: Member, name: str, since: datetime | None, offered: str, zone: ZoneInfo, say: Speech) -> View:
    """Show one therapist, and what can be done."""
    day = "" if since is None else say.full_day(since.astimezone(zone).date())
    reach = say("people.unreachable" if member.person.unreachable else "people.reachable")
    lines = [say("people.card", name=name, day=day), say.count("people.clients", member.clients), reach]
    if member.leave is not None:
        lines += ["", *_leaving_lines(member, offered, zone, say)]
    return View("\n".join(lines), (*_card_rows(member, say), _row(say("button.back"), "list")))


def _leaving_lines(member: Member, offered: str, zone: ZoneInfo, say: Speech) -> list[str]:
    total = member.leave.clients if member.leave else 0
    lines = [say("people.leaving", number=member.waiting, total=total)]
    if member.until is not None:
        lines.append(say("people.offered", name=offered, day=say.day(member.until.astimezone(zone).date())))
    return lines


def _card_rows(member: Member, say: Speech) -> tuple[tuple[Button, ...], ...]:
    if member.leave is None:
        return (_row(say("button.people.remove"), "off", _id(member)),)
    return (
        _row(say("button.people.stay"), "stay", _id(member)),
        _row(say("button.people.someone_else"), "off", _id(member)),
        _row(say("button.people.end_rest"), "all", _id(member)),
    )


# ---- removing somebody, step by step ----


def remove_view(member: Member, name: str, say: Speech) -> View:
    """Ask whether somebody without clients shall go."""
    yes = _row(say("button.people.yes", short=shortened(name)), "end", _id(member), stamp(member))
    return View(say("people.remove", name=name), (yes, _row(say("button.back"), "one", _id(member))))


def choose_view(member: Member, name: str, others: Sequence[tuple[int, str]], page: int, say: Speech) -> View:
    """Ask whom the clients shall be offered, or whether every care shall end."""
    rows = [_row(shortened(other), "to", _id(member), encode_id(number)) for number, other in page_of(others, page)]
    rows += more(len(others), page, lambda onto: data(VERB, "off", _id(member), onto), say)
    end = _row(say.count("button.people.end_all", member.clients), "all", _id(member))
    text = say.count("people.choose" if others else "people.nobody_else", member.clients, name=name)
    return View(text, (*rows, end, _row(say("button.back"), "one", _id(member))))


def offer_view(member: Member, name: str, successor_id: int, other: str, days: int, say: Speech) -> View:
    """Say what an offer does."""
    number = encode_id(successor_id)
    yes = _row(say("button.people.offer", short=shortened(other)), "offer", _id(member), number, stamp(member))
    text = say.count("people.offer", member.clients, name=name, other=other, days=days)
    return View(text, (yes, _row(say("button.back"), "off", _id(member))))


def end_all_view(member: Member, name: str, say: Speech) -> View:
    """Say what ending every care does."""
    yes = _row(say.count("button.people.end_all.yes", member.clients), "end", _id(member), stamp(member))
    text = say.count("people.end_all", member.clients, name=name)
    return View(text, (yes, _row(say("button.back"), "one", _id(member))))


def gone_view(name: str, say: Speech) -> View:
    """Say that it is done."""
    return View(say("people.removed", name=name), (_row(say("button.back"), "list"),))
