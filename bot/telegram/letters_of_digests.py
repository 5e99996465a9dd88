"""The weekly digest and its picture as letters, rendered from the database when they are sent."""

from datetime import UTC, datetime

from bot.digests import MOST_PICTURED, Span
from bot.roster import Notice
from bot.telegram import digest_views
from bot.telegram.buttons import View
from bot.telegram.letters import Asked, Letter, Rendered
from conversations.schedule import in_quiet_hours


def _span(asked: Asked) -> Span:
    """The time a delivery is about: from the second in its detail until now."""
    return Span(datetime.fromtimestamp(int(asked.parcel.delivery.detail or 0), UTC), asked.now)


async def weekly(asked: Asked) -> Rendered:
    """Send the digest of the week, or only that there is one; late and at night it comes without a sound.

    A therapist without clients gets none.
    """
    if not await _has_clients(asked):
        return None
    if asked.person.notice == Notice.TELL.value:
        return Letter(digest_views.ready_view(_span(asked), asked.say), protect=True, silent=_is_night(asked))
    return Letter(await _first_page(asked), protect=True, silent=_is_night(asked))


async def weekly_picture(asked: Asked) -> Rendered:
    """Send the picture of the week, unless it is to come only when the digest is opened."""
    return None if asked.person.notice == Notice.TELL.value else await picture(asked)


async def digest(asked: Asked) -> Rendered:
    """Send the digest that somebody has asked for."""
    if not await _has_clients(asked):
        return Letter(View(asked.say("clients.none")))
    return Letter(await _first_page(asked), protect=True)


async def picture(asked: Asked) -> Rendered:
    """Send the small multiples; nothing where there is nothing to draw or to say."""
    if not asked.person.is_therapist:
        return None
    cases, span = asked.cases, _span(asked)
    found = await cases.digests.of(asked.tx, asked.person, span)
    panels = [] if found.is_empty else await cases.digests.trends(asked.tx, asked.person, found)
    drawn = (
        await cases.charts.multiples(panels[:MOST_PICTURED], digest_views.picture_words(asked.say)) if panels else None
    )
    if drawn is None:
        return None
    caption = digest_views.caption(min(len(panels), MOST_PICTURED), len(panels), asked.say)
    return Letter(View(caption), photo=drawn, protect=True, silent=True)


async def _has_clients(asked: Asked) -> bool:
    return asked.person.is_therapist and bool(await asked.cases.roster.clients(asked.tx, asked.person))


async def _first_page(asked: Asked) -> View:
    found = await asked.cases.digests.of(asked.tx, asked.person, _span(asked))
    return digest_views.digest_view(found, 0, asked.person.zone, asked.say)


def _is_night(asked: Asked) -> bool:
    quiet = asked.person.preferences.quiet_hours_or(asked.cases.practice.rules.quiet_hours)
    return in_quiet_hours(asked.now, asked.person.zone, quiet)
