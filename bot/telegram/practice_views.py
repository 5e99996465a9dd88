"""The practice's rules and crisis cards as an admin sees and changes them: one message, edited in place. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from bot.practice import Rules
from bot.practice_rules import Rule, read_rule
from bot.telegram.buttons import Button, View, data
from bot.telegram.menus import ZonePicker, region_view, shown_zone
from bot.texts import Speech, escape, languages, speech
from conversations.choices import NIGHTS
from conversations.crisis_card import CrisisCard
from conversations.schedule import QuietHours

VERB = "prac"
_HOLDS = "\N{WHITE HEAVY CHECK MARK} "
CHOICES: dict[Rule, tuple[str, ...]] = {
    Rule.DELAY: ("0s", "1h", "2h", "4h", "1d"),
    Rule.TAKE_BACK: ("0s", "5m", "15m", "1h"),
    Rule.QUIET: (*(f"{night.start:%H:%M}-{night.end:%H:%M}" for night in NIGHTS), "off"),
    Rule.QUESTIONS: ("20", "40", "60", "100", "off"),
}
"""What can be chosen in one press, as the environment would write it."""
PICKER = ZonePicker(f"{VERB}:zone", f"{VERB}:zone", f"{VERB}:set:zone", VERB)


def _go(*arguments: str | int) -> str:
    return data(VERB, *arguments)


def _row(label: str, *arguments: str | int) -> tuple[Button, ...]:
    return (Button(label, _go(*arguments)),)


def _back(say: Speech, *arguments: str | int) -> tuple[Button, ...]:
    return _row(say("button.back"), *arguments)


def main_view(rules: Rules, say: Speech, note: str = "", troubles: Iterable[str] = ()) -> View:
    """Show every rule with what holds now; `note` says what has just happened, `troubles` what does not go together."""
    rows = [_row(say(f"button.practice.{rule.value}", value=_holds(rules, rule, say)), rule.value) for rule in Rule]
    rows += [_row(say("button.practice.card", value=_cards(rules, say)), "card"), _row(say("button.done"), "done")]
    said = [say(note)] if note else []
    return View("\n\n".join([*said, *troubles, say("practice.title", practice=rules.name)]), tuple(rows))


def done_view(say: Speech) -> View:
    """Say that all is kept."""
    return View(say("settings.done"))


def _holds(rules: Rules, rule: Rule, say: Speech) -> str:
    """Say what holds, short enough for a button."""
    value = getattr(rules, rule.value)
    if rule is Rule.NAME:
        return rules.name if len(rules.name) <= 20 else f"{rules.name[:19]}\N{HORIZONTAL ELLIPSIS}"
    if rule is Rule.LANGUAGE:
        return speech(rules.language)("language.name")
    if rule is Rule.ZONE:
        return shown_zone(rules.zone.key).rsplit("/", 1)[-1]
    return written(value, say)


def written(value: timedelta | QuietHours | int | None, say: Speech) -> str:
    """Write a duration, quiet hours, a number, or that there is none: `1 h 30 min`, `21:00-08:00`, `60`, `off`."""
    if value is None:
        return say("word.off")
    if isinstance(value, QuietHours):
        return f"{value.start:%H:%M}-{value.end:%H:%M}"
    if isinstance(value, int):
        return str(value)
    hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or say("practice.none")


def _cards(rules: Rules, say: Speech) -> str:
    there = sum(code in rules.cards for code in languages()) or int(rules.crisis_card is not None)
    if not there:
        return say("practice.no_card")
    return say("practice.has_cards", number=there, total=len(languages()))


# ---- a page a rule ----


def rule_view(rules: Rules, rule: Rule, say: Speech) -> View:
    """Offer what a rule can be; a name is asked for in words."""
    if rule is Rule.ZONE:
        return region_view(say, PICKER)
    if rule is Rule.NAME:
        return View(say("practice.ask.name"), (_back(say),))
    return View(say(f"practice.ask.{rule.value}"), (*_choices(rules, rule, say), _back(say)))


def _choices(rules: Rules, rule: Rule, say: Speech) -> Iterable[tuple[Button, ...]]:
    now = getattr(rules, rule.value)
    for text, value, label in _offered(rule, say):
        yield _row(f"{_HOLDS}{label}" if value == now else label, "set", rule.value, text.replace(":", ""))


def _offered(rule: Rule, say: Speech) -> Iterable[tuple[str, object, str]]:
    if rule is Rule.LANGUAGE:
        for code in languages():
            yield code, code, speech(code)("language.name")
        return
    for text in CHOICES[rule]:
        read = read_rule(rule, text)
        value = None if read is None else read[0]
        yield text, value, written(value, say)


# ---- crisis cards ----


def cards_view(rules: Rules, say: Speech) -> View:
    """List the languages with what there is in each."""
    rows = [_row(f"{speech(code)('language.name')}: {_state(rules, code, say)}", "card", code) for code in languages()]
    return View(say("practice.cards"), (*rows, _back(say)))


def _state(rules: Rules, code: str, say: Speech) -> str:
    card = rules.cards.get(code)
    if card is not None and card.checked_on is not None:
        return say("practice.card.checked", day=say.full_day(card.checked_on))
    return say("practice.card.first") if code == rules.language and rules.crisis_card else say("practice.card.none")


def card_view(rules: Rules, code: str, say: Speech) -> View:
    """Show the card of a language and what can be done with it."""
    card = rules.cards.get(code)
    shown = card.shown if card else (rules.crisis_card if code == rules.language else None)
    lines = [f"<b>{speech(code)('language.name')}</b>", escape(shown) if shown else say("practice.card.missing")]
    if card is not None:
        lines.append(say("practice.card.source", source=card.source, state=_state(rules, code, say)))
    rows = [_row(say("button.practice.write_card"), "write", code)]
    if card is not None:
        rows.append(_row(say("button.practice.still_right"), "still", code))
    return View("\n\n".join(lines), (*rows, _back(say, "card")))


def part_view(card: CrisisCard, code: str, say: Speech) -> View:
    """Ask for the next part of a card, or show the whole before it holds."""
    language = speech(code)("language.name")
    if card.missing is not None:
        text = say(f"practice.card.ask.{card.missing.value}", language=language)
        return View(text, (_back(say, "card", code),))
    rows = (
        _row(say("button.practice.use_card"), "use", code),
        _row(say("button.practice.write_again"), "again", code),
        _back(say, "card", code),
    )
    preview = say("practice.card.preview", language=language, card=card.shown, source=card.source)
    return View(preview, rows)
