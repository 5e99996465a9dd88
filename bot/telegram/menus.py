"""Where somebody is and what they can do: greeting, help, command menus, language and time zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.access import ALLOWED, Action, Role
from bot.roster import Person
from bot.telegram.buttons import Button, View, data
from bot.telegram.transfers import open_row
from bot.texts import Speech, languages, speech
from bot.use_cases import UseCases

COMMANDS: dict[str, Action] = {
    "start": Action.GREET,
    "checkin": Action.ANSWER,
    "session": Action.ENTER_SESSION,
    "sessions": Action.ENTER_SESSION,
    "holidays": Action.ENTER_SESSION,
    "calendar": Action.ENTER_SESSION,
    "clients": Action.SEE_CLIENTS,
    "client": Action.SEE_CLIENTS,
    "digest": Action.SEE_CLIENTS,
    "remind": Action.REMIND_CLIENT,
    "progress": Action.ANSWER,
    "goals": Action.SEE_GOALS,
    "reflection": Action.ANSWER,
    "invite": Action.INVITE_CLIENT,
    "invite_therapist": Action.INVITE_THERAPIST,
    "questions": Action.CONFIGURE_QUESTIONS,
    "audit": Action.CONFIGURE_QUESTIONS,
    "practice": Action.SET_PRACTICE,
    "people": Action.OVERSEE,
    "status": Action.OVERSEE,
    "crisis": Action.READ,
    "privacy": Action.READ,
    "settings": Action.SEE_SETTINGS,
    "language": Action.SET_LANGUAGE,
    "export": Action.EXPORT_ANSWERS,
    "end": Action.END_CARE,
    "cancel": Action.READ,
    "pause": Action.PAUSE,
    "resume": Action.PAUSE,
    "stop": Action.STOP,
    "help": Action.READ,
}
"""Every command and what it asks for, in the order menus show them."""

_PAGE = 16


def command_list(held: Iterable[Role], say: Speech) -> tuple[tuple[str, str], ...]:
    """Give the commands somebody may use, each with its description."""
    mine = frozenset(held)
    return tuple((name, say(f"command.{name}")) for name, action in COMMANDS.items() if ALLOWED[action] & mine)


def help_view(held: Iterable[Role], say: Speech) -> View:
    """List what this person can do."""
    mine = frozenset(held)
    lines = [say("help.line", command=name, description=text) for name, text in command_list(mine, say)]
    files = ["", say("help.scores")] if ALLOWED[Action.IMPORT_SCORES] & mine else []
    return View("\n".join([say("help.title"), *lines, *files, "", say("help.footer")]))


async def start_view(tx: AsyncConnection, cases: UseCases, person: Person, say: Speech) -> View:
    """Greet somebody known with their next step; with two roles both are said."""
    parts: list[str] = []
    rows: list[tuple[Button, ...]] = []
    if person.is_admin:
        name = "start.admin.both" if person.is_therapist else "start.admin"
        parts.append(say(name, practice=cases.practice.rules.name))
        if not person.is_therapist:
            rows.append((Button(say("button.i_am_therapist"), data("therapist")),))
    if person.is_therapist:
        parts.append(await _therapist_start(tx, cases, person, say))
    if person.is_client:
        parts.append(say("start.client"))
        if (episode_id := await cases.transfers.waiting(tx, person)) is not None:
            parts.append(say("transfer.news"))
            rows.append(open_row(episode_id, say))
    return View("\n\n".join(parts) or say("stranger"), tuple(rows))


async def _therapist_start(tx: AsyncConnection, cases: UseCases, person: Person, say: Speech) -> str:
    name, clients = cases.roster.name(person), await cases.roster.clients(tx, person)
    if not clients:
        return say("start.therapist", name=name) if name else say("start.therapist.unnamed")
    return say.count("start.therapist.clients", len(clients))


def language_view(say: Speech, verb: str) -> View:
    """Offer every language that has a file, each in its own name."""
    rows = tuple((Button(speech(code)("language.name"), data(verb, code)),) for code in languages())
    return View(say("language.ask"), rows)


# ---- enrolment: language and time zone ----


def confirm_view(person: Person, say: Speech) -> View:
    """Ask whether the guessed language and zone are right."""
    rows = (
        (Button(say("button.right"), data("enrol", "right")),),
        (Button(say("button.change_these"), data("enrol", "change")),),
    )
    return View(say("enrolment.confirm", language=say("language.name"), zone=shown_zone(person.zone.key)), rows)


def done_view(person: Person, say: Speech, *, questions_come: bool = False) -> View:
    """Say that enrolment is over and what comes next: questions at the start, or after the next session."""
    text = "enrolment.done.questions" if questions_come else "enrolment.done"
    return View(say(text, language=say("language.name"), zone=shown_zone(person.zone.key)))


def change_view(say: Speech) -> View:
    """Ask what to change."""
    rows = (
        (Button(say("button.language"), data("enrol", "language")), Button(say("button.zone"), data("enrol", "zone"))),
        (Button(say("button.back"), data("enrol", "back")),),
    )
    return View(say("enrolment.what"), rows)


def _places() -> dict[str, list[str]]:
    """Sort the world's zones by their first part; those without one are not places."""
    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        region, _, place = name.partition("/")
        if place and region in _REGIONS:
            found.setdefault(region, []).append(name)
    return found


_REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian")


@dataclass(frozen=True, slots=True)
class ZonePicker:
    """The stems of a zone picker's buttons: all regions, the places of one, choosing a place, and back out of it."""

    regions: str
    region: str
    choose: str
    back: str


ENROLMENT = ZonePicker("enrol:zone", "enrol:region", "zone", "enrol:change")


def region_view(say: Speech, picker: ZonePicker = ENROLMENT) -> View:
    """Offer the parts of the world, two a row."""
    buttons = [Button(region, data(picker.region, region, 0)) for region in _REGIONS]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    return View(say("enrolment.region"), (*rows, (Button(say("button.back"), picker.back),)))


def city_view(region: str, page: int, say: Speech, picker: ZonePicker = ENROLMENT) -> View | None:
    """Offer the places of a region, a page at a time; None for a region or page that does not exist."""
    places = _places().get(region, [])
    shown = places[page * _PAGE : (page + 1) * _PAGE]
    if not shown:
        return None
    buttons = [Button(shown_zone(name).split("/", 1)[1], data(picker.choose, name)) for name in shown]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    back = data(picker.region, region, page - 1) if page else picker.regions
    turning = [Button(say("button.back"), back)]
    if (page + 1) * _PAGE < len(places):
        turning.append(Button(say("button.more"), data(picker.region, region, page + 1)))
    return View(say("enrolment.city"), (*rows, tuple(turning)))


def zone_exists(name: str) -> bool:
    """Say whether a zone is one that is offered."""
    return name in _places().get(name.split("/", 1)[0], ())


def shown_zone(zone: str) -> str:
    """Write a zone as people read it."""
    return zone.replace("_", " ")
