"""/settings: whoever presses sets their own, in the role they press in. One message, edited in place."""

from collections.abc import Awaitable, Callable

from bot.roster import Newcomer, Notice, Person
from bot.telegram import menus
from bot.telegram import settings_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.settings_views import AS_CLIENT, AS_THERAPIST, Page
from bot.texts import languages
from conversations.choices import OF_CLIENTS, OF_THERAPISTS, Item, read_choice, read_time


async def settings(asked: Asked, _words: list[str]) -> None:
    """Show the settings; somebody with two roles is asked which."""
    await asked.deliver("settings")


async def as_client(asked: Asked, parts: list[str]) -> None:
    """Handle a press in a client's settings."""
    await _pressed(asked, AS_CLIENT, parts)


async def as_therapist(asked: Asked, parts: list[str]) -> None:
    """Handle a press in a therapist's settings."""
    await _pressed(asked, AS_THERAPIST, parts)


async def _pressed(asked: Asked, verb: str, parts: list[str]) -> None:
    before = asked.person
    view = await _answer(asked, verb, parts)
    if view is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(view)
    asked.toast(asked.say("settings.saved") if asked.person != before else "")


async def _answer(asked: Asked, verb: str, parts: list[str]) -> View | None:
    """Go to a page, or keep what was chosen; None for a button that was never shown."""
    page, (what, *chosen) = _page(asked, verb), parts or [""]
    if not chosen:
        return _open(page, what)
    if what == "zone" and chosen[0] != "is":
        return _places(page, chosen)
    if what == "from":
        start = read_time(chosen[0])
        return None if start is None or len(chosen) > 1 else views.until_page(page, start)
    return await _choose(asked, verb, what, chosen)


def _page(asked: Asked, verb: str) -> Page:
    return Page(verb, asked.person, asked.cases.practice.rules, asked.say)


def _open(page: Page, what: str) -> View | None:
    """Show a page of the settings."""
    if what in _items(page.verb):
        return views.item_page(page, Item(what))
    if what == "notice" and page.verb == AS_CLIENT:
        return None
    opened = _PAGES.get(what)
    return None if opened is None else opened(page)


def _items(verb: str) -> frozenset[Item]:
    return OF_CLIENTS if verb == AS_CLIENT else OF_THERAPISTS


_PAGES: dict[str, Callable[[Page], View]] = {
    "": views.main_view,
    "which": views.first_view,
    "done": lambda page: views.done_view(page.say),
    "lang": views.language_page,
    "zone": lambda page: menus.region_view(page.say, page.picker),
    "notice": views.notice_page,
    "from": views.from_page,
}


def _places(page: Page, chosen: list[str]) -> View | None:
    if len(chosen) != 2 or not (chosen[1].isascii() and chosen[1].isdigit()):
        return None
    return menus.city_view(chosen[0], int(chosen[1]), page.say, page.picker)


# ---- keeping a choice ----


async def _choose(asked: Asked, verb: str, what: str, chosen: list[str]) -> View | None:
    keep = _KEEP.get(what, _prefer)
    if (keep is _notice and verb == AS_CLIENT) or (keep is _prefer and what not in _items(verb)):
        return None
    before = asked.person.zone
    if not await keep(asked, what, chosen):
        return None
    page = _page(asked, verb)
    if what == Item.DAY:
        return views.item_page(page, Item.HOUR)
    return views.main_view(page, await _about_sessions(asked) if asked.person.zone != before else "")


async def _about_sessions(asked: Asked) -> str:
    """Say what a new time zone means for a therapist's sessions to come; nothing to anybody else."""
    concerned = asked.person.is_therapist and await asked.cases.sessions.has_some_ahead(
        asked.tx, asked.person, asked.now
    )
    return asked.say("settings.zone.sessions") if concerned else ""


async def _language(asked: Asked, _what: str, chosen: list[str]) -> bool:
    if len(chosen) != 1 or chosen[0] not in languages():
        return False
    if chosen[0] != asked.person.language:
        _now_is(asked, await asked.cases.roster.set_language(asked.tx, asked.person, chosen[0], asked.now))
    return True


async def _zone(asked: Asked, _what: str, chosen: list[str]) -> bool:
    if len(chosen) != 2 or not menus.zone_exists(chosen[1]):
        return False
    if chosen[1] != asked.person.zone.key:
        await _replan(asked, await asked.cases.roster.set_zone(asked.tx, asked.person, chosen[1]))
    return True


async def _notice(asked: Asked, _what: str, chosen: list[str]) -> bool:
    if len(chosen) != 1 or chosen[0] not in tuple(Notice):
        return False
    await asked.cases.roster.set_notice(asked.tx, asked.person, Notice(chosen[0]))
    people = await asked.cases.roster.people(asked.tx, [asked.person.id])
    _now_is(asked, people[asked.person.id])
    return True


async def _prefer(asked: Asked, what: str, chosen: list[str]) -> bool:
    changes = read_choice(Item(what), chosen[0]) if len(chosen) == 1 else None
    if changes is None:
        return False
    if any(getattr(asked.person.preferences, name) != value for name, value in changes.items()):
        await _replan(asked, await asked.cases.roster.prefer(asked.tx, asked.person, **changes))
    return True


_KEEP: dict[str, Callable[[Asked, str, list[str]], Awaitable[bool]]] = {
    "lang": _language,
    "zone": _zone,
    "notice": _notice,
}


def _now_is(asked: Asked, person: Person) -> None:
    """Go on as the person is now: in their new language, with what they have just set."""
    asked.who = Newcomer(asked.who.telegram_id, asked.who.language, person)


async def _replan(asked: Asked, person: Person) -> None:
    """Plan anew whatever is pending and hangs on what was just set."""
    asked.moved(await asked.cases.replan(asked.tx, asked.person, person, asked.now))
    _now_is(asked, person)
