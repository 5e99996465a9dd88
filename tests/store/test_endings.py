"""However care ends, the same things go with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests import Digests
from bot.roster import Roster
from bot.store import awaited_texts, transfers
from bot.store.awaited_texts import AwaitedText
from bot.store.database import Database
from bot.store.tables import assignments as assigned
from bot.store.tables import check_ins, episodes, sessions, timers
from bot.transfers import KIND, LEAVING, Stands, Transfers
from conversations.model import State, Unheld
from conversations.transfers import Transfer
from tests.store.asking import BEFORE, DAY, Asking
from tests.store.people import NOW, House, person


@dataclass(frozen=True)
class Desk:
    """The use cases that end an episode."""

    asking: Asking
    roster: Roster
    transfers: Transfers

    @classmethod
    def of(cls, house: House) -> "Desk":
        asking = Asking.of(house)
        digests = Digests(house.ring, house.practice, asking.timers)
        roster = Roster(house.ring, house.practice, asking.check_ins, digests, asking.occasions)
        return cls(asking, roster, Transfers(house.ring, asking.check_ins, asking.timers, asking.occasions))


async def stop(desk: Desk, tx: AsyncConnection) -> None:
    await desk.roster.stop(tx, await desk.asking.person(tx, desk.asking.house.client), NOW)


async def end_care(desk: Desk, tx: AsyncConnection) -> None:
    await desk.roster.end_care(tx, await desk.asking.episode(tx), NOW)


async def remove(desk: Desk, tx: AsyncConnection) -> None:
    await desk.roster.remove_wrong_client(tx, await desk.asking.episode(tx), NOW)


async def choose(desk: Desk, tx: AsyncConnection) -> None:
    await desk.transfers.end(tx, await desk.asking.episode(tx), Stands.ENDED, NOW)


@pytest.mark.parametrize("end", [stop, end_care, remove, choose])
async def test_whatever_hangs_on_an_episode_goes_with_it(
    database: Database, house: House, end: Callable[[Desk, AsyncConnection], Awaitable[None]]
) -> None:
    desk = Desk.of(house)
    async with database.writing() as tx:
        await desk.asking.assign(tx, BEFORE, house.episode)
        await house.practice.read(tx)
        await desk.asking.enter(tx, NOW + 3 * DAY)
        successor = await person(tx, house.ring, 703)
        await transfers.begin(tx, transfers.Leave(house.therapist, NOW, 1))
        await transfers.put(tx, [Transfer(house.episode, successor, NOW)])
        await desk.asking.timers.set(tx, KIND, house.client, house.episode, NOW + DAY)
        await awaited_texts.put(tx, AwaitedText(house.client, "goal", house.episode, NOW))
        await end(desk, tx)

        gone = end is remove
        pending = check_ins.c.state.in_((State.SCHEDULED.value, State.OPEN.value))
        assert (await tx.execute(select(check_ins.c.id).where(pending))).all() == []
        ahead = select(sessions.c.unheld).where(sessions.c.starts_at > NOW)
        assert (await tx.execute(ahead)).scalars().all() == ([] if gone else [Unheld.ENDED.value])
        assert (await tx.execute(select(episodes.c.id).where(episodes.c.ended_at.is_(None)))).all() == []
        assert await awaited_texts.of(tx, house.client) is None
        assert (await tx.execute(select(assigned.c.about_id))).all() == []
        offer = await transfers.get(tx, house.episode)
        assert (offer.stands if offer else None) is (None if gone else Stands.ENDED if end is choose else Stands.OVER)
        kinds = (await tx.execute(select(timers.c.kind).where(timers.c.kind.in_((KIND, LEAVING))))).scalars().all()
        assert kinds == [LEAVING]
    assert house.practice.is_stale
