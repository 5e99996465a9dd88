"""A therapist's word on what one client is asked: sets besides the usual, and one that is asked now, in the room."""

from bot.occasions import Told
from bot.question_sets import Set
from bot.roster import Episode
from bot.telegram import whom_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.telegram.question_views import title_of
from bot.telegram.whom import read_moment
from conversations.occasions import Occasion


async def _live(asked: Asked | ToRender) -> list[Set]:
    return [one for one in await asked.cases.question_sets.sets(asked.tx) if one.live is not None]


async def _named(asked: Asked, rest: list[str]) -> Set | None:
    return next((one for one in await _live(asked) if rest and one.name == rest[0]), None)


async def _mine(asked: Asked, parts: list[str]) -> Episode | None:
    """Find the therapist's own client behind a button, in care."""
    number = decode_id(parts[1]) if len(parts) > 1 else None
    episode = None if number is None else await asked.cases.roster.own_episode(asked.tx, asked.person, number)
    return episode if episode is not None and episode.ended_at is None else None


# ---- besides the usual ----


async def questions_of(asked: Asked, parts: list[str]) -> None:
    """Show, assign and stop the sets one client is asked besides the usual."""
    episode, what, rest = await _mine(asked, parts), parts[0] if parts else "", parts[2:]
    if episode is not None and what == "open" and not rest:
        await asked.deliver("questions_of", about_id=episode.id)
        asked.toast()
        return
    view = None if episode is None else await _turn(asked, episode, what, rest)
    asked.toast(asked.say("refusal.unknown_button") if view is None else "")
    if view is not None:
        asked.edit(view)


async def _turn(asked: Asked, episode: Episode, what: str, rest: list[str]) -> View | None:
    if what == "list" and not rest:
        return await _list(asked, episode)
    known = await _named(asked, rest)
    if known is None or len(rest) != _LENGTHS.get(what):
        return None
    if what == "when":
        return views.of_client_when_view(episode, known, asked.say)
    return await (_assign if what == "as" else _stop)(asked, episode, known, rest[1])


_LENGTHS = {"when": 1, "as": 2, "stop": 2}


async def _list(asked: Asked | ToRender, episode: Episode) -> View:
    return views.of_client_view(episode, await _live(asked), asked.say)


async def _assign(asked: Asked, episode: Episode, known: Set, token: str) -> View | None:
    choice = views.read_choice(known, token)
    if choice is None or choice[0] is Occasion.START:  # they have joined
        return None
    await asked.cases.question_sets.assign(asked.tx, asked.person, known, episode.id, choice, asked.now)
    return await _list(asked, episode)


async def _stop(asked: Asked, episode: Episode, known: Set, letter: str) -> View | None:
    occasion = views.read_occasion(letter)
    if occasion is None:
        return None
    await asked.cases.question_sets.unassign(asked.tx, asked.person, known, episode.id, occasion, asked.now)
    return await _list(asked, episode)


async def _rendered(to: ToRender) -> Episode | None:
    episode = await to.cases.roster.own_episode(to.tx, to.person, to.about)
    return episode if episode is not None and episode.ended_at is None else None


async def letter(to: ToRender) -> Rendered:
    """Show what one client is asked besides the usual."""
    episode = await _rendered(to)
    return None if episode is None else Letter(await _list(to, episode))


# ---- now ----


async def ask_now(asked: Asked, parts: list[str]) -> None:
    """Offer the sets, or have one asked of a client who is in the room."""
    episode, what, rest = await _mine(asked, parts), parts[0] if parts else "", parts[2:]
    if episode is not None and what == "open" and not rest:
        await asked.deliver("ask_now", about_id=episode.id)
        asked.toast()
        return
    view = await _ask(asked, episode, rest) if episode is not None and what == "go" else None
    asked.toast(asked.say("refusal.unknown_button") if view is None else "")
    if view is not None:
        asked.edit(view)


async def _ask(asked: Asked, episode: Episode, rest: list[str]) -> View | None:
    known = await _named(asked, rest)
    drawn_at = read_moment(rest[1]) if len(rest) == 2 else None
    if known is None or known.live is None or drawn_at is None:
        return None
    done = await asked.cases.occasions.in_room(asked.tx, episode, known.name, known.live.id, drawn_at, asked.now)
    asked.moved(done.work)
    if done.told in (Told.ASKED, Told.WAITS):
        await asked.cases.question_sets.asked_now(asked.tx, asked.person, known, episode.id, asked.now)
    moment = asked.say.moment(done.since or asked.now, asked.person.zone)
    return View(asked.say(done.told.value, code=episode.code, title=title_of(known, asked.say), moment=moment))


async def pick_letter(to: ToRender) -> Rendered:
    """Offer what a client in the room can be asked now."""
    episode = await _rendered(to)
    return None if episode is None else Letter(views.pick_view(episode, await _live(to), to.now, to.say))
