"""Lists that are longer than one message takes: so many at a time, and More turns to the next.

After the last page comes the first. Telegram takes 100 buttons and 4,096 characters.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.telegram.buttons import Button
from bot.texts import Speech

T = TypeVar("T")

MOST = 30
"""Entries on one page: a line of text and a row of buttons each."""


def read_page(arguments: Sequence[str], place: int) -> int:
    """Read which page a button names; the first where it names none."""
    said = arguments[place] if len(arguments) > place else ""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 3 else 0


def page_of(everything: Sequence[T], page: int) -> Sequence[T]:
    """Give what stands on a page; pages go round."""
    start = page % _pages(len(everything)) * MOST
    return everything[start : start + MOST]


def more(count: int, page: int, turn: Callable[[int], str], say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Offer the next page of so many entries, if there is another; `turn` makes the button's data."""
    pages = _pages(count)
    return ((Button(say("button.more"), turn((page + 1) % pages)),),) if pages > 1 else ()


def _pages(count: int) -> int:
    return max(1, -(-count // MOST))
