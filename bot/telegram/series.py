"""What therapists press and write about series: entering one, taking it back, and what they are told of it."""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.repeats import Started
from bot.roster import Episode
from bot.sessions import DEFAULT_MINUTES, Trouble, When
from bot.telegram import clashes
from bot.telegram import session_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.typed_times import read_rhythm
from conversations.model import Unheld
from conversations.series import Rhythm, Series
from conversations.wall_clock import from_wall


async def enter(asked: Asked, episode: Episode, words: list[str]) -> None:
    """Enter a series by words."""
    rhythm = read_rhythm(words, asked.person.zone, asked.now)
    if isinstance(rhythm, Trouble):
        asked.tell(rhythm.value, code=episode.code)
        return
    outcome = await asked.cases.repeats.start(asked.tx, asked.person, episode, rhythm, asked.now)
    if isinstance(outcome, Started):
        await asked.deliver("series", about_id=outcome.series.id)
    else:
        asked.tell(outcome.value, code=episode.code, moment=await clashes.moment(asked, episode, _first(asked, rhythm)))


def _first(asked: Asked, rhythm: Rhythm) -> When:
    return When(from_wall(rhythm.first_day, rhythm.wall, asked.person.zone), rhythm.minutes)


async def step(asked: Asked, episode: Episode, chosen: list[str]) -> View | None:
    """Walk from the first day over the time to the rhythm; the last press enters the series."""
    if not chosen:
        return views.pick_series_day_view(episode, asked.person.zone, asked.now, asked.say)
    read = day_and_time(chosen[:2])
    if read is None or len(chosen) > 3:
        return None
    day, wall = read
    if wall is None:
        return views.pick_series_time_view(episode, day, asked.say)
    if len(chosen) == 2:
        return views.pick_rhythm_view(episode, day, chosen[1], asked.say)
    return await _start(asked, episode, day, wall, chosen[2])


async def _start(asked: Asked, episode: Episode, day: date, wall: time, weeks: str) -> View | None:
    if weeks not in ("1", "2"):
        return None
    rhythm = Rhythm(day, wall, DEFAULT_MINUTES, int(weeks))
    if from_wall(day, wall, asked.person.zone) <= asked.now:
        rhythm = Rhythm(day + timedelta(weeks=int(weeks)), wall, DEFAULT_MINUTES, int(weeks))
    outcome = await asked.cases.repeats.start(asked.tx, asked.person, episode, rhythm, asked.now)
    if isinstance(outcome, Trouble):
        moment = await clashes.moment(asked, episode, _first(asked, rhythm))
        return View(asked.say(outcome.value, code=episode.code, moment=moment))
    return views.series_view(outcome, asked.say)


def day_and_time(chosen: list[str]) -> tuple[date, time | None] | None:
    """Read a day, and a time where one was pressed already."""
    try:
        day = date.fromisoformat(chosen[0])
        return day, time.fromisoformat(chosen[1]) if len(chosen) == 2 else None
    except ValueError:
        return None


async def undo(asked: Asked, parts: list[str]) -> None:
    """Take a series back."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    outcome = await asked.cases.taking_back.series(asked.tx, asked.person, number, asked.now) if number else None
    known = await asked.cases.repeats.known(asked.tx, asked.person, number, asked.now) if number else None
    if outcome is None or known is None:
        asked.toast(asked.say("refusal.unknown_button"))
    elif isinstance(outcome, Trouble):
        asked.toast(asked.say(outcome.value, code=known.episode.code))
    else:
        asked.moved(outcome)
        asked.edit(View(asked.say("series.undone", code=known.episode.code)))
        asked.toast()


async def week_later(asked: Asked, parts: list[str]) -> None:
    """Let a series of every two weeks begin a week later."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    outcome = await asked.cases.repeats.later(asked.tx, asked.person, number, asked.now) if number else None
    known = await asked.cases.repeats.known(asked.tx, asked.person, number, asked.now) if number else None
    if outcome is None or known is None:
        asked.toast(asked.say("refusal.unknown_button"))
    elif isinstance(outcome, Trouble):
        asked.toast(asked.say(outcome.value, code=known.episode.code, moment=await _in_a_week(asked, known)))
    else:
        asked.moved(outcome[1])
        asked.edit(views.series_view(outcome[0], asked.say))
        asked.toast()


async def _in_a_week(asked: Asked, known: Started) -> str:
    """Write what is in the way of beginning a week later."""
    rhythm = known.series.rhythm
    later = _first(asked, replace(rhythm, first_day=rhythm.first_day + timedelta(weeks=1)))
    return await staying(asked, known.series, rhythm.first_day, later)


async def staying(asked: Asked, series: Series, slot: date, when: When) -> str:
    """Write when the session is that stays in the way of the rest of a series."""
    there = await asked.cases.repeats.stays_in_the_way(asked.tx, series, slot, when, asked.now)
    return clashes.written(asked, there.starts_at if there else when.starts_at)


async def move_back(asked: Asked, parts: list[str]) -> None:
    """Let a series go on where it was before its rest was moved."""
    read = _moved_rest(parts)
    outcome = await asked.cases.taking_back.move(asked.tx, asked.person, *read, asked.now) if read else None
    known = await asked.cases.repeats.known(asked.tx, asked.person, read[0], asked.now) if read else None
    if outcome is None or known is None:
        asked.toast(asked.say("refusal.unknown_button"))
    elif isinstance(outcome, Trouble):
        asked.toast(asked.say(outcome.value, code=known.episode.code))
    else:
        asked.moved(outcome[1])
        asked.edit(views.moved_back_view(outcome[0], asked.say))
        asked.toast()


def _moved_rest(parts: list[str]) -> tuple[int, int, date | None] | None:
    """Read the series that goes on elsewhere, the session it was moved from, and the end it had."""
    try:
        series, session, last = parts
        last_day = date.fromisoformat(last) if last else None
    except ValueError:
        return None
    numbers = decode_id(series), decode_id(session)
    return (numbers[0], numbers[1], last_day) if numbers[0] and numbers[1] else None


async def letter(rendering: Rendering) -> Rendered:
    """Say what series was entered."""
    known = await rendering.cases.repeats.known(rendering.tx, rendering.person, rendering.about, rendering.now)
    return None if known is None else Letter(views.series_view(known, rendering.say))


async def again_letter(rendering: Rendering) -> Rendered:
    """Say that sessions take place that another one was in the way of."""
    known = await rendering.cases.sessions.known(rendering.tx, rendering.about, rendering.now)
    if known is None or known.session.unheld is not None:
        return None
    return Letter(views.again_view(known, _count(rendering), rendering.person.zone, rendering.say))


async def out_letter(rendering: Rendering) -> Rendered:
    """Say that sessions are left out, because another one takes their place again."""
    known = await rendering.cases.sessions.known(rendering.tx, rendering.about, rendering.now)
    if known is None or known.session.unheld is not Unheld.DOUBLE:
        return None
    return Letter(views.out_view(known, _count(rendering), rendering.person.zone, rendering.say))


def _count(rendering: Rendering) -> int:
    return int(rendering.parcel.delivery.detail or "1")
