"""Every new message to somebody known: what a delivery's kind says, rendered from the database when it is sent.

A message that has become pointless (its check-in was closed, its invite is gone) renders to None and is dropped.
"""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import segno
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.access import Role, roles
from bot.check_ins import Kept
from bot.outbox import Parcel
from bot.roster import Person
from bot.telegram import menus, staff_views
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.check_in_views import check_in_view, prompt_view
from bot.texts import Speech, speech
from bot.use_cases import UseCases
from conversations.enrolment import InviteKind
from conversations.model import State
from conversations.risk import may_point_to_danger
from conversations.schedule import in_quiet_hours, out_of_quiet_hours


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go.

    `photo` is a PNG whose caption is the view's text. `screen` is the check-in that will live in this message.
    `delete` names a message to delete and `menu` a command list to set instead of sending anything.
    """

    view: View = field(default_factory=lambda: View(""))
    photo: bytes | None = field(default=None, repr=False)
    protect: bool = False
    silent: bool = False
    reply_to: int | None = None
    screen: Kept | None = None
    delete: int | None = None
    menu: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """The message must wait: quiet hours have begun since it was queued."""

    until: datetime


Rendered = Letter | NotYet | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a renderer gets: the open transaction, the parcel, the recipient's language, and the moment."""

    tx: AsyncConnection
    cases: UseCases
    parcel: Parcel
    say: Speech
    now: datetime
    bot_name: str

    @property
    def person(self) -> Person:
        """The recipient."""
        return self.parcel.person

    @property
    def about(self) -> int:
        """The id the delivery is about."""
        return self.parcel.delivery.about_id or 0


async def render(tx: AsyncConnection, cases: UseCases, parcel: Parcel, now: datetime, bot_name: str) -> Rendered:
    """Render a delivery for its recipient, in their language, from what is true now."""
    asked = Asked(tx, cases, parcel, speech(parcel.person.language), now, bot_name)
    return await RENDERERS[parcel.delivery.kind](asked)


# ---- to clients ----


async def _kept(asked: Asked) -> Kept | None:
    """Load the check-in, unless its client has stopped or it is closed: nothing goes to who does not consent."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    if kept is None or not kept.running or kept.check_in.state is not State.OPEN:
        return None
    return kept


async def _prompt(asked: Asked) -> Rendered:
    return await _notifying(asked, reminder=False)


async def _reminder(asked: Asked) -> Rendered:
    return await _notifying(asked, reminder=True)


async def _notifying(asked: Asked, *, reminder: bool) -> Rendered:
    """Render the prompt or reminder; one that was held up until the night waits for the morning."""
    kept = await _kept(asked)
    if kept is None or (reminder and kept.check_in.answers):
        return None
    terms = asked.cases.check_ins.terms(kept)
    if in_quiet_hours(asked.now, terms.zone, terms.quiet_hours):
        return NotYet(out_of_quiet_hours(asked.now, terms.zone, terms.quiet_hours))
    return Letter(prompt_view(kept.check_in, terms, asked.say, reminder=reminder), protect=True, screen=kept)


async def _screen(asked: Asked) -> Rendered:
    """Show what is open once more, silently, at the bottom of the chat."""
    kept = await _kept(asked)
    if kept is None:
        return None
    view = check_in_view(kept.check_in, asked.cases.check_ins.terms(kept), asked.say, asked.now)
    return Letter(view, protect=True, silent=True, screen=kept)


async def _offer_note(asked: Asked) -> Rendered:
    kept = await _kept(asked)
    if kept is None:
        return None
    number = encode_id(kept.check_in.id)
    add = Button(asked.say("button.add_to_note"), data("note", number))
    ignore = Button(asked.say("button.ignore"), data("ignore", number))
    reply_to = int(asked.parcel.delivery.detail or 0) or None
    return Letter(View(asked.say("offer.note"), ((add, ignore),)), silent=True, reply_to=reply_to)


async def _delete(asked: Asked) -> Rendered:
    return Letter(delete=int(asked.parcel.delivery.detail or 0))


async def _crisis(asked: Asked) -> Rendered:
    return Letter(View(crisis_text(asked.cases, asked.say)))


def crisis_text(cases: UseCases, say: Speech) -> str:
    """Write the crisis card, or the general advice where the practice has none."""
    card = cases.practice.rules.crisis_card
    body = say("crisis.card", card=card) if card else say("crisis.none")
    return f"{say('crisis.title')}\n{body}\n\n{say('crisis.footer')}"


# ---- to everyone ----


async def _sentence(asked: Asked) -> Rendered:
    """Render the sentence that `detail` names: refusals and small answers."""
    return Letter(View(asked.say(asked.parcel.delivery.detail or "refusal.not_allowed")))


async def _start(asked: Asked) -> Rendered:
    return Letter(await menus.start_view(asked.tx, asked.cases, asked.person, asked.say))


async def _help(asked: Asked) -> Rendered:
    return Letter(menus.help_view(roles(asked.person), asked.say))


async def _privacy(asked: Asked) -> Rendered:
    name = "privacy.text" if Role.CLIENT in roles(asked.person) else "privacy.staff"
    return Letter(View(asked.say(name, practice=asked.cases.practice.rules.name)))


async def _language(asked: Asked) -> Rendered:
    return Letter(menus.language_view(asked.say, "lang"))


async def _stop_ask(asked: Asked) -> Rendered:
    yes = Button(asked.say("button.stop.yes"), data("stop", 1))
    return Letter(View(asked.say("stop.ask"), ((yes,), (Button(asked.say("button.stop.no"), data("stop", 0)),))))


async def _menu(asked: Asked) -> Rendered:
    return Letter(menu=menus.command_list(roles(asked.person), asked.say))


# ---- to therapists and admins ----


async def _invite(asked: Asked) -> Rendered:
    found = await asked.cases.roster.invite_and_token(asked.tx, asked.about)
    if found is None:
        return None
    invite, token = found
    link = f"https://t.me/{asked.bot_name}?start={token}"
    if invite.kind is InviteKind.THERAPIST:
        text = asked.say("invite.therapist", name=invite.label, link=link)
    else:
        text = asked.say("invite.client", code=invite.label, link=link)
    return Letter(View(text), photo=_qr(link))


def _qr(link: str) -> bytes:
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()


async def _joined_client(asked: Asked) -> Rendered:
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None:
        return None
    number = encode_id(episode.id)
    right = Button(asked.say("button.joined.right"), data("joined", number, 1))
    wrong = Button(asked.say("button.joined.wrong"), data("joined", number, 0))
    return Letter(View(asked.say("joined.client", code=episode.code), ((right, wrong),)))


async def _joined_therapist(asked: Asked) -> Rendered:
    people = await asked.cases.roster.people(asked.tx, [asked.about])
    if asked.about not in people:
        return None
    return Letter(View(asked.say("joined.therapist", name=asked.cases.roster.name(people[asked.about]))))


def _about_client(name: str) -> Callable[[Asked], Awaitable[Rendered]]:
    """Make a renderer for a sentence about one client, `about_id` being the episode."""

    async def renderer(asked: Asked) -> Rendered:
        episode = await asked.cases.roster.episode(asked.tx, asked.about)
        return None if episode is None else Letter(View(asked.say(name, code=episode.code)))

    return renderer


async def _summary(asked: Asked) -> Rendered:
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    if kept is None:
        return None
    view = await staff_views.told_view(asked.tx, asked.cases, kept, asked.person, asked.say)
    return None if view is None else Letter(view, protect=True)


async def _note(asked: Asked) -> Rendered:
    """Render the client's shared note as a reply to the summary, with a word of care where it needs one."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    episode = await asked.cases.roster.episode(asked.tx, kept.check_in.episode_id) if kept else None
    if kept is None or kept.check_in.note is None or episode is None:
        return None
    text = asked.say("summary.note", code=episode.code, text=kept.check_in.note.text)
    if may_point_to_danger(kept.check_in.note.text):
        text = f"{asked.say('risk.shared', code=episode.code)}\n\n{text}"
    reply_to = await asked.cases.outbox.message_of(asked.tx, f"summary:{kept.check_in.id}")
    return Letter(View(text), protect=True, reply_to=reply_to)


async def _risk(asked: Asked) -> Rendered:
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    episode = await asked.cases.roster.episode(asked.tx, kept.check_in.episode_id) if kept else None
    if episode is None:
        return None
    return Letter(View(asked.say(f"risk.{asked.parcel.delivery.detail}", code=episode.code)), protect=True)


async def _session(asked: Asked) -> Rendered:
    known = await asked.cases.sessions.known(asked.tx, asked.about, asked.now)
    return None if known is None else Letter(staff_views.session_view(known, asked.person.zone, asked.say))


async def _session_which(asked: Asked) -> Rendered:
    clients = await asked.cases.roster.clients(asked.tx, asked.person)
    return Letter(staff_views.pick_client_view(clients, asked.say) if clients else View(asked.say("clients.none")))


async def _session_when(asked: Asked) -> Rendered:
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    return None if episode is None else Letter(staff_views.pick_when_view(episode, asked.say))


async def _clients(asked: Asked) -> Rendered:
    return Letter(await staff_views.clients_view(asked.tx, asked.cases, asked.person, asked.say, asked.now))


async def _notice_ask(asked: Asked) -> Rendered:
    return Letter(staff_views.notice_view(asked.cases.roster.name(asked.person), asked.say))


async def _about_code(asked: Asked) -> Rendered:
    """Render a sentence named in `detail` about the client of the episode in `about_id`."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    return None if episode is None else Letter(View(asked.say(asked.parcel.delivery.detail or "", code=episode.code)))


RENDERERS: dict[str, Callable[[Asked], Awaitable[Rendered]]] = {
    "prompt": _prompt,
    "reminder": _reminder,
    "screen": _screen,
    "offer_note": _offer_note,
    "delete": _delete,
    "crisis": _crisis,
    "sentence": _sentence,
    "start": _start,
    "help": _help,
    "privacy": _privacy,
    "language": _language,
    "stop_ask": _stop_ask,
    "menu": _menu,
    "invite": _invite,
    "joined_client": _joined_client,
    "joined_therapist": _joined_therapist,
    "stopped_client": _about_client("stopped.client"),
    "unreachable_client": _about_client("unreachable.client"),
    "summary": _summary,
    "note": _note,
    "risk": _risk,
    "risk_unkept": _about_client("risk.unkept"),
    "session": _session,
    "session_which": _session_which,
    "session_when": _session_when,
    "clients": _clients,
    "notice_ask": _notice_ask,
    "about_code": _about_code,
}
