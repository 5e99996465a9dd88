"""What clients press and write: consent, enrolment, the check-in's texts, leaving."""

from bot.roster import Newcomer
from bot.telegram import goals, menus, reflection
from bot.telegram.asked import Asked
from bot.telegram.buttons import Button, View, data, decode_id
from bot.telegram.incoming import Pressed
from bot.telegram.letters_to_clients import crisis_text
from bot.texts import languages
from conversations import events as ev
from conversations.enrolment import InviteKind, Verdict
from conversations.events import Refusal
from conversations.model import State, Step
from conversations.risk import may_point_to_danger

# ---- consent ----


def consent_view(asked: Asked, token: str, *, more: bool = False) -> View:
    """Show what taking part means. The buttons carry the token, since nothing is stored before I agree."""
    say, practice = asked.say, asked.cases.practice.rules.name
    text = say("consent.text", practice=practice, crisis="{crisis}").replace("{crisis}", crisis_text(asked.cases, say))
    rows = [
        (Button(say("button.agree"), data("agree", token)),),
        (Button(say("button.no_thanks"), data("decline", token)),),
    ]
    if more:
        return View(say("privacy.text", practice=practice), tuple(rows))
    return View(text, (*rows, (Button(say("button.read_more"), data("more", token)),)))


async def agree(asked: Asked, parts: list[str]) -> None:
    """Store the client from here on, and ask whether language and zone are right."""
    verdict, invite = await asked.cases.roster.judge(asked.tx, parts[0] if parts else "", asked.who, asked.now)
    if verdict is not Verdict.WELCOME or invite is None or invite.kind is not InviteKind.CLIENT:
        asked.edit(View(asked.say("invite.invalid")))
    elif asked.who.person is not None and asked.who.person.is_client:
        asked.edit(View(asked.say("consent.already")))
    else:
        person = await asked.cases.roster.agree(asked.tx, invite, asked.who, asked.now)
        asked.who = Newcomer(asked.who.telegram_id, asked.who.language, person)
        asked.edit(menus.confirm_view(person, asked.say))
    asked.toast()


async def decline(asked: Asked, _parts: list[str]) -> None:
    """Say that it is fine; nothing was stored."""
    asked.edit(View(asked.say("consent.declined")))
    asked.toast()


async def read_more(asked: Asked, parts: list[str]) -> None:
    """Show the long text with the same choice."""
    asked.edit(consent_view(asked, parts[0] if parts else "", more=True))
    asked.toast()


# ---- enrolment ----


async def enrol(asked: Asked, parts: list[str]) -> None:
    """Walk through language and time zone; every press says what it wants, so none can come too late."""
    view = _enrol_view(asked, parts)
    if parts == ["right"]:
        work = await asked.cases.occasions.settled(asked.tx, asked.person, asked.now)
        asked.moved(work)
        view = menus.done_view(asked.person, asked.say, questions_come=bool(work.screens))
    asked.toast(asked.say("refusal.unknown_button") if view is None else "")
    if view is not None:
        asked.edit(view)


def _enrol_view(asked: Asked, parts: list[str]) -> View | None:
    if parts[:1] == ["region"] and len(parts) == 3 and parts[2].isdecimal():
        return menus.city_view(parts[1], int(parts[2]), asked.say)
    views = {
        "right": lambda: menus.done_view(asked.person, asked.say),
        "back": lambda: menus.confirm_view(asked.person, asked.say),
        "change": lambda: menus.change_view(asked.say),
        "language": lambda: menus.language_view(asked.say, "speak"),
        "zone": lambda: menus.region_view(asked.say),
    }
    return views[parts[0]]() if len(parts) == 1 and parts[0] in views else None


async def choose_language(asked: Asked, parts: list[str]) -> None:
    """Keep the language and go back to the question whether all is right."""
    if len(parts) != 1 or parts[0] not in languages():
        asked.toast(asked.say("refusal.unknown_button"))
        return
    person = await asked.cases.roster.set_language(asked.tx, asked.person, parts[0], asked.now)
    await _confirm_again(asked, Newcomer(asked.who.telegram_id, asked.who.language, person))


async def choose_zone(asked: Asked, parts: list[str]) -> None:
    """Keep the time zone and go back to the question whether all is right."""
    if len(parts) != 1 or not menus.zone_exists(parts[0]):
        asked.toast(asked.say("refusal.unknown_button"))
        return
    person = await asked.cases.roster.set_zone(asked.tx, asked.person, parts[0])
    asked.moved(await asked.cases.replan(asked.tx, asked.person, person, asked.now))
    await _confirm_again(asked, Newcomer(asked.who.telegram_id, asked.who.language, person))


async def _confirm_again(asked: Asked, who: Newcomer) -> None:
    asked.who = who
    asked.edit(menus.confirm_view(asked.person, asked.say))
    asked.toast()


# ---- the check-in, beside its own buttons ----


async def checkin(asked: Asked, _words: list[str]) -> None:
    """Continue or start what is open, at the bottom of the chat."""
    assert asked.person.episode_id is not None  # noqa: S101 - the access table lets only clients in
    kept = await asked.cases.check_ins.open_one(asked.tx, asked.person.episode_id, asked.now)
    if kept is None:
        paused = asked.person.paused(asked.now) is not None
        if paused:
            await asked.deliver("sentence", detail="check_in.paused")
        else:
            await asked.deliver("next_time", detail="check_in.none")
        return
    asked.moved(await asked.cases.check_ins.show_at_bottom(asked.tx, kept, asked.now))


async def is_busy(asked: Asked) -> bool:
    """Say whether somebody is in the middle of a check-in."""
    return await asked.cases.check_ins.being_answered(asked.tx, asked.person, asked.now) is not None


async def progress(asked: Asked, _words: list[str]) -> None:
    """Show the client their own line."""
    await asked.deliver("progress")


async def cancel(asked: Asked, _words: list[str]) -> None:
    """Leave what is open and keep the answers."""
    episode_id = asked.person.episode_id
    kept = await asked.cases.check_ins.open_one(asked.tx, episode_id, asked.now) if episode_id else None
    if kept is None or kept.check_in.started_at is None or kept.check_in.step is Step.LEFT:
        if await goals.leave(asked) or await reflection.leave(asked):
            return
        await asked.deliver("sentence", detail="cancel.nothing")
        return
    asked.moved(await asked.cases.check_ins.leave(asked.tx, kept, asked.now))


async def text(asked: Asked, content: str) -> None:
    """Take a text that is no command: an answer, a note, or something that is offered back and not kept."""
    episode_id = asked.person.episode_id
    kept = await asked.cases.check_ins.open_one(asked.tx, episode_id, asked.now) if episode_id else None
    if kept is None:
        if not await reflection.take_text(asked, content):
            await _nothing_open(asked, content)
        return
    event = ev.Typed(content)
    work = await asked.cases.check_ins.type_text(asked.tx, kept, event, asked.update.message_id, asked.now)
    asked.moved(work)
    if work.verdicts[0] is Refusal.NOTE_TOO_LONG:
        asked.tell("refusal.note_too_long", length=len(content.strip()))


async def _nothing_open(asked: Asked, content: str) -> None:
    if asked.person.is_client and may_point_to_danger(content):
        await asked.cases.check_ins.danger_unkept(asked.tx, asked.person, asked.update.message_id, asked.now)
        return
    await asked.deliver("sentence", detail="text.nothing_open")


async def add_to_note(asked: Asked, parts: list[str]) -> None:
    """Put the text that the pressed message answers into the note; it was never stored, so it comes with the press."""
    number = decode_id(parts[0]) if parts else None
    update = asked.update
    kept = await asked.cases.check_ins.get(asked.tx, number, asked.now) if number else None
    mine = kept is not None and kept.client_id == asked.person.id and kept.running
    if kept is None or not mine or kept.check_in.state is not State.OPEN or not isinstance(update, Pressed):
        asked.toast(asked.say("refusal.closed"))
        return
    if update.replied_text is None or update.replied_id is None:
        asked.toast(asked.say("offer.gone"))
        return
    await _add(asked, kept.check_in.id, update.replied_text, update.replied_id)


async def _add(asked: Asked, number: int, content: str, message_id: int) -> None:
    kept = await asked.cases.check_ins.get(asked.tx, number, asked.now)
    assert kept is not None  # noqa: S101 - loaded a moment ago in this transaction
    work = await asked.cases.check_ins.type_text(asked.tx, kept, ev.NoteAdded(content), message_id, asked.now)
    asked.moved(work)
    too_long = work.verdicts[0] is Refusal.NOTE_TOO_LONG
    asked.toast(asked.say("refusal.note_too_long", length=len(content.strip())) if too_long else "")
    if not too_long:
        asked.edit(View(asked.say("offer.added")))


async def ignore(asked: Asked, _parts: list[str]) -> None:
    """Leave the offered text out."""
    asked.edit(View(asked.say("offer.ignored")))
    asked.toast()


# ---- leaving ----


async def stop(asked: Asked, _words: list[str]) -> None:
    """Ask once more before consent is revoked."""
    await asked.deliver("stop_ask")


async def stop_answer(asked: Asked, parts: list[str]) -> None:
    """Revoke consent, or leave everything as it is. The goodbye is an edit: nothing new is sent after it."""
    if parts == ["1"]:
        asked.moved(await asked.cases.roster.stop(asked.tx, asked.person, asked.now))
        asked.edit(View(asked.say("stop.done")))
    else:
        asked.edit(View(asked.say("stop.kept")))
    asked.toast()
