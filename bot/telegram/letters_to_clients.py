"""What clients and everyone else are written, rendered from the database when it is sent."""

from bot.access import Role, roles
from bot.check_ins import Kept
from bot.telegram import menus
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.check_in_views import check_in_view, prompt_view
from bot.telegram.letters import Asked, Letter, Rendered
from bot.telegram.pictures import trend_picture
from bot.telegram.settings_views import AS_CLIENT, AS_THERAPIST, Page, first_view
from bot.telegram.staff_views import left_out_lines
from bot.texts import Speech
from bot.use_cases import UseCases
from conversations.model import State

# ---- to clients ----


async def _kept(asked: Asked) -> Kept | None:
    """Load the check-in, unless its client has stopped or it is closed: nothing goes to who does not consent."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    if kept is None or not kept.running or kept.check_in.state is not State.OPEN:
        return None
    return kept


async def prompt(asked: Asked) -> Rendered:
    """Render the message that asks the client to begin."""
    return await _notifying(asked, reminder=False)


async def reminder(asked: Asked) -> Rendered:
    """Render the one reminder; an answered check-in gets none."""
    return await _notifying(asked, reminder=True)


async def _notifying(asked: Asked, *, reminder: bool) -> Rendered:
    """Render the prompt or reminder."""
    kept = await _kept(asked)
    if kept is None or (reminder and (kept.check_in.answers or kept.check_in.words)):
        return None
    terms = asked.cases.check_ins.terms(kept)
    return Letter(prompt_view(kept.check_in, terms, asked.say, reminder=reminder), protect=True, screen=kept)


async def screen(asked: Asked) -> Rendered:
    """Show what is open once more, silently, at the bottom of the chat."""
    kept = await _kept(asked)
    if kept is None:
        return None
    view = check_in_view(kept.check_in, asked.cases.check_ins.terms(kept), asked.say, asked.now)
    return Letter(view, protect=True, silent=True, screen=kept)


async def talked_ask(asked: Asked) -> Rendered:
    """Ask the client once whether it was talked about; nothing in it shows what."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    if kept is None or not kept.running:
        return None
    if not await asked.cases.discussions.is_to_be_asked(asked.tx, asked.about, asked.parcel.delivery.detail):
        return None
    number = encode_id(kept.check_in.id)
    yes = Button(asked.say("button.yes"), data("heard", number, 1))
    not_yet = Button(asked.say("button.not_yet"), data("heard", number, 0))
    return Letter(View(asked.say("talked.ask"), ((yes, not_yet),)), protect=True)


async def care_ended(asked: Asked) -> Rendered:
    """Tell a client once that their care here has ended; `detail` names the words where it was not their therapist."""
    return Letter(View(asked.say(asked.parcel.delivery.detail or "end.client")))


async def progress(asked: Asked) -> Rendered:
    """Show a client their own line."""
    trend = await asked.cases.reports.own_trend(asked.tx, asked.person)
    picture = await trend_picture(asked.cases.charts, trend, asked.say, own=True)
    if trend is None or picture is None:
        return Letter(View(asked.say("progress.none")), protect=True)
    lines = [asked.say("progress.caption"), *left_out_lines(trend, asked.say)]
    return Letter(View("\n".join(lines)), photo=picture, protect=True)


async def offer_note(asked: Asked) -> Rendered:
    """Offer to keep a text that was not kept."""
    kept = await _kept(asked)
    if kept is None:
        return None
    number = encode_id(kept.check_in.id)
    add = Button(asked.say("button.add_to_note"), data("note", number))
    ignore = Button(asked.say("button.ignore"), data("ignore", number))
    reply_to = int(asked.parcel.delivery.detail or 0) or None
    return Letter(View(asked.say("offer.note"), ((add, ignore),)), silent=True, reply_to=reply_to)


async def delete(asked: Asked) -> Rendered:
    """Name the message to delete."""
    return Letter(delete=int(asked.parcel.delivery.detail or 0))


async def crisis(asked: Asked) -> Rendered:
    """Show where to get help now."""
    return Letter(View(crisis_text(asked.cases, asked.say)))


def crisis_text(cases: UseCases, say: Speech) -> str:
    """Write the crisis card, or the general advice where the practice has none."""
    card = cases.practice.rules.card_in(say.code)
    body = say("crisis.card", card=card) if card else say("crisis.none")
    return f"{say('crisis.title')}\n{body}\n\n{say('crisis.footer')}"


# ---- to everyone ----


async def sentence(asked: Asked) -> Rendered:
    """Render the sentence that `detail` names: refusals and small answers."""
    return Letter(View(asked.say(asked.parcel.delivery.detail or "refusal.not_allowed")))


async def start(asked: Asked) -> Rendered:
    """Greet with the next step."""
    return Letter(await menus.start_view(asked.tx, asked.cases, asked.person, asked.say))


async def show_help(asked: Asked) -> Rendered:
    """List what the person can do."""
    return Letter(menus.help_view(roles(asked.person), asked.say))


async def privacy(asked: Asked) -> Rendered:
    """Say who reads what."""
    name = "privacy.text" if Role.CLIENT in roles(asked.person) else "privacy.staff"
    return Letter(View(asked.say(name, practice=asked.cases.practice.rules.name)))


async def language(asked: Asked) -> Rendered:
    """Offer the languages."""
    return Letter(menus.language_view(asked.say, "lang"))


async def settings(asked: Asked) -> Rendered:
    """Show what the person has set for themselves; with two roles they are asked which."""
    if not (asked.person.is_client or asked.person.is_therapist):
        return None
    role = AS_CLIENT if asked.person.is_client else AS_THERAPIST
    return Letter(first_view(Page(role, asked.person, asked.cases.practice.rules, asked.say)))


async def stop_ask(asked: Asked) -> Rendered:
    """Ask once more before consent is revoked."""
    yes = Button(asked.say("button.stop.yes"), data("stop", 1))
    return Letter(View(asked.say("stop.ask"), ((yes,), (Button(asked.say("button.stop.no"), data("stop", 0)),))))


async def menu(asked: Asked) -> Rendered:
    """Set the person's own command list."""
    return Letter(menu=menus.command_list(roles(asked.person), asked.say))
