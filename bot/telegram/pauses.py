"""What clients press and write to be left alone for a while, and to be asked again."""

from bot.roster import Person
from bot.telegram import next_time
from bot.telegram.asked import Asked
from bot.telegram.buttons import Button, View, data
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.texts import Speech
from conversations import pausing
from conversations.pausing import Pause, Span, Trouble
from conversations.wall_clock import day_of


async def pause(asked: Asked, words: list[str]) -> None:
    """Pause until a typed day, or offer how long."""
    if not words:
        await asked.deliver("pause_ask")
        return
    read = pausing.read(words, asked.now, asked.person.zone)
    if isinstance(read, Trouble):
        asked.tell(read.value)
        return
    asked.moved(await asked.cases.pauses.begin(asked.tx, asked.person, read, asked.now))
    await asked.deliver("pause_ask")


async def button(asked: Asked, parts: list[str]) -> None:
    """Pause for what was pressed, or end the pause."""
    if parts == ["end"]:
        await asked.cases.pauses.end(asked.tx, asked.person, asked.now)
        asked.edit(View(f"{asked.say('pause.over')} {await next_time.when(asked)}"))
    elif len(parts) == 1 and parts[0] in tuple(Span):
        chosen = pausing.chosen(Span(parts[0]), asked.now, asked.person.zone)
        asked.moved(await asked.cases.pauses.begin(asked.tx, asked.person, chosen, asked.now))
        asked.edit(_view(asked.person, chosen, asked.say))
    else:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.toast()


async def resume(asked: Asked, _words: list[str]) -> None:
    """End the pause."""
    ended = await asked.cases.pauses.end(asked.tx, asked.person, asked.now)
    if ended:
        await asked.deliver("next_time", detail="pause.over")
    else:
        await asked.deliver("sentence", detail="pause.none")


async def ask_letter(rendering: Rendering) -> Rendered:
    """Say how it stands, and offer how long."""
    return Letter(_view(rendering.person, rendering.person.paused(rendering.now), rendering.say))


def _view(client: Person, pause: Pause | None, say: Speech) -> View:
    rows = tuple((Button(say(f"button.pause.{span.value}"), data("pause", span.value)),) for span in Span)
    if pause is None:
        return View(say("pause.ask"), rows)
    return View(paused_text(client, pause, say), ((Button(say("button.pause.end"), data("pause", "end")),), *rows))


def paused_text(client: Person, pause: Pause, say: Speech) -> str:
    """Tell a client until when nothing is asked."""
    if pause.until is None:
        return say("pause.open")
    return say("pause.until", day=say.weekday(day_of(pause.until, client.zone)))


async def news_letter(rendering: Rendering) -> Rendered:
    """Tell the therapist how it stands, from what is true by now."""
    episode = await rendering.cases.roster.episode(rendering.tx, rendering.about)
    client = await rendering.cases.pauses.client_of(rendering.tx, rendering.about)
    if episode is None or client is None:
        return None
    return Letter(View(news(episode.code, client, client.paused(rendering.now), rendering.say)))


def news(code: str, client: Person, pause: Pause | None, say: Speech) -> str:
    """Tell a therapist how it stands with the pause of a client."""
    if pause is None:
        return say("pause.news.over", code=code)
    if pause.until is None:
        return say("pause.news.open", code=code)
    return say("pause.news.until", code=code, day=say.weekday(day_of(pause.until, client.zone)))
