"""What is promised about a session: only what will come true as far as it is known by now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversations.model import CheckIn, State
from conversations.pausing import Pause
from conversations.promises import NotAsked, why_not_asked

NOW = datetime(2026, 12, 1, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = CheckIn(1, 2, 3, NOW + 2 * HOUR)
DUE = replace(LATER, due_at=NOW)


def test_nothing_stands_against_a_check_in_that_waits_alone() -> None:
    assert why_not_asked(LATER, None, None, NOW) is None
    assert why_not_asked(LATER, None, NOW + 7 * DAY, NOW) is None


def test_a_session_too_long_ago_has_no_check_in() -> None:
    assert why_not_asked(None, None, None, NOW) is NotAsked.TOO_LONG_AGO


def test_a_pause_hinders_what_falls_due_before_it_ends_and_nothing_after() -> None:
    assert why_not_asked(DUE, Pause(NOW - DAY), None, NOW) is NotAsked.PAUSES
    assert why_not_asked(LATER, Pause(NOW - DAY), None, NOW) is NotAsked.PAUSES_YET
    assert why_not_asked(LATER, Pause(NOW - DAY, NOW + 3 * HOUR), None, NOW) is NotAsked.PAUSES_YET
    assert why_not_asked(LATER, Pause(NOW - DAY, LATER.due_at), None, NOW) is None
    assert why_not_asked(replace(LATER, state=State.CANCELLED), Pause(NOW), None, NOW) is NotAsked.PAUSES


@pytest.mark.parametrize(("ahead", "why"), [(12 * HOUR, NotAsked.NEXT_TOO_CLOSE), (13 * HOUR, None)])
def test_a_check_in_that_would_close_before_it_opens_is_not_promised(ahead: timedelta, why: NotAsked | None) -> None:
    assert why_not_asked(LATER, None, LATER.due_at + ahead, NOW) is why


@pytest.mark.parametrize("state", [State.OPEN, State.COMPLETED, State.DECLINED, State.EXPIRED])
def test_what_was_asked_was_asked_whatever_came_later(state: State) -> None:
    assert why_not_asked(replace(LATER, state=state), Pause(NOW), NOW + 3 * HOUR, NOW) is None


def test_what_was_called_off_for_another_reason_is_not_promised_either() -> None:
    assert why_not_asked(replace(LATER, state=State.CANCELLED), None, None, NOW) is NotAsked.CALLED_OFF
