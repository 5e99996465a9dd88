"""When a client with nothing open will be written to next, told beside what they have just asked for."""

from bot.telegram.asked import Asked
from bot.telegram.buttons import View
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from conversations.wall_clock import day_of


async def letter(rendering: Rendering) -> Rendered:
    """Render the sentence that `detail` names, and when the next questions come."""
    first = rendering.say(rendering.parcel.delivery.detail or "check_in.none")
    return Letter(View(f"{first} {await when(rendering)}"))


async def when(asked: Asked | Rendering) -> str:
    """Say when the next questions come."""
    client, now, say = asked.person, asked.now, asked.say
    episode_id = client.episode_id
    coming = None if episode_id is None else await asked.cases.check_ins.coming(asked.tx, episode_id, now)
    if coming is None:
        return say("next.session")
    moment = max(coming, now)
    ahead = (day_of(moment, client.zone) - day_of(now, client.zone)).days
    if ahead > 1:
        return say("next.day", moment=say.moment(moment, client.zone))
    return say("next.tomorrow" if ahead else "next.today", time=say.time(moment, client.zone))
