"""/export: a client's answers as files for their therapist. Files are not protected: they are made to be kept."""

from bot.roster import Episode
from bot.telegram import care
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered


async def export(asked: Asked, words: list[str]) -> None:
    """Send a client's answers, or offer the clients."""
    if not words:
        await asked.deliver("export_which")
    elif episode := await care.by_word(asked, words):
        await _send(asked, episode)


async def button(asked: Asked, parts: list[str]) -> None:
    """Send the answers of the client behind a button."""
    episode = await care.by_button(asked, parts)
    if episode is None or episode.ended_at is not None or len(parts) != 1:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    await _send(asked, episode)
    asked.toast()


async def _send(asked: Asked, episode: Episode) -> None:
    await asked.cases.exports.note(asked.tx, asked.person, asked.now)
    await asked.deliver("export_csv", about_id=episode.id)
    await asked.deliver("export_fhir", about_id=episode.id)


async def csv_letter(to: Rendering) -> Rendered:
    """Send the answers as CSV."""
    episode = await _own(to)
    if episode is None:
        return None
    content = await to.cases.exports.csv_of(to.tx, to.person, episode, to.now)
    return Letter(View(to.say("export.csv", code=episode.code)), document=(f"{episode.code}.csv", content))


async def fhir_letter(to: Rendering) -> Rendered:
    """Send the answers as a FHIR Bundle."""
    episode = await _own(to)
    if episode is None:
        return None
    content = await to.cases.exports.fhir_of(to.tx, to.person, episode, to.now)
    return Letter(View(to.say("export.fhir")), document=(f"{episode.code}.json", content))


async def _own(to: Rendering) -> Episode | None:
    """Give the client, if they are still this therapist's when it is sent."""
    episode = await to.cases.roster.own_episode(to.tx, to.person, to.about)
    return episode if episode is not None and episode.ended_at is None else None
