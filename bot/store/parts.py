"""Many ids, a part of them in one statement."""

from collections.abc import Iterable, Iterator

_AT_ONCE = 5_000
"""Ids in one statement: SQLite takes 32,766."""


def parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Give ids in lists that fit into one statement."""
    every = list(ids)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
