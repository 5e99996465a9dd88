"""One digest a week for each therapist, whatever they set and however long the bot was away."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests import TIMER, WEEKLY, Span
from bot.roster import Roster
from bot.store import persons
from bot.store.database import Database
from bot.store.tables import deliveries
from bot.timers import Timer
from bot.use_cases import UseCases
from conversations.digest import Attention
from conversations.weeks import Week
from tests import caseload
from tests.store.people import BERLIN, NOW, House

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = datetime(2026, 11, 9, 7, tzinfo=UTC)
"""The first Monday after NOW (a Wednesday), 08:00 in Berlin."""


@pytest.fixture
def cases(database: Database, house: House) -> UseCases:
    return UseCases(database, house.ring, house.practice)


async def arranged(tx: AsyncConnection, cases: UseCases, house: House) -> datetime:
    """Give the moment the therapist's next digest is due."""
    timer = await cases.timers.find(tx, TIMER, house.therapist, 0)
    assert timer is not None
    return timer.due_at


async def tick(cases: UseCases, now: datetime) -> None:
    for timer in await cases.due_timers(now, 10):
        async with cases.writing() as tx:
            await cases.timers.go_off(tx, timer, now)


async def queued(cases: UseCases) -> list[tuple[datetime, str, str]]:
    """Give when each digest was queued, its week and what it reaches back to."""
    async with cases.reading() as tx:
        chosen = select(deliveries).where(deliveries.c.kind == WEEKLY[0]).order_by(deliveries.c.created_at)
        return [(row.created_at, row.dedupe_key.split(":")[2], row.detail) for row in await tx.execute(chosen)]


async def me(tx: AsyncConnection, house: House) -> persons.Person:
    return (await persons.by_ids(tx, [house.therapist]))[house.therapist]


async def set_to(cases: UseCases, house: House, zone: str | None = None, **preferences: Any) -> None:
    async with cases.writing() as tx:
        roster: Roster = cases.roster
        if zone is not None:
            await roster.set_zone(tx, await me(tx, house), zone)
        if preferences:
            await roster.prefer(tx, await me(tx, house), **preferences)


async def test_it_is_arranged_for_whoever_becomes_a_therapist_and_for_whoever_was_one(
    cases: UseCases, house: House
) -> None:
    async with cases.writing() as tx:
        await persons.change(tx, house.therapist, is_therapist=False)
        await cases.roster.become_therapist(tx, await me(tx, house), NOW)
        assert await arranged(tx, cases, house) == MONDAY
        await cases.timers.drop(tx, TIMER, house.therapist, 0)
        await cases.digests.arrange_all(tx, NOW)
        await cases.digests.arrange_all(tx, NOW + WEEK)  # what is arranged stays
        assert await arranged(tx, cases, house) == MONDAY


async def test_it_is_queued_once_and_the_next_one_is_a_week_later(cases: UseCases, house: House) -> None:
    async with cases.writing() as tx:
        await cases.digests.arrange(tx, await me(tx, house), NOW)
        first = await cases.timers.find(tx, TIMER, house.therapist, 0)
    assert first is not None
    for _ in range(3):
        await tick(cases, MONDAY + timedelta(seconds=5))
    async with cases.writing() as tx:  # even if the same timer were to go off again
        await cases.digests.go_off(tx, Timer(first.id, TIMER, house.therapist, 0, MONDAY), MONDAY + DAY)
        assert await arranged(tx, cases, house) == MONDAY + WEEK
    ((_, week, since),) = await queued(cases)
    assert week == str(Week(2026, 46))
    assert datetime.fromtimestamp(int(since), UTC) == MONDAY - WEEK


async def test_after_weeks_away_there_is_one_that_reaches_back_over_all_of_them(cases: UseCases, house: House) -> None:
    async with cases.writing() as tx:
        await cases.digests.arrange(tx, await me(tx, house), NOW)
    await tick(cases, MONDAY)
    back = MONDAY + 3 * WEEK + 2 * DAY
    await tick(cases, back)
    await tick(cases, MONDAY + 4 * WEEK)
    (_, late, last) = await queued(cases)
    assert late == (back, str(Week(2026, 49)), str(int(MONDAY.timestamp())))
    assert last == (MONDAY + 4 * WEEK, str(Week(2026, 50)), str(int(back.timestamp())))


async def test_a_new_day_hour_or_zone_moves_the_digest_that_is_due_next(cases: UseCases, house: House) -> None:
    async with cases.writing() as tx:
        await cases.digests.arrange(tx, await me(tx, house), NOW)
    await set_to(cases, house, digest_weekday=4, digest_time=time(16, 30))
    async with cases.reading() as tx:
        assert await arranged(tx, cases, house) == datetime(2026, 11, 13, 15, 30, tzinfo=UTC)
    await set_to(cases, house, "America/New_York")
    async with cases.reading() as tx:
        assert await arranged(tx, cases, house) == datetime(2026, 11, 13, 21, 30, tzinfo=UTC)


async def test_somebody_who_is_no_therapist_any_more_gets_none(cases: UseCases, house: House) -> None:
    async with cases.writing() as tx:
        await cases.digests.arrange(tx, await me(tx, house), NOW)
        await persons.change(tx, house.therapist, is_therapist=False)
    await tick(cases, MONDAY)
    assert await queued(cases) == []
    async with cases.reading() as tx:
        assert await cases.timers.find(tx, TIMER, house.therapist, 0) is None


LIFE: dict[int, tuple[str | None, dict[str, Any]]] = {
    20: ("Pacific/Auckland", {}),
    48: ("America/Los_Angeles", {}),
    66: (None, {"digest_weekday": 6, "digest_time": time(23, 30)}),
    94: ("Australia/Lord_Howe", {}),
    95: (None, {"digest_weekday": 0, "digest_time": time(0)}),
    130: ("Africa/Casablanca", {"digest_weekday": 6, "digest_time": time(2, 30)}),
    158: ("Europe/Berlin", {}),
    201: (None, {"digest_weekday": 2, "digest_time": time(12)}),
    203: (None, {"digest_weekday": 4}),
    205: (None, {"digest_weekday": 0}),
    300: ("Pacific/Kiritimati", {}),
    301: ("Pacific/Pago_Pago", {}),
    302: ("Pacific/Kiritimati", {"digest_time": time(0)}),
}
"""Day of the year: what a therapist sets on it, across both changes of the clocks."""


async def test_in_a_year_of_travels_and_changes_there_is_exactly_one_for_each_week(
    cases: UseCases, house: House
) -> None:
    async with cases.writing() as tx:
        await cases.digests.arrange(tx, await me(tx, house), NOW)
    for day in range(366):
        if 110 <= day < 124:  # the bot is away
            continue
        await tick(cases, NOW + day * DAY)
        if day in LIFE:
            zone, preferences = LIFE[day]
            await set_to(cases, house, zone, **preferences)
            await tick(cases, NOW + day * DAY)
    told = await queued(cases)
    weeks = [week for _, week, _ in told]
    expected = [str(Week(2026, 46).plus(number)) for number in range(52)]
    missed = set(expected) - set(weeks)
    assert weeks == [week for week in expected if week not in missed]
    assert missed == {str(Week(2027, 9))}  # all of it, its moment too, lay in the time the bot was away
    starts = [datetime.fromtimestamp(int(since), UTC) for _, _, since in told]
    ends = [moment for moment, _, _ in told]
    assert all(start <= end for start, end in zip(starts[1:], ends, strict=False)), "nothing falls between two"


async def test_what_it_says_comes_from_the_therapists_own_clients(cases: UseCases, house: House) -> None:
    async with cases.writing() as tx:
        await caseload.client(tx, house.ring, house.therapist, "Z-1", [(9, 9, 9, 9)] * 4 + [(5, 5, 5, 5)], NOW)
        other = await caseload.client(tx, house.ring, house.client, "Z-2", [(2, 2, 2, 2)], NOW)
        therapist = await me(tx, house)
        for _ in range(2):
            found = await cases.digests.of(tx, therapist, Span(NOW - WEEK, NOW))
            (line,) = found.lines
            assert (line.code, line.attention, line.answered, line.asked) == ("Z-1", Attention.RED, 1, 1)
            assert (line.score, line.change) == (5.0, -4.0)
            assert found.not_asked == ("K-17",)
            assert other not in found.order
            await cases.digests.keep(tx, therapist)
        ((code, trend),) = await cases.digests.trends(tx, therapist, found)
        assert (code, len(trend.points), trend.points[-1].flagged) == ("Z-1", 5, True)
        assert trend.points[-1].day == (NOW - timedelta(hours=4)).astimezone(BERLIN).date()
