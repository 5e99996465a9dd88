"""What a therapist does about one client besides sessions: a nudge, and the end of the care."""

from bot.roster import Episode
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from conversations.enrolment import read_code

# ---- which client ----


async def by_word(asked: Asked, words: list[str]) -> Episode | None:
    """Find the client whose code was typed; an unknown code gets a sentence."""
    code = read_code(words[0])
    episode = await asked.cases.roster.by_code(asked.tx, asked.person, code) if code else None
    if episode is None:
        asked.tell("session.unknown_code", code=words[0][:40])
    return episode


async def by_button(asked: Asked, parts: list[str]) -> Episode | None:
    """Find the therapist's own client behind a button, also one whose care has ended."""
    number = decode_id(parts[0]) if parts else None
    return None if number is None else await asked.cases.roster.own_episode(asked.tx, asked.person, number)


# ---- a nudge ----


async def remind(asked: Asked, words: list[str]) -> None:
    """Have a client reminded of the open check-in, or offer the clients."""
    if not words:
        await asked.deliver("remind_which")
    elif episode := await by_word(asked, words):
        asked.tell_text(await _nudge(asked, episode))


async def remind_button(asked: Asked, parts: list[str]) -> None:
    """Have the client behind a button reminded."""
    episode = await by_button(asked, parts)
    if episode is None or episode.ended_at is not None or len(parts) != 1:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.tell_text(await _nudge(asked, episode))
    asked.toast()


async def _nudge(asked: Asked, episode: Episode) -> str:
    """Remind if that may be, and say what became of it."""
    nudged = await asked.cases.nudges.nudge(asked.tx, episode, asked.now)
    asked.moved(nudged.work)
    moment = asked.say.moment(nudged.moment or asked.now, asked.person.zone)
    return asked.say(nudged.nudge.value, code=episode.code, moment=moment)


# ---- the end of the care ----


async def end(asked: Asked, words: list[str]) -> None:
    """Ask whether the care of a client shall end, or offer the clients."""
    if not words:
        await asked.deliver("end_which")
    elif episode := await by_word(asked, words):
        await asked.deliver("end_ask", about_id=episode.id)


async def end_button(asked: Asked, parts: list[str]) -> None:
    """Ask, end the care, or keep it; pressed twice it changes nothing more."""
    episode, chosen = await by_button(asked, parts), parts[1:]
    if episode is None or chosen not in ([], ["0"], ["1"]):
        asked.toast(asked.say("refusal.unknown_button"))
        return
    if episode.ended_at is not None:
        asked.toast(asked.say("end.already", code=episode.code))
    elif not chosen:
        await asked.deliver("end_ask", about_id=episode.id)
        asked.toast()
    else:
        await _end_or_keep(asked, episode, end_it=chosen == ["1"])


async def _end_or_keep(asked: Asked, episode: Episode, *, end_it: bool) -> None:
    if end_it:
        asked.moved(await asked.cases.roster.end_care(asked.tx, episode, asked.now))
    asked.edit(View(asked.say("end.done" if end_it else "end.kept", code=episode.code)))
    asked.toast()
