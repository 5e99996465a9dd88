import json
from pathlib import Path
from typing import Any

import pytest

from conversations.alliance import flags
from conversations.attachment import reflect

VECTORS = Path(__file__).parent / "vectors"


def cases(name: str) -> list[Any]:
    loaded: list[Any] = json.loads((VECTORS / name).read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("case", cases("alliance_flags.json"), ids=lambda case: case["id"])
def test_a_worked_history_gets_the_flags_worked_out_by_hand(case: dict[str, Any]) -> None:
    assert flags(case["input"]) == case["flags"]


@pytest.mark.parametrize("case", cases("attachment.json"), ids=lambda case: case["lean"])
def test_a_worked_reflection_gets_the_scores_worked_out_by_hand(case: dict[str, Any]) -> None:
    reflection = reflect(case["steady"], case["closeness"], case["space"], case["push_pull"])

    assert reflection is not None
    assert (reflection.worry, reflection.distance) == (case["worry"], case["distance"])
    assert reflection.lean == case["lean"]
