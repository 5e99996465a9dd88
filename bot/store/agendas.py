"""Which check-ins may be on the agenda of a session."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.history import ASKED, COUNTS, DATED, OF_SESSION
from bot.store.sessions import of_row
from bot.store.tables import check_ins, discussions, sessions
from conversations.discussion import Discussion
from conversations.model import Session


async def since(tx: AsyncConnection, session: Session) -> datetime | None:
    """When the two last met before a session: the start of the one before it; None before the first."""
    before = select(func.max(sessions.c.starts_at)).where(
        sessions.c.episode_id == session.episode_id,
        sessions.c.cancelled_at.is_(None),
        sessions.c.starts_at < session.starts_at,
    )
    moment: datetime | None = (await tx.execute(before)).scalar_one()
    return moment


async def open_ones(tx: AsyncConnection, session: Session) -> dict[int, datetime | None]:
    """Give the check-ins from before a session that are new since the two last met and not talked about, oldest first.

    New is what was closed or opened again; the value says when somebody asked for it to come up again, if they did.
    """
    after = await since(tx, session)
    told = (
        select(check_ins.c.id, discussions.c.changed_at)
        .outerjoin(sessions, OF_SESSION)
        .outerjoin(discussions, discussions.c.check_in_id == check_ins.c.id)
        .where(check_ins.c.episode_id == session.episode_id, session.starts_at > DATED, COUNTS, ASKED)
        .where(or_(discussions.c.stands.is_(None), discussions.c.stands == Discussion.OPEN.value))
    )
    if after is not None:
        told = told.where(or_(check_ins.c.closed_at > after, discussions.c.changed_at > after))
    rows = (await tx.execute(told.order_by(check_ins.c.prompted_at))).all()
    return {row.id: None if after and row.changed_at and row.changed_at <= after else row.changed_at for row in rows}


async def last_told(tx: AsyncConnection, episode_id: int) -> int | None:
    """Give a client's last closed check-in."""
    told = select(check_ins.c.id).outerjoin(sessions, OF_SESSION)
    chosen = told.where(check_ins.c.episode_id == episode_id, COUNTS, ASKED).order_by(check_ins.c.prompted_at.desc())
    return (await tx.execute(chosen.limit(1))).scalar()


async def next_of(tx: AsyncConnection, episode_id: int, now: datetime) -> Session | None:
    """Give the next planned session of an episode."""
    ahead = and_(sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now)
    found: Sequence[Session] = [
        of_row(row) for row in await tx.execute(select(sessions).where(ahead).order_by(sessions.c.starts_at).limit(1))
    ]
    return next(iter(found), None)
