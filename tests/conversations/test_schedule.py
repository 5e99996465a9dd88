from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.schedule import (
    Later,
    QuietHours,
    due_at,
    expires_at,
    in_quiet_hours,
    later_options,
    out_of_quiet_hours,
    reminder_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(21), time(8))
ZONES = sorted(available_timezones())

zones = st.sampled_from(ZONES).map(ZoneInfo)
times = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds UTC


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of November 2026 on Berlin's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


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


def test_the_reminder_comes_a_day_later_and_never_at_night() -> None:
    assert reminder_at(berlin(4, 18), BERLIN, NIGHT) == berlin(5, 18)
    assert reminder_at(berlin(4, 22), BERLIN, NIGHT) == berlin(6, 8)


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
