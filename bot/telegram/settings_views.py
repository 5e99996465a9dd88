"""The settings of a client and of a therapist: one message, each button saying what holds now. Pure.

The stem of every button says in which role it is pressed: `cset` as a client, `tset` as a therapist.
"""

from collections.abc import Callable, Iterable
from datetime import time
from typing import Literal, NamedTuple

from bot.practice import Rules
from bot.roster import Notice, Person
from bot.telegram.buttons import Button, View, data
from bot.telegram.menus import ZonePicker, shown_zone
from bot.texts import Speech, languages, speech
from conversations.choices import AGENDA_MINUTES, EVENINGS, HOURS, NIGHTS, Item, write_quiet
from conversations.preferences import PRACTICE
from conversations.schedule import QuietHours

AS_CLIENT, AS_THERAPIST = "cset", "tset"
_HOLDS = "\N{WHITE HEAVY CHECK MARK} "
_IN_A_ROW = 4


class Page(NamedTuple):
    """Whose settings are shown, in which role, and in which words."""

    verb: str
    person: Person
    rules: Rules
    say: Speech

    def go(self, *arguments: str | int) -> str:
        """Give the data of a button of these settings."""
        return data(self.verb, *arguments)

    def row(self, name: str, *arguments: str | int, **values: object) -> tuple[Button, ...]:
        """Give a row of one button."""
        return (Button(self.say(name, **values), self.go(*arguments)),)

    @property
    def back(self) -> tuple[Button, ...]:
        """Back to all settings."""
        return self.row("button.back")

    @property
    def picker(self) -> ZonePicker:
        """The buttons of this role's zone picker."""
        return ZonePicker(self.go("zone"), self.go("zone"), self.go("zone", "is"), self.verb)


def first_view(page: Page) -> View:
    """Show what /settings shows."""
    if page.person.is_client and page.person.is_therapist:
        return which_view(page.say)
    return main_view(page)


def which_view(say: Speech) -> View:
    """Ask somebody with two roles which settings they mean."""
    rows = (
        (Button(say("button.settings.client"), AS_CLIENT),),
        (Button(say("button.settings.therapist"), AS_THERAPIST),),
    )
    return View(say("settings.which"), rows)


def main_view(page: Page, remark: str = "") -> View:
    """Show every setting with what holds now; `remark` says what a change brings with it."""
    rows = [
        page.row("button.settings.language", "lang", value=page.say("language.name")),
        page.row("button.settings.zone", "zone", value=_place(page)),
        page.row("button.settings.quiet", Item.QUIET, value=_quiet(page)),
        *(_of_client(page) if page.verb == AS_CLIENT else _of_therapist(page)),
        _leaving(page),
    ]
    title = page.say("settings.title.client" if page.verb == AS_CLIENT else "settings.title")
    return View(f"{remark}\n\n{title}" if remark else title, tuple(rows))


def _of_client(page: Page) -> list[tuple[Button, ...]]:
    return [_switch(page, "button.settings.lines", Item.LINES, holds=page.person.preferences.milestone_lines)]


def _of_therapist(page: Page) -> list[tuple[Button, ...]]:
    mine, say = page.person.preferences, page.say
    rows = [
        page.row(f"button.settings.notice.{page.person.notice}", "notice"),
        page.row("button.settings.digest", Item.DAY, value=_digest(page)),
        _switch(page, "button.settings.morning", Item.MORNING, holds=mine.morning_list),
        page.row("button.settings.agenda", Item.AGENDA, value=_minutes(mine.agenda_minutes, say)),
        page.row("button.settings.both", Item.TWO_SIDED, value=_word(say, holds=mine.two_sided)),
    ]
    if isinstance(mine.quiet_hours, QuietHours):
        red = "settings.red.come" if mine.alerts_in_quiet_hours else "settings.red.wait"
        rows.insert(0, page.row("button.settings.red", Item.RED, value=say(red)))
    return rows


def _switch(page: Page, name: str, item: Item, *, holds: bool) -> tuple[Button, ...]:
    """Give a button that turns something on or off at once; pressed twice it changes nothing more."""
    return page.row(name, item, int(not holds), value=_word(page.say, holds=holds))


def _leaving(page: Page) -> tuple[Button, ...]:
    done = page.row("button.done", "done")
    both = page.person.is_client and page.person.is_therapist
    return (*page.row("button.back", "which"), *done) if both else done


def done_view(say: Speech) -> View:
    """Say that all is kept."""
    return View(say("settings.done"))


# ---- what holds, in words ----


def _place(page: Page) -> str:
    """Name the place whose time holds; the whole name of a zone does not fit on a button."""
    return shown_zone(page.person.zone.key).rsplit("/", 1)[-1]


def _word(say: Speech, *, holds: bool) -> str:
    return say("word.on") if holds else say("word.off")


def _quiet(page: Page) -> str:
    """Say which quiet hours hold; the practice's are its clients', a therapist has only their own."""
    practice = page.rules.quiet_hours if page.verb == AS_CLIENT else None
    return _span(page.person.preferences.quiet_hours_or(practice), page.say)


def _span(quiet: QuietHours | None, say: Speech) -> str:
    return say("word.off") if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"


def _digest(page: Page) -> str:
    mine = page.person.preferences
    return f"{page.say.name_of_day(mine.digest_weekday)}, {mine.digest_time:%H:%M}"


def _minutes(minutes: int, say: Speech) -> str:
    return say("settings.minutes", number=minutes) if minutes else say("word.off")


# ---- a page a setting ----


def _choices(page: Page, text: str, choices: Iterable[tuple[str, str, bool]], in_a_row: int = 1) -> View:
    """Offer choices (label, data, whether it holds now), and the way back."""
    buttons = [Button(f"{_HOLDS}{label}" if holds else label, data) for label, data, holds in choices]
    rows = [tuple(buttons[at : at + in_a_row]) for at in range(0, len(buttons), in_a_row)]
    return View(text, (*rows, page.back))


def language_page(page: Page) -> View:
    """Offer the languages, each in its own name."""
    choices = [
        (speech(code)("language.name"), page.go("lang", code), code == page.person.language) for code in languages()
    ]
    return _choices(page, page.say("language.ask"), choices)


def notice_page(page: Page) -> View:
    """Offer how to be told of an answer."""
    choices = [
        (page.say(f"button.notice.{notice.value}"), page.go("notice", notice.value), page.person.notice == notice.value)
        for notice in Notice
    ]
    return _choices(page, page.say("settings.notice"), choices)


def item_page(page: Page, item: Item) -> View | None:
    """Offer the choices of one setting; None for one that is turned on and off where it stands."""
    draw = _PAGES.get(item)
    return None if draw is None else draw(page)


def _quiet_page(page: Page) -> View:
    as_client, own = page.verb == AS_CLIENT, page.person.preferences.quiet_hours
    choices = [(_span(span, page.say), page.go("quiet", write_quiet(span)), span == own) for span in _spans(page)]
    if as_client:
        usual = page.say("settings.quiet.practice", value=_span(page.rules.quiet_hours, page.say))
        choices.insert(0, (usual, page.go("quiet", PRACTICE), own == PRACTICE))
    off: tuple[str, Literal["practice"] | None] = ("settings.quiet.none", None if as_client else PRACTICE)
    is_off = own is None or (own == PRACTICE and not as_client)
    choices += [
        (page.say("button.settings.own_times"), page.go("from"), False),
        (page.say(off[0]), page.go("quiet", write_quiet(off[1])), is_off),
    ]
    text = "settings.quiet.client" if as_client else "settings.quiet.therapist"
    return _choices(page, page.say(text, zone=shown_zone(page.person.zone.key)), choices)


def _spans(page: Page) -> list[QuietHours]:
    """Give the spans offered in one press; an own one that is none of them stands first."""
    offered = list(NIGHTS if page.verb == AS_CLIENT else EVENINGS)
    own = page.person.preferences.quiet_hours
    return [own, *offered] if isinstance(own, QuietHours) and own not in offered else offered


def from_page(page: Page) -> View:
    """Ask when own quiet hours begin."""
    return _hours(page, page.say("settings.quiet.from"), [(at, page.go("from", f"{at:%H%M}")) for at in HOURS])


def until_page(page: Page, start: time) -> View:
    """Ask when they end."""
    ends = [(at, page.go("quiet", write_quiet(QuietHours(start, at)))) for at in HOURS if at != start]
    return _hours(page, page.say("settings.quiet.until", start=f"{start:%H:%M}"), ends)


def _hours(page: Page, text: str, hours: Iterable[tuple[time, str]], holds: time | None = None) -> View:
    return _choices(page, text, [(f"{at:%H:%M}", data, at == holds) for at, data in hours], _IN_A_ROW)


def _both_page(page: Page) -> View:
    return _on_off(page, Item.TWO_SIDED, page.say("settings.both"), holds=page.person.preferences.two_sided)


def _red_page(page: Page) -> View:
    come = page.person.preferences.alerts_in_quiet_hours
    choices = [
        (page.say("settings.red.come"), page.go(Item.RED, 1), come),
        (page.say("settings.red.wait"), page.go(Item.RED, 0), not come),
    ]
    return _choices(page, page.say("settings.red"), choices)


def _on_off(page: Page, item: Item, text: str, *, holds: bool) -> View:
    on = (page.say("word.on"), page.go(item, 1), holds)
    return _choices(page, text, [on, (page.say("word.off"), page.go(item, 0), not holds)], 2)


def _agenda_page(page: Page) -> View:
    now = page.person.preferences.agenda_minutes
    choices = [(_minutes(many, page.say), page.go(Item.AGENDA, many), many == now) for many in AGENDA_MINUTES]
    return _choices(page, page.say("settings.agenda"), choices, 2)


def _day_page(page: Page) -> View:
    now = page.person.preferences.digest_weekday
    choices = [(page.say.name_of_day(day), page.go(Item.DAY, day), day == now) for day in range(7)]
    return _choices(page, page.say("settings.digest.day"), choices, 2)


def _hour_page(page: Page) -> View:
    mine = page.person.preferences
    text = page.say("settings.digest.hour", day=page.say.name_of_day(mine.digest_weekday))
    return _hours(page, text, [(at, page.go(Item.HOUR, f"{at:%H%M}")) for at in HOURS], mine.digest_time)


_PAGES: dict[Item, Callable[[Page], View]] = {
    Item.QUIET: _quiet_page,
    Item.AGENDA: _agenda_page,
    Item.TWO_SIDED: _both_page,
    Item.RED: _red_page,
    Item.DAY: _day_page,
    Item.HOUR: _hour_page,
}
