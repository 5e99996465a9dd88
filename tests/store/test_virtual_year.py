"""A small practice lives through some days, restarted daily. The large one: `python -m tests.bench.virtual_year`."""

from pathlib import Path

from tests.bench.virtual_year import faults, live


async def test_every_due_check_in_comes_once_none_at_night_and_no_reminder_after_an_answer(tmp_path: Path) -> None:
    figures = await live(tmp_path / "attune.db", clients=20, days=9, seed=3, steps=12)
    assert faults(figures) == {}
    assert figures["sessions"]["asked once"] > 10
    assert figures["reminders"] > 0
