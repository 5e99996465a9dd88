"""/status: what admins see of the bot."""

from bot import overseer
from bot.telegram.buttons import View
from bot.telegram.letters import Asked, Letter, Rendered
from bot.telegram.question_views import beyond_lines


async def status(asked: Asked) -> Rendered:
    """Say how the bot is doing."""
    found, say = await overseer.status(asked.tx, asked.now), asked.say
    lines = [
        say("status.title", version=found.version),
        say("status.people", therapists=found.therapists, clients=found.clients, open=found.open_check_ins),
        say("status.waiting", number=found.waiting),
    ]
    troubles = {"failed": found.failed, "parked": found.parked, "unreachable": found.unreachable}
    lines += [say(f"status.{name}", number=number) for name, number in troubles.items() if number]
    budget = asked.cases.practice.rules.questions_a_week
    beyond = beyond_lines(await asked.cases.question_sets.beyond(asked.tx, budget), budget, say)
    lines += [] if found.is_well else [say("status.look")]
    lines += [*beyond, say("status.budget")] if beyond else []
    lines += [say("status.well")] if found.is_well and not beyond else []
    return Letter(View("\n".join(lines)))
