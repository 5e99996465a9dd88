"""Question sets changed in the chat: the presses and texts of /questions that lead into a set and change it."""

from bot.authoring import At, Turn
from bot.awaited_texts import AwaitedText
from bot.question_sets import Trouble
from bot.telegram import questions
from bot.telegram.asked import Asked
from bot.telegram.editing_views import edit_view
from bot.telegram.editing_words import read_event
from bot.telegram.incoming import Wrote
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.texts import Speech
from conversations import authoring_events as ev
from conversations.authoring_events import Refusal
from conversations.editing import Step

WORDS = "question_words"
"""The text an admin can be asked for: words of a question set."""


async def press(asked: Asked, parts: list[str]) -> None:
    """Handle a press: into a set, or on one of its screens; one on an old screen only shows what is there now."""
    what, *rest = parts or [""]
    if what == "new" and not rest:
        licence, source = asked.say("edit.licence"), asked.say("edit.source")
        await _shown(asked, await asked.cases.authoring.begin(asked.tx, asked.person, licence, source))
    elif what == "open" and len(rest) == 1:
        await _shown(asked, await asked.cases.authoring.open(asked.tx, asked.person, rest[0]))
    else:
        await _turned(asked, what, rest)


async def _turned(asked: Asked, mark: str, rest: list[str]) -> None:
    at = await asked.cases.authoring.now(asked.tx, asked.person)
    event = read_event(rest, at.editing) if at else None
    rev = int(mark) if mark.isascii() and mark.isdigit() and len(mark) < 10 else -1
    turn = await asked.cases.authoring.turn(asked.tx, asked.person, event, rev, asked.now)
    await _shown(asked, turn.at if turn else None, _toast(turn, asked.say) if turn else "")


def _toast(turn: Turn, say: Speech) -> str:
    if turn.outdated:
        return say("toast.edit.outdated")
    return say("edit.nothing_changed") if turn.refusal else ""


async def _shown(asked: Asked, at: At | None, toast: str = "") -> None:
    """Show where the admin stands, and wait for words where they are asked for."""
    if at is None:
        asked.toast(asked.say(Trouble.GONE.value))
        return
    asked.toast(toast)
    await _await_words(asked, at)
    asked.edit(await questions.all_sets(asked) if at.editing.step is Step.CLOSED else edit_view(at, asked.say))


async def _await_words(asked: Asked, at: At) -> None:
    if at.editing.step is Step.ASKING:
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, WORDS, 0, asked.now)
        return
    open_one = await asked.cases.awaited_texts.open(asked.tx, asked.person, asked.now)
    if open_one is not None and open_one.kind == WORDS:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)


async def take_words(asked: Asked, _awaited: AwaitedText, text: str) -> None:
    """Take a text as the words that are asked for; the screen comes again below it.

    A message that is changed later is none: it would be taken for the words of the next language.
    """
    if isinstance(asked.update, Wrote) and asked.update.edited:
        asked.tell("edit.changed_later")
        return
    turn = await asked.cases.authoring.turn(asked.tx, asked.person, ev.Typed(text), None, asked.now)
    if turn is None or turn.refusal in (Refusal.NOT_NOW, Refusal.GONE):
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
        asked.tell(Trouble.GONE.value)
        return
    await _await_words(asked, turn.at)
    await asked.deliver("question_edit")


async def show(to: ToRender) -> Rendered:
    """Draw where an admin stands when it is sent."""
    at = await to.cases.authoring.now(to.tx, to.person)
    return None if at is None else Letter(edit_view(at, to.say))
