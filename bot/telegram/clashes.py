"""Naming the session that is in the way of one that is wanted."""

from datetime import datetime

from bot.roster import Episode
from bot.sessions import When
from bot.telegram.asked import Asked


async def moment(asked: Asked, episode: Episode, when: When, besides: int | None = None) -> str:
    """Write when the session starts that is there at that time; where there is none, the time that was wanted."""
    there = await asked.cases.sessions.there(asked.tx, episode, when, besides)
    return written(asked, there.starts_at if there else when.starts_at)


def written(asked: Asked, starts_at: datetime) -> str:
    """Write a moment on the therapist's wall clock."""
    return asked.say.moment(starts_at, asked.person.zone)
