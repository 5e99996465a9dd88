"""Exactly one digest in every ISO week, whatever the clocks and the therapist do."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from conversations.preferences import Preferences
from conversations.wall_clock import day_of
from conversations.weeks import Rhythm, Week

PLACES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
zones = st.sampled_from(PLACES).map(ZoneInfo)
rhythms = st.builds(Rhythm, st.integers(0, 6), st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59])), zones)
moments = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
BERLIN = ZoneInfo("Europe/Berlin")


def test_it_comes_on_monday_at_eight_unless_somebody_chooses_otherwise() -> None:
    rhythm = Rhythm.of(Preferences(), BERLIN)
    assert rhythm.moment(Week(2026, 45)) == datetime(2026, 11, 2, 7, tzinfo=UTC)


def test_on_the_days_the_clocks_change_it_comes_at_the_first_valid_minute_and_in_the_first_pass() -> None:
    sunday = Rhythm(6, time(2, 30), BERLIN)
    assert sunday.moment(Week(2026, 13)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert sunday.moment(Week(2026, 43)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(rhythms, moments)
def test_the_next_one_is_later_and_the_latest_one_is_not(rhythm: Rhythm, now: datetime) -> None:
    assert rhythm.moment(rhythm.latest(now)) <= now < rhythm.next(now)


def test_in_no_zone_does_a_change_of_clocks_push_it_into_another_week() -> None:
    weeks = [Week(2026, 1).plus(number) for number in range(2 * 52)]
    for name in PLACES:
        zone = ZoneInfo(name)
        for rhythm in (Rhythm(0, time(0), zone), Rhythm(6, time(23, 59), zone)):
            assert all(Week.of(day_of(rhythm.moment(week), zone)) == week for week in weeks), name


class Year:
    """A therapist's year: a timer for the week that is due next, ticks, and a life that moves the timer."""

    def __init__(self, rhythm: Rhythm, now: datetime) -> None:
        self.now, self.rhythm, self.first = now, rhythm, rhythm.latest(now).plus(1)
        self.due, self.sent = rhythm.next(now), list[Week]()

    def tick(self, now: datetime) -> None:
        if self.due <= now:
            week = self.rhythm.latest(now)
            self.sent.append(week)
            self.due = self.rhythm.moment(week.plus(1))

    def live_until(self, now: datetime) -> None:
        while self.due <= now:
            self.tick(max(self.due, self.now))
        self.now = now

    def change(self, rhythm: Rhythm) -> None:
        self.due, self.rhythm = rhythm.moment(self.rhythm.latest(self.due)), rhythm


@given(rhythms, moments, st.lists(st.tuples(st.integers(0, 366 * 24), rhythms), max_size=12))
def test_in_a_year_of_moving_about_every_week_has_exactly_one(
    rhythm: Rhythm, start: datetime, changes: list[tuple[int, Rhythm]]
) -> None:
    year = Year(rhythm, start)
    for hour, wanted in sorted(changes, key=lambda change: change[0]):
        year.live_until(start + timedelta(hours=hour))
        year.change(wanted)
    year.live_until(start + timedelta(days=367))
    assert year.sent == [year.first.plus(number) for number in range(len(year.sent))]
    # The last change may have put off a week that has had its digest, so that this week's moment comes once more.
    last = year.rhythm.latest(year.now)
    assert last <= year.sent[-1] <= last.plus(1)


@given(rhythms, st.lists(st.integers(1, 40), min_size=1, max_size=12), moments)
def test_after_any_outage_there_is_one_late_and_the_next_one_in_time(
    rhythm: Rhythm, outages: list[int], start: datetime
) -> None:
    year, now = Year(rhythm, start), start
    for days in outages:
        now += timedelta(days=days)
        before = len(year.sent)
        for _ in range(3):
            year.tick(now)
        assert len(year.sent) - before <= 1
        assert year.due > now
    assert max(Counter(year.sent).values(), default=1) == 1
    assert year.sent == sorted(year.sent)
