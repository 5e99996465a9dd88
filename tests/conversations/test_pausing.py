"""How long a pause lasts, on the client's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversations.pausing import Pause, Span, Trouble, chosen, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 20, 20, tzinfo=UTC)  # 22:00 in Berlin, the clocks go back on the 25th


def test_a_week_ends_at_midnight_also_when_the_clocks_change() -> None:
    assert chosen(Span.WEEK, NOW, BERLIN) == Pause(NOW, datetime(2026, 10, 26, 23, tzinfo=UTC))


def test_a_pause_without_an_end_holds_for_ever() -> None:
    pause = chosen(Span.OPEN, NOW, BERLIN)
    assert pause.until is None
    assert pause.holds(NOW + timedelta(days=9999))


def test_a_pause_is_over_when_its_day_begins() -> None:
    pause = read(["until", "2026-12-24"], NOW, BERLIN)
    assert isinstance(pause, Pause)
    assert pause.until == datetime(2026, 12, 23, 23, tzinfo=UTC)
    assert pause.holds(pause.until - timedelta(seconds=1))
    assert not pause.holds(pause.until)


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("soon", Trouble.BAD),
        ("from 2026-12-24", Trouble.BAD),
        ("2026-12-24 2026-12-25 x", Trouble.BAD),
        ("2026-10-20", Trouble.PAST),
        ("2028-01-01", Trouble.LONG),
    ],
)
def test_what_is_no_day_ahead_is_named(words: str, trouble: Trouble) -> None:
    assert read(words.split(), NOW, BERLIN) is trouble
