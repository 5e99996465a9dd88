"""What a therapist presses under the morning list: a session did not happen, after all it did, or it was moved.

The list lives in one message, which every press draws anew from what is true by then.
"""

from datetime import date, datetime, time

from bot.sessions import Trouble, When, minutes_of
from bot.telegram import clashes, morning_views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from conversations.wall_clock import from_wall


async def morning(rendering: Rendering) -> Rendered:
    """Render the list, silently; one that was held up until it is of no use is left out."""
    day, therapist = date.fromisoformat(rendering.parcel.delivery.detail or ""), rendering.person
    if not await rendering.cases.mornings.is_of_use(rendering.tx, therapist, day, rendering.now):
        return None
    lines = await rendering.cases.mornings.lines(rendering.tx, therapist, day)
    return Letter(morning_views.list_view(lines, day, therapist.zone, rendering.say), silent=True)


async def did_not_happen(asked: Asked, parts: list[str]) -> None:
    """Call a session off; its client is not asked about it."""
    read = _read(parts)
    if read is None:
        _no_use(asked)
        return
    number, day = read
    outcome = await asked.cases.sessions.cancel(asked.tx, asked.person, number, asked.now)
    if outcome is not None and not isinstance(outcome, Trouble):
        asked.moved(outcome)
    await _answer(asked, number, day, outcome, "morning.off")


async def happened(asked: Asked, parts: list[str]) -> None:
    """Take that back."""
    read = _read(parts)
    if read is None:
        _no_use(asked)
        return
    number, day = read
    outcome = await asked.cases.sessions.restore(asked.tx, asked.person, number, asked.now)
    await _answer(asked, number, day, outcome, "morning.on")


async def moved(asked: Asked, parts: list[str]) -> None:
    """Walk from the session to its new day and time, one press a step; the last one moves it."""
    read, code = _read(parts[:2]), await _code(asked, parts)
    chosen = _chosen(parts[2:])
    if read is None or code is None or chosen is None:
        _no_use(asked)
        return
    number, listed = read
    day, clock = chosen
    if day is not None and clock is not None:
        await _move(asked, number, listed, from_wall(day, clock, asked.person.zone))
        return
    if day is None:
        view = morning_views.pick_day_view(number, code, listed, asked.person.zone, asked.now, asked.say)
    else:
        view = morning_views.pick_time_view(number, code, listed, day, asked.say)
    asked.edit(view)
    asked.toast()


async def _move(asked: Asked, number: int, listed: date, starts_at: datetime) -> None:
    outcome = await asked.cases.sessions.move(asked.tx, asked.person, number, starts_at, asked.now)
    if isinstance(outcome, tuple):
        asked.moved(outcome[1])
    await _answer(asked, number, listed, outcome, "morning.moved", starts_at)


async def back_to_list(asked: Asked, parts: list[str]) -> None:
    """Show the list again."""
    day = _day(parts[0]) if len(parts) == 1 else None
    if day is None:
        _no_use(asked)
        return
    await _draw(asked, day)
    asked.toast()


async def _answer(
    asked: Asked, number: int, day: date, outcome: object, done: str, wanted: datetime | None = None
) -> None:
    """Draw the list anew and say in the toast what became of the press; `wanted` is where the session was to be."""
    known = None if outcome is None else await asked.cases.sessions.known(asked.tx, number, asked.now)
    if known is None:
        _no_use(asked)
        return
    when = When(wanted or known.session.starts_at, minutes_of(known.session))
    if outcome is Trouble.DOUBLE:
        moment = await clashes.moment(asked, known.episode, when, number)
    else:
        moment = clashes.written(asked, when.starts_at)
    text = asked.say(outcome.value if isinstance(outcome, Trouble) else done, code=known.episode.code, moment=moment)
    await _draw(asked, day, "" if isinstance(outcome, Trouble) else text)
    asked.toast(text)


async def _draw(asked: Asked, day: date, remark: str = "") -> None:
    lines = await asked.cases.mornings.lines(asked.tx, asked.person, day)
    if not lines and not remark:
        asked.edit(View(asked.say("morning.none")))
    else:
        asked.edit(morning_views.list_view(lines, day, asked.person.zone, asked.say, remark))


async def _code(asked: Asked, parts: list[str]) -> str | None:
    """Give the code of the client whose session it is, for its own therapist only."""
    number = decode_id(parts[0]) if parts else None
    known = await asked.cases.sessions.known(asked.tx, number, asked.now) if number else None
    return known.episode.code if known and known.episode.therapist_id == asked.person.id else None


def _no_use(asked: Asked) -> None:
    asked.toast(asked.say("refusal.unknown_button"))


def _read(parts: list[str]) -> tuple[int, date] | None:
    number, day = (decode_id(parts[0]), _day(parts[1])) if len(parts) == 2 else (None, None)
    return None if number is None or day is None else (number, day)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chosen(parts: list[str]) -> tuple[date | None, time | None] | None:
    """Read the day and time that were pressed so far; None where they make no sense."""
    try:
        day = date.fromisoformat(parts[0]) if parts else None
        clock = time.fromisoformat(parts[1]) if len(parts) == 2 else None
    except ValueError:
        return None
    return (day, clock) if len(parts) <= 2 else None
