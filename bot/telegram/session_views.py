"""How series, the coming sessions and one session look in a therapist's chat. Pure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.repeats import Started
from bot.roster import Episode
from bot.sessions import Known, minutes_of
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.entering_views import asking
from bot.telegram.fortnights import Fortnight
from bot.texts import Speech, escape
from conversations.model import Session, State, Unheld
from conversations.series import Series
from conversations.wall_clock import day_of

PAGE = 20
"""Sessions on one page of the list."""
_AHEAD = 14
_DAYS_BEFORE = timedelta(days=6)
"""How long before its own day a session further ahead can be moved to."""
_FIRST_HOUR, _LAST_HOUR = 8, 20
_RHYTHMS = {1: "weekly", 2: "fortnightly"}
Rows = tuple[tuple[Button, ...], ...]


# ---- days and times to choose from ----


def day_rows(today: date, make: Callable[[date], str], say: Speech) -> Rows:
    """Offer the coming two weeks, two days a row; `make` writes what stands behind a day."""
    days = [today + timedelta(days=ahead) for ahead in range(_AHEAD)]
    return in_rows([Button(say.weekday(day), make(day)) for day in days], 2)


def time_rows(make: Callable[[str], str]) -> Rows:
    """Offer full and half hours, four a row; `make` writes what stands behind a time, given as 1530."""
    times = [time(hour, minute) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1) for minute in (0, 30)]
    return in_rows([Button(f"{at:%H:%M}", make(f"{at:%H%M}")) for at in times], 4)


def in_rows(buttons: Sequence[Button], width: int) -> Rows:
    """Lay buttons out, so many a row."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


# ---- entering a series by buttons ----


def pick_series_day_view(episode: Episode, zone: ZoneInfo, now: datetime, say: Speech) -> View:
    """Ask on which day a series begins."""
    number = encode_id(episode.id)
    rows = day_rows(day_of(now, zone), lambda day: data("s", number, "weekly", day.isoformat()), say)
    return View(say("series.day", code=episode.code), (*rows, (_back("s", number, say),)))


def pick_series_time_view(episode: Episode, day: date, say: Speech) -> View:
    """Ask at what time the sessions of a series start."""
    number, iso = encode_id(episode.id), day.isoformat()
    rows = time_rows(lambda at: data("s", number, "weekly", iso, at))
    text = say("series.time", code=episode.code, day=say.weekday(day))
    return View(text, (*rows, (_back("s", number, say, "weekly"),)))


def pick_rhythm_view(episode: Episode, day: date, at: str, say: Speech) -> View:
    """Ask how often."""
    number, iso = encode_id(episode.id), day.isoformat()
    rows = (
        (Button(say("button.every_week"), data("s", number, "weekly", iso, at, 1)),),
        (Button(say("button.every_two_weeks"), data("s", number, "weekly", iso, at, 2)),),
        (_back("s", number, say, "weekly", iso),),
    )
    text = say("series.rhythm", code=episode.code, day=say.weekday(day), time=f"{at[:2]}:{at[2:]}")
    return View(text, rows)


def _back(verb: str, number: str, say: Speech, *more: str) -> Button:
    return Button(say("button.back"), data(verb, number, *more))


def series_view(started: Started, say: Speech) -> View:
    """Say what series was entered, with a way back."""
    rhythm, number = started.series.rhythm, encode_id(started.series.id)
    rows = [(Button(say("button.undo"), data("unseries", number)),)]
    if rhythm.every_weeks > 1:
        rows.insert(0, (Button(say("button.week_later"), data("weeklater", number)),))
    return View(_noted(started, say), tuple(rows))


def moved_rest_view(started: Started, session: Session, old: Series | None, now: datetime, say: Speech) -> View:
    """Say where the rest of a series goes on; the way back leads to where this session of the old series was."""
    rows: Rows = ((_to_list(say),),)
    if old is not None and all(one.starts_at > now for one in started.sessions):
        before = "" if old.rhythm.last_day is None else old.rhythm.last_day.isoformat()
        undo = data("unrest", encode_id(started.series.id), encode_id(session.id), before)
        rows = ((Button(say("button.undo"), undo),), *rows)
    return View(_noted(started, say), rows)


def moved_back_view(started: Started, say: Speech) -> View:
    """Say that a series goes on where it was before."""
    lines = [say("series.moved_back", code=started.episode.code), *_left_out(started, say)]
    return View("\n".join(lines), ((_to_list(say),),))


def _noted(started: Started, say: Speech) -> str:
    lines, last_day = [_every(started, say)], started.series.rhythm.last_day
    if last_day is not None:
        lines.append(say("series.until", day=say.weekday(last_day)))
    lines += _left_out(started, say)
    if started.left_out and not started.sessions:
        return "\n".join([*lines, say("series.all_out")])
    return "\n".join([*lines, say("series.ahead", code=started.episode.code)])


def _left_out(started: Started, say: Speech) -> list[str]:
    """Say how many of the sessions planned by now are left out, and why."""
    off, double = (started.left_out.count(why) for why in (Unheld.HOLIDAY, Unheld.DOUBLE))
    lines = [say.count("series.off", off)] if off else []
    return [*lines, say.count("series.double", double)] if double else lines


def again_view(known: Known, count: int, zone: ZoneInfo, say: Speech) -> View:
    """Say that sessions, this one the first, take place that another one was in the way of."""
    moment = say.moment(known.session.starts_at, zone)
    return View(say.count("session.again", count, code=known.episode.code, moment=moment), ((_to_list(say),),))


def out_view(known: Known, count: int, zone: ZoneInfo, say: Speech) -> View:
    """Say that sessions, this one the first, are left out for another one."""
    moment = say.moment(known.session.starts_at, zone)
    return View(say.count("session.out", count, code=known.episode.code, moment=moment), ((_to_list(say),),))


def _to_list(say: Speech) -> Button:
    return Button(say("button.all_sessions"), data("ses", "list", 0))


def _every(started: Started, say: Speech) -> str:
    rhythm = started.series.rhythm
    values = {"code": started.episode.code, "time": f"{rhythm.wall:%H:%M}", "day": say.weekday(rhythm.first_day)}
    if rhythm.every_weeks == 1:
        return say("series.noted.weekly", **values)
    return say("series.noted.fortnightly", **values)


# ---- the coming sessions ----


def list_view(weeks: Fortnight, codes: dict[int, str], zone: ZoneInfo, page: int, say: Speech) -> View:
    """List the sessions of two weeks, a button for each, a page at a time."""
    shown = weeks.sessions[page * PAGE : (page + 1) * PAGE]
    last = (*_turning(page, weeks, say), (Button(say("button.holidays"), data("holidays")),))
    if not shown:
        return View(say("coming.none"), last)
    lines = [f"<b>{escape(_title(weeks, say))}</b>", *_by_day(shown, codes, zone, say), "", say("coming.how")]
    buttons = [Button(_label(one, codes[one.episode_id], zone, say), _open(one)) for one in shown]
    return View("\n".join(lines), (*in_rows(buttons, 2), *last))


def _title(weeks: Fortnight, say: Speech) -> str:
    if weeks.place == 0:
        return say("coming.title")
    return say("coming.span", first=say.day(weeks.first), last=say.day(weeks.last))


def _by_day(sessions: Sequence[Session], codes: dict[int, str], zone: ZoneInfo, say: Speech) -> list[str]:
    lines: list[str] = []
    day: date | None = None
    for one in sessions:
        if day != (day := day_of(one.starts_at, zone)):
            lines += ["", say.weekday(day)]
        lines.append(say("morning.line", time=say.time(one.starts_at, zone), code=codes[one.episode_id]))
    return lines


def _label(session: Session, code: str, zone: ZoneInfo, say: Speech) -> str:
    return f"{say.short_day(day_of(session.starts_at, zone))}, {say.time(session.starts_at, zone)} {code}"


def _open(session: Session) -> str:
    return data("ses", "open", encode_id(session.id))


def _turning(page: int, weeks: Fortnight, say: Speech) -> Rows:
    """Turn the pages of these two weeks, then to those before and after them."""
    row = [Button(say("button.back"), data("ses", "list", page - 1, weeks.place))] if page else []
    if not page and weeks.earlier is not None:
        row = [Button(say("button.back"), data("ses", "list", 0, weeks.earlier))]
    if (page + 1) * PAGE < len(weeks.sessions):
        row.append(Button(say("button.more"), data("ses", "list", page + 1, weeks.place)))
    if weeks.later is not None:
        row.append(Button(say("button.later_ones"), data("ses", "list", 0, weeks.later)))
    return (tuple(row),) if row else ()


# ---- one session ----


def card_view(
    known: Known, series: Series | None, zone: ZoneInfo, now: datetime, say: Speech, remark: str = ""
) -> View:
    """Show one session with what can be done about it; `remark` says what was done."""
    lines = [remark, ""] if remark else []
    lines += [_what(known, zone, say)]
    if known.session.unheld is not None:
        return View("\n".join([*lines, say(_UNHELD[known.session.unheld])]), _gone_rows(known.session, say))
    if series is not None:
        lines.append(say(f"series.every.{_RHYTHMS[series.rhythm.every_weeks]}"))
    if known.check_in is None or known.check_in.state in (State.SCHEDULED, State.CANCELLED):
        lines.append(asking(known, zone, say, now))
    return View("\n".join(lines), _card_rows(known.session, series, now, say))


_UNHELD = {
    Unheld.UNDONE: "unheld.undone",
    Unheld.CALLED_OFF: "unheld.called_off",
    Unheld.NO_SHOW: "unheld.no_show",
    Unheld.HOLIDAY: "unheld.holiday",
    Unheld.ENDED: "unheld.ended",
    Unheld.DOUBLE: "unheld.double",
}


def _what(known: Known, zone: ZoneInfo, say: Speech) -> str:
    moment = say.moment(known.session.starts_at, zone)
    return say("session.card", code=known.episode.code, moment=moment, minutes=minutes_of(known.session))


def _gone_rows(session: Session, say: Speech) -> Rows:
    back = Button(say("button.all_sessions"), data("ses", "list", 0))
    if session.unheld is Unheld.ENDED:
        return ((back,),)
    return ((Button(say("button.undo"), data("ses", "on", encode_id(session.id))),), (back,))


def _card_rows(session: Session, series: Series | None, now: datetime, say: Speech) -> Rows:
    number = encode_id(session.id)
    off = Button(say("button.did_not_happen" if session.starts_at <= now else "button.call_off"), _do("off", number))
    rows: list[tuple[Button, ...]] = [(Button(say("button.move"), _do("move", number)), off)]
    if session.starts_at <= now:
        rows.append((Button(say("button.no_show"), _do("noshow", number)),))
    if series is not None:
        rows.append((Button(say("button.move_rest"), _do("rest", number)),))
        rows.append((Button(say("button.end_series"), _do("end", number)),))
    return (*rows, (Button(say("button.all_sessions"), data("ses", "list", 0)),))


def _do(action: str, number: str, *more: str) -> str:
    return data("ses", action, number, *more)


def pick_day_view(known: Known, action: str, zone: ZoneInfo, now: datetime, say: Speech) -> View:
    """Ask to which day a session, or it and all after it, is moved: from today on, or from days before it."""
    number = encode_id(known.session.id)
    begin = max(day_of(now, zone), day_of(known.session.starts_at, zone) - _DAYS_BEFORE)
    rows = day_rows(begin, lambda day: _do(action, number, day.isoformat()), say)
    back = Button(say("button.back"), _do("open", number))
    return View(say("move.day", code=known.episode.code), (*rows, (back,)))


def pick_time_view(known: Known, action: str, day: date, now: datetime, say: Speech) -> View:
    """Ask to which time, and say how any other is entered."""
    number, iso = encode_id(known.session.id), day.isoformat()
    rows = time_rows(lambda at: _do(action, number, iso, at))
    back = Button(say("button.back"), _do(action, number))
    values = {"code": known.episode.code, "day": say.weekday(day)}
    if action == "rest":
        return View(say("series.time", **values), (*rows, (back,)))
    held = known.session.starts_at <= now
    return View(say("move.time" if held else "move.time.ahead", iso=iso, **values), (*rows, (back,)))


def end_view(known: Known, zone: ZoneInfo, say: Speech) -> View:
    """Ask once more before the rest of a series goes."""
    number, moment = encode_id(known.session.id), say.moment(known.session.starts_at, zone)
    rows = (
        (Button(say("button.end_series.yes"), _do("over", number)),),
        (Button(say("button.back"), _do("open", number)),),
    )
    return View(say("series.end.ask", code=known.episode.code, moment=moment), rows)
