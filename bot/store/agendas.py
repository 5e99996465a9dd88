"""Which check-ins may be on the agenda of a session."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.history import ASKED, COUNTS, DATED, MET, OF_SESSION
from bot.store.sessions import of_row
from bot.store.tables import check_ins, discussions, sessions
from conversations.discussion import Discussion
from conversations.model import Session


async def since(tx: AsyncConnection, session: Session) -> datetime | None:
    """When the two last met before a session: the start of the one before it; None before the first."""
    return await last_met(tx, session.episode_id, session.starts_at)


async def last_met(tx: AsyncConnection, episode_id: int, before: datetime) -> datetime | None:
    """Give the start of the last session that began before a moment; those that only past scores know of are none."""
    held = (sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), MET)
    began = select(sessions.c.starts_at).where(*held, sessions.c.starts_at < before)
    return (await tx.execute(began.order_by(sessions.c.starts_at.desc()).limit(1))).scalar()


class Open(NamedTuple):
    """The moment a check-in is about, and when somebody asked for it to come up again, if they did."""

    dated: datetime
    again_at: datetime | None


async def open_ones(tx: AsyncConnection, session: Session) -> dict[int, Open]:
    """Give the check-ins from before a session that are new since the two last met and not talked about, oldest first.

    New is what was closed or opened again.
    """
    after = await since(tx, session)
    chosen = (
        select(check_ins.c.id, discussions.c.changed_at, DATED.label("dated"))
        .outerjoin(sessions, OF_SESSION)
        .outerjoin(discussions, discussions.c.check_in_id == check_ins.c.id)
        .where(check_ins.c.episode_id == session.episode_id, session.starts_at > DATED, COUNTS, ASKED)
        .where(or_(discussions.c.stands.is_(None), discussions.c.stands == Discussion.OPEN.value))
    )
    if after is not None:
        chosen = chosen.where(or_(check_ins.c.closed_at > after, discussions.c.changed_at > after))
    rows = (await tx.execute(chosen.order_by(check_ins.c.prompted_at))).all()
    return {row.id: Open(row.dated, _again(row.changed_at, after)) for row in rows}


def _again(changed_at: datetime | None, after: datetime | None) -> datetime | None:
    return None if after and changed_at and changed_at <= after else changed_at


async def next_of(tx: AsyncConnection, episode_id: int, now: datetime) -> Session | None:
    """Give the next planned session of an episode."""
    ahead = and_(sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now)
    found: Sequence[Session] = [
        of_row(row) for row in await tx.execute(select(sessions).where(ahead).order_by(sessions.c.starts_at).limit(1))
    ]
    return next(iter(found), None)
