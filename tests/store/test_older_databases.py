"""What a database from before a feature brings along gets that feature too."""

import importlib.util
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import KIND as AGENDA
from bot.mornings import KIND as MORNING
from bot.mornings import Mornings
from bot.readings import Readings
from bot.store import schema
from bot.store.database import Database
from bot.store.tables import check_ins, readings
from bot.store.tables import deliveries as letters
from bot.store.tables import timers as rows
from conversations.model import Note, Visibility
from tests.store.agenda_desk import GOOD, Desk
from tests.store.people import NOW, House

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TOMORROW = NOW + DAY


def module_of(name: str) -> ModuleType:
    found = next((Path(schema.__file__).parent / "migrations" / "versions").glob(f"*_{name}.py"))
    spec = importlib.util.spec_from_file_location("migration", found)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def migration(connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        module_of("timers_of_planned_sessions").upgrade()


async def set_timers(tx: AsyncConnection) -> set[tuple[str, int]]:
    return {(row.kind, row.about_id) for row in await tx.execute(select(rows)) if row.kind in (AGENDA, MORNING)}


async def test_sessions_planned_before_the_upgrade_get_their_morning_list_and_agenda_once(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        mornings = Mornings(house.ring, desk.timers)
        desk.timers.answer({MORNING: mornings.go_off})
        session = (await desk.enter(TOMORROW)).session
        gone = (await desk.enter(TOMORROW + DAY)).session
        await desk.sessions.cancel(tx, await desk.therapist(), gone.id, NOW)
        await desk.close(house.check_in, GOOD, note=Note("the letter", Visibility.BEFORE))
        await tx.execute(delete(rows))

        for _ in range(2):
            await tx.run_sync(migration)
        assert await set_timers(tx) == {(AGENDA, session.id), (MORNING, 0)}
        for minutes in range(0, 24 * 60 + 1, 10):
            await desk.time_is(NOW + minutes * MINUTE)
        assert [at for _, at in await desk.sent()] == [TOMORROW - 30 * MINUTE]
        lists = await tx.execute(select(letters.c.created_at).where(letters.c.kind == MORNING))
        assert [at for (at,) in lists] == [datetime(2026, 11, 5, 6, 30, tzinfo=NOW.tzinfo)]


async def test_an_upgrade_leaves_timers_that_are_set_as_they_are(database: Database, house: House) -> None:
    async with database.writing() as tx:
        desk = Desk(tx, house)
        await desk.close(house.check_in, GOOD)
        await desk.enter(TOMORROW)
        before = (await tx.execute(select(rows).order_by(rows.c.id))).all()
        await tx.run_sync(migration)
        assert (await tx.execute(select(rows).order_by(rows.c.id))).all() == before


async def test_what_was_read_before_the_upgrade_counts_only_where_silence_would_have(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        await Desk(tx, house).close(house.check_in, GOOD)
        assert await Readings(house.practice).keep(tx, [house.episode]) == 1
        before = text(module_of("what_counts")._OTHERS)
        for occasion, is_charted, counts in (("after", False, True), ("before", True, True), ("before", False, False)):
            await tx.execute(update(check_ins).values(occasion=occasion))
            await tx.execute(update(readings).values(is_charted=is_charted, counts=True))
            await tx.execute(before, {"no": False})
            assert (await tx.execute(select(readings.c.counts))).scalar_one() is counts
