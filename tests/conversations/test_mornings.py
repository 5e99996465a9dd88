from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.model import Session
from conversations.mornings import EVENING, MORNING, due_day, is_of_use, morning_of, search_from, span_of
from conversations.wall_clock import day_of, to_wall

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.integers(-2 * 365 * 24 * 4, 2 * 365 * 24 * 4).map(lambda quarters: NOON + quarters * timedelta(minutes=15))


def session(starts_at: datetime, *, off: bool = False) -> Session:
    return Session(1, 2, starts_at, timedelta(minutes=50), starts_at if off else None)


@pytest.mark.parametrize(
    ("day", "utc", "hours"),
    [
        (date(2026, 3, 28), time(6, 30), 24),
        (date(2026, 3, 29), time(5, 30), 23),
        (date(2026, 10, 25), time(6, 30), 25),
    ],
)
def test_the_list_is_due_at_half_past_seven_on_the_wall_also_when_the_clocks_change(
    day: date, utc: time, hours: int
) -> None:
    assert morning_of(day, BERLIN) == datetime.combine(day, utc, UTC)
    begin, end = span_of(day, BERLIN)
    assert end - begin == hours * HOUR


@given(now=moments, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_each_moment_belongs_to_the_list_of_its_own_day_or_to_none(now: datetime, zone: ZoneInfo) -> None:
    day = due_day(now, zone)
    assert (day is not None) == (MORNING <= to_wall(now, zone).time() < EVENING)
    assert day in (None, day_of(now, zone))


@given(now=moments, ahead=st.integers(0, 60 * 24 * 3), zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_the_next_morning_looked_for_is_never_over(now: datetime, ahead: int, zone: ZoneInfo) -> None:
    """Pacific/Apia once left out a whole day; Lord Howe moves its clocks by half an hour."""
    coming = search_from(now, zone) + timedelta(minutes=ahead)
    assert morning_of(day_of(coming, zone), zone) > now


@given(now=moments, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_no_session_of_a_list_still_ahead_is_passed_over(now: datetime, zone: ZoneInfo) -> None:
    last_left_out = search_from(now, zone) - timedelta(milliseconds=1)
    assert morning_of(day_of(last_left_out, zone), zone) <= now


def test_a_list_helps_while_a_session_is_held_and_not_over() -> None:
    assert is_of_use([session(NOON - timedelta(minutes=49))], NOON)
    assert is_of_use([session(NOON - 5 * HOUR), session(NOON + HOUR)], NOON)
    assert not is_of_use([session(NOON - timedelta(minutes=50))], NOON)
    assert not is_of_use([session(NOON + HOUR, off=True)], NOON)
    assert not is_of_use([], NOON)
