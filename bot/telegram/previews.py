"""An admin's preview of a question set: the client's reducer and views, and nobody's answers."""

from bot.awaited_texts import AwaitedText
from bot.question_sets import Trouble
from bot.telegram import question_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, encode_id, read_check_in
from bot.telegram.check_in_views import check_in_view
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.texts import Speech
from conversations import events as ev
from conversations.events import Outcome
from conversations.model import State, Terms

TYPED = "preview"
"""A text written into a preview."""


async def show_preview(to: ToRender) -> Rendered:
    """Draw an admin's preview as it stands when it is sent."""
    found = await to.cases.question_sets.preview(to.tx, to.person)
    if found is None:
        return None
    return Letter(views.preview_view(check_in_view(*found, to.say, to.now), to.say))


async def press_preview(asked: Asked, parts: list[str]) -> None:
    """Handle a press in a preview: by the client's reducer, with the client's refusals."""
    read = read_check_in([encode_id(0), *parts])
    moved = await _move(asked, read[1]) if read else None
    if moved is None:
        asked.toast(asked.say(Trouble.GONE.value))
        return
    outcome, terms = moved
    asked.toast(_refusal(outcome, asked.say))
    asked.edit(_drawn(outcome, terms, asked))


async def take_typed(asked: Asked, _awaited: AwaitedText, text: str) -> None:
    """Handle a text in a preview; nothing of it is kept as anybody's words."""
    moved = await _move(asked, ev.Typed(text))
    if moved is None:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
        asked.tell(Trouble.GONE.value)
        return
    if refusal := _refusal(moved[0], asked.say):
        asked.show(View(refusal))
    await asked.deliver("preview")


async def _move(asked: Asked, event: ev.Event) -> tuple[Outcome, Terms] | None:
    moved = await asked.cases.question_sets.move_preview(asked.tx, asked.person, event, asked.now)
    if moved is not None and moved[0].check_in.state is State.OPEN:
        about = moved[1].version.id
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, TYPED, about, asked.now)
    else:
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
    return moved


def _refusal(outcome: Outcome, say: Speech) -> str:
    return say(f"refusal.{outcome.refusal.value}") if outcome.refusal else ""


def _drawn(outcome: Outcome, terms: Terms, asked: Asked) -> View:
    return views.preview_view(check_in_view(outcome.check_in, terms, asked.say, asked.now), asked.say)
