"""What anybody can ask for: greeting, help, privacy, crisis card, language."""

from bot.roster import Newcomer
from bot.telegram import client, menus
from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.texts import languages, speech
from conversations.enrolment import InviteKind, Verdict, looks_like_token


async def start(asked: Asked, words: list[str]) -> None:
    """Greet, or open the invite whose token stands behind /start."""
    if words and looks_like_token(words[0]):
        await _open_invite(asked, words[0])
        return
    if admin := await asked.cases.roster.claim_admin(asked.tx, asked.who, asked.now):
        asked.who = Newcomer(asked.who.telegram_id, asked.who.language, admin)
    if asked.who.is_stranger:
        asked.tell(unknown(asked))
        return
    await asked.deliver("start")


def unknown(asked: Asked) -> str:
    """Name the one answer for somebody without a role: a stranger, or one who took part and stopped."""
    return "stranger" if asked.who.person is None else "stranger.former"


async def _open_invite(asked: Asked, token: str) -> None:
    verdict, invite = await asked.cases.roster.judge(asked.tx, token, asked.who, asked.now)
    if verdict is Verdict.OWN:
        asked.tell("invite.own")
    elif verdict is Verdict.INVALID or invite is None:
        asked.tell("invite.invalid")
    elif invite.kind is InviteKind.CLIENT:
        asked.show(client.consent_view(asked, token))
    else:
        await _join_staff(asked, token)


async def _join_staff(asked: Asked, token: str) -> None:
    _, invite = await asked.cases.roster.judge(asked.tx, token, asked.who, asked.now)
    assert invite is not None  # noqa: S101 - judged a moment ago in this transaction
    person = await asked.cases.roster.join_staff(asked.tx, invite, asked.who, asked.now)
    asked.who = Newcomer(asked.who.telegram_id, asked.who.language, person)
    await asked.deliver("notice_ask" if invite.kind is InviteKind.THERAPIST else "start")


async def show_help(asked: Asked, _words: list[str]) -> None:
    """List what this person can do."""
    await asked.deliver("help")


async def privacy(asked: Asked, _words: list[str]) -> None:
    """Say who reads what."""
    await asked.deliver("privacy")


async def crisis(asked: Asked, _words: list[str]) -> None:
    """Show where to get help now."""
    await asked.deliver("crisis")


async def language(asked: Asked, _words: list[str]) -> None:
    """Offer the languages."""
    await asked.deliver("language")


async def choose_language(asked: Asked, parts: list[str]) -> None:
    """Keep a language that was pressed."""
    if len(parts) != 1 or parts[0] not in languages():
        asked.toast(asked.say("refusal.unknown_button"))
        return
    await asked.cases.roster.set_language(asked.tx, asked.person, parts[0], asked.now)
    say = speech(parts[0])
    asked.edit(View(say("language.set", language=say("language.name"))))
    asked.toast()


async def become_therapist(asked: Asked, _parts: list[str]) -> None:
    """Make a solo practitioner a therapist in one press."""
    already = asked.person.is_therapist
    person = await asked.cases.roster.become_therapist(asked.tx, asked.person, asked.now)
    asked.who = Newcomer(asked.who.telegram_id, asked.who.language, person)
    asked.edit(await menus.start_view(asked.tx, asked.cases, person, asked.say))
    if not already:
        await asked.deliver("notice_ask")
    asked.toast()
