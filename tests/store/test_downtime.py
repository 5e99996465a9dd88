"""After downtime: what is still useful is asked, never at night; what is stale is not; and the log says which."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from structlog.testing import capture_logs

from bot.check_ins import CheckIns
from bot.store import check_ins, deliveries
from bot.store.database import Database
from conversations.model import State
from conversations.schedule import QuietHours
from tests.store.people import House, client_of, planned

COUNT = 30
BACK = datetime(2026, 11, 7, 21, tzinfo=UTC)
"""22:00 on Saturday in Berlin, after days of downtime."""
MORNING = datetime(2026, 11, 8, 7, tzinfo=UTC)


async def test_after_days_of_downtime_the_night_is_kept_and_the_log_tells_what_became_of_all(
    database: Database, house: House
) -> None:
    house.practice.rules = replace(house.practice.rules, quiet_hours=QuietHours(time(21), time(8)))
    asking = CheckIns(house.ring, house.practice)
    async with database.writing() as tx:
        fresh: list[int] = []
        stale: list[int] = []
        for place in range(COUNT):
            _, episode = await client_of(tx, house.ring, house.therapist, 720_000_000 + place, f"D-{place}")
            hours = 6 if place % 3 else 80
            (fresh if hours == 6 else stale).append(await planned(tx, episode, BACK - timedelta(hours=hours)))
        with capture_logs() as night:
            await asking.tick(tx, BACK)
        assert await deliveries.waiting(tx, MORNING, 500, ()) == []
        with capture_logs() as morning:
            await asking.tick(tx, MORNING)
        sent = {one.about_id for one in await deliveries.waiting(tx, MORNING, 500, ())}
        assert sent == set(fresh)
        found = await check_ins.load(tx, house.ring, MORNING, ids=stale)
        assert {kept.check_in.state for kept in found.values()} == {State.CANCELLED}
    told = Counter((line["event"], line["reason"]) for line in [*night, *morning] if "reason" in line)
    # the house's own check-in has waited since Wednesday
    assert told == {
        ("check_in_put_off", "quiet_hours"): len(fresh),
        ("check_in_not_asked", "stale"): len(stale) + 1,
    }
