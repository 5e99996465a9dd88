"""What clients press and write about their goals."""

from collections.abc import Awaitable, Callable

from bot.awaited_texts import AwaitedText
from bot.goals import Goal, GoalOf, Trouble
from bot.telegram import goal_views, goals_of_clients
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from conversations import goals as life
from conversations.goals import WORDS_LIMIT, Stage, has_room, one_line

NEW, LAST_WORD = "goal_words", "goal_last_word"
"""The two texts a client can be asked for: the words of a new goal, and the last word on a suggestion."""

# ---- the card ----


async def goals(asked: Asked, words: list[str]) -> None:
    """Show a client their goals, or a therapist those of a client."""
    if words and asked.person.is_therapist:
        await goals_of_clients.of_code(asked, words[0])
    elif not asked.person.is_client:
        await asked.deliver("goals_which")
    elif not await a_check_in_is_open(asked):
        await asked.deliver("goals")


async def a_check_in_is_open(asked: Asked) -> bool:
    """Say whether the client is in the middle of a check-in; it comes first, so it is shown at the bottom again."""
    kept = await asked.cases.check_ins.being_answered(asked.tx, asked.person, asked.now)
    if kept is None:
        return False
    await asked.deliver("sentence", detail="goals.later")
    asked.moved(await asked.cases.check_ins.show_at_bottom(asked.tx, kept, asked.now))
    return True


async def _busy(asked: Asked) -> bool:
    """Answer a press that has to wait for an open check-in."""
    busy = await asked.cases.check_ins.being_answered(asked.tx, asked.person, asked.now) is not None
    if busy:
        asked.toast(asked.say("toast.goals.later"))
    return busy


async def card(asked: Asked, _parts: list[str]) -> None:
    """Go back to the card; whatever words were asked for are not waited for any more."""
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await _show_card(asked)
    asked.toast()


async def _show_card(asked: Asked, head: str = "", ended: Goal | None = None) -> None:
    asked.edit(goal_views.card_view(asked.person.episode_id or 0, await _goals(asked), asked.say, head, ended))


async def _goals(asked: Asked) -> list[Goal]:
    return await asked.cases.goals.of_client(asked.tx, asked.person)


# ---- words ----


async def word(asked: Asked, parts: list[str]) -> None:
    """Ask for the words of a new goal."""
    episode_id = decode_id(parts[0]) if len(parts) == 1 else None
    if episode_id is None or episode_id != asked.person.episode_id:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    if await _busy(asked):
        return
    if has_room(await _goals(asked)):
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, NEW, episode_id, asked.now)
        asked.edit(goal_views.words_view(asked.say, "goals.ask"))
    else:
        await _show_card(asked, asked.say("goals.full"))
    asked.toast()


async def take_words(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Take a text as the words of a new goal."""
    if awaited.about_id != asked.person.episode_id:
        await _not_taken(asked, Trouble.LATE, text)
        return
    message_id = asked.update.message_id
    goal = await asked.cases.goals.propose(asked.tx, asked.person, text, message_id, asked.now)
    await _after_words(asked, goal, text, "goals.proposed")


async def take_last_word(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Take a text as the client's last word on a suggestion."""
    of = await _own(asked, awaited.about_id)
    if of is None:
        await _not_taken(asked, Trouble.LATE, text)
        return
    goal = await asked.cases.goals.reword(asked.tx, asked.person, of, text, asked.update.message_id, asked.now)
    await _after_words(asked, goal, text, "goals.settled")


async def _after_words(asked: Asked, outcome: Goal | Trouble, text: str, thanks: str) -> None:
    if isinstance(outcome, Trouble):
        await _not_taken(asked, outcome, text)
        return
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await asked.deliver("goals", detail=thanks)


async def _not_taken(asked: Asked, trouble: Trouble, text: str) -> None:
    """Say why, and what to do; the question stays open where another text can answer it."""
    if trouble not in (Trouble.EMPTY, Trouble.TOO_LONG):
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await asked.cases.goals.danger_unkept(asked.tx, asked.person, text, asked.update.message_id, asked.now)
    asked.tell(trouble.value, length=len(one_line(text)), limit=WORDS_LIMIT)


# ---- one goal ----


async def goal(asked: Asked, parts: list[str]) -> None:
    """Handle a press on a button about one goal."""
    number = decode_id(parts[0]) if len(parts) == 2 else None
    of = await _own(asked, number) if number is not None else None
    turn = _TURNS.get(parts[1]) if of is not None else None
    if of is None or turn is None:
        asked.toast(asked.say("refusal.unknown_button"))
    elif not await _busy(asked):
        await turn(asked, of)


async def _own(asked: Asked, number: int) -> GoalOf | None:
    of = await asked.cases.goals.find(asked.tx, number)
    return of if of is not None and of.episode.client_id == asked.person.id else None


async def _open(asked: Asked, of: GoalOf) -> None:
    """Show what the therapist has answered."""
    if of.goal.stage is Stage.SUGGESTED:
        asked.edit(goal_views.last_word_view(of.goal, asked.say))
    else:
        await _show_card(asked, asked.say("goals.agreed", words=of.goal.words) if of.goal.is_active else "")
    asked.toast()


async def _take(asked: Asked, of: GoalOf) -> None:
    await _last_word(asked, of, life.SuggestionTaken())


async def _keep(asked: Asked, of: GoalOf) -> None:
    await _last_word(asked, of, life.OwnKept())


async def _last_word(asked: Asked, of: GoalOf, turn: life.Turn) -> None:
    after = await asked.cases.goals.last_word(asked.tx, of, turn, asked.now)
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await _show_card(asked, asked.say("goals.settled") if after else "")
    asked.toast("" if after else asked.say("toast.goals.done"))


async def _reword(asked: Asked, of: GoalOf) -> None:
    """Ask for the client's own last word."""
    if of.goal.stage is Stage.SUGGESTED:
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, LAST_WORD, of.goal.id, asked.now)
        asked.edit(
            goal_views.words_view(asked.say, "goals.ask_again", words=of.goal.words, suggestion=of.goal.suggestion)
        )
        asked.toast()
    else:
        await _show_card(asked)
        asked.toast(asked.say("toast.goals.done"))


async def _reached(asked: Asked, of: GoalOf) -> None:
    await _end(asked, of, life.Reached(), "goals.reached")


async def _let_go(asked: Asked, of: GoalOf) -> None:
    await _end(asked, of, life.LetGo(), "goals.let_go")


async def _end(asked: Asked, of: GoalOf, turn: life.Turn, said: str) -> None:
    after = await asked.cases.goals.end(asked.tx, of, turn, asked.now)
    if after is not None:
        await _show_card(asked, asked.say(said, words=after.words), after)
    else:
        await _show_card(asked)
    asked.toast("" if after else asked.say("toast.goals.done"))


async def _again(asked: Asked, of: GoalOf) -> None:
    """Take back the end of a goal."""
    after = await asked.cases.goals.take_up_again(asked.tx, of, asked.now)
    await _show_card(asked, asked.say("goals.full") if after is Trouble.FULL else "")
    asked.toast(asked.say("toast.goals.done") if after is Trouble.LATE else "")


_TURNS: dict[str, Callable[[Asked, GoalOf], Awaitable[None]]] = {
    "open": _open,
    "take": _take,
    "keep": _keep,
    "reword": _reword,
    "reached": _reached,
    "let_go": _let_go,
    "again": _again,
}


# ---- leaving ----


async def leave(asked: Asked) -> bool:
    """Stop waiting for words; says whether any were waited for."""
    if not await asked.cases.awaited_texts.close(asked.tx, asked.person):
        return False
    asked.show(View(asked.say("cancel.words")))
    return True
