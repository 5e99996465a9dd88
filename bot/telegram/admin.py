"""What admins press and write."""

from bot.telegram.asked import Asked
from conversations.enrolment import InviteKind, read_name


async def invite_therapist(asked: Asked, words: list[str]) -> None:
    """Make a link for a new therapist."""
    name = read_name(" ".join(words))
    if name is None:
        asked.tell("invite_therapist.how")
        return
    await asked.cases.roster.invite(asked.tx, asked.person, InviteKind.THERAPIST, name, asked.now)


async def status(asked: Asked, _words: list[str]) -> None:
    """Say how the bot is doing."""
    await asked.deliver("status")
