"""/questions: whom a set is asked, and when; and having it asked now."""

from datetime import UTC, datetime, timedelta

from bot.awaited_texts import AwaitedText
from bot.question_sets import Set, Trouble
from bot.roster import Episode
from bot.telegram import whom_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as ToRender
from bot.telegram.paging import read_page
from bot.telegram.question_views import beyond_lines
from bot.telegram.whom_views import ASSIGN, NOW
from conversations.enrolment import read_code
from conversations.occasions import Occasion

CODE = "client_code"
"""The text an admin can be asked for: the code of another therapist's client."""
FRESH = timedelta(hours=1)
"""How long a count of clients stands; then it is shown anew before anybody is asked."""


async def names(asked: Asked | ToRender) -> dict[int, str]:
    """Name the therapists by their ids; an admin who became one in one press has no name."""
    found = await asked.cases.roster.therapist_names(asked.tx)
    return {number: name or asked.say("questions.asked.unnamed") for number, name in found.items()}


async def labels(asked: Asked | ToRender, *sets: Set) -> dict[int, str]:
    """Name whoever is asked any of these sets. A code is shown to nobody but its own therapist."""
    found = await names(asked)
    about = {one.about_id for known in sets for one in known.assignments} - {0, *found}
    clients = await asked.cases.roster.episodes(asked.tx, about) if about else {}
    return found | {number: _label(asked, episode, found) for number, episode in clients.items()}


def _label(asked: Asked | ToRender, episode: Episode, therapists: dict[int, str]) -> str:
    if episode.therapist_id == asked.person.id:
        return episode.code
    return asked.say("questions.asked.client", therapist=therapists.get(episode.therapist_id, "-"))


async def known_set(asked: Asked, rest: list[str]) -> Set | None:
    """Read which set it is about."""
    return await asked.cases.question_sets.named(asked.tx, rest[0]) if rest else None


async def _live(asked: Asked, rest: list[str]) -> Set | None:
    known = await known_set(asked, rest)
    return known if known is not None and known.live is not None else None


async def _about(asked: Asked, rest: list[str]) -> int | None:
    """Read whom it is about: everyone, a therapist of this practice, or a client in care."""
    number = decode_id(rest[1]) if len(rest) > 1 else None
    if number is None or number == 0 or number in await names(asked):
        return number
    return number if await _in_care(asked, number) else None


async def _in_care(asked: Asked, number: int) -> bool:
    episode = await asked.cases.roster.episode(asked.tx, number)
    return episode is not None and episode.ended_at is None


# ---- whom ----


async def who(asked: Asked, rest: list[str]) -> View | Trouble:
    """Show who is asked a set, and whom else it could be."""
    known = await known_set(asked, rest)
    if known is None:
        return Trouble.GONE
    await _ask_no_code(asked)
    drawn = views.who_view(known, await names(asked), await labels(asked, known), read_page(rest, 1), asked.say)
    beyond = beyond_lines([known], asked.cases.practice.rules.questions_a_week, asked.say)
    return drawn._replace(text="\n\n".join([drawn.text, *beyond]))


async def _ask_no_code(asked: Asked) -> None:
    awaited = await asked.cases.awaited_texts.open(asked.tx, asked.person, asked.now)
    if awaited is not None and awaited.kind == CODE:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)


async def whom(asked: Asked, rest: list[str]) -> View | Trouble:
    """Ask whether it is about all clients of a therapist, or one."""
    known, number = await _live(asked, rest), decode_id(rest[1]) if len(rest) == 3 else None
    therapist = (await names(asked)).get(number or 0)
    if known is None or number is None or therapist is None or rest[2] not in (ASSIGN, NOW):
        return Trouble.GONE
    return views.whom_view(known, number, therapist, rest[2], asked.say)


async def one(asked: Asked, rest: list[str]) -> View | Trouble | None:
    """Let one client be named: a therapist's own by a button, another's by typing the code."""
    known, number = await _live(asked, rest), decode_id(rest[1]) if len(rest) == 3 else None
    therapist = (await names(asked)).get(number or 0)
    if known is None or number is None or therapist is None or rest[2] not in (ASSIGN, NOW):
        return Trouble.GONE
    mine = await asked.cases.roster.clients(asked.tx, asked.person) if number == asked.person.id else []
    if 0 < len(mine) <= views.MOST_CODES:
        return views.codes_view(known, mine, rest[2], asked.say)
    detail = f"{rest[2]}:{known.name}"
    await asked.cases.awaited_texts.ask(asked.tx, asked.person, CODE, number, asked.now, detail)
    asked.tell("questions.code", therapist=therapist)
    return None


async def take_code(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Take the code of a client; an unknown one can be written again."""
    wish, _, name = (awaited.detail or "").partition(":")
    known, therapist = await _live(asked, [name]), (await names(asked)).get(awaited.about_id)
    if known is None or therapist is None:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
        asked.tell(Trouble.GONE.value)
        return
    episode = await _by_code(asked, awaited.about_id, text)
    if episode is None:
        asked.tell("questions.code_unknown", therapist=therapist, code=" ".join(text.split())[:40])
        return
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    asked.show(await (_confirm if wish == NOW else _choose)(asked, known, episode.id))


async def _by_code(asked: Asked, therapist_id: int, text: str) -> Episode | None:
    code = read_code(" ".join(text.split()))
    people = await asked.cases.roster.people(asked.tx, [therapist_id])
    return await asked.cases.roster.by_code(asked.tx, people[therapist_id], code) if code else None


# ---- when ----


async def when(asked: Asked, rest: list[str]) -> View | Trouble:
    """Ask when a set is asked."""
    known, about = await known_set(asked, rest), await _about(asked, rest)
    return Trouble.GONE if known is None or about is None else await _choose(asked, known, about)


async def _choose(asked: Asked, known: Set, about: int) -> View:
    joined = about != 0 and about not in await names(asked)
    return views.when_view(known, about, asked.say, joined=joined)


async def assign(asked: Asked, rest: list[str]) -> View | Trouble:
    """Say who is asked a set, and when."""
    known, about = await known_set(asked, rest), await _about(asked, rest)
    choice = views.read_choice(known, rest[2]) if known is not None and len(rest) == 3 else None
    if known is None or about is None or choice is None:
        return Trouble.GONE
    if choice[0] is Occasion.START and await _in_care(asked, about):  # they have joined
        return Trouble.GONE
    trouble = await asked.cases.question_sets.assign(asked.tx, asked.person, known, about, choice, asked.now)
    return trouble or await who(asked, rest[:1])


async def stop(asked: Asked, rest: list[str]) -> View | Trouble:
    """Take back who is asked a set."""
    known, number = await known_set(asked, rest), decode_id(rest[1]) if len(rest) == 3 else None
    occasion = views.read_occasion(rest[2]) if len(rest) == 3 else None
    if known is None or number is None or occasion is None:
        return Trouble.GONE
    await asked.cases.question_sets.unassign(asked.tx, asked.person, known, number, occasion, asked.now)
    return await who(asked, rest[:1])


# ---- now ----


async def now(asked: Asked, rest: list[str]) -> View | Trouble:
    """Ask whom a set is to be asked now."""
    known = await _live(asked, rest)
    if known is None:
        return Trouble.NOT_LIVE
    await _ask_no_code(asked)
    return views.now_view(known, await names(asked), read_page(rest, 1), asked.say)


async def ask(asked: Asked, rest: list[str]) -> View | Trouble:
    """Say how many would be asked."""
    known, about = await _live(asked, rest), await _about(asked, rest)
    return Trouble.GONE if known is None or about is None else await _confirm(asked, known, about)


async def _confirm(asked: Asked, known: Set, about: int) -> View:
    reach = await asked.cases.occasions.reach(asked.tx, about, known.name, asked.now, asked.now)
    return views.confirm_view(known, about, reach, asked.now, asked.say)


async def go(asked: Asked, rest: list[str]) -> View | Trouble:
    """Have it asked. A press made twice asks nobody twice; one on an old count shows it anew."""
    known, about = await _live(asked, rest), await _about(asked, rest)
    drawn_at = read_moment(rest[2]) if len(rest) == 3 else None
    if known is None or known.live is None or about is None or drawn_at is None:
        return Trouble.GONE
    if not timedelta() <= asked.now - drawn_at <= FRESH:
        return await _confirm(asked, known, about)
    count = await asked.cases.occasions.ask(asked.tx, about, known.name, known.live.id, drawn_at, asked.now)
    if count:
        await asked.cases.question_sets.asked_now(asked.tx, asked.person, known, about, asked.now)
    return views.done_view(known, count, asked.say)


def read_moment(token: str) -> datetime | None:
    """Read when a button was drawn."""
    try:
        return datetime.fromtimestamp(int(token, 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None
