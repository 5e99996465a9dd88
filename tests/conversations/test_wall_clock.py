"""Every zone of the world in which clocks change in 2025-2028, each wall time on the quarter hour around it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.wall_clock import day_of, from_wall, to_wall

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in Berlin: 2:00 -> 3:00, 3:00 -> 2:00
ZONES = sorted(available_timezones())
QUARTER = timedelta(minutes=15)
AROUND = 16  # quarter hours before and after a change

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_wall_time_becomes_utc() -> None:
    assert from_wall(date(2026, 11, 4), time(15), BERLIN) == datetime(2026, 11, 4, 14, tzinfo=UTC)
    assert from_wall(date(2026, 7, 4), time(15), BERLIN) == datetime(2026, 7, 4, 13, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_a_time_the_spring_leaves_out_is_the_first_minute_after(minute: int) -> None:
    assert from_wall(SPRING, time(2, minute), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_the_autumn_repeats_is_its_first_pass() -> None:
    assert from_wall(AUTUMN, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert from_wall(AUTUMN, time(2, 30, fold=1), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_gap_at_midnight_and_one_of_half_an_hour_are_known() -> None:
    cairo, lord_howe = ZoneInfo("Africa/Cairo"), ZoneInfo("Australia/Lord_Howe")
    assert from_wall(date(2026, 4, 24), time(0, 20), cairo).astimezone(cairo).time() == time(1)
    assert from_wall(date(2026, 10, 4), time(2, 10), lord_howe).astimezone(lord_howe).time() == time(2, 30)


@given(days, st.times(), zones)
def test_a_moment_read_back_is_the_wall_time_or_the_end_of_a_gap(day: date, wall: time, zone: ZoneInfo) -> None:
    said = datetime.combine(day, wall.replace(microsecond=0))
    shown = to_wall(from_wall(day, said.time(), zone), zone)
    assert timedelta(0) <= shown - said <= timedelta(hours=1)
    assert day_of(from_wall(day, said.time(), zone), zone) == shown.date()


# ---- every change of clocks ----


def changes_of(zone: ZoneInfo, years: tuple[int, int]) -> list[datetime]:
    """Find the moments at which a zone's clocks change, by halving the days on which they do."""
    first, after = (datetime(year, 1, 1, tzinfo=UTC) for year in (years[0], years[1] + 1))
    offsets = [(first + timedelta(days=day)).astimezone(zone).utcoffset() for day in range((after - first).days + 1)]
    changed = [day for day in range(1, len(offsets)) if offsets[day] != offsets[day - 1]]
    return [_halved(first + timedelta(days=day - 1), first + timedelta(days=day), zone) for day in changed]


def _halved(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
        before, after = (middle, after) if same else (before, middle)
    return after.replace(second=0, microsecond=0)


def slots_around(change: datetime, zone: ZoneInfo) -> list[datetime]:
    """List the wall times on the quarter hour from four hours before a change to four hours after it."""
    after = to_wall(change, zone)
    middle = after.replace(minute=after.minute // 15 * 15, second=0)
    return [middle + step * QUARTER for step in range(-AROUND, AROUND + 1)]


def count_the_slots(zone: ZoneInfo, change: datetime) -> int:
    """Let each slot around a change become a moment, and see that it is the only one that is meant.

    The clock on the wall is then watched for a day: a slot's moment is the first at which it shows the slot or, where
    it never does, a later time. So a plan that goes off at that moment goes off once, and neither is left out.
    """
    slots = slots_around(change, zone)
    moments = [from_wall(slot.date(), slot.time(), zone) for slot in slots]
    step = timedelta(minutes=5)  # offsets are multiples of five minutes in these years
    watched = [change + step * number for number in range(-12 * 12, 12 * 12)]
    shown = [(moment, to_wall(moment, zone)) for moment in watched]
    place = 0
    for slot, moment in zip(slots, moments, strict=True):
        while shown[place][1] < slot:  # walls only jump back inside a fold, whose first pass comes first
            place += 1
        assert moment == shown[place][0], (zone, slot)
        assert (to_wall(moment, zone) == slot) or moment == change, (zone, slot)
    assert moments == sorted(moments), (zone, change)
    meant_twice = len(moments) - len(set(moments))
    gap = max(timedelta(0), to_wall(change, zone) - to_wall(change - timedelta(minutes=1), zone) - QUARTER)
    assert meant_twice <= -(-gap // QUARTER), "only slots inside a gap share a moment"
    return len(slots)


def all_changes(first_year: int, last_year: int) -> list[tuple[ZoneInfo, datetime]]:
    years = first_year, last_year
    return [(zone, change) for zone in map(ZoneInfo, ZONES) for change in changes_of(zone, years)]


def count_all(changes: list[tuple[ZoneInfo, datetime]]) -> int:
    cases = sum(count_the_slots(zone, change) for zone, change in changes)
    print(f"{len({zone for zone, _ in changes})} zones, {len(changes)} changes, {cases} slots")  # noqa: T201 - `pytest -s` states it
    return cases


def test_each_slot_around_a_change_of_each_sort_is_exactly_one_moment() -> None:
    """Zones that turn their clocks at the same moments by the same span are alike: one of each."""
    changes = all_changes(2026, 2026)
    sorts = {(change, to_wall(change, zone), change.astimezone(zone).dst()): (zone, change) for zone, change in changes}
    assert count_all(list(sorts.values())) >= 40 * (2 * AROUND + 1)


@pytest.mark.long
def test_each_slot_around_every_change_until_2028_is_exactly_one_moment() -> None:
    changes = all_changes(2025, 2028)
    assert len(changes) > 1000
    assert count_all(changes) == len(changes) * (2 * AROUND + 1)
