import pytest

from bot.ics import worker
from bot.ics.slots import Refusal, Refused
from tests.ics.hostile import CASES, WANTED, outcome


@pytest.mark.parametrize("name", CASES)
async def test_a_calendar_that_means_harm_is_refused_or_cut(name: str) -> None:
    content, expected = CASES[name]
    found = await outcome(content)
    assert found.startswith(expected) if expected.endswith("_") else found == expected


async def test_a_worker_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_SECONDS", 0.001)
    with pytest.raises(Refused) as caught:
        await worker.read_calendar(b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", WANTED)
    assert caught.value.reason is Refusal.TOO_HEAVY
