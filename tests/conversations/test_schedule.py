from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.schedule import (
    Later,
    QuietHours,
    due_at,
    expires_at,
    from_wall,
    in_quiet_hours,
    later_options,
    out_of_quiet_hours,
    reminder_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(21), time(8))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in Berlin: 2:00 -> 3:00, 3:00 -> 2:00
ZONES = sorted(available_timezones())

zones = st.sampled_from(ZONES).map(ZoneInfo)
times = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds UTC


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of November 2026 on Berlin's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


# ---- wall clocks ----


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


def offsets_change(zone: ZoneInfo) -> list[datetime]:
    """Find the moments in 2025-2028 at which a zone's clocks change, by halving the days on which they do."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    offsets = [(first + timedelta(days=day)).astimezone(zone).utcoffset() for day in range(4 * 365 + 2)]
    changed = [day for day in range(1, len(offsets)) if offsets[day] != offsets[day - 1]]
    return [_halved(first + timedelta(days=day - 1), first + timedelta(days=day), zone) for day in changed]


def _halved(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
        before, after = (middle, after) if same else (before, middle)
    return after.replace(second=0, microsecond=0)


def the_first_moment_not_before(wall: datetime, zone: ZoneInfo, around: datetime) -> datetime:
    """Search minute by minute for when a clock first shows a wall time or, where it never does, a later one."""
    candidates = (around + timedelta(minutes=minute) for minute in range(-5 * 60, 9 * 60))
    return next(moment for moment in candidates if moment.astimezone(zone).replace(tzinfo=None) >= wall)


def test_every_change_of_clocks_in_the_world_until_2028_is_survived() -> None:
    changes = {(zone, change) for zone in map(ZoneInfo, ZONES) for change in offsets_change(zone)}
    assert len(changes) > 1000
    for zone, change in sorted(changes, key=str):
        after = change.astimezone(zone).replace(tzinfo=None)
        start = after.replace(minute=after.minute // 15 * 15, second=0) - timedelta(hours=2)
        walls = [start + timedelta(minutes=15 * step) for step in range(17)]
        found = [from_wall(wall.date(), wall.time(), zone) for wall in walls]
        assert found == sorted(found), (zone, change)
        for wall, moment in zip(walls, found, strict=True):
            shown = moment.astimezone(zone)
            assert shown.fold == 0, (zone, wall)
            assert shown.replace(tzinfo=None) == wall or (wall < shown.replace(tzinfo=None) and moment == change), zone


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
def test_around_every_change_a_search_by_the_minute_agrees(name: str) -> None:
    zone = ZoneInfo(name)
    for change in offsets_change(zone)[:3]:
        local = change.astimezone(zone).replace(tzinfo=None)
        for step in range(-8, 9):
            wall = local + timedelta(minutes=15 * step)
            expected = the_first_moment_not_before(wall, zone, change)
            assert from_wall(wall.date(), wall.time(), zone) == expected, wall


# ---- quiet hours ----


@pytest.mark.parametrize(
    ("wall", "inside"),
    [(time(20, 59), False), (time(21), True), (time(0), True), (time(7, 59), True), (time(8), False)],
)
def test_quiet_hours_cross_midnight(wall: time, inside: bool) -> None:
    assert NIGHT.contains(wall) is inside


@pytest.mark.parametrize(("wall", "inside"), [(time(11), False), (time(12), True), (time(13), False)])
def test_quiet_hours_may_be_at_noon(wall: time, inside: bool) -> None:
    assert QuietHours(time(12), time(13)).contains(wall) is inside


@given(times, times)
def test_equal_ends_mean_no_quiet_hours(end: time, wall: time) -> None:
    assert not QuietHours(end, end).contains(wall)


def test_a_moment_at_night_waits_for_the_morning() -> None:
    assert out_of_quiet_hours(berlin(4, 23), BERLIN, NIGHT) == berlin(5, 8)
    assert out_of_quiet_hours(berlin(5, 3), BERLIN, NIGHT) == berlin(5, 8)
    assert out_of_quiet_hours(berlin(4, 20, 59), BERLIN, NIGHT) == berlin(4, 20, 59)
    assert out_of_quiet_hours(berlin(4, 23), BERLIN, None) == berlin(4, 23)


def test_quiet_hours_that_end_in_the_repeated_hour_do_not_last_a_day_longer() -> None:
    quiet = QuietHours(time(21), time(2, 30))
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 for the second time
    assert out_of_quiet_hours(second_pass, BERLIN, quiet) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_quiet_hours_that_end_in_the_missing_hour_end_with_it() -> None:
    quiet = QuietHours(time(21), time(2, 30))
    assert out_of_quiet_hours(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), BERLIN, quiet).hour == 1


@given(moments, zones, st.builds(QuietHours, times, times))
def test_out_of_quiet_hours_is_never_in_them_never_earlier_and_soon(
    moment: datetime, zone: ZoneInfo, quiet: QuietHours
) -> None:
    moved = out_of_quiet_hours(moment, zone, quiet)
    assert not in_quiet_hours(moved, zone, quiet)
    assert (moved == moment) is not in_quiet_hours(moment, zone, quiet)
    assert timedelta(0) <= moved - moment <= timedelta(hours=25)


# ---- the four moments of a check-in ----


def test_it_is_due_after_the_session_and_the_delay() -> None:
    assert due_at(berlin(4, 15), timedelta(minutes=50), timedelta(hours=2), BERLIN, NIGHT) == berlin(4, 17, 50)
    assert due_at(berlin(4, 19), timedelta(minutes=50), timedelta(hours=2), BERLIN, NIGHT) == berlin(5, 8)


def test_it_expires_after_72_hours_or_12_hours_before_the_next_session() -> None:
    assert expires_at(berlin(4, 18), None) == berlin(7, 18)
    assert expires_at(berlin(4, 18), berlin(11, 15)) == berlin(7, 18)
    assert expires_at(berlin(4, 18), berlin(6, 15)) == berlin(6, 3)


def test_the_reminder_comes_a_day_later_and_never_at_night_or_too_late() -> None:
    assert reminder_at(berlin(4, 18), berlin(7, 18), BERLIN, NIGHT) == berlin(5, 18)
    assert reminder_at(berlin(4, 22), berlin(7, 22), BERLIN, NIGHT) == berlin(6, 8)
    assert reminder_at(berlin(4, 18), berlin(5, 18), BERLIN, NIGHT) is None


def test_later_offers_an_hour_the_evening_and_the_morning() -> None:
    assert later_options(berlin(4, 15), berlin(7, 15), BERLIN, NIGHT) == {
        Later.HOUR: berlin(4, 16),
        Later.TONIGHT: berlin(4, 19),
        Later.TOMORROW: berlin(5, 9),
    }


def test_later_offers_nothing_that_is_past_or_after_the_end() -> None:
    assert set(later_options(berlin(4, 19), berlin(7, 15), BERLIN, NIGHT)) == {Later.HOUR, Later.TOMORROW}
    assert set(later_options(berlin(4, 15), berlin(4, 18), BERLIN, NIGHT)) == {Later.HOUR}
    assert later_options(berlin(4, 15), berlin(4, 15, 30), BERLIN, NIGHT) == {}


def test_an_hour_later_that_would_be_the_next_morning_is_not_offered() -> None:
    assert set(later_options(berlin(4, 20, 30), berlin(7, 15), BERLIN, NIGHT)) == {Later.TOMORROW}


def test_an_evening_in_quiet_hours_is_not_offered() -> None:
    early = QuietHours(time(18), time(9, 30))
    options = later_options(berlin(4, 15), berlin(7, 15), BERLIN, early)
    assert options == {Later.HOUR: berlin(4, 16), Later.TOMORROW: berlin(5, 9, 30)}


@given(moments, st.integers(0, 100), zones, st.one_of(st.none(), st.builds(QuietHours, times, times)))
def test_what_later_offers_is_always_ahead_open_and_awake(
    now: datetime, hours: int, zone: ZoneInfo, quiet: QuietHours | None
) -> None:
    closes = now + timedelta(hours=hours)
    for moment in later_options(now, closes, zone, quiet).values():
        assert now < moment < closes
        assert not in_quiet_hours(moment, zone, quiet)
