"""/status and /people: what admins see."""

from bot import overseer
from bot.telegram.buttons import View
from bot.telegram.letters import Asked, Letter, Rendered


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
    lines.append(say("status.well" if found.is_well else "status.look"))
    return Letter(View("\n".join(lines)))


async def people(asked: Asked) -> Rendered:
    """List the therapists with how many clients each has."""
    found, say = await overseer.therapists(asked.tx), asked.say
    names = [asked.cases.roster.name(one.person) or say("people.unnamed") for one in found]
    lines = [say.count("people.line", one.clients, name=name) for one, name in zip(found, names, strict=True)]
    if not found:
        return Letter(View(say("people.none")))
    return Letter(View("\n".join([say("people.title"), *lines, "", say("people.footer")])))
