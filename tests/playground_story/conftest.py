import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.playground.story import Played, play


@dataclass(frozen=True, slots=True)
class Told:
    """One story: what it left behind, what it said on the way, and the journal."""

    directory: Path
    lines: list[str]
    played: Played

    def chat(self, key: str) -> str:
        return (self.directory / f"chat-{key}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    directory = tmp_path_factory.mktemp("story") / "demo"
    lines: list[str] = []
    return Told(directory, lines, asyncio.run(play(directory, lines.append)))
