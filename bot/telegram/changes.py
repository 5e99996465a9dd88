"""/audit: who changed what, when. It names therapists, and never a client."""

from collections.abc import Iterable

from bot.question_sets import OF_ASKING, ONE_CLIENT, Entry
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.telegram.question_views import when_words
from bot.texts import Speech, speech
from conversations.occasions import Occasion

_PEOPLE = "people."
_BY_ITSELF = tuple(f"{_PEOPLE}{action}" for action in ("expired", "left"))

_OF_A_LANGUAGE = tuple(f"practice.{what}" for what in ("language", "crisis_card"))


async def changes(asked: Asked, _words: list[str]) -> None:
    """Show who changed what, when."""
    await asked.deliver("audit")


async def letter(to: ToRender) -> Rendered:
    """Draw the newest changes when they are sent."""
    latest = await to.cases.question_sets.latest_changes(to.tx)
    names = await _names(to, latest)
    lines = [_line(to, one, names) for one in latest] or [to.say("audit.nothing")]
    return Letter(View("\n".join([f"<b>{to.say('audit.title')}</b>", "", *lines])))


async def _names(to: ToRender, latest: Iterable[Entry]) -> dict[int, str]:
    """Name everyone in these changes, those who have left too."""
    ids = {number for one in latest for number in (one.person_id, *_about(one))}
    found = await to.cases.roster.people(to.tx, list(ids))
    return {number: name for number, person in found.items() if (name := to.cases.roster.name(person))}


def _about(one: Entry) -> list[int]:
    """Give the therapists a change is about."""
    words = one.detail.split()
    if one.action in OF_ASKING:
        words = [word for word in words[4:] if word not in ("0", ONE_CLIENT)]
    return [int(word) for word in words] if one.action.startswith(_PEOPLE) or one.action in OF_ASKING else []


def _line(to: ToRender, one: Entry, names: dict[int, str]) -> str:
    say, about = to.say, [names.get(number, to.say("people.unnamed")) for number in _about(one)]
    name, other = (*about, "", "")[:2]
    version = speech(one.detail)("language.name") if one.action in _OF_A_LANGUAGE else one.detail
    if one.action in OF_ASKING:
        version, whom, when = _asking(one, name, say)
    else:
        whom = when = ""
    what = say(f"audit.{one.action}", version=version, name=name, other=other, whom=whom, when=when)
    return say("audit.line", moment=say.moment(one.at, to.person.zone), who=_who(to, one, names), what=what)


def _asking(one: Entry, therapist: str, say: Speech) -> tuple[str, str, str]:
    """Say which version it is about, who is asked it, and when."""
    name, number, occasion, every, about = one.detail.split()
    whom = {"0": say("questions.asked.everyone"), ONE_CLIENT: say("audit.one_client")}.get(about, therapist)
    when = "" if occasion == Occasion.NOW else when_words((Occasion(occasion), int(every)), say)
    return f"{name} {number}", whom, when


def _who(to: ToRender, one: Entry, names: dict[int, str]) -> str:
    if one.person_id:
        return names.get(one.person_id, to.say("audit.admin"))
    return to.say("audit.by_itself" if one.action in _BY_ITSELF else "audit.client")
