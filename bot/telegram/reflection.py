"""The attachment reflection in the chat: /reflection, its buttons and texts, and what a therapist gets of it.

It lives in one message, which every press draws anew. A check-in that is open comes first; the reflection waits.
"""

from bot.reflections import Held, is_over
from bot.roster import Notice
from bot.telegram import reflection_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.telegram.replies import Edit, Keys
from conversations import reflection as ev
from conversations.reflection import Event, Outcome, Refusal, State

# ---- what is written ----


async def reflection(rendering: Rendering) -> Rendered:
    """Render the reflection as it stands: the intro, the open place, or what was decided; silent, as asked for."""
    if await rendering.cases.reflections.has_to_wait(rendering.tx, rendering.person, rendering.now):
        return Letter(View(rendering.say("reflection.waits")), silent=True)
    held = await rendering.cases.reflections.of(rendering.tx, rendering.person)
    texts, say = rendering.cases.reflections.texts, rendering.say
    if held is None or is_over(held, rendering.now):
        return Letter(views.intro_view(texts, say, again=held is not None), protect=True, silent=True)
    view = views.reflection_view(held.stories, texts, say, rendering.person.zone)
    return Letter(view, protect=True, silent=True)


async def reflection_shared(rendering: Rendering) -> Rendered:
    """Show a therapist what was shared, or only that it was; nothing once the client has deleted it."""
    held = await rendering.cases.reflections.get(rendering.tx, rendering.about)
    episode = await rendering.cases.roster.episode(rendering.tx, held.stories.episode_id) if held else None
    if held is None or episode is None or held.stories.state is not State.SHARED:
        return None
    if rendering.person.notice == Notice.TELL.value:
        return Letter(views.told_view(held.stories, episode.code, rendering.say), protect=True)
    texts = rendering.cases.reflections.texts
    return Letter(views.shared_view(held.stories, texts, episode.code, rendering.say), protect=True)


async def open_shared(asked: Asked, parts: list[str]) -> None:
    """Show a reflection that was only announced, to its own therapist."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    held = await asked.cases.reflections.get(asked.tx, number) if number else None
    if held is None or held.therapist_id != asked.person.id or held.stories.state is not State.SHARED:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    episode = await asked.cases.roster.episode(asked.tx, held.stories.episode_id)
    code = episode.code if episode else ""
    asked.edit(views.shared_view(held.stories, asked.cases.reflections.texts, code, asked.say))
    asked.toast()


# ---- what the client does ----


async def command(asked: Asked, _words: list[str]) -> None:
    """Show the reflection at the bottom of the chat; one that was left goes on."""
    held = await asked.cases.reflections.of(asked.tx, asked.person)
    if held is not None and not await asked.cases.reflections.has_to_wait(asked.tx, asked.person, asked.now):
        await asked.cases.reflections.apply(asked.tx, held, ev.WentOn(), asked.now)
        await _leave_message(asked, held)
    await asked.deliver("reflection")


async def _leave_message(asked: Asked, held: Held) -> None:
    """Take the buttons off what stands in the chat, since a new message is on its way."""
    newest = await asked.cases.outbox.last_message(asked.tx, asked.person, "reflection")
    for old in {held.message_id, newest} - {None}:
        asked.replies.keys.append(Keys(asked.who.telegram_id, old or 0, ()))
    await asked.cases.reflections.lose_message(asked.tx, held)


async def press(asked: Asked, parts: list[str]) -> None:
    """Apply a press on one of the reflection's buttons."""
    if parts == ["later"]:
        asked.edit(View(asked.say("reflection.not_now")))
        asked.toast()
    elif await asked.cases.reflections.has_to_wait(asked.tx, asked.person, asked.now):
        asked.toast(asked.say("reflection.waits"))
    elif parts == ["start"]:
        await _start(asked)
    else:
        await _on_open(asked, parts)


async def _start(asked: Asked) -> None:
    begun = await asked.cases.reflections.start(asked.tx, asked.person, asked.update.message_id, asked.now)
    held = begun or await asked.cases.reflections.of(asked.tx, asked.person)
    if held is not None:
        _draw(asked, held)
    asked.toast("" if begun else asked.say("refusal.stale"))


async def _on_open(asked: Asked, parts: list[str]) -> None:
    held = await asked.cases.reflections.of(asked.tx, asked.person)
    if held is None or not parts or decode_id(parts[0]) != held.stories.id:
        asked.toast(asked.say("refusal.unknown_button"))
    elif parts[1:2] == ["show"]:
        _show(asked, held, whole=parts[2:] == ["1"])
    elif (event := _event(parts[1:])) is None:
        asked.toast(asked.say("refusal.unknown_button"))
    else:
        await _apply(asked, held, event)


def _show(asked: Asked, held: Held, *, whole: bool) -> None:
    if held.stories.closed_at is None:
        _draw(asked, held)
        asked.toast(asked.say("refusal.stale"))
        return
    texts = asked.cases.reflections.texts
    asked.edit(views.closed_view(held.stories, texts, asked.say, asked.person.zone, whole=whole))
    asked.toast()


async def _apply(asked: Asked, held: Held, event: Event) -> None:
    message_id = asked.update.message_id
    outcome = await asked.cases.reflections.apply(asked.tx, held, event, asked.now, pressed_on=message_id)
    if outcome.refusal is None and isinstance(event, ev.Deleted):
        shared = held.stories.state is State.SHARED
        asked.edit(View(asked.say("reflection.deleted.shared" if shared else "reflection.deleted")))
    else:
        _draw(asked, held, outcome)
        await _take_over_texts(asked, outcome)
    asked.toast(asked.say(_REFUSED[outcome.refusal]) if outcome.refusal else "")


async def _take_over_texts(asked: Asked, outcome: Outcome) -> None:
    """Where the open question is shown now, the next text is its answer, whatever was asked for elsewhere before."""
    if outcome.refusal is None and outcome.stories.place == ev.ASK:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)


_REFUSED = {
    Refusal.STALE: "refusal.stale",
    Refusal.NOT_TAKEN: "refusal.stale",
    Refusal.TOO_LONG: "refusal.stale",
    Refusal.SHARED: "reflection.already_shared",
    Refusal.NOTHING_TO_SHARE: "reflection.nothing_to_share",
}


def _draw(asked: Asked, held: Held, outcome: Outcome | None = None) -> None:
    stories = outcome.stories if outcome else held.stories
    asked.edit(views.reflection_view(stories, asked.cases.reflections.texts, asked.say, asked.person.zone))


_PLAIN: dict[str, Event] = {
    "go": ev.WentOn(),
    "share": ev.Shared(),
    "keep": ev.KeptPrivate(),
    "delete": ev.Deleted(),
}


def _event(parts: list[str]) -> Event | None:
    """Read what follows the id; None where it makes no sense."""
    match parts:
        case [plain]:
            return _PLAIN.get(plain)
        case ["a", place, rating] if rating.isascii() and rating.isdigit() and len(rating) <= 2:
            return ev.Rated(place, int(rating))
        case ["skip", place]:
            return ev.Rated(place, None)
        case ["pass", _]:
            return ev.Passed()
        case ["back", place]:
            return ev.WentBack(place)
    return None


# ---- what the client writes ----


async def leave(asked: Asked) -> bool:
    """Leave an open reflection and say how to go on; False where none is open."""
    held = await asked.cases.reflections.of(asked.tx, asked.person)
    if held is None or held.stories.state is not State.OPEN:
        return False
    await asked.cases.reflections.apply(asked.tx, held, ev.Left(), asked.now)
    await _leave_message(asked, held)
    await asked.deliver("reflection")
    return True


async def take_text(asked: Asked, content: str) -> bool:
    """Take a text where a reflection is open; False where none is."""
    held = await asked.cases.reflections.of(asked.tx, asked.person)
    if held is None or held.stories.state is not State.OPEN:
        return False
    typed = asked.update.message_id
    outcome = await asked.cases.reflections.type_text(asked.tx, held, content, typed, asked.now)
    if outcome.refusal is Refusal.TOO_LONG:
        asked.tell("refusal.note_too_long", length=len(content.strip()))
    elif outcome.refusal is not None:
        await asked.deliver("sentence", detail="text.nothing_open")
        await _again_below(asked, held)
    elif ev.Effect.DELETE_TEXT in outcome.effects and (lives_in := await _message(asked, held)) is not None:
        view = views.reflection_view(outcome.stories, asked.cases.reflections.texts, asked.say, asked.person.zone)
        asked.replies.edits.append(Edit(asked.who.telegram_id, lives_in, view))
    else:
        await _again_below(asked, held)
    await _take_over_texts(asked, outcome)
    return True


async def _message(asked: Asked, held: Held) -> int | None:
    """Give the message the reflection lives in: the one pressed last, or the one sent last if none was."""
    return held.message_id or await asked.cases.outbox.last_message(asked.tx, asked.person, "reflection")


async def _again_below(asked: Asked, held: Held) -> None:
    await _leave_message(asked, held)
    await asked.deliver("reflection")
