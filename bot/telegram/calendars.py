"""Calendars in the chat: a file that was sent, the titles nobody knows, and what a therapist presses about them.

A calendar is applied in small transactions, so that a long one holds nobody up; reading it again changes nothing, so a
crash half-way is mended by the errand that repeats it. Titles are shown once and never stored: a press brings the file
it was about along (it stands in the message that the pressed one answers), and the file is read again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.access import Action
from bot.calendars import Change, Comparison, Count, Source, Title, Unknown
from bot.check_ins import Work
from bot.ics.guard import MOST_BYTES
from bot.ics.slots import LeftOut, Reading, Refusal, Refused
from bot.ics.worker import read_calendar
from bot.plans import joined
from bot.roster import Person
from bot.telegram import calendar_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.incoming import Pressed
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.telegram.upload import Upload
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AT_ONCE, _NEW_AT_ONCE = 5, 50
"""Steps in one transaction: it must be over before anybody who presses notices."""
REFUSALS = {
    Refusal.TOO_BIG: "calendar.refused.too_big",
    Refusal.NOT_A_CALENDAR: "calendar.refused.not_a_calendar",
    Refusal.TOO_DEEP: "calendar.refused.too_deep",
    Refusal.TOO_MANY: "calendar.refused.too_many",
    Refusal.TOO_HEAVY: "calendar.refused.too_heavy",
    Refusal.INCOMPLETE: "calendar.refused.incomplete",
}


@dataclass(slots=True)
class Outcome:
    """What became of a calendar."""

    counts: Counter[Count] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    unknown: list[Unknown] = field(default_factory=list)
    missing: int = 0
    work: Work = field(default_factory=Work)


# ---- reading ----


async def read_file(
    cases: UseCases, therapist: Person, content: bytes, now: datetime, *, prune: bool = False
) -> Outcome | Refusal:
    """Read a calendar file and apply it; `prune` calls off what came from a file before and is not in this one."""
    try:
        reading = await reading_of(cases, therapist, content, now)
    except Refused as refused:
        log.info("calendar_refused", person_id=therapist.id, reason=refused.reason.value)
        return refused.reason
    return await apply(cases, therapist, reading, Source.FILE, now, prune=prune)


async def reading_of(cases: UseCases, therapist: Person, content: bytes, now: datetime) -> Reading:
    """Have a calendar read for a therapist.

    Raises:
        Refused: where it cannot be read.
    """
    async with cases.reading() as tx:
        wanted = await cases.calendars.wanted(tx, therapist, now)
    return await read_calendar(content, wanted)


async def apply(
    cases: UseCases, therapist: Person, reading: Reading, source: Source, now: datetime, *, prune: bool = False
) -> Outcome:
    """Bring a therapist's sessions in line with a calendar."""
    async with cases.reading() as tx:
        found = await cases.calendars.compare(tx, therapist, reading, source, now)
    outcome = _begun(found, prune=prune)
    steps = found.changes + (found.missing if prune else [])
    for some in _portions(steps):
        await _some(cases, therapist, some, now, outcome)
    log.info("calendar_read", person_id=therapist.id, kind=source.value, count=len(steps))
    return outcome


def _begun(found: Comparison, *, prune: bool) -> Outcome:
    counts = Counter({Count.KEPT: found.kept, Count.IGNORED: found.ignored})
    return Outcome(counts, Counter(found.left_out), found.unknown, 0 if prune else len(found.missing))


def _portions(steps: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Cut the steps into transactions: first what changes, a few at a time, then what is new, client by client."""
    changed = [step for step in steps if step.known is not None]
    yield from (changed[at : at + _AT_ONCE] for at in range(0, len(changed), _AT_ONCE))
    new: dict[int, list[Change]] = defaultdict(list)
    for step in steps:
        if step.known is None and step.episode is not None:
            new[step.episode.id].append(step)
    for mine in new.values():
        yield from (mine[at : at + _NEW_AT_ONCE] for at in range(0, len(mine), _NEW_AT_ONCE))


async def _some(cases: UseCases, therapist: Person, steps: Sequence[Change], now: datetime, outcome: Outcome) -> None:
    """Make some changes, or enter some new appointments of one client, in one transaction."""
    async with cases.writing() as tx:
        if steps[0].known is None and steps[0].episode is not None:
            outcome.counts.update(await cases.calendars.enter(tx, therapist, steps[0].episode, steps, now))
            return
        for step in steps:
            count, work = await cases.calendars.apply(tx, therapist, step, now)
            outcome.counts[count] += 1
            outcome.work = joined(outcome.work, work)


async def prune_file(cases: UseCases, therapist: Person, content: bytes, now: datetime) -> Outcome | Refusal:
    """Read a calendar file again, and call off what is not in it."""
    return await read_file(cases, therapist, content, now, prune=True)


# ---- telling ----


async def take(asked: Asked, found: Outcome | Refusal) -> None:
    """Tell what a calendar was understood to hold, and ask about what was not."""
    if isinstance(found, Refusal):
        await asked.deliver("sentence", detail=REFUSALS[found])
        return
    await take_again(asked, found)
    if found.unknown:
        await ask(asked, found.unknown)
    if found.missing:
        asked.show(views.missing_view(found.missing, asked.say), reply_to=asked.update.message_id)


async def take_again(asked: Asked, found: Outcome | Refusal) -> None:
    """Tell what a calendar that was read again was understood to hold."""
    if isinstance(found, Refusal):
        await asked.deliver("sentence", detail=REFUSALS[found])
        return
    asked.moved(found.work)
    await asked.deliver("calendar_read", detail=views.told(found.counts, found.left_out))


async def ask(asked: Asked, unknown: list[Unknown]) -> None:
    """Show titles nobody knows, in one message that answers the file."""
    shown, batch = unknown[: views.MOST_TITLES], asked.update.update_id
    titles = await asked.cases.calendars.ask(asked.tx, asked.person, shown, batch)
    view = views.unknown_view(unknown, titles, asked.person.zone, asked.say)
    asked.show(view, reply_to=asked.update.message_id or None)


async def calendar_read(rendering: Rendering) -> Rendered:
    """Render what a calendar was understood to hold, with what is planned from calendars by now."""
    coming = await rendering.cases.calendars.coming(rendering.tx, rendering.person, rendering.now)
    detail = rendering.parcel.delivery.detail or ""
    return Letter(views.read_view(detail, coming, rendering.person.zone, rendering.say), protect=True)


# ---- pressing ----


async def pressed(asked: Asked, parts: list[str]) -> None:
    """Handle a press under a message about a calendar."""
    if parts in (["off"], ["keep"]):
        await _missing(asked, off=parts == ["off"])
        return
    number = decode_id(parts[1]) if len(parts) in (2, 3) else None
    title = await asked.cases.calendars.title(asked.tx, asked.person, number) if number else None
    if title is None or not await _about_title(asked, title, parts[0], parts[2:]):
        asked.toast(asked.say("refusal.unknown_button"))


async def _missing(asked: Asked, *, off: bool) -> None:
    if off and not await _read_again(asked, "ics prune"):
        asked.toast(asked.say("calendar.gone"))
        return
    asked.edit(View(asked.say("calendar.missing.off" if off else "calendar.missing.kept")))
    asked.toast()


async def _about_title(asked: Asked, title: Title, what: str, more: list[str]) -> bool:
    """Do what was pressed about a title; False where that makes no sense."""
    if what == "is" and more:
        return await _match(asked, title, more[0])
    if what == "pick":
        clients = await asked.cases.roster.clients(asked.tx, asked.person)
        asked.put_keys(views.client_rows(title, clients, asked.say))
        asked.toast()
        return True
    if what not in ("skip", "none", "back"):
        return False
    if what != "back":
        await _ignore(asked, title, everything=what == "none")
    await _show_open(asked, title.batch)
    asked.toast(asked.say("calendar.ignored") if what != "back" else "")
    return True


async def _match(asked: Asked, title: Title, written: str) -> bool:
    number = decode_id(written)
    episode = await asked.cases.roster.own_episode(asked.tx, asked.person, number) if number else None
    if episode is None or episode.ended_at is not None:
        return False
    await asked.cases.calendars.match(asked.tx, title, episode)
    await _show_open(asked, title.batch)
    again = await _read_again(asked, "ics again")
    name = "calendar.matched" if again else "calendar.matched.send_again"
    asked.toast(asked.say(name, position=title.position, code=episode.code))
    return True


async def _ignore(asked: Asked, title: Title, *, everything: bool) -> None:
    still_open = await asked.cases.calendars.open_of(asked.tx, asked.person, title.batch)
    await asked.cases.calendars.ignore(asked.tx, still_open if everything else [title])


async def _show_open(asked: Asked, batch: int) -> None:
    titles = await asked.cases.calendars.open_of(asked.tx, asked.person, batch)
    asked.put_keys(views.title_rows(titles, asked.say))


async def _read_again(asked: Asked, kind: str) -> bool:
    """Read once more what the pressed message is about: the file it answers, or the calendar by its address.

    False where the file is gone from the chat.
    """
    update = asked.update
    if not isinstance(update, Pressed) or update.replied_document is None:
        return await _fetch_again(asked)
    file_id, message_id = update.replied_document.file_id, update.replied_id or 0
    add = asked.cases.errands.add
    await add(asked.tx, asked.person, kind, asked.now, detail=file_id, message_id=message_id)
    asked.replies.fetching = True
    return True


async def _fetch_again(asked: Asked) -> bool:
    if await asked.cases.feeds.of(asked.tx, asked.person) is None:
        return False
    await asked.cases.feeds.read_now(asked.tx, asked.person, asked.now)
    asked.replies.fetching = True
    return True


FILE = Upload(Action.ENTER_SESSION, MOST_BYTES, "upload.kind.calendar", "calendar.refused.too_big", read_file, take)
AGAIN = {
    "ics again": replace(FILE, take=take_again),
    "ics prune": replace(FILE, read=prune_file, take=take_again),
}
"""Errands that read a file a second time. No file's name can ask for them."""
