"""How the morning list looks, and the way from its Moved to another time. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.mornings import Line
from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech, escape
from conversations.model import Session
from conversations.wall_clock import day_of

_DAYS_AHEAD = 14
_FIRST_HOUR, _LAST_HOUR = 8, 20
_KEYCAP = "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
Rows = tuple[tuple[Button, ...], ...]


def list_view(lines: Sequence[Line], day: date, zone: ZoneInfo, say: Speech, remark: str = "") -> View:
    """Draw the day's sessions, each with its two buttons; where there are several, a number ties them together."""
    marks = [_mark(at) if len(lines) > 1 else "" for at in range(1, len(lines) + 1)]
    texts = [f"{mark}{_text(line, zone, say)}" for mark, line in zip(marks, lines, strict=True)]
    rows = tuple(_row(line, zone, mark, say) for mark, line in zip(marks, lines, strict=True))
    ending = ["", escape(remark)] if remark else []
    return View("\n".join([f"<b>{say('morning.title', day=say.weekday(day))}</b>", *texts, *ending]), rows)


def _mark(number: int) -> str:
    """Write a number as keycaps, which stand out before a label."""
    return "".join(f"{digit}{_KEYCAP}" for digit in str(number)) + " "


def _text(line: Line, zone: ZoneInfo, say: Speech) -> str:
    name = "morning.line" if line.session.cancelled_at is None else "morning.line.off"
    return say(name, time=say.time(line.session.starts_at, zone), code=line.episode.code)


def _row(line: Line, zone: ZoneInfo, mark: str, say: Speech) -> tuple[Button, ...]:
    number, listed = encode_id(line.session.id), _place(line.session, zone)
    if line.session.cancelled_at is not None:
        return (Button(mark + say("button.undo"), data("held", number, listed)),)
    off = Button(mark + say("button.did_not_happen"), data("off", number, listed))
    return (off, Button(mark + say("button.moved"), data("moved", number, listed)))


def _place(session: Session, zone: ZoneInfo) -> str:
    """Write where a list shows a session, for its buttons."""
    return f"{session.starts_at.astimezone(zone):%Y-%m-%dT%H%M}"


def stands_there(session: Session, listed: str, zone: ZoneInfo) -> bool:
    """Say whether a session is where a pressed button's list showed it; old lists name the day alone."""
    return _place(session, zone).startswith(listed)


def pick_day_view(session_id: int, code: str, listed: str, zone: ZoneInfo, now: datetime, say: Speech) -> View:
    """Offer the days from today on, two a row; `listed` is where the list to go back to showed the session."""
    number, today = encode_id(session_id), day_of(now, zone)
    days = [today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
    buttons = [Button(say.weekday(day), data("moved", number, listed, day.isoformat())) for day in days]
    back = (Button(say("button.back"), data("morning", listed)),)
    return View(say("move.day", code=code), (*_rows(buttons, 2), back))


def pick_time_view(session_id: int, code: str, listed: str, day: date, say: Speech) -> View:
    """Offer full and half hours, four a row."""
    number = encode_id(session_id)
    times = [time(hour, minute) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1) for minute in (0, 30)]
    buttons = [Button(f"{at:%H:%M}", data("moved", number, listed, day.isoformat(), f"{at:%H%M}")) for at in times]
    back = (Button(say("button.back"), data("moved", number, listed)),)
    text = say("move.time", code=code, day=say.weekday(day), iso=day.isoformat())
    return View(text, (*_rows(buttons, 4), back))


def _rows(buttons: Sequence[Button], width: int) -> Rows:
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
