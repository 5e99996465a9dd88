"""A CSV file of past scores, from bytes to rows, whatever program has written it.

UTF-8 with or without its mark; commas, semicolons or tabs; any line ends; quoted cells. A file that was made to hurt is
refused before much is done with it.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from conversations.score_faults import PastScoresFault, Problem, ScoreFault, Values, Wrong

NEEDED = ("code", "date", "question", "value")
COLUMNS = (*NEEDED, "set", "therapist", "occasion", "version")
"""What a file may say. The last two stand in what was exported."""
MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
_MOST_LINES = 5 * MOST_ROWS
_MOST_COLUMNS = 50
_LONGEST = 4_000
"""Characters of a cell."""
_SEPARATORS = ",;\t"
_SAID = re.compile(r"sep=([,;\t])[\r\n]+", re.IGNORECASE)
"""What Excel may write into the first line."""
_NAMES = {"question id": "question", "question_id": "question"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number, and its cells by the name of their column. The repr shows no cell."""

    line: int
    cells: Mapping[str, str] = field(repr=False)


def read_rows(raw: bytes) -> tuple[Row, ...]:
    """Read a file.

    Raises:
        PastScoresFault: with every fault of its form, and none of what it says.
    """
    text = _text(raw)
    said = _SAID.match(text)
    skipped = 1 if said else 0
    body = text[said.end() :] if said else text
    lines = _lines(body, said[1] if said else _separator(body), skipped)
    first = next(lines, None)
    if first is None:
        _refuse(1, Wrong.EMPTY)
    names = _header(first[0], _trimmed(first[1]))
    return tuple(_rows(lines, names))


def _refuse(line: int, wrong: Wrong, column: str = "", **values: str | int) -> NoReturn:
    raise PastScoresFault([ScoreFault(line, column, Problem(wrong, values))])


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        _refuse(1, Wrong.TOO_BIG)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(1, Wrong.NOT_UTF8)
    if b"\0" in raw:
        _refuse(raw.count(b"\n", 0, raw.index(b"\0")) + 1, Wrong.NO_TEXT)
    if raw.count(b"\n") + raw.count(b"\r") > 2 * _MOST_LINES:
        _refuse(1, Wrong.TOO_MANY, most=MOST_ROWS)
    for line, found in enumerate(raw.splitlines(), start=1):
        if len(found) > _MOST_COLUMNS * _LONGEST:
            _refuse(line, Wrong.LONG, most=_LONGEST)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(raw.count(b"\n", 0, error.start) + 1, Wrong.NOT_UTF8)


def _separator(text: str) -> str:
    """Choose what cuts the first line with something in it into the most names that are known."""
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")[:_LONGEST]

    def known(separator: str) -> int:
        return len(set(COLUMNS) & {_name(cell.strip().strip('"')) for cell in first.split(separator)})

    return max(_SEPARATORS, key=known)


def _lines(text: str, separator: str, skipped: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Cut the text into lines with something in them, each with the number of its first one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + skipped + 1
            if line > _MOST_LINES:
                _refuse(line, Wrong.TOO_MANY, most=MOST_ROWS)
    except csv.Error as error:
        _refuse(line, Wrong.LONG if "field limit" in str(error) else Wrong.QUOTES, most=_LONGEST)


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Leave out empty cells at the end, which programs like to add."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _name(cell: str) -> str:
    name = " ".join(cell.lower().split())
    return _NAMES.get(name, name)


def _header(line: int, cells: Sequence[str]) -> Sequence[str]:
    """Read the names of the columns; every fault of theirs is told at once."""
    if len(cells) > _MOST_COLUMNS:
        _refuse(line, Wrong.TOO_WIDE, most=_MOST_COLUMNS)
    names = [_name(cell) for cell in cells]
    known: Values = {"columns": ", ".join(COLUMNS)}
    faults = [ScoreFault(line, "", Problem(Wrong.NO_COLUMN, {"column": name})) for name in NEEDED if name not in names]
    for place, name in enumerate(names):
        if name not in COLUMNS:
            faults.append(ScoreFault(line, name[:40], Problem(Wrong.UNKNOWN_COLUMN, known)))
        elif name in names[:place]:
            faults.append(ScoreFault(line, name, Problem(Wrong.COLUMN_TWICE)))
    if faults:
        raise PastScoresFault(faults)
    return names


def _rows(lines: Iterator[tuple[int, Sequence[str]]], names: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    faults: list[ScoreFault] = []
    for line, cells in lines:
        if len(rows) + len(faults) >= MOST_ROWS:
            _refuse(line, Wrong.TOO_MANY, most=MOST_ROWS)
        fault = _fault(line, cells, names)
        if fault is not None:
            faults.append(fault)
        else:
            rows.append(Row(line, {name: plain(cell) for name, cell in zip(names, cells, strict=False)}))
    if faults:
        raise PastScoresFault(faults)
    if not rows:
        _refuse(1, Wrong.EMPTY)
    return rows


def _fault(line: int, cells: Sequence[str], names: Sequence[str]) -> ScoreFault | None:
    there = max(len(_trimmed(cells)), min(len(cells), len(names)))
    if there != len(names):
        return ScoreFault(line, "", Problem(Wrong.CELLS, {"there": there, "wanted": len(names)}))
    long = next((name for name, cell in zip(names, cells, strict=False) if len(cell) > _LONGEST), None)
    return None if long is None else ScoreFault(line, long, Problem(Wrong.LONG, {"most": _LONGEST}))


# ---- cells that a spreadsheet would take for a formula ----

_DANGEROUS = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""The last four are full-width: spreadsheets of East Asia take them too."""
_PARTING = frozenset(";,\t\r\n\v\f\x85\u2028\u2029")
"""What some spreadsheet, by its language, may cut a cell at, quoted or not: a formula can begin behind each."""
_FILLING = frozenset("\"'")
"""What may stand before a formula, blanks aside. The apostrophe is one, so that adding it moves no beginning."""
_PLAIN_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")


def harmless(cell: str) -> str:
    """Write a cell so that no spreadsheet takes it, or a part of it, for a formula.

    An apostrophe goes before each sign that could begin one; plain numbers stay as they are.
    """
    if _DANGEROUS.isdisjoint(cell) or _PLAIN_NUMBER.fullmatch(cell):
        return cell
    begins = _beginnings(cell)
    return "".join(f"'{sign}" if place in begins else sign for place, sign in enumerate(cell))


def plain(cell: str) -> str:
    """Read a cell that `harmless` wrote."""
    if "'" not in cell:
        return cell
    added = {place - 1 for place in _beginnings(cell) if cell[place - 1 : place] == "'"}
    return "".join(sign for place, sign in enumerate(cell) if place not in added)


def _beginnings(cell: str) -> frozenset[int]:
    """Find the signs a formula could begin with: the first ones of the cell and of whatever it may be cut into."""
    found, first = [], True
    for place, sign in enumerate(cell):
        if first and sign in _DANGEROUS:
            found.append(place)
        first = sign in _PARTING or (first and (sign in _FILLING or sign.isspace()))
    return frozenset(found)
