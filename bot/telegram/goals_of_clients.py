"""What therapists press and write about their clients' goals."""

from collections.abc import Awaitable, Callable

from bot.awaited_texts import AwaitedText
from bot.goals import GoalOf, Trouble
from bot.telegram import goal_views
from bot.telegram.asked import Asked
from bot.telegram.buttons import decode_id
from conversations.enrolment import read_code
from conversations.goals import TOP, WORDS_LIMIT, Stage, one_line

SUGGESTION = "goal_suggestion"
"""The text a therapist can be asked for: other words for a goal."""


async def of_code(asked: Asked, word: str) -> None:
    """Show all goals of the client with this code."""
    code = read_code(word)
    episode = await asked.cases.roster.by_code(asked.tx, asked.person, code) if code else None
    if episode is None:
        asked.tell("session.unknown_code", code=word[:40])
    else:
        await asked.deliver("goals_of", about_id=episode.id)


async def goals_of(asked: Asked, parts: list[str]) -> None:
    """Show all goals of the client whose button was pressed, in the place of what was there."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    episode = await asked.cases.roster.own_episode(asked.tx, asked.person, number) if number is not None else None
    if episode is None or episode.ended_at is not None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    await asked.deliver("goals_of", about_id=episode.id)
    asked.toast()


async def goal_of(asked: Asked, parts: list[str]) -> None:
    """Handle a press on a button about one goal of a client."""
    number = decode_id(parts[0]) if len(parts) > 1 else None
    of = await _own(asked, number) if number is not None else None
    turn = _TURNS.get(parts[1]) if of is not None else None
    if of is None or turn is None or not await turn(asked, of, parts[2:]):
        asked.toast(asked.say("refusal.unknown_button"))


async def _own(asked: Asked, number: int) -> GoalOf | None:
    of = await asked.cases.goals.find(asked.tx, number, for_therapist=True)
    return of if of is not None and of.episode.therapist_id == asked.person.id else None


async def _show_goal(asked: Asked, number: int, head: str = "", toast: str = "") -> bool:
    """Draw the goal as it stands now."""
    of = await asked.cases.goals.find(asked.tx, number, for_therapist=True)
    if of is not None:
        asked.edit(goal_views.goal_view(of, asked.say, head))
        asked.toast(toast)
    return of is not None


async def _show(asked: Asked, of: GoalOf, _rest: list[str]) -> bool:
    """Show the goal; whatever words were asked for are not waited for any more."""
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    return await _show_goal(asked, of.goal.id)


async def _agree(asked: Asked, of: GoalOf, _rest: list[str]) -> bool:
    after = await asked.cases.goals.agree(asked.tx, of, asked.now)
    head = asked.say("goals.of.agreed", code=of.episode.code) if after else ""
    return await _show_goal(asked, of.goal.id, head, "" if after else asked.say("toast.goals.done"))


async def _suggest(asked: Asked, of: GoalOf, _rest: list[str]) -> bool:
    """Ask for other words."""
    if of.goal.stage is not Stage.PROPOSED:
        return await _show_goal(asked, of.goal.id, toast=asked.say("toast.goals.done"))
    await asked.cases.awaited_texts.ask(asked.tx, asked.person, SUGGESTION, of.goal.id, asked.now)
    asked.edit(goal_views.suggest_view(of, asked.say))
    asked.toast()
    return True


async def take_suggestion(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Take a text as other words for a goal."""
    of = await _own(asked, awaited.about_id)
    after = Trouble.LATE if of is None else await asked.cases.goals.suggest(asked.tx, of, text, asked.now)
    if after not in (Trouble.EMPTY, Trouble.TOO_LONG):
        await asked.cases.awaited_texts.close(asked.tx, asked.person)
    if isinstance(after, Trouble):
        asked.tell(after.value, length=len(one_line(text)), limit=WORDS_LIMIT)
    else:
        await asked.deliver("goal_suggested", about_id=after.id)


async def _rate(asked: Asked, of: GoalOf, _rest: list[str]) -> bool:
    """Ask how far the two agree."""
    if not of.goal.is_active:
        return await _show_goal(asked, of.goal.id, toast=asked.say("toast.goals.done"))
    asked.edit(goal_views.rate_view(of, asked.cases.practice.about_goals[1], asked.say))
    asked.toast()
    return True


async def _agreed(asked: Asked, of: GoalOf, rest: list[str]) -> bool:
    """Keep how far the two agree."""
    if len(rest) != 1 or rest[0] not in map(str, range(TOP + 1)):
        return False
    await asked.cases.goals.rate(asked.tx, of, int(rest[0]), asked.now)
    return await _show_goal(asked, of.goal.id)


_TURNS: dict[str, Callable[[Asked, GoalOf, list[str]], Awaitable[bool]]] = {
    "show": _show,
    "agree": _agree,
    "suggest": _suggest,
    "rate": _rate,
    "agreed": _agreed,
}
