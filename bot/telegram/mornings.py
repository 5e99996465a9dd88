"""What a therapist presses under the morning list: a session did not happen, after all it did, or it was moved.

The list lives in one message, which every press draws anew from what is true by then. A button carries where the list
showed its session; about one that is elsewhere by then a press changes nothing.
"""

from datetime import date, datetime, time

from bot.sessions import Known, Trouble, When, minutes_of
from bot.telegram import clashes, morning_views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.entering_views import asking
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
    known = await _pressed(asked, parts)
    if known is None:
        return
    outcome = await asked.cases.sessions.cancel(asked.tx, asked.person, known.session.id, asked.now)
    if outcome is not None and not isinstance(outcome, Trouble):
        asked.moved(outcome)
    await _answer(asked, known, parts[1], outcome, "morning.off")


async def happened(asked: Asked, parts: list[str]) -> None:
    """Take that back."""
    known = await _pressed(asked, parts)
    if known is None:
        return
    outcome = await asked.cases.sessions.restore(asked.tx, asked.person, known.session.id, asked.now)
    await _answer(asked, known, parts[1], outcome, "morning.on")


async def moved(asked: Asked, parts: list[str]) -> None:
    """Walk from the session to its new day and time, one press a step; the last one moves it."""
    chosen = _chosen(parts[2:])
    if chosen is None:
        _no_use(asked)
        return
    day, clock = chosen
    wanted = None if day is None or clock is None else from_wall(day, clock, asked.person.zone)
    known = await _pressed(asked, parts[:2], wanted)
    if known is None:
        return
    if wanted is not None:
        await _move(asked, known, parts[1], wanted)
        return
    asked.edit(_step(asked, known, parts[1], day))
    asked.toast()


def _step(asked: Asked, known: Known, listed: str, day: date | None) -> View:
    number, code = known.session.id, known.episode.code
    if day is None:
        return morning_views.pick_day_view(number, code, listed, asked.person.zone, asked.now, asked.say)
    return morning_views.pick_time_view(number, code, listed, day, asked.say)


async def _move(asked: Asked, known: Known, listed: str, starts_at: datetime) -> None:
    outcome = await asked.cases.sessions.move(asked.tx, asked.person, known.session.id, starts_at, asked.now)
    if isinstance(outcome, tuple):
        asked.moved(outcome[1])
    await _answer(asked, known, listed, outcome, "morning.moved", starts_at)


async def back_to_list(asked: Asked, parts: list[str]) -> None:
    """Show the list again."""
    if len(parts) != 1 or _day(parts[0]) is None:
        _no_use(asked)
        return
    await _draw(asked, parts[0])
    asked.toast()


async def _pressed(asked: Asked, parts: list[str], wanted: datetime | None = None) -> Known | None:
    """Give the session somebody means; None where that was answered already.

    They mean it where the list showed it. `wanted` is where it is to be: there it may be by now, after a double press.
    """
    known = await _own(asked, parts) if len(parts) == 2 and _day(parts[1]) is not None else None
    if known is None:
        _no_use(asked)
        return None
    if known.session.starts_at == wanted or morning_views.stands_there(known.session, parts[1], asked.person.zone):
        return known
    await _elsewhere(asked, known, parts[1])
    return None


async def _elsewhere(asked: Asked, known: Known, listed: str) -> None:
    """Change nothing about a session that is not where the list shows it, and say where it is."""
    name = "morning.elsewhere" if known.session.unheld is None else "session.already_undone"
    moment = asked.say.moment(known.session.starts_at, asked.person.zone)
    text = asked.say(name, code=known.episode.code, moment=moment)
    await _draw(asked, listed, text)
    asked.toast(text)


async def _own(asked: Asked, parts: list[str]) -> Known | None:
    """Give a session, to its own therapist only."""
    number = decode_id(parts[0])
    known = await asked.cases.sessions.known(asked.tx, number, asked.now) if number else None
    return known if known and known.episode.therapist_id == asked.person.id else None


async def _answer(
    asked: Asked, before: Known, listed: str, outcome: object, done: str, wanted: datetime | None = None
) -> None:
    """Draw the list anew and say in the toast what became of the press; `wanted` is where the session was to be."""
    known = await asked.cases.sessions.known(asked.tx, before.session.id, asked.now) or before
    when = When(wanted or known.session.starts_at, minutes_of(known.session))
    moment = clashes.written(asked, when.starts_at)
    if outcome is Trouble.DOUBLE:
        moment = await clashes.moment(asked, known.episode, when, known.session.id)
    if isinstance(outcome, Trouble):
        text, remark = asked.say(outcome.value, code=known.episode.code, moment=moment), ""
    else:
        text = remark = asked.say(done, code=known.episode.code, moment=moment)
        remark += f" {asking(known, asked.person.zone, asked.say, asked.now)}" if wanted else ""
    await _draw(asked, listed, remark)
    asked.toast(text)


async def _draw(asked: Asked, listed: str, remark: str = "") -> None:
    day = datetime.fromisoformat(listed).date()
    lines = await asked.cases.mornings.lines(asked.tx, asked.person, day)
    if not lines and not remark:
        asked.edit(View(asked.say("morning.none")))
    else:
        asked.edit(morning_views.list_view(lines, day, asked.person.zone, asked.say, remark))


def _no_use(asked: Asked) -> None:
    asked.toast(asked.say("refusal.unknown_button"))


def _day(listed: str) -> date | None:
    """Read the day of a list; of one that shows where the session stood on it, too."""
    try:
        return datetime.fromisoformat(listed).date()
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
