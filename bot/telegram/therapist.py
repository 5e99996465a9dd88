"""What therapists press and write: inviting clients, the list, sessions, opening a summary."""

from datetime import date, datetime, time

from bot.roster import Episode, Notice
from bot.sessions import Noted, Trouble, When, just_ended
from bot.telegram import clashes, entering_views, series
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.replies import Say
from bot.texts import speech
from bot.typed_times import read_when
from conversations.enrolment import InviteKind, read_code
from conversations.series import EVERY

# ---- clients ----


async def invite(asked: Asked, words: list[str]) -> None:
    """Make a link for a new client under a code of the therapist's own."""
    code = read_code(" ".join(words)) if words else None
    if not words:
        asked.tell("invite.how")
    elif not asked.cases.practice.rules.card_in(asked.say.code):
        asked.tell("invite.no_crisis_card")
    elif await asked.cases.leaving.is_leaving(asked.tx, asked.person):
        asked.tell("invite.leaving")
    elif code is None:
        asked.tell("invite.bad_code", code=" ".join(words)[:40])
    elif await asked.cases.roster.code_is_taken(asked.tx, asked.person, code):
        asked.tell("invite.taken", code=code)
    else:
        await asked.cases.roster.invite(asked.tx, asked.person, InviteKind.CLIENT, code, asked.now)


async def clients(asked: Asked, _words: list[str]) -> None:
    """List the therapist's clients."""
    await asked.deliver("clients")


async def client(asked: Asked, words: list[str]) -> None:
    """Show one client at a glance, or offer them as buttons."""
    if not words:
        await asked.deliver("client_which")
        return
    code = read_code(words[0])
    episode = await asked.cases.roster.by_code(asked.tx, asked.person, code) if code else None
    if episode is None:
        asked.tell("session.unknown_code", code=words[0][:40])
    else:
        await asked.deliver("overview", about_id=episode.id)


async def client_button(asked: Asked, parts: list[str]) -> None:
    """Show the client whose button was pressed."""
    episode = await _episode(asked, parts)
    if episode is None or episode.ended_at is not None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    await asked.deliver("overview", about_id=episode.id)
    asked.toast()


async def joined(asked: Asked, parts: list[str]) -> None:
    """Confirm a client who joined, or take the wrong one off again."""
    episode = await _episode(asked, parts)
    if episode is None or parts[1:] not in (["0"], ["1"]):
        asked.toast(asked.say("refusal.unknown_button"))
        return
    if parts[1] == "1" or episode.ended_at is not None:
        asked.edit(View(asked.say("joined.confirmed", code=episode.code)))
    else:
        await _take_off(asked, episode)
    asked.toast()


async def _take_off(asked: Asked, episode: Episode) -> None:
    people = await asked.cases.roster.people(asked.tx, [episode.client_id])
    client = people[episode.client_id]
    came_over = await asked.cases.transfers.was(asked.tx, episode.id) is not None
    chat_id = asked.cases.roster.telegram_id(client)
    asked.replies.says.append(_farewell(chat_id, client.language, came_over=came_over))
    await asked.cases.roster.remove_wrong_client(asked.tx, episode, asked.now)
    asked.edit(View(asked.say("joined.removed", code=episode.code)))


def _farewell(chat_id: int, language: str, *, came_over: bool = False) -> Say:
    """Tell somebody that they are no client here; their row may be gone, so this leaves none.

    They opened the wrong link, or they came over from a colleague and their new therapist says it is a mistake.
    """
    name = "joined.removed.came_over" if came_over else "joined.removed.client"
    return Say(chat_id, View(speech(language)(name)))


async def _episode(asked: Asked, parts: list[str]) -> Episode | None:
    number = decode_id(parts[0]) if parts else None
    return None if number is None else await asked.cases.roster.own_episode(asked.tx, asked.person, number)


async def choose_notice(asked: Asked, parts: list[str]) -> None:
    """Keep how the therapist wants to be told."""
    if len(parts) != 1 or parts[0] not in tuple(Notice):
        asked.toast(asked.say("refusal.unknown_button"))
        return
    await asked.cases.roster.set_notice(asked.tx, asked.person, Notice(parts[0]))
    asked.edit(View(asked.say(f"notice.{parts[0]}")))
    asked.toast()


# ---- sessions ----


async def session(asked: Asked, words: list[str]) -> None:
    """Enter a session by words, or offer buttons where words are missing."""
    if not words:
        await asked.deliver("session_which")
        return
    code = read_code(words[0])
    episode = await asked.cases.roster.by_code(asked.tx, asked.person, code) if code else None
    if episode is None:
        asked.tell("session.unknown_code", code=words[0][:40])
        return
    if words[1:] and words[1].lower() in EVERY:
        await series.enter(asked, episode, words[1:])
        return
    when = read_when(words[1:], asked.person.zone, asked.now) if len(words) > 1 else just_ended(asked.now)
    if isinstance(when, Trouble):
        asked.tell(when.value, code=episode.code)
    else:
        await _enter_by_words(asked, episode, when)


async def _enter_by_words(asked: Asked, episode: Episode, when: When) -> None:
    outcome = await asked.cases.sessions.enter(asked.tx, episode, when, asked.now)
    if isinstance(outcome, Noted):
        await asked.deliver("session", about_id=outcome.session.id)
    else:
        asked.tell(outcome.value, code=episode.code, moment=await clashes.moment(asked, episode, when))


async def session_button(asked: Asked, parts: list[str]) -> None:
    """Walk from the client to the time, one press a step; the last one enters the session."""
    episode = await _episode(asked, parts)
    if episode is None or episode.ended_at is not None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    if parts[1:] == ["new"]:
        await asked.deliver("session_when", about_id=episode.id)
        asked.toast()
        return
    view = await _next_step(asked, episode, parts[1:])
    if view is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(view)
    asked.toast()


async def _next_step(asked: Asked, episode: Episode, chosen: list[str]) -> View | None:
    if not chosen:
        return entering_views.pick_when_view(episode, asked.say)
    if chosen == ["now"]:
        return await _enter_by_button(asked, episode, just_ended(asked.now))
    if chosen == ["day"]:
        return entering_views.pick_day_view(episode, asked.person.zone, asked.now, asked.say)
    if chosen[0] == "weekly":
        return await series.step(asked, episode, chosen[1:])
    return await _with_day(asked, episode, chosen)


async def _with_day(asked: Asked, episode: Episode, chosen: list[str]) -> View | None:
    try:
        day = datetime.combine(date.fromisoformat(chosen[0]), time(), asked.person.zone)
    except ValueError:
        return None
    if len(chosen) == 1:
        return entering_views.pick_time_view(episode, day, asked.say)
    wall = f"{chosen[1][:2]}:{chosen[1][2:]}"
    when = read_when([chosen[0], wall], asked.person.zone, asked.now)
    return None if isinstance(when, Trouble) else await _enter_by_button(asked, episode, when)


async def _enter_by_button(asked: Asked, episode: Episode, when: When) -> View | None:
    outcome = await asked.cases.sessions.enter(asked.tx, episode, when, asked.now)
    if isinstance(outcome, Trouble):
        moment = await clashes.moment(asked, episode, when)
        return View(asked.say(outcome.value, code=episode.code, moment=moment))
    known = await asked.cases.sessions.known(asked.tx, outcome.session.id, asked.now)
    return None if known is None else entering_views.session_view(known, asked.person.zone, asked.say, asked.now)


async def undo(asked: Asked, parts: list[str]) -> None:
    """Take an entered session back, unless its client has begun to answer."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    outcome = await asked.cases.sessions.undo(asked.tx, asked.person, number, asked.now) if number else None
    known = await asked.cases.sessions.known(asked.tx, number, asked.now) if number and outcome is not None else None
    if outcome is None or known is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    if isinstance(outcome, Trouble):
        asked.toast(asked.say(outcome.value, code=known.episode.code))
        return
    asked.moved(outcome)
    asked.edit(entering_views.session_view(known, asked.person.zone, asked.say, asked.now))
    asked.toast()
