"""Who may import whom. Each rule is a sentence; a breach names file, line and import."""

import ast
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNPURE = ("asyncio", "sqlalchemy", "telegram", "os", "logging", "random", "time", "aiohttp", "socket", "secrets")
CLOCKS = ("now", "utcnow", "today")
SHELL: tuple[str, ...] = ("bot/app.py", "bot/__main__.py", "bot/steering.py", "bot/doctor.py", "bot/setup.py")
SHELL += ("bot/question_commands.py", "bot/preview.py")
"""What starts the bot or is a command of its own; all other files right below bot/ are use cases."""
PURE_VIEWS = ("bot/telegram/buttons.py", "bot/telegram/check_in_views.py", "bot/telegram/lengths.py")
VIEWS_MAY_USE: tuple[str, ...] = (
    "bot.telegram.buttons",
    "bot.telegram.lengths",
    "bot.texts",
    "conversations",
    "base64",
    "binascii",
    "dataclasses",
    "datetime",
)
VIEWS_MAY_USE += ("bisect", "collections", "functools", "html", "re", "typing", "zoneinfo")


@dataclass(frozen=True)
class Import:
    """One imported name and where it stands."""

    file: str
    line: int
    name: str
    for_types: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"

    def within(self, *modules: str) -> bool:
        return any(self.name == module or self.name.startswith(f"{module}.") for module in modules)


def files(root: Path, folder: str) -> list[Path]:
    return sorted(path for path in (root / folder).rglob("*.py") if "__pycache__" not in path.parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(root: Path, folder: str) -> Iterator[Import]:
    """List every import of a folder's files, those inside functions too."""
    for path in files(root, folder):
        tree, file = tree_of(path), path.relative_to(root).as_posix()
        for_types = {id(node) for block in ast.walk(tree) if _is_type_checking(block) for node in ast.walk(block)}
        for node in ast.walk(tree):
            for name in _names(node, file):
                yield Import(file, getattr(node, "lineno", 0), name, id(node) in for_types)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _names(node: ast.AST, file: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        parents = file.removesuffix(".py").split("/")[: -node.level] if node.level else []
        module = ".".join([*parents, *(node.module or "").split(".")]).strip(".")
        return [f"{module}.{alias.name}" for alias in node.names]
    return []


def breaches(root: Path) -> list[str]:
    """Give every breach of every rule as a sentence."""
    pure, shell = list(imports(root, "conversations")), list(imports(root, "bot"))
    return [
        *(f"{one}: conversations know nothing of the bot" for one in pure if one.within("bot")),
        *(f"{one}: conversations touch nothing of the world" for one in pure if one.within(*UNPURE)),
        *(f"{one}: conversations are told the time" for one in clocks(root)),
        *(f"{one}: use cases and the store know no Telegram" for one in shell if _use_case_to_telegram(one)),
        *(f"{one}: chats reach the store through use cases" for one in shell if _chat_to_store(one)),
        *(f"{one}: views only draw" for one in shell if one.file in PURE_VIEWS and not one.within(*VIEWS_MAY_USE)),
        *(f"{one}: the store stands below the use cases" for one in shell if _store_upwards(one)),
        *(f"{one}: only __main__ starts the app" for one in shell if _to_app(one)),
    ]


def clocks(root: Path) -> Iterator[str]:
    for path in files(root, "conversations"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                yield f"{path.relative_to(root).as_posix()}:{node.lineno} calls {ast.unparse(node.func)}()"


def _use_case_to_telegram(one: Import) -> bool:
    is_use_case = one.file.count("/") == 1 and one.file not in SHELL
    return (is_use_case or one.file.startswith("bot/store/")) and one.within("bot.telegram", "telegram")


def _chat_to_store(one: Import) -> bool:
    return one.file.startswith("bot/telegram/") and one.within("bot.store", "sqlalchemy.orm")


def _store_upwards(one: Import) -> bool:
    return one.file.startswith("bot/store/") and one.within("bot") and not one.within("bot.store", "bot.crypto")


def _to_app(one: Import) -> bool:
    steering = one.file == "bot/steering.py" and one.for_types
    return one.within("bot.app") and one.file != "bot/__main__.py" and not steering


def test_every_import_goes_the_right_way() -> None:
    found = breaches(ROOT)
    assert found == [], "\n".join(found)


BAD = [
    ("conversations/model.py", "from bot.texts import speech", "conversations know nothing of the bot"),
    ("conversations/model.py", "import asyncio", "touch nothing of the world"),
    ("conversations/model.py", "def f():\n    import os.path", "touch nothing of the world"),
    ("conversations/model.py", "WHEN = datetime.now()", "are told the time"),
    ("bot/roster.py", "from bot.telegram.buttons import View", "know no Telegram"),
    ("bot/roster.py", "import telegram", "know no Telegram"),
    ("bot/store/tables/columns.py", "from telegram.error import BadRequest", "know no Telegram"),
    ("bot/telegram/client.py", "from bot.store import persons", "through use cases"),
    ("bot/telegram/buttons.py", "import random", "views only draw"),
    ("bot/telegram/check_in_views.py", "from bot.use_cases import UseCases", "views only draw"),
    ("bot/store/tables/columns.py", "from bot import roster", "below the use cases"),
    ("bot/roster.py", "from bot.app import App", "only __main__ starts the app"),
    ("bot/steering.py", "from bot.app import App", "only __main__ starts the app"),
    ("bot/telegram/client.py", "from ..store import persons", "through use cases"),
]


@pytest.mark.parametrize(("file", "line", "rule"), BAD)
def test_a_wrong_import_is_named_with_file_and_line(tmp_path: Path, file: str, line: str, rule: str) -> None:
    target = tmp_path / file
    target.parent.mkdir(parents=True)
    shutil.copy(ROOT / file, target)
    (tmp_path / "bot").mkdir(exist_ok=True)
    clean = breaches(tmp_path)
    source = target.read_text(encoding="utf-8")
    target.write_text(f"{source}\n{line}\n", encoding="utf-8")

    (found,) = set(breaches(tmp_path)) - set(clean)
    last = source.count("\n") + 2 + line.count("\n")
    assert found.startswith(f"{file}:{last} ")
    assert rule in found
