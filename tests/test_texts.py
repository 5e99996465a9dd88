"""Every text the code asks for exists in every language, with the same gaps; every text that exists is asked for."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot import holidays, leaving, sessions
from bot.calendars import Count
from bot.exports import AUDITED
from bot.ics.slots import LeftOut
from bot.occasions import Told
from bot.past_scores import ACTIONS
from bot.practice_rules import Rule
from bot.question_sets import CHANGES, Trouble
from bot.roster import Notice
from bot.telegram.editing_words import PAIRS
from bot.telegram.menus import COMMANDS
from bot.texts import LOCALES, languages
from conversations import pausing
from conversations.crisis_card import Part as CardPart
from conversations.digest import Attention
from conversations.editing import Made, Wanted, Why
from conversations.events import Refusal
from conversations.flag import Flag, Part
from conversations.goal_findings import GoalFlag
from conversations.milestones import Kind
from conversations.model import Kind as QuestionKind
from conversations.model import Visibility
from conversations.nudge import Nudge
from conversations.promises import NotAsked
from conversations.question_diff import Change
from conversations.schedule import Later
from conversations.score_faults import Wrong

ROOT = Path(__file__).parent.parent
SPEAKERS = ("say", "tell", "count", "row", "_about_client", "about_client")
NAME = re.compile(r"[a-z][a-z_0-9]*(\.[a-z_0-9]+)+")
GAP = re.compile(r"\{(\w*)")
ONLY_ENGLISH = pytest.mark.parametrize("code", ["en"])
EVERY_LANGUAGE = pytest.mark.parametrize("code", languages())

FAMILIES: dict[str, list[str]] = {
    "number.": [str(number) for number in range(1, 7)],
    "button.later.": [*Later],
    "button.notice.": [*Notice],
    "button.settings.notice.": [*Notice],
    "review.note.": [*Visibility],
    "button.note.": [*Visibility],
    "refusal.": [*Refusal],
    "notice.": [*Notice],
    "command.": [*COMMANDS],
    "flag.": [flag.value.lower() for flag in Flag],
    "next_step.": [*Part],
    "digest.flag.": [flag.value.lower() for flag in Flag if flag is not Flag.TALK],
    "digest.milestone.": [Kind.FIRST, Kind.COUNT, Kind.WIN],
    "digest.goal.": [flag.name.lower() for flag in GoalFlag],
    "digest.attention.": [one.name.lower() for one in Attention if one is not Attention.USUAL],
    "risk.": ["private", "answer", "unkept"],
    "milestone.": [*Kind],
    "questions.diff.": [*Change],
    "button.practice.": [*Rule],
    "practice.ask.": [rule for rule in Rule if rule is not Rule.ZONE],
    "practice.card.ask.": [*CardPart],
    "status.": ["failed", "parked", "unreachable"],
    "audit.": [f"questions.{action}" for action in (*CHANGES, *Made)]
    + [f"practice.{name}" for name in (*Rule, "crisis_card")]
    + [f"scores.{action}" for action in ACTIONS]
    + [AUDITED]
    + [f"people.{action}" for action in leaving.CHANGES],
    "edit.kind.": [*QuestionKind],
    "button.edit.kind.": [*QuestionKind],
    "edit.ask.": [*Wanted],
    "edit.done.": [*Made],
    "edit.why.": [*Why],
    "edit.low.": [*PAIRS],
    "edit.high.": [*PAIRS],
    "button.questions.": ["who", "now", "file", "retire"],
    "series.every.": ["weekly", "fortnightly"],
    "calendar.count.": [count.name.lower() for count in Count],
    "calendar.left_out.": [why.value for why in LeftOut if why is not LeftOut.OUTSIDE],
    "button.pause.": [*pausing.Span],
}
"""What may stand behind each name that the code puts together."""

SPOKEN = (
    *Trouble,
    *leaving.Trouble,
    *sessions.Trouble,
    *holidays.Trouble,
    *pausing.Trouble,
    *Nudge,
    *Wrong,
    *Told,
    *NotAsked,
)
"""Names that are values of an enum."""

FORBIDDEN = ("rupture", "risk score", "failure", "compliance", "diagnos", "!")
TOAST_LIMIT, LABEL_LIMIT, MESSAGE_LIMIT = 200, 40, 4096


@dataclass(frozen=True)
class Use:
    """A text asked for in the code: its name, and the values given where that can be read off."""

    name: str
    values: frozenset[str] | None
    place: str


def catalog(code: str) -> Catalog:
    with (LOCALES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def forms(code: str) -> dict[str, list[str]]:
    """Read each text's forms, one or a plural's several, by its name."""
    found = {}
    for message in catalog(code):
        if message.id:
            name = message.id if isinstance(message.id, str) else message.id[0]
            found[name] = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return found


def gaps(texts: list[str]) -> set[str]:
    return {name for text in texts for name in GAP.findall(text)}


@functools.cache
def sources() -> dict[Path, list[ast.AST]]:
    """Parse every file that can say something; the playground and the charts have words of their own."""
    paths = [path for path in sorted((ROOT / "bot").rglob("*.py")) if not {"playground", "drawing"} & {*path.parts}]
    return {path: list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in paths}


def calls() -> Iterator[Use]:
    for path, nodes in sources().items():
        for node in nodes:
            if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                for name in _names(node.args[0]):
                    yield Use(name, _values(node), place)


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Call):
        return _called(function.func) == "speech"
    return _called(function) in SPEAKERS


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _names(argument: ast.expr) -> list[str]:
    """Give the names an argument can be; one that is only known at run time gives none."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.IfExp):
        return [*_names(argument.body), *_names(argument.orelse)]
    if isinstance(argument, ast.JoinedStr):
        prefix = _prefix(argument)
        return [prefix + ending for ending in FAMILIES.get(prefix, ["?"])]
    return []


def _prefix(text: ast.JoinedStr) -> str:
    first = text.values[0]
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _values(call: ast.Call) -> frozenset[str] | None:
    """Give the values a call fills in; None where it cannot be read off or the caller's caller adds them."""
    names = [keyword.arg for keyword in call.keywords]
    if None in names or _called(call.func) in ("_about_client", "about_client"):
        return None
    added = {"number"} if _called(call.func) == "count" else set()
    return frozenset({name for name in names if name} | added)


def literals() -> dict[str, str]:
    """Give every string in the code that is spelled like a text's name, with a place where it stands."""
    groups = {name.split(".")[0] for name in forms("en") if "." in name}
    found = {}
    for path, nodes in sources().items():
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
                if name in forms_en or (NAME.fullmatch(name) and name.split(".")[0] in groups):
                    found[name] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


forms_en = forms("en")


# ---- code and texts ----


def test_every_text_the_code_asks_for_exists() -> None:
    assert len(list(calls())) > 100
    missing = [f"{use.place}: {use.name}" for use in calls() if use.name not in forms_en]
    missing += [f"{place}: {name}" for name, place in literals().items() if name not in forms_en]
    missing += [f"{type(value).__name__}: {value}" for value in SPOKEN if value not in forms_en]
    assert missing == [], "\n".join(missing)


def test_every_text_is_asked_for() -> None:
    asked = {use.name for use in calls()} | set(literals()) | set(SPOKEN)
    assert sorted(set(forms_en) - asked) == []


def test_every_name_that_is_put_together_has_a_family_and_every_family_is_used() -> None:
    prefixes = set()
    for nodes in sources().values():
        for node in nodes:
            if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                prefixes |= {_prefix(part) for part in ast.walk(node.args[0]) if isinstance(part, ast.JoinedStr)}
    assert prefixes == set(FAMILIES)


def test_every_gap_is_filled_and_nothing_is_given_in_vain() -> None:
    wrong = [
        f"{use.place}: {use.name} has {sorted(gaps(forms_en[use.name]))} and is given {sorted(use.values)}"
        for use in calls()
        if use.values is not None and use.name in forms_en and not _fits(use)
    ]
    assert wrong == [], "\n".join(wrong)


def _fits(use: Use) -> bool:
    wanted = gaps(forms_en[use.name])
    given = use.values or frozenset()
    if any(use.name.startswith(prefix) for prefix in FAMILIES):
        return wanted <= given | ({"length"} if use.name == "refusal.note_too_long" else set())
    return wanted == given or ("number" in given and wanted <= given)


def test_a_sentence_sent_by_its_name_alone_has_no_gap_but_the_code() -> None:
    for path, nodes in sources().items():
        for node in nodes:
            if isinstance(node, ast.keyword) and node.arg == "detail" and isinstance(node.value, ast.Constant):
                name = str(node.value.value)
                assert gaps(forms_en.get(name, [])) <= {"code"}, f"{path.name}:{node.value.lineno} {name}"


# ---- what people read ----


@EVERY_LANGUAGE
def test_every_language_has_the_same_texts_with_the_same_gaps(code: str) -> None:
    theirs = forms(code)
    assert set(theirs) == set(forms_en)
    different = [name for name, texts in theirs.items() if gaps(texts) != gaps(forms_en[name])]
    assert different == []


@EVERY_LANGUAGE
def test_no_text_is_empty_or_left_half_translated(code: str) -> None:
    assert [name for name, texts in forms(code).items() if not all(text.strip() for text in texts)] == []
    assert [message.id for message in catalog(code) if message.fuzzy and message.id] == []


@EVERY_LANGUAGE
def test_every_toast_fits_telegram(code: str) -> None:
    toasts = {name: texts for name, texts in forms(code).items() if name.startswith(("refusal.", "toast."))}
    assert toasts
    long = [name for name, texts in toasts.items() if max(map(len, texts)) > TOAST_LIMIT]
    assert long == []


@EVERY_LANGUAGE
def test_every_button_label_is_short(code: str) -> None:
    labels = {name: texts for name, texts in forms(code).items() if name.startswith("button.")}
    assert [name for name, texts in labels.items() if max(map(len, texts)) > LABEL_LIMIT] == []


@EVERY_LANGUAGE
def test_every_message_fits_telegram_with_room_for_what_is_filled_in(code: str) -> None:
    assert [name for name, texts in forms(code).items() if max(map(len, texts)) > MESSAGE_LIMIT - 1500] == []


@EVERY_LANGUAGE
def test_every_tag_is_closed(code: str) -> None:
    for name, texts in forms(code).items():
        for text in texts:
            for tag in ("b", "i"):
                assert text.count(f"<{tag}>") == text.count(f"</{tag}>"), name
            assert not re.search(r"<(?!/?[bi]>)", text), name


@EVERY_LANGUAGE
def test_no_text_shouts(code: str) -> None:
    assert [name for name, texts in forms(code).items() if any("!" in text for text in texts)] == []


@ONLY_ENGLISH
def test_no_text_uses_a_word_that_shames_or_labels(code: str) -> None:
    found = [
        f"{name}: {word}"
        for name, texts in forms(code).items()
        for word in FORBIDDEN
        if any(word in text.lower().replace("not a diagnosis", "") for text in texts)
    ]
    assert found == []
