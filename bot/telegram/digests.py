"""What therapists do with a digest: ask for one, open the one that was announced, turn its pages."""

from bot.digests import ASKED_FOR, Span
from bot.telegram import digest_views
from bot.telegram.asked import Asked


async def digest(asked: Asked, _words: list[str]) -> None:
    """Send the digest of the last seven days now."""
    await asked.cases.digests.keep(asked.tx, asked.person)
    since, _ = Span(asked.now - ASKED_FOR, asked.now).words
    await asked.deliver("digest", detail=since)
    await asked.deliver("digest_picture", detail=since)


async def open_digest(asked: Asked, parts: list[str]) -> None:
    """Show the digest that was only announced, and its picture below."""
    if await _turn(asked, parts):
        await asked.deliver("digest_picture", detail=parts[0])


async def turn(asked: Asked, parts: list[str]) -> None:
    """Show another page in place."""
    await _turn(asked, parts)


async def _turn(asked: Asked, parts: list[str]) -> bool:
    """Show a page of the time a button names. It can only be about the presser's own clients."""
    span = Span.read(*parts[:2]) if len(parts) == 3 and parts[2].isdecimal() and len(parts[2]) < 4 else None
    if span is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return False
    found = await asked.cases.digests.of(asked.tx, asked.person, span)
    asked.edit(digest_views.digest_view(found, int(parts[2]), asked.person.zone, asked.say))
    asked.toast()
    return True
