"""Clients with a past, put into a database by the product's own store: for what would take weeks of pressing."""

import itertools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing, new_id
from bot.store import check_ins, episodes, persons, sessions
from bot.store.tables import answers
from conversations.core import CORE
from conversations.model import CheckIn, Past, State

Ratings = Sequence[int | None] | None
"""Bond, goals, tasks, overall; None for a check-in that expired with no answer."""

WEEK = timedelta(weeks=1)
_numbers = itertools.count(880_000_001)


async def client(
    tx: AsyncConnection, ring: KeyRing, therapist: int, code: str, past: Sequence[Ratings], last: datetime
) -> int:
    """Add a client with one check-in a week, the last one closed at `last`; gives the episode's id."""
    began = last - len(past) * WEEK
    number = await persons.add(
        tx, ring, next(_numbers), language="en", zone="Europe/Berlin", notice="summary", now=began
    )
    episode = await episodes.add(tx, ring, client_id=number, therapist_id=therapist, code=code, now=began)
    for number, ratings in enumerate(past):
        before = sum(one is not None for one in past[:number])
        await check_in(tx, episode, ratings, last - (len(past) - 1 - number) * WEEK, before=before)
    return episode


async def check_in(
    tx: AsyncConnection,
    episode: int,
    ratings: Ratings,
    closed: datetime,
    *,
    talk: bool = False,
    open_for: int = 1,
    before: int = 1,
) -> int:
    """Add a closed check-in with its session.

    `open_for` hours have passed since its client was asked; `before` others were completed until then.
    """
    asked = closed - timedelta(hours=open_for)
    session = await sessions.add(tx, episode, asked - timedelta(hours=3), 50, asked)
    done = CheckIn(
        id=new_id(),
        episode_id=episode,
        session_id=session.id,
        due_at=asked,
        state=State.EXPIRED if ratings is None else State.COMPLETED,
        talk=talk,
        prompted_at=asked,
        closed_at=closed,
        past=Past(completed=before),
    )
    await check_ins.add(tx, done)
    if ratings is not None:
        given = zip(CORE, ratings, strict=True)
        await tx.execute(
            insert(answers), [{"check_in_id": done.id, "question_id": name, "rating": one} for name, one in given]
        )
    return done.id


def caseload(count: int, weeks: int = 12, seed: int = 5) -> list[tuple[str, list[Ratings]]]:
    """Make up clients as they are: most near the top and steady, some falling, some silent now and then."""
    chance = random.Random(seed)
    return [(f"K-{number:02}", _past(chance, weeks)) for number in range(1, count + 1)]


def _past(chance: random.Random, weeks: int) -> list[Ratings]:
    level, falls = min(9.8, chance.gauss(8.9, 0.8)), chance.random() < 0.08
    past: list[Ratings] = []
    for week in range(weeks):
        score = level - (2 if falls and week >= weeks - 2 else 0) + chance.gauss(0, 0.5)
        ratings = [max(0, min(10, round(score + chance.gauss(0, 0.6)))) for _ in CORE]
        past.append(None if chance.random() < 0.12 else ratings)
    return past
