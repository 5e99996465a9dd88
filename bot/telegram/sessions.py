"""What therapists press and write about the coming sessions."""

from datetime import datetime, time

from bot.check_ins import Work
from bot.sessions import HORIZON, Known, Noted, Trouble, When, minutes_of
from bot.telegram import clashes
from bot.telegram import session_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.fortnights import fortnights
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.telegram.series import day_and_time, staying
from conversations.model import Unheld
from conversations.wall_clock import day_of, from_wall


async def sessions(asked: Asked, _words: list[str]) -> None:
    """Show the coming two weeks."""
    await asked.deliver("sessions")


async def sessions_letter(rendering: Rendering) -> Rendered:
    """Render the coming two weeks."""
    return Letter(await _list(rendering))


async def _list(asked: Asked | Rendering, page: int = 0, place: int = 0) -> View:
    """List from the start of today, so that what was just held can still be marked; two weeks at a time."""
    zone, today = asked.person.zone, day_of(asked.now, asked.person.zone)
    begin = from_wall(today, time(), zone)
    found = await asked.cases.sessions.coming(asked.tx, asked.person, begin, asked.now + HORIZON)
    codes = {episode.id: episode.code for episode in await asked.cases.roster.clients(asked.tx, asked.person)}
    return views.list_view(fortnights(found, today, zone, place), codes, zone, page, asked.say)


async def button(asked: Asked, parts: list[str]) -> None:
    """Handle a press in the list or on a session's card."""
    view = await _pressed(asked, parts)
    if view is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(view)
    asked.toast()


async def _pressed(asked: Asked, parts: list[str]) -> View | None:
    action, *rest = parts or [""]
    if action == "list":
        return await _list(asked, *map(int, rest)) if len(rest) in (1, 2) and _PAGES.issuperset(rest) else None
    number = decode_id(rest[0]) if rest else None
    known = await asked.cases.sessions.known(asked.tx, number, asked.now) if number else None
    if known is None or known.episode.therapist_id != asked.person.id or known.episode.ended_at is not None:
        return None
    if action in ("move", "rest"):
        return await _moving(asked, known, action, rest[1:])
    return await _acting(asked, known, action)


_PAGES = frozenset(str(page) for page in range(30))


async def _acting(asked: Asked, known: Known, action: str) -> View | None:
    if action == "open":
        return await _card(asked, known)
    if action == "end":
        return views.end_view(known, asked.person.zone, asked.say)
    if action == "over":
        return await _end(asked, known)
    if action == "on":
        back = await asked.cases.sessions.restore(asked.tx, asked.person, known.session.id, asked.now)
        return await _after(asked, known, back, asked.say("session.on_again"))
    return await _call_off(asked, known, _WHY[action]) if action in _WHY else None


_WHY = {"off": Unheld.CALLED_OFF, "noshow": Unheld.NO_SHOW}


async def _call_off(asked: Asked, known: Known, why: Unheld) -> View:
    outcome = await asked.cases.sessions.cancel(asked.tx, asked.person, known.session.id, asked.now, why)
    if isinstance(outcome, Work):
        asked.moved(outcome)
    return await _after(asked, known, outcome, "")


async def _end(asked: Asked, known: Known) -> View | None:
    outcome = await asked.cases.repeats.end(asked.tx, asked.person, known.session.id, asked.now)
    if isinstance(outcome, tuple):
        asked.moved(outcome[1])
        return await _after(asked, known, None, asked.say("series.ended", code=known.episode.code))
    return None if outcome is None else await _after(asked, known, outcome, "")


async def _moving(asked: Asked, known: Known, action: str, chosen: list[str]) -> View | None:
    """Walk over the day to the time; the last press moves the session, or it and all after it."""
    zone = asked.person.zone
    if not chosen:
        return views.pick_day_view(known, action, zone, asked.now, asked.say)
    read = day_and_time(chosen)
    if read is None or len(chosen) > 2:
        return None
    day, wall = read
    if wall is None:
        return views.pick_time_view(known, action, day, asked.now, asked.say)
    starts_at = from_wall(day, wall, zone)
    if action == "rest":
        return await _move_rest(asked, known, starts_at)
    outcome = await asked.cases.sessions.move(asked.tx, asked.person, known.session.id, starts_at, asked.now)
    return await _after(asked, known, outcome, asked.say("session.moved"), starts_at)


async def _move_rest(asked: Asked, known: Known, starts_at: datetime) -> View | None:
    old = await asked.cases.repeats.of(asked.tx, known.session)
    outcome = await asked.cases.repeats.move_rest(asked.tx, asked.person, known.session.id, starts_at, asked.now)
    if isinstance(outcome, tuple):
        asked.moved(outcome[1])
        return views.moved_rest_view(outcome[0], known.session, old, asked.now, asked.say)
    if outcome is Trouble.DOUBLE and old is not None and known.session.slot is not None:
        when = When(starts_at, old.rhythm.minutes)
        return await _refused(asked, known, outcome, await staying(asked, old, known.session.slot, when))
    return None if outcome is None else await _after(asked, known, outcome, "", starts_at)


async def _refused(asked: Asked, known: Known, trouble: Trouble, moment: str) -> View:
    return await _card(asked, known, asked.say(trouble.value, code=known.episode.code, moment=moment))


async def _after(asked: Asked, known: Known, outcome: object, done: str, wanted: datetime | None = None) -> View:
    """Draw the session anew, with what was done or why it was not; `wanted` is where it was to be."""
    if isinstance(outcome, tuple) and isinstance(outcome[0], Noted):
        asked.moved(outcome[1])
    again = await asked.cases.sessions.known(asked.tx, known.session.id, asked.now)
    if isinstance(outcome, Trouble):
        when = When(wanted or known.session.starts_at, minutes_of(known.session))
        moment = await clashes.moment(asked, known.episode, when, known.session.id)
        return await _refused(asked, again or known, outcome, moment)
    return await _card(asked, again or known, done)


async def _card(asked: Asked, known: Known, remark: str = "") -> View:
    series = await asked.cases.repeats.of(asked.tx, known.session)
    return views.card_view(known, series, asked.person.zone, asked.now, asked.say, remark)
