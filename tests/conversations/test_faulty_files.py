"""Files with faults: each is found, with its line and column, in a sentence an admin understands. And hostile ones.

The sentences are kept in `faulty/snapshot.txt`; after a change, look at the difference and write it anew with
`python -m tests.conversations.test_faulty_files`.
"""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from conversations.faults import QuestionSetFault
from conversations.question_sets import read_file

FAULTY = Path(__file__).parent / "faulty"
FILES = sorted(path for path in FAULTY.iterdir() if path.suffix in (".yaml", ".json"))


def faults_in(raw: bytes) -> list[str]:
    """Give every fault as the command line prints it, without the name of the file."""
    try:
        read_file(raw)
    except QuestionSetFault as fault:
        return [str(one) for one in fault.faults]
    return []


def snapshot() -> str:
    return "\n".join(f"{path.name}:{fault}" for path in FILES for fault in faults_in(path.read_bytes())) + "\n"


def test_every_fault_is_found_with_its_line_and_column_in_one_sentence() -> None:
    assert snapshot() == (FAULTY / "snapshot.txt").read_text(encoding="utf-8")


def test_thirty_files_and_more_are_tried_and_each_has_a_fault() -> None:
    assert len(FILES) >= 30
    assert [path.name for path in FILES if not faults_in(path.read_bytes())] == []


def test_a_sentence_is_short_and_ends_as_a_sentence_does() -> None:
    said = {fault.split(": ", 1)[1] for path in FILES for fault in faults_in(path.read_bytes())}
    assert {one for one in said if not one.endswith((".", "?")) or len(one) > 130} == set()


HEAD = "name: a\nnumber: 1\nlicence: a\nsource: a\nlanguages: [en]\n"


def bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return "\n".join(lines)


def tangle() -> str:
    """A condition with as many alternatives as its length allows, none of which can hold."""
    parts = ", ".join("{any: [{question: q, is: 1}, {question: q, is: 2}]}" for _ in range(16))
    question = (
        "  - {id: q, kind: rating, text: {en: Q}}\n  - {id: r, kind: rating, text: {en: R}, show_if: {all: [%s]}}"
    )
    return f"{HEAD}questions:\n{question % parts}\n"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "ten megabytes": lambda: b"a: 1\n" * 2_000_000,
    "a million questions": lambda: (
        f"{HEAD}questions:\n".encode() + b"  - {id: a, kind: text, text: {en: a}}\n" * 1_000_000
    ),
    "a million questions in a small file": lambda: b'{"questions": [' + b"{}," * 80_000 + b"{}]}",
    "aliases that multiply": lambda: bomb().encode(),
    "brackets a thousand deep": lambda: b"a: " + b"[" * 60_000,
    "braces a thousand deep": lambda: b'{"a":' * 50_000,
    "lists in lists": lambda: b"- " * 30_000,
    "a tag that runs a program": f"{HEAD}questions: !!python/object/apply:os.system [ls]\n".encode,
    "keys without end": lambda: "".join(f"k{n}: {n}\n" for n in range(6_500)).encode()[:65_000],
    "the same key without end": lambda: b"k: 1\n" * 13_000,
    "a number without end": lambda: b"number: " + b"9" * 60_000,
    "a text without end": lambda: b"name: " + b"a b " * 15_000,
    "a key without end": lambda: b"a" * 65_000 + b": 1",
    "complex keys": lambda: b"? [a]\n: b\n" * 6_000,
    "anchors": lambda: "".join(f"- &a{n} x\n" for n in range(5_500)).encode(),
    "comments": lambda: b"#\n" * 32_000,
    "bytes that are no text": lambda: bytes(range(256)) * 200,
    "invisible characters": lambda: "name: \u202eabc\n".encode() * 3_000,
    "hidden in escapes": lambda: b'name: "\\u202e\\u0000\\ud800"\n',
    "groups in groups": lambda: b'{"resourceType": "Questionnaire", "item": [' + b'{"type": "group", "item": [' * 4_000,
    "items without end": lambda: b'{"resourceType": "Questionnaire", "item": [' + b'{"linkId": "a"},' * 9_000 + b"{}]}",
    "a tangle of conditions": lambda: tangle().encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_half_a_second(name: str) -> None:
    raw = HOSTILE[name]()
    begun = time.process_time()
    found = faults_in(raw)
    took = time.process_time() - begun
    assert 1 <= len(found) <= 101
    assert took < 0.5, f"{took:.2f} s"


@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_50_megabytes(name: str) -> None:
    raw = HOSTILE[name]()
    tracemalloc.start()
    faults_in(raw)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 50_000_000, f"{used / 1e6:.0f} MB"


if __name__ == "__main__":
    (FAULTY / "snapshot.txt").write_text(snapshot(), encoding="utf-8")
