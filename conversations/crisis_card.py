"""The crisis card: where somebody gets help now. One a language, written and checked by the practice's admin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

PART_LIMIT = 300
"""Characters of one part: the card ends longer messages, which have 4,096 (Bot API, sendMessage)."""


class Part(StrEnum):
    """What the card is made of, in the order in which it is asked for. The source is for the admin."""

    WORDS = "words"
    NUMBER = "number"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class CrisisCard:
    """A card: to whom to turn, how to reach them, where the admin has that from, and when it was last checked."""

    words: str = ""
    number: str = ""
    source: str = ""
    checked_on: date | None = None

    @property
    def shown(self) -> str:
        """What clients see."""
        return "\n".join(part for part in (self.words, self.number) if part)

    @property
    def missing(self) -> Part | None:
        """The next part that is still asked for; None once it only has to be looked at."""
        return next((part for part in Part if not getattr(self, part.value)), None)

    def filled(self, text: str) -> "CrisisCard | None":
        """Give the card with its missing part written; None where the text does not fit."""
        part, words = self.missing, text.strip()
        if part is None or not words or len(words) > PART_LIMIT:
            return None
        return _WITH[part](self, words)


_WITH: Mapping[Part, Callable[[CrisisCard, str], CrisisCard]] = {
    Part.WORDS: lambda card, text: replace(card, words=text),
    Part.NUMBER: lambda card, text: replace(card, number=text),
    Part.SOURCE: lambda card, text: replace(card, source=text),
}


def card_in(language: str, cards: Mapping[str, CrisisCard], otherwise: str | None) -> str | None:
    """Choose the card for a language: its own, else the practice's first words, else any there is."""
    if language in cards:
        return cards[language].shown
    return otherwise or next((card.shown for card in cards.values()), None)
