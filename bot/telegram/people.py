"""/people: the therapists here, one card each, and how one leaves. One message, edited in place."""

from collections.abc import Awaitable, Callable

from bot.leaving import Member, Trouble
from bot.roster import Person
from bot.telegram import people_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.telegram.paging import read_page

# ---- what is shown ----


async def people(asked: Asked, _words: list[str]) -> None:
    """List who works here."""
    await asked.deliver("people")


async def letter(to: ToRender) -> Rendered:
    """Draw the list when it is sent."""
    return Letter(await _list_view(to))


async def _list_view(asked: Asked | ToRender, page: int = 0) -> View:
    members = await asked.cases.leaving.members(asked.tx)
    invited = await asked.cases.leaving.invited(asked.tx, asked.now)
    names = [_name(asked, one.person) for one in members]
    return views.list_view(members, names, invited, asked.person.zone, page, asked.say)


def _name(asked: Asked | ToRender, person: Person) -> str:
    return asked.cases.roster.name(person) or asked.say("people.unnamed")


async def _card(asked: Asked, member: Member) -> View:
    leaving = asked.cases.leaving
    since = await leaving.since(asked.tx, member)
    offered = await _names(asked, await leaving.offered_to(asked.tx, member))
    return views.card_view(member, _name(asked, member.person), since, ", ".join(offered), asked.person.zone, asked.say)


async def _names(asked: Asked, ids: list[int]) -> list[str]:
    found = await asked.cases.roster.people(asked.tx, ids)
    return [_name(asked, found[number]) for number in ids if number in found]


# ---- buttons ----

Press = Callable[[Asked, Member, list[str]], Awaitable[View | Trouble]]


async def press(asked: Asked, parts: list[str]) -> None:
    """Handle a press; one on what has changed meanwhile does nothing and shows how it stands."""
    what, *rest = parts or ["list"]
    if what == "list" and len(rest) < 2:
        asked.edit(await _list_view(asked, read_page(rest, 0)))
        asked.toast()
    elif what == "back" and len(rest) == 1:
        await _take_back(asked, decode_id(rest[0]))
    else:
        await _press_on_somebody(asked, what, rest)


async def _take_back(asked: Asked, number: int | None) -> None:
    done = number is not None and await asked.cases.leaving.take_back(asked.tx, asked.person, number, asked.now)
    asked.edit(await _list_view(asked))
    asked.toast("" if done else asked.say(Trouble.CHANGED.value))


async def _press_on_somebody(asked: Asked, what: str, rest: list[str]) -> None:
    handle, number = _PRESSES.get(what), decode_id(rest[0]) if rest else None
    if handle is None or number is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    member = await asked.cases.leaving.member(asked.tx, number)
    answer = Trouble.GONE if member is None else await handle(asked, member, rest[1:])
    if isinstance(answer, Trouble):
        asked.toast(asked.say(answer.value))
        answer = await _how_it_stands(asked, number)
    else:
        asked.toast()
    asked.edit(answer)


async def _how_it_stands(asked: Asked, number: int) -> View:
    """Show the card as it is now, or the list where there is nobody any more."""
    member = await asked.cases.leaving.member(asked.tx, number)
    return await _list_view(asked) if member is None else await _card(asked, member)


async def _one(asked: Asked, member: Member, _rest: list[str]) -> View:
    return await _card(asked, member)


async def _off(asked: Asked, member: Member, rest: list[str]) -> View | Trouble:
    """Say what removing does before it is done, and offer the ways there are."""
    if await asked.cases.leaving.succeeds(asked.tx, member) is not None:
        return Trouble.SUCCEEDS
    name = _name(asked, member.person)
    if not member.clients:
        return views.remove_view(member, name, asked.say)
    others = await asked.cases.leaving.successors(asked.tx, member)
    named = [(one.id, _name(asked, one)) for one in others]
    return views.choose_view(member, name, named, read_page(rest, 0), asked.say)


async def _to(asked: Asked, member: Member, rest: list[str]) -> View | Trouble:
    """Say what an offer does before it is made."""
    successor = await _successor(asked, member, rest)
    if successor is None or not member.clients:
        return Trouble.CHANGED
    days = asked.cases.leaving.time_to_choose
    return views.offer_view(member, _name(asked, member.person), successor.id, _name(asked, successor), days, asked.say)


async def _successor(asked: Asked, member: Member, rest: list[str]) -> Person | None:
    number = decode_id(rest[0]) if rest else None
    others = await asked.cases.leaving.successors(asked.tx, member)
    return next((one for one in others if one.id == number), None)


async def _offer(asked: Asked, member: Member, rest: list[str]) -> View | Trouble:
    """Make the offer, if it is still about as many clients as were named."""
    successor = await _successor(asked, member, rest)
    if successor is None or rest[1:] != [views.stamp(member)] or not member.clients:
        return Trouble.CHANGED
    trouble = await asked.cases.leaving.offer(asked.tx, asked.person, member, successor, asked.now)
    return trouble or await _how_it_stands(asked, member.person.id)


async def _all(asked: Asked, member: Member, _rest: list[str]) -> View:
    """Say what ending every care does before it is done."""
    return views.end_all_view(member, _name(asked, member.person), asked.say)


async def _end(asked: Asked, member: Member, rest: list[str]) -> View | Trouble:
    """End every care and let the role go, if it is still about as many clients as were named."""
    if rest != [views.stamp(member)]:
        return Trouble.CHANGED
    done = await asked.cases.leaving.end_all(asked.tx, asked.person, member, asked.now)
    if isinstance(done, Trouble):
        return done
    asked.moved(done)
    return views.gone_view(_name(asked, member.person), asked.say)


async def _stay(asked: Asked, member: Member, _rest: list[str]) -> View | Trouble:
    if member.leave is None:
        return Trouble.CHANGED
    await asked.cases.leaving.stay(asked.tx, asked.person, member, asked.now)
    return await _how_it_stands(asked, member.person.id)


_PRESSES: dict[str, Press] = {
    "one": _one,
    "off": _off,
    "to": _to,
    "offer": _offer,
    "all": _all,
    "end": _end,
    "stay": _stay,
}


# ---- what people are told ----


async def you_leave(to: ToRender) -> Rendered:
    """Tell a therapist that their clients are asked how to go on."""
    member = await to.cases.leaving.member(to.tx, to.person.id)
    if member is None or member.leave is None:
        return None
    return Letter(View(to.say.count("leaving.you", member.leave.clients)))


async def you_stay(to: ToRender) -> Rendered:
    """Tell a therapist that they stay after all."""
    return None if await to.cases.leaving.is_leaving(to.tx, to.person) else Letter(View(to.say("leaving.you_stay")))


async def you_left(to: ToRender) -> Rendered:
    """Tell somebody that they are no longer a therapist here."""
    return None if to.person.is_therapist else Letter(View(to.say("leaving.you_left")))


async def therapist_left(to: ToRender) -> Rendered:
    """Tell an admin that the last client has chosen."""
    found = await to.cases.roster.people(to.tx, [to.about])
    person = found.get(to.about)
    if person is None or person.is_therapist:
        return None
    return Letter(View(to.say("leaving.left", name=to.cases.roster.name(person) or to.say("people.unnamed"))))
