"""Quiet hours, for every kind of message there is: only what somebody asked for, or allowed, comes in them."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.outbox import Lane
from bot.telegram.letters import Asked
from bot.telegram.messages import RENDERERS, TO_CLIENTS
from bot.telegram.quiet import quiet_until
from conversations.flag import Level
from conversations.preferences import Preferences
from conversations.schedule import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 11, 4, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 5, 7, tzinfo=UTC)
QUIET = QuietHours(time(21), time(8))
SILENT = {"menu", "delete"}
RED_FLAGS = {"summary", "own_view", "silence", "risk", "risk_goal", "risk_private", "risk_unkept"}


JUST_NOW = timedelta(minutes=2)


def asked(
    kind: str, lane: Lane, preferences: Preferences, level: Level = Level.RED, since: timedelta = JUST_NOW
) -> Asked:
    async def give(value: object) -> object:
        return value

    kept = SimpleNamespace(check_in=SimpleNamespace(prompted_at=NIGHT - since))
    told = SimpleNamespace(summary=SimpleNamespace(reading=SimpleNamespace(level=level)))
    cases = SimpleNamespace(
        practice=SimpleNamespace(rules=SimpleNamespace(quiet_hours=QUIET)),
        check_ins=SimpleNamespace(get=lambda *_: give(kept)),
        reports=SimpleNamespace(told=lambda *_: give(told)),
    )
    person = SimpleNamespace(preferences=preferences, zone=BERLIN, paused=lambda _now: None)
    delivery = SimpleNamespace(kind=kind, lane=lane, about_id=1, detail=None)
    parcel = SimpleNamespace(delivery=delivery, person=person)
    return Asked(cast("Any", None), cast("Any", cases), cast("Any", parcel), cast("Any", None), NIGHT, "bot")


async def until(kind: str, lane: Lane, preferences: Preferences, level: Level = Level.RED) -> datetime | None:
    return await quiet_until(asked(kind, lane, preferences, level), as_client=kind in TO_CLIENTS)


@pytest.mark.parametrize("kind", sorted(RENDERERS))
@pytest.mark.parametrize("lane", [Lane.ALERT, Lane.PROMPT, Lane.DIGEST])
async def test_whatever_comes_unasked_waits_for_the_end_of_own_quiet_hours(kind: str, lane: Lane) -> None:
    assert await until(kind, lane, Preferences(quiet_hours=QUIET)) == (None if kind in SILENT else MORNING)


@pytest.mark.parametrize("kind", sorted(RENDERERS))
async def test_only_what_should_be_read_today_comes_to_who_allowed_it(kind: str) -> None:
    allowed = Preferences(quiet_hours=QUIET, alerts_in_quiet_hours=True)
    comes = kind in RED_FLAGS | SILENT
    assert (await until(kind, Lane.ALERT, allowed) is None) == comes
    assert (await until(kind, Lane.ALERT, allowed, Level.AMBER) is None) == (kind.startswith("risk") or kind in SILENT)


@pytest.mark.parametrize("kind", sorted(RENDERERS))
async def test_an_answer_to_what_somebody_asks_never_waits(kind: str) -> None:
    assert await until(kind, Lane.REPLY, Preferences(quiet_hours=QUIET)) is None


@pytest.mark.parametrize(("minutes", "comes"), [(0, True), (15, True), (16, False), (340, False)])
async def test_what_was_asked_in_the_room_waits_once_the_client_has_gone_home(minutes: int, comes: bool) -> None:
    late = asked("prompt", Lane.REPLY, Preferences(quiet_hours=QUIET), since=timedelta(minutes=minutes))
    assert await quiet_until(late, as_client=True) == (None if comes else MORNING)
    other = asked("screen", Lane.REPLY, Preferences(quiet_hours=QUIET), since=timedelta(minutes=minutes))
    assert await quiet_until(other, as_client=True) is None


@pytest.mark.parametrize("kind", sorted(TO_CLIENTS.keys() - SILENT))
async def test_clients_have_the_practices_quiet_hours_unless_they_chose_none(kind: str) -> None:
    assert await until(kind, Lane.PROMPT, Preferences()) == MORNING
    assert await until(kind, Lane.PROMPT, Preferences(quiet_hours=None)) is None
