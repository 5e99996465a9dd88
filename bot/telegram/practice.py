"""/practice: an admin changes what holds for everybody. One message, edited in place; words are asked one by one."""

from bot.awaited_texts import AwaitedText
from bot.practice import Rules
from bot.practice_rules import Rule
from bot.telegram import menus
from bot.telegram import practice_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.letters import Asked as Letters
from bot.telegram.letters import Letter, Rendered
from bot.telegram.question_views import beyond_lines
from bot.texts import languages
from conversations.crisis_card import PART_LIMIT, CrisisCard

NAME, CARD = "practice_name", "crisis_card"
"""The two texts an admin can be asked for; of a card, one part after another."""


async def practice(asked: Asked, _words: list[str]) -> None:
    """Show the rules."""
    await asked.deliver("practice")


async def letter(asked: Letters) -> Rendered:
    """Render the rules; `detail` names what has just happened."""
    return Letter(await _main(asked, asked.cases.practice.rules, asked.parcel.delivery.detail or ""))


async def _main(asked: Asked | Letters, rules: Rules, note: str = "") -> View:
    budget = rules.questions_a_week
    beyond = beyond_lines(await asked.cases.question_sets.beyond(asked.tx, budget), budget, asked.say)
    return views.main_view(rules, asked.say, note, beyond)


async def part_letter(asked: Letters) -> Rendered:
    """Render the next step of a crisis card in the language that `detail` names."""
    code = asked.parcel.delivery.detail or ""
    return Letter(views.part_view(await asked.cases.practice_rules.draft(asked.tx, code), code, asked.say))


async def press(asked: Asked, parts: list[str]) -> None:
    """Handle a press: go to a page, or keep what was chosen; a button that was never shown changes nothing."""
    view = await _answer(asked, *(parts or [""]))
    if view is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(view)
    asked.toast()


async def _answer(asked: Asked, what: str, *chosen: str) -> View | None:
    rules, say = asked.cases.practice.rules, asked.say
    if what == "zone" and len(chosen) == 2 and chosen[1].isascii() and chosen[1].isdigit():
        return menus.city_view(chosen[0], int(chosen[1]), say, views.PICKER)
    if what in tuple(Rule) and not chosen:
        return await _rule(asked, Rule(what))
    if what == "set" and len(chosen) == 2 and chosen[0] in tuple(Rule):
        return await _set(asked, Rule(chosen[0]), chosen[1])
    if what in _CARDS and len(chosen) <= 1:
        return await _card(asked, what, chosen[0] if chosen else "")
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    if what == "":
        return await _main(asked, rules)
    return views.done_view(say) if what == "done" else None


async def _rule(asked: Asked, rule: Rule) -> View:
    if rule is Rule.NAME:
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, NAME, 0, asked.now)
    return views.rule_view(asked.cases.practice.rules, rule, asked.say)


async def _set(asked: Asked, rule: Rule, text: str) -> View | None:
    if rule is Rule.QUIET and text != "off":
        text = f"{text[:2]}:{text[2:7]}:{text[7:]}"  # the colons are left out of a button's data
    if rule is Rule.NAME or not await _keep(asked, rule, text):
        return None
    return await _main(asked, await asked.cases.rules_soon(asked.tx), "practice.saved")


async def _keep(asked: Asked, rule: Rule, text: str) -> bool:
    return await asked.cases.practice_rules.change(asked.tx, asked.person, rule, text, asked.now)


async def take_name(asked: Asked, _awaited: AwaitedText, text: str) -> None:
    """Take a text as the practice's name."""
    if not await _keep(asked, Rule.NAME, text.strip()):
        asked.tell("practice.bad_name")
        return
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await asked.deliver("practice", detail="practice.saved")


# ---- crisis cards ----

_CARDS = ("card", "write", "again", "use", "still")


async def _card(asked: Asked, what: str, code: str) -> View | None:
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    rules, desk = asked.cases.practice.rules, asked.cases.practice_rules
    if what == "card" and not code:
        return views.cards_view(rules, asked.say)
    if code not in languages():
        return None
    if what == "card":
        return views.card_view(rules, code, asked.say)
    if what == "use":
        return await _use(asked, code)
    if what == "still":
        return await _still_right(asked, code)
    if what == "again":
        await desk.keep_draft(asked.tx, code, CrisisCard())
    return await _write(asked, code)


async def _write(asked: Asked, code: str) -> View:
    card = await asked.cases.practice_rules.draft(asked.tx, code)
    if card.missing is not None:
        about = languages().index(code)
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, CARD, about, asked.now)
    return views.part_view(card, code, asked.say)


async def _use(asked: Asked, code: str) -> View | None:
    if await asked.cases.practice_rules.publish_card(asked.tx, asked.person, code, asked.now) is None:
        return None
    return views.card_view(await asked.cases.rules_soon(asked.tx), code, asked.say)


async def _still_right(asked: Asked, code: str) -> View | None:
    """Let the card hold as it is, checked today."""
    card = asked.cases.practice.rules.cards.get(code)
    if card is None:
        return None
    await asked.cases.practice_rules.keep_draft(asked.tx, code, card)
    return await _use(asked, code)


async def take_part(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Take a text as the next part of a crisis card; one that does not fit is asked for again."""
    code = languages()[awaited.about_id] if 0 <= awaited.about_id < len(languages()) else languages()[0]
    desk = asked.cases.practice_rules
    card = (await desk.draft(asked.tx, code)).filled(text)
    if card is None:
        asked.tell("practice.card.too_long", length=len(text.strip()), limit=PART_LIMIT)
        return
    await desk.keep_draft(asked.tx, code, card)
    if card.missing is None:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await asked.deliver("crisis_part", detail=code)
