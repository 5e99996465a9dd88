"""What is written about goals, rendered from the database when it is sent."""

from datetime import timedelta

from bot.goals import GoalOf, stands
from bot.roster import Notice
from bot.telegram import goal_views, staff_views
from bot.telegram.buttons import View
from bot.telegram.letters import Asked, Letter, NotYet, Rendered

_LOOK_AGAIN = timedelta(minutes=15)
"""How long a message about a goal waits for an open check-in, time after time."""

# ---- to the client ----


async def goals(asked: Asked) -> Rendered:
    """Show a client their goals; `detail` names a sentence to begin with."""
    name = asked.parcel.delivery.detail
    found = await asked.cases.goals.of_client(asked.tx, asked.person)
    head = asked.say(name) if name else ""
    return Letter(goal_views.card_view(asked.person.episode_id or 0, found, asked.say, head), protect=True)


async def goal_answered(asked: Asked) -> Rendered:
    """Tell a client that the therapist has answered, but never into an open check-in."""
    of = await _as_it_was(asked)
    if of is None or of.episode.client_id != asked.person.id:
        return None
    if await asked.cases.check_ins.being_answered(asked.tx, asked.person, asked.now) is not None:
        return NotYet(asked.now + _LOOK_AGAIN)
    return Letter(goal_views.answered_view(of.goal, asked.say), protect=True)


async def _as_it_was(asked: Asked, *, for_therapist: bool = False) -> GoalOf | None:
    """Load the goal, unless something else has been said about it since this was queued."""
    of = await asked.cases.goals.find(asked.tx, asked.about, for_therapist=for_therapist)
    return of if of is not None and stands(asked.parcel.delivery, of.goal) else None


# ---- to the therapist ----


async def goal_news(asked: Asked) -> Rendered:
    """Show a therapist a goal that was worded, settled or ended, or only that there is something."""
    of = await _as_it_was(asked, for_therapist=True)
    if of is None:
        return None
    only_told = asked.person.notice == Notice.TELL.value
    view = goal_views.told_view(of, asked.say) if only_told else goal_views.goal_view(of, asked.say)
    return Letter(view, protect=True)


async def goal_suggested(asked: Asked) -> Rendered:
    """Tell a therapist that their words are on their way."""
    of = await asked.cases.goals.find(asked.tx, asked.about, for_therapist=True)
    return None if of is None else Letter(goal_views.goal_view(of, asked.say), protect=True)


async def goals_of(asked: Asked) -> Rendered:
    """Show a therapist all goals of a client."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None:
        return None
    found = await asked.cases.goals.seen_by_therapist(asked.tx, episode.id)
    return Letter(goal_views.list_view(episode, found, asked.say), protect=True)


async def goals_which(asked: Asked) -> Rendered:
    """Offer a therapist's clients."""
    clients = await asked.cases.roster.clients(asked.tx, asked.person)
    if not clients:
        return Letter(View(asked.say("clients.none")))
    return Letter(staff_views.pick_client_view(clients, asked.say, "goals_of"))
