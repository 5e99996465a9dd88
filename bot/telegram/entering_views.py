"""How it looks to enter a session: when it is, and what was entered. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.roster import Episode
from bot.sessions import Known
from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech
from conversations.model import Unheld

_DAYS_BACK, _DAYS_AHEAD = 6, 7
_FIRST_HOUR, _LAST_HOUR = 8, 20


def session_view(known: Known, zone: ZoneInfo, say: Speech, now: datetime) -> View:
    """Say what was entered, with a way back."""
    code, moment = known.episode.code, say.moment(known.session.starts_at, zone)
    if known.session.unheld is not None:
        return View(say(_UNHELD.get(known.session.unheld, "session.undone"), code=code, moment=moment))
    lines = [_noted(known, zone, say, now)]
    if known.near is not None:
        lines.append(say("session.near", code=code, moment=say.moment(known.near.starts_at, zone)))
    return View("\n".join(lines), ((Button(say("button.undo"), data("undo", encode_id(known.session.id))),),))


def _noted(known: Known, zone: ZoneInfo, say: Speech, now: datetime) -> str:
    noted = say("session.noted", code=known.episode.code, moment=say.moment(known.session.starts_at, zone))
    return f"{noted} {asking(known, zone, say, now)}"


def asking(known: Known, zone: ZoneInfo, say: Speech, now: datetime) -> str:
    """Say when the client of a session that is held is asked about it, or why not."""
    code, check_in = known.episode.code, known.check_in
    due = "" if check_in is None else say.moment(check_in.due_at, zone)
    if known.not_asked is not None:
        return say(known.not_asked.value, code=code, due=due)
    if check_in is None or check_in.due_at <= now:
        return say("session.now", code=code)
    return say("session.due", code=code, due=due)


_UNHELD = {Unheld.CALLED_OFF: "session.called_off", Unheld.NO_SHOW: "session.no_show"}


def pick_when_view(episode: Episode, say: Speech) -> View:
    """Offer now, another day or a series."""
    number = encode_id(episode.id)
    now = (Button(say("button.session.now"), data("s", number, "now")),)
    day = (Button(say("button.session.day"), data("s", number, "day")),)
    weekly = (Button(say("button.session.weekly"), data("s", number, "weekly")),)
    return View(say("session.when", code=episode.code), (now, day, weekly))


def pick_day_view(episode: Episode, zone: ZoneInfo, now: datetime, say: Speech) -> View:
    """Offer the days around today, two a row, today marked by its place in the middle."""
    today, number = now.astimezone(zone).date(), encode_id(episode.id)
    days = [today + timedelta(days=ahead) for ahead in range(-_DAYS_BACK, _DAYS_AHEAD + 1)]
    buttons = [Button(say.weekday(day), data("s", number, day.isoformat())) for day in days]
    return View(
        say("session.day", code=episode.code), tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    )


def pick_time_view(episode: Episode, day: datetime, say: Speech) -> View:
    """Offer full and half hours, four a row."""
    number, iso = encode_id(episode.id), day.date().isoformat()
    times = [time(hour, minute) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1) for minute in (0, 30)]
    buttons = [Button(f"{at:%H:%M}", data("s", number, iso, f"{at:%H%M}")) for at in times]
    rows = tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))
    text = say("session.time", code=episode.code, day=say.weekday(day.date()), iso=iso)
    return View(text, rows)
