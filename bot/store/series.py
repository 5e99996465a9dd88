"""Series of sessions, their slots, and the holidays they skip."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import new_id
from bot.store.tables import episodes, holidays, series, sessions
from conversations.series import Rhythm, Series


def _series(row: Row[Any]) -> Series:
    rhythm = Rhythm(row.first_day, row.wall, row.minutes, row.every_weeks, row.last_day)
    return Series(row.id, row.episode_id, rhythm, row.planned_until)


async def add(tx: AsyncConnection, episode_id: int, rhythm: Rhythm, now: datetime) -> Series:
    """Insert a series, of which nothing is planned yet."""
    number = new_id()
    values = {
        "first_day": rhythm.first_day,
        "wall": rhythm.wall,
        "minutes": rhythm.minutes,
        "every_weeks": rhythm.every_weeks,
        "last_day": rhythm.last_day,
    }
    await tx.execute(insert(series).values(id=number, episode_id=episode_id, created_at=now, **values))
    return Series(number, episode_id, rhythm)


async def get(tx: AsyncConnection, series_id: int) -> Series | None:
    """Find a series by its id."""
    return (await by_ids(tx, [series_id])).get(series_id)


async def by_ids(tx: AsyncConnection, ids: Collection[int]) -> dict[int, Series]:
    """Find series by their ids."""
    rows = await tx.execute(select(series).where(series.c.id.in_(ids)))
    return {row.id: _series(row) for row in rows}


async def of_therapist(tx: AsyncConnection, therapist_id: int) -> list[Series]:
    """Give the series of a therapist's running episodes."""
    running = (episodes.c.therapist_id == therapist_id) & episodes.c.ended_at.is_(None)
    rows = await tx.execute(select(series).join(episodes, episodes.c.id == series.c.episode_id).where(running))
    return [_series(row) for row in rows]


async def planned_until(tx: AsyncConnection, series_id: int, day: date) -> None:
    """Remember up to which day the sessions of a series have been planned."""
    await tx.execute(update(series).where(series.c.id == series_id).values(planned_until=day))


async def end(tx: AsyncConnection, series_id: int, last_day: date | None) -> None:
    """Let a series end with this day, or go on without an end."""
    await tx.execute(update(series).where(series.c.id == series_id).values(last_day=last_day))


async def taken(tx: AsyncConnection, series_id: int) -> set[date]:
    """Give the slots of a series that have their session, held or not."""
    rows = await tx.execute(select(sessions.c.slot).where(sessions.c.series_id == series_id))
    return {day for (day,) in rows if day is not None}


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days on which a therapist holds no sessions of series; both ends belong to it."""

    id: int
    person_id: int
    first_day: date
    last_day: date

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


async def add_holiday(tx: AsyncConnection, person_id: int, first_day: date, last_day: date, now: datetime) -> Holiday:
    """Insert days off."""
    holiday = Holiday(new_id(), person_id, first_day, last_day)
    await tx.execute(insert(holidays).values(created_at=now, **asdict(holiday)))
    return holiday


async def holidays_of(tx: AsyncConnection, person_id: int, since: date) -> list[Holiday]:
    """Give the days off of a therapist that are not over by `since`, the earliest first."""
    theirs = select(holidays).where(holidays.c.person_id == person_id, holidays.c.last_day >= since)
    rows = await tx.execute(theirs.order_by(holidays.c.first_day, holidays.c.id))
    return [Holiday(row.id, row.person_id, row.first_day, row.last_day) for row in rows]


async def drop_holiday(tx: AsyncConnection, holiday_id: int) -> None:
    """Delete days off."""
    await tx.execute(delete(holidays).where(holidays.c.id == holiday_id))
