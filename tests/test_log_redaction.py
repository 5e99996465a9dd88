"""What is left of a secret in a line of the log, and that events are constant names."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from tests.test_logs import TOKEN

ROOT = Path(__file__).parent.parent


@given(st.text(min_size=4), st.text(), st.text())
def test_a_known_secret_never_survives_inside_a_json_line(secret: str, before: str, after: str) -> None:
    line = json.dumps({"x": before + secret + after})
    cleaned = logs.redactor([secret])(line)
    assert json.dumps(secret)[1:-1] not in cleaned.replace("[redacted]", "\0")


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN.replace(':', '%3A')}/photos/1.jpg",
        "http://127.0.0.1:8081/bot123456:TEST-x/getMe",
    ],
)
def test_what_looks_like_a_token_is_redacted_unasked(text: str) -> None:
    cleaned = logs.redactor(())(f"GET {text} 200")
    assert "[redacted]" in cleaned
    assert not re.search(r"canary|TEST", cleaned)
    assert cleaned.endswith(" 200")


def test_the_redactor_knows_the_spellings_of_a_secret_and_takes_the_longest_first() -> None:
    redact = logs.redactor(["p@ss/word", "p@ss/word-longer", 'quo"te\u00e9', "abc"])
    assert redact("p%40ss%2Fword p@ss/word-longer") == "[redacted] [redacted]"
    assert redact('quo\\"te\\u00e9 quo"te\u00e9') == "[redacted] [redacted]"
    assert redact("abc 12:34:56 a sentence") == "abc 12:34:56 a sentence"


def logged_events() -> Iterator[tuple[str, ast.expr]]:
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args and _is_log(node.func):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.args[0]


def _is_log(method: ast.Attribute) -> bool:
    logger = method.value.id if isinstance(method.value, ast.Name) else ""
    return logger.lower().strip("_") in {"log", "logger"} and method.attr in {
        "debug", "info", "warning", "error", "critical", "exception",
    }  # fmt: skip


def test_every_event_in_the_code_is_a_constant_name() -> None:
    # A name built at run time could hold somebody's words.
    wrong = [
        place
        for place, event in logged_events()
        if not (isinstance(event, ast.Constant) and re.fullmatch("[a-z][a-z0-9_]{0,63}", str(event.value)))
    ]
    assert not wrong, "log events must be constant snake_case names: " + ", ".join(wrong)
