"""What people do in the virtual year besides answering: pauses, other zones, sessions moved and called off."""

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.check_ins import Work
from bot.store.tables import sessions
from conversations.pausing import Pause
from conversations.wall_clock import day_of, from_wall

if TYPE_CHECKING:
    from tests.bench.virtual_year import Year

ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata")


async def whims(year: "Year") -> None:
    """Once a day: pauses, moves to other zones, sessions moved and called off."""
    for client in year.of:
        die = year.rng.random()
        if die < 0.004:
            await _pause(year, client)
        elif die < 0.006:
            await _move_away(year, client)
        elif die < 0.012:
            await _move_session(year, client)
        elif die < 0.018:
            await _call_off(year, client)


async def _pause(year: "Year", client: int) -> None:
    async with year.cases.writing() as tx:
        person = await year.load(tx, client)
        until = from_wall(day_of(year.now, person.zone) + timedelta(days=7), time(), person.zone)
        await year.cases.pauses.begin(tx, person, Pause(year.now, until), year.now)
    year.book.pauses.setdefault(client, []).append([year.now, until])
    year.book.done["pauses"] += 1


async def _move_away(year: "Year", client: int) -> None:
    async with year.cases.writing() as tx:
        before = await year.load(tx, client)
        person = await year.cases.roster.set_zone(tx, before, year.rng.choice(ZONES))
        await year.cases.replan(tx, before, person, year.now)
    year.book.done["moves to another zone"] += 1


async def _move_session(year: "Year", client: int) -> None:
    therapist_id, _ = year.of[client]
    async with year.cases.writing() as tx:
        therapist, number = await year.load(tx, therapist_id), await _coming(year, tx, client)
        if number is not None:
            session = await year.cases.sessions.known(tx, number, year.now)
            assert session is not None
            later = session.session.starts_at + timedelta(hours=year.rng.randint(1, 48))
            outcome = await year.cases.sessions.move(tx, therapist, number, later, year.now)
            year.book.done["sessions moved"] += isinstance(outcome, tuple)


async def _call_off(year: "Year", client: int) -> None:
    therapist_id, _ = year.of[client]
    async with year.cases.writing() as tx:
        therapist, number = await year.load(tx, therapist_id), await _coming(year, tx, client)
        if number is not None:
            outcome = await year.cases.sessions.cancel(tx, therapist, number, year.now)
            year.book.done["sessions called off"] += isinstance(outcome, Work)


async def _coming(year: "Year", tx: Any, client: int) -> int | None:
    ahead = (sessions.c.episode_id == year.of[client][1]) & (sessions.c.starts_at > year.now)
    held = select(sessions.c.id).where(ahead, sessions.c.cancelled_at.is_(None)).order_by(sessions.c.starts_at)
    found: int | None = (await tx.execute(held.limit(1))).scalar()
    return found
