"""What is written for people names everything there is, and nothing that is not."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.telegram.routes import COMMAND_ROUTES

ROOT = Path(__file__).parent.parent
SETTINGS = sorted(name.upper() for name in Settings.model_fields)


def read(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def pages() -> str:
    """Read the README and every page of docs, decisions aside."""
    return "\n".join([read("README.md"), *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))])


def code() -> str:
    paths = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "conversations").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def glossary() -> list[str]:
    return re.findall(r"\*\*([^*]+)\*\*", read("docs/glossary.md"))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained(name: str) -> None:
    assert re.search(rf"^#? ?{name}=", read(".env.example"), re.MULTILINE), f".env.example does not set {name}"
    assert re.search(rf"\b{name}\b", read("README.md")), f"README.md does not name {name}"


def test_the_example_sets_nothing_that_does_not_exist() -> None:
    named = re.findall(r"^#? ?([A-Z][A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert sorted(set(named) - set(SETTINGS)) == []


@pytest.mark.parametrize("name", sorted(COMMAND_ROUTES))
def test_every_command_is_explained(name: str) -> None:
    assert re.search(rf"/{name}\b", pages()), f"neither README.md nor docs/ names /{name}"


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    written = code().lower()
    words = glossary()
    assert words
    assert [word for word in words if not any(re.search(rf"\b{spelled}", written) for spelled in spellings(word))] == []


def spellings(word: str) -> set[str]:
    """Give a word as a class, as a variable and as a constant would spell it: TakeBack, take_back."""
    return {re.escape(word.lower()), re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()}


def test_no_page_names_a_place_on_somebodys_machine() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / ".env.example"]:
        assert not re.search(r"/(work|home/\w+|root)/", path.read_text(encoding="utf-8")), path.name
