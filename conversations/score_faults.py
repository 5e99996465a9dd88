"""What can be wrong in a file of past scores: a name for each sort, and where it stands.

Each sort is the name of a sentence in the locale files. Nothing of the file is repeated but what its reader needs to
find the place: a code, a question's id, a column.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Wrong(StrEnum):
    """The sorts of faults."""

    NO_TEXT = "scores.fault.no_text"
    NOT_UTF8 = "scores.fault.not_utf8"
    TOO_BIG = "scores.fault.too_big"
    TOO_MANY = "scores.fault.too_many"
    TOO_WIDE = "scores.fault.too_wide"
    EMPTY = "scores.fault.empty"
    QUOTES = "scores.fault.quotes"
    NO_COLUMN = "scores.fault.no_column"
    UNKNOWN_COLUMN = "scores.fault.unknown_column"
    COLUMN_TWICE = "scores.fault.column_twice"
    CELLS = "scores.fault.cells"
    LONG = "scores.fault.long"
    CODE = "scores.fault.code"
    TWO_CLIENTS = "scores.fault.two_clients"
    SET = "scores.fault.set"
    QUESTION = "scores.fault.question"
    VERSION = "scores.fault.version"
    OCCASION = "scores.fault.occasion"
    DATE = "scores.fault.date"
    TO_COME = "scores.fault.to_come"
    LONG_AGO = "scores.fault.long_ago"
    RANGE = "scores.fault.range"
    STEP = "scores.fault.step"
    OPTION = "scores.fault.option"
    OPTIONS = "scores.fault.options"
    YES_NO = "scores.fault.yes_no"
    NUMBER = "scores.fault.number"
    WORDS = "scores.fault.words"
    NEEDED = "scores.fault.needed"
    TWICE = "scores.fault.twice"
    TAKEN = "scores.fault.taken"
    NOTHING = "scores.fault.nothing"


Values = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be used, with what its sentence names."""

    wrong: Wrong
    values: Values = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ScoreFault:
    """One thing that is wrong. `line` counts from 1; `column` is a column's name, empty where it is about a line."""

    line: int
    column: str
    problem: Problem

    @property
    def order(self) -> tuple[int, str]:
        """Sort as people read."""
        return self.line, self.column


class PastScoresFault(ValueError):
    """A file of past scores that cannot be used. `faults` names every reason, in the order of the file."""

    def __init__(self, faults: Iterable[ScoreFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: one.order))
        super().__init__(" ".join(dict.fromkeys(one.problem.wrong.name for one in self.faults)))
