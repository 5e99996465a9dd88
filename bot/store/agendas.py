"""Which check-ins may be on the agenda of a session."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
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
    latest = select(func.max(sessions.c.starts_at)).where(*held, sessions.c.starts_at < before)
    moment: datetime | None = (await tx.execute(latest)).scalar_one()
    return moment


async def open_ones(tx: AsyncConnection, session: Session) -> dict[int, datetime | None]:
    """Give the check-ins from before a session that are new since the two last met and not talked about, oldest first.

    New is what was closed or opened again; the value says when somebody asked for it to come up again, if they did.
    """
    after = await since(tx, session)
    chosen = (
        select(check_ins.c.id, discussions.c.changed_at)
        .outerjoin(sessions, OF_SESSION)
        .outerjoin(discussions, discussions.c.check_in_id == check_ins.c.id)
        .where(check_ins.c.episode_id == session.episode_id, session.starts_at > DATED, COUNTS, ASKED)
        .where(or_(discussions.c.stands.is_(None), discussions.c.stands == Discussion.OPEN.value))
    )
    if after is not None:
        chosen = chosen.where(or_(check_ins.c.closed_at > after, discussions.c.changed_at > after))
    rows = (await tx.execute(chosen.order_by(check_ins.c.prompted_at))).all()
    return {row.id: None if after and row.changed_at and row.changed_at <= after else row.changed_at for row in rows}


async def told(tx: AsyncConnection, episode_id: int) -> dict[int, int | None]:
    """Give a client's closed check-ins with the version each asked, the last one first."""
    closed = select(check_ins.c.id, check_ins.c.version_id).outerjoin(sessions, OF_SESSION)
    mine = closed.where(check_ins.c.episode_id == episode_id, COUNTS, ASKED).order_by(check_ins.c.prompted_at.desc())
    return {row.id: row.version_id for row in await tx.execute(mine)}


async def next_of(tx: AsyncConnection, episode_id: int, now: datetime) -> Session | None:
    """Give the next planned session of an episode."""
    ahead = and_(sessions.c.episode_id == episode_id, sessions.c.cancelled_at.is_(None), sessions.c.starts_at > now)
    found: Sequence[Session] = [
        of_row(row) for row in await tx.execute(select(sessions).where(ahead).order_by(sessions.c.starts_at).limit(1))
    ]
    return next(iter(found), None)
