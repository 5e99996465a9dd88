"""A calendar's address in the chat: giving it, what came of reading it, reading it now, removing it."""

from datetime import datetime

import structlog

from bot.access import Action
from bot.calendars import Source
from bot.feeds import KIND, NOW, QUIETLY
from bot.ics.guard import MOST_BYTES
from bot.ics.slots import Refusal, Refused
from bot.outbox import Lane, new
from bot.outside import Fault, NotFetched, Outside, Stamps
from bot.roster import Person
from bot.telegram import calendar_views as views
from bot.telegram import calendars
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.calendar_steps import PLAINLY, How, Outcome, apply
from bot.telegram.calendars import REFUSALS
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.telegram.upload import Visit
from bot.use_cases import UseCases
from conversations.schedule import in_quiet_hours

__all__ = ["VISITS", "calendar", "called_off", "failing", "pressed", "status"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

FAULTS = {
    Fault.NOT_HTTPS: "feed.fault.not_https",
    Fault.PRIVATE: "feed.fault.private",
    Fault.REDIRECTS: "feed.fault.redirects",
    Fault.TOO_BIG: "feed.fault.too_big",
    Fault.TOO_SLOW: "feed.fault.too_slow",
    Fault.REFUSED: "feed.fault.refused",
    Fault.UNREACHABLE: "feed.fault.unreachable",
}
_UNCHANGED = "feed.unchanged"
_UNASKED = How(unasked=True)

# ---- fetching ----


async def _hourly(cases: UseCases, outside: Outside, therapist: Person, now: datetime) -> Outcome | str:
    """Read a calendar if it has changed."""
    return await _read(cases, outside, therapist, now, whole=False, how=_UNASKED)


async def _now(cases: UseCases, outside: Outside, therapist: Person, now: datetime) -> Outcome | str:
    """Read a calendar whether it has changed or not."""
    return await _read(cases, outside, therapist, now, whole=True)


async def _read(
    cases: UseCases, outside: Outside, therapist: Person, now: datetime, *, whole: bool, how: How = PLAINLY
) -> Outcome | str:
    """Give what became of a calendar, or the sentence that says why nothing did."""
    async with cases.reading() as tx:
        feed = await cases.feeds.of(tx, therapist)
    if feed is None or not cases.feeds.allowed:
        return "feed.none"
    try:
        found = await outside.fetch(feed.url, Stamps() if whole else cases.feeds.stamps(feed, now), MOST_BYTES)
        if found.content is None:
            return await _unchanged(cases, therapist, now)
        reading = await calendars.reading_of(cases, therapist, found.content, now)
    except NotFetched as error:
        return await _failed(cases, therapist, error.fault, now)
    except Refused as refused:
        return await _failed(cases, therapist, refused.reason, now)
    outcome = await apply(cases, therapist, reading, Source.FEED, now, how)
    stamps = found.stamps
    if not whole and outcome.unknown and _is_quiet(therapist, now):
        outcome.unknown, stamps = [], Stamps()  # asked about at a reading after the quiet hours
    async with cases.writing() as tx:
        await cases.feeds.read(tx, therapist, stamps, now)
    return outcome


def _is_quiet(therapist: Person, now: datetime) -> bool:
    return in_quiet_hours(now, therapist.zone, therapist.preferences.quiet_hours_or(None))


async def _unchanged(cases: UseCases, therapist: Person, now: datetime) -> str:
    async with cases.writing() as tx:
        await cases.feeds.read(tx, therapist, None, now)
    return _UNCHANGED


async def _failed(cases: UseCases, therapist: Person, fault: Fault | Refusal, now: datetime) -> str:
    log.info("feed_failed", person_id=therapist.id, reason=fault.value)
    sentence = _sentence(fault)
    async with cases.writing() as tx:
        await cases.feeds.failed(tx, therapist, sentence, now)
    return sentence


def _sentence(fault: Fault | Refusal) -> str:
    return FAULTS[fault] if isinstance(fault, Fault) else REFUSALS[fault]


# ---- telling ----


async def _take_quietly(asked: Asked, found: Outcome | str) -> None:
    """After an hourly reading only what nobody knows is asked about; of what it called off it has left word."""
    if isinstance(found, Outcome):
        asked.moved(found.work)
        if found.unknown:
            await calendars.ask(asked, found.unknown)


async def _take(asked: Asked, found: Outcome | str) -> None:
    """Tell what became of a calendar that was to be read now."""
    if isinstance(found, str):
        await asked.deliver("sentence", detail=found)
        return
    await _take_quietly(asked, found)
    await asked.deliver("calendar_read", detail=views.told(found.counts, found.left_out))


async def _take_ignored(asked: Asked, found: Outcome | str) -> None:
    """After a title was ignored, tell only what was called off by it."""
    await _take_quietly(asked, found)
    if isinstance(found, Outcome):
        await calendars.take_quietly(asked, found)


async def failing(rendering: Rendering) -> Rendered:
    """Tell that a calendar has not been read for a day, and why; nothing where it works again."""
    feed = await rendering.cases.feeds.of(rendering.tx, rendering.person)
    if feed is None or feed.failing_since is None or feed.fault is None:
        return None
    since = rendering.say.moment(feed.failing_since, rendering.person.zone)
    return Letter(View(f"{rendering.say('feed.failing', moment=since)}\n\n{rendering.say(feed.fault)}"))


async def called_off(rendering: Rendering) -> Rendered:
    """Tell what an hourly reading has called off, without a sound; nothing where all of it is on again."""
    moment = datetime.fromisoformat(rendering.parcel.delivery.detail or "")
    off = await rendering.cases.calendars.called_off(rendering.tx, rendering.person, moment)
    if not off:
        return None
    return Letter(views.called_off_view(off, rendering.person.zone, rendering.say), protect=True, silent=True)


# ---- the chat ----


async def calendar(asked: Asked, words: list[str]) -> None:
    """Say how a calendar comes here, or take its address."""
    if not words:
        await asked.deliver("calendar")
    elif not asked.cases.feeds.allowed:
        asked.tell("feed.off")
    elif len(words) != 1 or not await asked.cases.feeds.set(asked.tx, asked.person, words[0], asked.now):
        asked.tell("feed.fault.not_https")
    else:
        await asked.deliver("sentence", detail="feed.set")
        gone = new(asked.person.id, "delete", Lane.REPLY, asked.now, detail=str(asked.update.message_id))
        await asked.cases.outbox.queue(asked.tx, [gone], asked.now)
        asked.replies.fetching = True


async def status(rendering: Rendering) -> Rendered:
    """Render how a calendar comes here, and how the one by address fares."""
    cases, say = rendering.cases, rendering.say
    feed = await cases.feeds.of(rendering.tx, rendering.person)
    return Letter(views.calendar_view(feed, rendering.person.zone, say, feeds_allowed=cases.feeds.allowed))


async def pressed(asked: Asked, parts: list[str]) -> None:
    """Handle a press under /calendar, or under a message about a calendar."""
    if parts == ["now"]:
        await asked.cases.feeds.read_now(asked.tx, asked.person, asked.now)
        asked.replies.fetching = True
        asked.toast(asked.say("feed.reading"))
    elif parts == ["remove"]:
        await asked.cases.feeds.remove(asked.tx, asked.person)
        asked.edit(View(asked.say("feed.removed")))
        asked.toast()
    elif parts == ["forget"]:
        await asked.cases.calendars.forget_titles(asked.tx, asked.person)
        asked.toast(asked.say("calendar.forgotten"))
    else:
        await calendars.pressed(asked, parts)


VISITS = {
    KIND: Visit(Action.ENTER_SESSION, _hourly, _take_quietly),
    NOW: Visit(Action.ENTER_SESSION, _now, _take),
    QUIETLY: Visit(Action.ENTER_SESSION, _now, _take_ignored),
}
"""Errands that read a calendar by its address. No file's name can ask for them: such an ending is no file."""
