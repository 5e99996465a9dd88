"""Past scores from a file: what stands in their way, writing them, and taking an import back.

An import's rows are there only as long as it can be taken back; its check-ins stay, and know by their step that they
were never asked.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.store import check_ins as check_in_store
from bot.store import history, readings, retention, sayings
from bot.store import sessions as session_store
from bot.store.parts import parts
from bot.store.sayings import Moved
from bot.store.tables import check_ins, episodes, imported_check_ins, score_imports, sessions
from conversations.model import CheckIn, Session, State


@dataclass(frozen=True, slots=True)
class Import:
    """One import that can still be taken back. `message_id` is the message whose Import was pressed."""

    id: int
    person_id: int
    message_id: int
    scores: int
    clients: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A check-in of the past and its session, which is None where one was there already."""

    check_in: CheckIn
    session: Session | None


@dataclass(frozen=True, slots=True)
class Dated:
    """The moment a check-in is about, as `history.DATED` says, and its version; None where it has none yet."""

    moment: datetime
    version_id: int | None


async def sessions_of(tx: AsyncConnection, episode_ids: Collection[int], before: datetime) -> dict[int, list[Session]]:
    """Give the held sessions of episodes that began before a moment, by episode, oldest first."""
    found: dict[int, list[Session]] = defaultdict(list)
    for part in parts(episode_ids):
        held = (sessions.c.episode_id.in_(part), sessions.c.cancelled_at.is_(None), sessions.c.starts_at < before)
        for row in await tx.execute(select(sessions).where(*held).order_by(sessions.c.starts_at, sessions.c.id)):
            found[row.episode_id].append(session_store.of_row(row))
    return found


_HOLDS = (check_ins.c.state != State.CANCELLED.value, or_(~history.IS_AFTER, sessions.c.cancelled_at.is_(None)))


async def dated_of(tx: AsyncConnection, episode_ids: Collection[int], before: datetime) -> dict[int, list[Dated]]:
    """Give what episodes were asked before a moment, whatever the occasion and however it ended, by episode."""
    found: dict[int, list[Dated]] = defaultdict(list)
    for part in parts(episode_ids):
        chosen = select(check_ins.c.episode_id, history.DATED.label("dated"), check_ins.c.version_id)
        joined = chosen.outerjoin(sessions, history.OF_SESSION)
        asked = (check_ins.c.episode_id.in_(part), before > history.DATED)
        for row in await tx.execute(joined.where(*asked, *_HOLDS)):
            found[row.episode_id].append(Dated(row.dated, row.version_id))
    return found


# ---- imports ----


async def of_message(tx: AsyncConnection, person_id: int, message_id: int) -> Import | None:
    """Find the import that was made by pressing under a message."""
    mine = (score_imports.c.person_id == person_id) & (score_imports.c.message_id == message_id)
    row = (await tx.execute(select(score_imports).where(mine))).one_or_none()
    return None if row is None else Import(*row)


async def find(tx: AsyncConnection, number: int) -> Import | None:
    """Find an import that can still be taken back."""
    row = (await tx.execute(select(score_imports).where(score_imports.c.id == number))).one_or_none()
    return None if row is None else Import(*row)


async def put(tx: AsyncConnection, ring: KeyRing, one: Import, made: Sequence[Made], now: datetime) -> None:
    """Write an import with its sessions, check-ins and answers; what was judged of its clients is judged anew."""
    await session_store.insert_all(tx, [each.session for each in made if each.session is not None], now)
    await check_in_store.add(tx, *(each.check_in for each in made))
    await _put_answers(tx, ring, [each.check_in for each in made])
    row = {"id": one.id, "person_id": one.person_id, "message_id": one.message_id, "created_at": one.created_at}
    await tx.execute(insert(score_imports).values(scores=one.scores, clients=one.clients, **row))
    links = [
        {"check_in_id": each.check_in.id, "import_id": one.id, "own_session": each.session is not None} for each in made
    ]
    await tx.execute(insert(imported_check_ins), links)
    await readings.forget(tx, {each.check_in.episode_id for each in made})
    await retention.look_again(tx, min(each.check_in.due_at for each in made))


async def _put_answers(tx: AsyncConnection, ring: KeyRing, new: Sequence[CheckIn]) -> None:
    keys: dict[int, bytes] = {}
    for part in parts({one.episode_id for one in new}):
        chosen = select(episodes.c.id, episodes.c.wrapped_key).where(episodes.c.id.in_(part))
        keys |= {row.id: row.wrapped_key for row in await tx.execute(chosen)}
    empty = ((CheckIn(one.id, one.episode_id, one.session_id, one.due_at), one) for one in new)
    await sayings.save(tx, ring, [Moved(before, after, keys[after.episode_id]) for before, after in empty])


async def take_back(tx: AsyncConnection, number: int) -> None:
    """Delete an import with all that came of it, sessions that were there before aside."""
    link = imported_check_ins.c.import_id == number
    chosen = select(check_ins.c.id, check_ins.c.episode_id, check_ins.c.session_id, imported_check_ins.c.own_session)
    joined = chosen.join(imported_check_ins, imported_check_ins.c.check_in_id == check_ins.c.id)
    rows = (await tx.execute(joined.where(link))).all()
    for part in parts(row.id for row in rows):
        await tx.execute(delete(check_ins).where(check_ins.c.id.in_(part)))
    for part in parts({row.session_id for row in rows if row.own_session}):
        still = select(check_ins.c.session_id).where(check_ins.c.session_id.in_(part))
        await tx.execute(delete(sessions).where(sessions.c.id.in_(part), sessions.c.id.not_in(still)))
    await tx.execute(delete(score_imports).where(score_imports.c.id == number))
    await readings.forget(tx, {row.episode_id for row in rows})


async def forget(tx: AsyncConnection, created_before: datetime) -> None:
    """Forget imports that can no longer be taken back; what came of them stays."""
    await tx.execute(delete(score_imports).where(score_imports.c.created_at < created_before))
