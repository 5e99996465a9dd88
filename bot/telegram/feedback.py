"""What happens to a check-in after it was sent: opening its summary, and closing the loop with the client."""

from bot.check_ins import Kept
from bot.discussions import Discussion, Turn
from bot.telegram import agenda_views, staff_views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.silence_views import silence_view
from conversations.model import State, Visibility

_FORWARDED = (State.COMPLETED, State.EXPIRED)


async def _forwarded(asked: Asked, parts: list[str]) -> Kept | None:
    """Load the check-in behind a button; None where it was not forwarded or cannot be read."""
    number = decode_id(parts[0]) if parts else None
    kept = await asked.cases.check_ins.get(asked.tx, number, asked.now) if number else None
    return kept if kept is not None and kept.check_in.state in _FORWARDED else None


async def _for_therapist(asked: Asked, parts: list[str]) -> Kept | None:
    """Load it for its own therapist only; everybody else gets the answer of a button that does not work."""
    kept = await _forwarded(asked, parts)
    if kept is None or kept.therapist_id != asked.person.id:
        asked.toast(asked.say("refusal.unknown_button"))
        return None
    if await asked.cases.two_sided.is_held(asked.tx, kept.check_in.id):
        asked.toast(asked.say("own_view.first"))
        return None
    return kept


async def open_summary(asked: Asked, parts: list[str]) -> None:
    """Show the summary that was only announced."""
    kept = await _for_therapist(asked, parts)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    if kept is None or told is None:
        return
    stands = await asked.cases.discussions.stands(asked.tx, kept.check_in.id)
    if kept.check_in.is_silent:
        asked.edit(silence_view(kept, told.summary, asked.say, whole=True))
    else:
        asked.edit(staff_views.told_view(kept, told, stands, asked.say, whole=True))
    is_shortened = staff_views.is_shortened(told.summary, asked.say)
    await asked.deliver("answers" if is_shortened else "chart", about_id=kept.check_in.id)
    asked.toast()


async def open_note(asked: Asked, parts: list[str]) -> None:
    """Show a note that was only announced, if the client shared it."""
    kept = await _for_therapist(asked, parts)
    if kept is None:
        return
    note = kept.check_in.note
    episode = await asked.cases.roster.own_episode(asked.tx, asked.person, kept.check_in.episode_id)
    if episode is None or note is None or note.visibility is Visibility.PRIVATE:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(staff_views.note_view(episode.code, note, asked.say))
    asked.toast()


async def talked(asked: Asked, parts: list[str]) -> None:
    """Close the loop: the therapist says that it was talked about."""
    await _therapists_turn(asked, parts, Turn.TALKED, "talked.noted")


async def untalked(asked: Asked, parts: list[str]) -> None:
    """Take that back."""
    await _therapists_turn(asked, parts, Turn.UNDONE, "talked.undone")


async def _therapists_turn(asked: Asked, parts: list[str], turn: Turn, said: str) -> None:
    kept = await _for_therapist(asked, parts)
    if kept is None:
        return
    after = await asked.cases.discussions.take_turn(asked.tx, kept, turn, asked.now)
    stands = after or await asked.cases.discussions.stands(asked.tx, kept.check_in.id)
    asked.put_keys(await _rows_under(asked, parts, kept.check_in.id, stands))
    asked.toast(asked.say(said if after else "talked.already"))


async def before_session(asked: Asked, parts: list[str]) -> None:
    """Show the summary again shortly before the next session."""
    kept = await _for_therapist(asked, parts)
    if kept is None:
        return
    if await asked.cases.discussions.stands(asked.tx, kept.check_in.id) is not Discussion.OPEN:
        asked.toast(asked.say("before.talked"))
        return
    moment = await asked.cases.agendas.ask_again(asked.tx, asked.person, kept, asked.now)
    if moment is None:
        asked.toast(asked.say("before.none"))
    else:
        asked.toast(asked.say("before.planned", moment=asked.say.moment(moment, asked.person.zone)))


async def open_agenda(asked: Asked, parts: list[str]) -> None:
    """Show the agenda that was only announced."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    agenda = await asked.cases.agendas.of(asked.tx, asked.person, number, asked.now) if number else None
    if agenda is None:
        asked.toast(asked.say("agenda.nothing"))
        return
    first, *rest = agenda_views.agenda_pages(agenda, asked.say, asked.person.zone)
    asked.edit(first)
    if rest:
        await asked.deliver("agenda", about_id=number, detail="1")
    asked.toast()


async def _rows_under(asked: Asked, parts: list[str], check_in_id: int, stands: Discussion) -> agenda_views.Rows:
    """Give the buttons under the message that was pressed: an agenda's if a session is named, else a summary's."""
    session_id = decode_id(parts[1]) if len(parts) == 2 else None
    if session_id is None:
        return staff_views.loop_rows(check_in_id, stands, asked.say)
    agenda = await asked.cases.agendas.of(asked.tx, asked.person, session_id, asked.now)
    topics = agenda.topics if agenda else ()
    if stands is Discussion.TALKED:
        return agenda_views.after_press(session_id, topics, check_in_id, asked.say)
    return agenda_views.rows(session_id, topics, asked.say)


async def glance(asked: Asked, parts: list[str]) -> None:
    """Show the client of a summary at a glance."""
    kept = await _for_therapist(asked, parts)
    if kept is not None:
        await asked.deliver("overview", about_id=kept.check_in.episode_id)
        asked.toast()


async def heard(asked: Asked, parts: list[str]) -> None:
    """Let the client have the last word on whether it was talked about."""
    kept = await _forwarded(asked, parts)
    if kept is None or kept.client_id != asked.person.id or not kept.running or len(parts) != 2:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    turn = Turn.YES if parts[1] == "1" else Turn.NOT_YET
    after = await asked.cases.discussions.take_turn(asked.tx, kept, turn, asked.now)
    said = "talked.not_yet" if after is Discussion.OPEN else "talked.thanks"
    asked.edit(View(asked.say(said)))
    asked.toast("" if after else asked.say("talked.already"))
