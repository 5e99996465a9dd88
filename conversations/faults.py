"""What is wrong in a file: the line, the column, and a sentence that somebody who never saw the code understands.

A sentence never repeats what stood in the file, only names the format knows and ids that have passed their check: so it
can be shown in a chat, a terminal and a log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

Path = tuple[str | int, ...]
"""Where something stands in a mapping: ("questions", 0, "text", "en")."""

MOST = 100
"""Faults told at once; more than that is one mistake made many times."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; both count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong. `path` is where it stands in the mapping, for those who have no file."""

    place: Place
    sentence: str
    path: Path = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.place.line}:{self.place.column}: {self.sentence}"


class QuestionSetFault(ValueError):
    """A question set that cannot be used. `faults` names every reason, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(set(faults))
        more = Fault(found[-1].place, f"There are {len(found) - MOST} more faults.") if len(found) > MOST else None
        self.faults = (*found[:MOST], more) if more else tuple(found)
        super().__init__("\n".join(map(str, self.faults)))


def refuse(place: Place, sentence: str) -> NoReturn:
    """Read no further.

    Raises:
        QuestionSetFault: always.
    """
    raise QuestionSetFault([Fault(place, sentence)]) from None


@dataclass(frozen=True, slots=True)
class Places:
    """Where every part of a mapping stands in its file: its value, and the key before it."""

    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)
    origins: Mapping[Path, Path] = field(default_factory=dict)
    """For a mapping made out of another one: from which part of that one a part was made."""

    def of(self, path: Path) -> Place:
        """Give the place of a value, or of the nearest part around it that is in the file."""
        return self._find(path, self.values)

    def of_key(self, path: Path) -> Place:
        """Give the place of the key of a part."""
        return self._find(path, {**self.values, **self.keys} if path in self.keys else self.values)

    def _find(self, path: Path, known: Mapping[Path, Place]) -> Place:
        source = self._source(path)
        while source and source not in known:
            source = source[:-1]
        return known.get(source, Place())

    def _source(self, path: Path) -> Path:
        if not self.origins:
            return path
        for end in range(len(path), 0, -1):
            if path[:end] in self.origins:
                return self.origins[path[:end]]
        return ()
