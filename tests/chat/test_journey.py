"""The main job from end to end, as a therapist could read it: from the invite to the summary."""

from pathlib import Path

from bot.playground.phones import transcript
from tests.house import practice

OUT = Path(__file__).parents[2] / "out" / "journey"


async def test_six_presses_and_no_typing_take_a_session_to_the_therapists_summary(tmp_path: Path) -> None:
    async with practice(tmp_path, clients=1) as house:
        client = house.client("K-01")
        await house.session_now("K-01")
        await house.hop_to_due()
        before = len(await house.telegram.journal())
        await house.answer(client, (9, 8, 9, 9))
        summary = await house.therapist.wait_for("Overall 9")
        journal = (await house.telegram.journal())[before:]
        acts = [entry["what"] for entry in journal if entry["kind"] == "act"]
        OUT.mkdir(parents=True, exist_ok=True)
        for phone in house.people:
            (OUT / f"{phone.name}.txt").write_text(await transcript(phone), encoding="utf-8")
        assert acts == ["press"] * 6
        assert "K-01" in summary.text
        assert all(line in summary.text for line in ("Bond 9", "Goals 8", "Tasks 9", "Overall 9"))
        assert "a prompt to talk, not a finding" in summary.text.lower()
        assert (await house.telegram.figures())["refused"] == 0
        assert house.truth.ratings() == [(9, 8, 9, 9)]
