"""What a client whose therapist leaves is shown and can choose. One message, neutral until it is opened."""

import html

from bot.roster import Newcomer, Person
from bot.telegram.asked import Asked
from bot.telegram.buttons import Button, View, data, decode_id, encode_id
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.telegram.people_views import shortened
from bot.texts import Speech
from bot.transfers import AGAIN, NEWS, Offer, Stands

__all__ = ["NEWS", "VERB", "client_chose", "news", "open_row", "press"]

VERB = "news"
_GO_ON, _END = "go", "end"


def open_row(episode_id: int, say: Speech) -> tuple[Button, ...]:
    """Give the button that shows what the news is."""
    return (Button(say("button.open"), data(VERB, encode_id(episode_id))),)


async def news(to: ToRender) -> Rendered:
    """Say that there is news, and nothing of it; dropped where there is none any more."""
    offer = await to.cases.transfers.of(to.tx, to.person, to.about)
    if offer is None or to.person.episode_id != to.about:
        return None
    withdrawn = offer.transfer.stands is Stands.WITHDRAWN and offer.transfer.opened_at is not None
    if not (offer.transfer.is_open or withdrawn):
        return None
    text = "transfer.news.again" if to.parcel.delivery.detail == AGAIN else "transfer.news"
    return Letter(View(to.say(text), (open_row(to.about, to.say),)), protect=True)


async def press(asked: Asked, parts: list[str]) -> None:
    """Show the offer, go on, or end here; pressed late or twice it only shows how it stands."""
    number = decode_id(parts[0]) if parts else None
    offer = await asked.cases.transfers.of(asked.tx, asked.person, number) if number is not None else None
    if offer is None or not _is_known(parts[1:]):
        asked.toast(asked.say("refusal.unknown_button"))
    elif not parts[1:] or not offer.transfer.is_open:
        await _show(asked, offer, late=bool(parts[1:]))
    elif parts[1] == _END:
        await _end(asked, offer)
    else:
        await _go_on(asked, offer, parts[2])


def _is_known(chosen: list[str]) -> bool:
    return chosen in ([], [_END]) or (len(chosen) == 2 and chosen[0] == _GO_ON)


async def _show(asked: Asked, offer: Offer, *, late: bool = False) -> None:
    if offer.transfer.is_open:
        await asked.cases.transfers.opened(asked.tx, offer, asked.now)
    asked.edit(_view(asked, offer))
    asked.toast(asked.say("transfer.already") if late else "")


async def _end(asked: Asked, offer: Offer) -> None:
    asked.moved(await asked.cases.transfers.end_here(asked.tx, offer, asked.now))
    asked.edit(View(asked.say("transfer.ended", help=_help(asked))))
    asked.toast()


async def _go_on(asked: Asked, offer: Offer, successor: str) -> None:
    """Go on with the one whose name was on the button, and with nobody else."""
    if offer.successor is None or decode_id(successor) != offer.successor.id:
        await _show(asked, offer, late=True)
        return
    work = await asked.cases.transfers.go_on(asked.tx, asked.person, offer, offer.successor, asked.now)
    asked.moved(work)
    after = (await asked.cases.roster.people(asked.tx, [asked.person.id]))[asked.person.id]
    asked.who = Newcomer(asked.who.telegram_id, asked.who.language, after)
    asked.edit(_went_on(asked, offer))
    asked.toast()


# ---- how it looks ----


def _view(asked: Asked, offer: Offer) -> View:
    if offer.transfer.stands is Stands.WITHDRAWN:
        return View(asked.say("transfer.stays", old=_old(asked, offer.therapist)))
    if offer.transfer.stands is Stands.WENT_ON:
        return _went_on(asked, offer)
    if not offer.transfer.is_open:
        return View(asked.say("transfer.ended", help=_help(asked)))
    return _offer_view(asked, offer)


def _went_on(asked: Asked, offer: Offer) -> View:
    new = asked.say("transfer.new_therapist") if offer.successor is None else _new(asked, offer.successor)
    return View(asked.say("transfer.went_on", new=new))


def _offer_view(asked: Asked, offer: Offer) -> View:
    say, number = asked.say, encode_id(offer.episode.id)
    old, day = _old(asked, offer.therapist), say.day(offer.transfer.expires_at.astimezone(asked.person.zone).date())
    end = (Button(say("button.transfer.end"), data(VERB, number, _END)),)
    if offer.successor is None:
        return View(say("transfer.nobody", old=old, day=day), (end,))
    new = _new(asked, offer.successor)
    go_on = (Button(_label(asked, offer.successor), data(VERB, number, _GO_ON, encode_id(offer.successor.id))),)
    return View(say("transfer.offer", old=old, new=new, day=day), (go_on, end))


def _old(asked: Asked, therapist: Person) -> str:
    return asked.cases.roster.name(therapist) or asked.say("transfer.your_therapist")


def _new(asked: Asked, therapist: Person) -> str:
    return asked.cases.roster.name(therapist) or asked.say("transfer.new_therapist")


def _label(asked: Asked, therapist: Person) -> str:
    name = asked.cases.roster.name(therapist)
    if not name:
        return asked.say("button.transfer.go_on.unnamed")
    return html.unescape(asked.say("button.transfer.go_on", short=shortened(name)))


def _help(asked: Asked) -> str:
    """Say where to get help now: who has left the practice here cannot send /crisis any more."""
    return asked.cases.practice.rules.card_in(asked.say.code) or asked.say("transfer.help")


# ---- what therapists are told of it ----


async def client_chose(to: ToRender) -> Rendered:
    """Tell the therapist who leaves what a client has chosen."""
    episode = await to.cases.roster.episode(to.tx, to.about)
    if episode is None:
        return None
    name = {Stands.WENT_ON: "chose.went_on", Stands.ENDED: "chose.ended", Stands.EXPIRED: "chose.expired"}
    return Letter(View(to.say(name[Stands(to.parcel.delivery.detail or "")], code=episode.code)))
