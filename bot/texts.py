"""Every sentence people read, from one gettext file a language in `bot/locales/`.

Message ids are names (`prompt.ready`), never English sentences, so a wording can change without touching code.
Texts are Telegram HTML; everything put into them is escaped here, once.
"""

import html
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"


class Speech:
    """The texts of one language."""

    def __init__(self, code: str) -> None:
        with (LOCALES / f"{code}.po").open("rb") as file:
            self._catalog: Catalog = read_po(file, locale=code)
        self.code = code
        self._plural = c2py(self._catalog.plural_expr)
        self._locale = Locale.parse(self("locale"))

    def __call__(self, name: str, /, **values: object) -> str:
        """Give a text with its values escaped and filled in.

        Raises:
            KeyError: for a name that is not in the file (a test finds those).
        """
        message = self._catalog.get(name)
        if message is None or not message.string:
            raise KeyError(f"{name} is missing in {self.code}.po")
        return _fill(str(message.string), values)

    def raw(self, name: str) -> str:
        """Give a text as it stands in the file, its blanks unfilled."""
        message = self._catalog.get(name)
        return str(message.string) if message is not None and isinstance(message.string, str) else ""

    def count(self, name: str, number: int, /, **values: object) -> str:
        """Give a text in the plural form that `number` needs; `{number}` is filled in too."""
        message = self._catalog.get(name)
        if message is None or not isinstance(message.string, (list, tuple)):
            raise KeyError(f"{name} has no plural forms in {self.code}.po")
        return _fill(message.string[self._plural(number)], {"number": number, **values})

    def day(self, day: date) -> str:
        """Write a day without its year: 4 November."""
        return format_skeleton("MMMMd", datetime(day.year, day.month, day.day), locale=self._locale)  # noqa: DTZ001 - a date

    def full_day(self, day: date) -> str:
        """Write a day with its year: 4 November 2026."""
        return format_date(day, "long", locale=self._locale)

    def short_day(self, day: date) -> str:
        """Write a day as short as can be, for a chart: 4 Nov."""
        return format_skeleton("MMMd", datetime(day.year, day.month, day.day), locale=self._locale)  # noqa: DTZ001 - a date

    def weekday(self, day: date) -> str:
        """Write a day with its weekday, short: Tue 4 Nov; Di., 4. Nov."""
        return format_skeleton("MMMEd", datetime(day.year, day.month, day.day), locale=self._locale)  # noqa: DTZ001 - a date

    def name_of_day(self, weekday: int) -> str:
        """Write the name of a day of the week, Monday being 0: Monday; lunes."""
        return str(get_day_names("wide", "stand-alone", self._locale)[weekday])

    def number(self, number: float) -> str:
        """Write a number with at most one digit after the point: 9, 7.3."""
        tenths = Decimal(str(number)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return format_decimal(tenths.normalize(), locale=self._locale)

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write a wall time: 18:40."""
        return f"{moment.astimezone(zone):%H:%M}"

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write a day and time: Tue 4 Nov, 18:40."""
        local = moment.astimezone(zone)
        return f"{self.weekday(local.date())}, {local:%H:%M}"

    def names(self) -> frozenset[str]:
        """Every message id in the file."""
        return frozenset(
            str(message.id if isinstance(message.id, str) else message.id[0]) for message in self._catalog if message.id
        )


def _fill(text: str, values: Mapping[str, object]) -> str:
    return text.format_map({name: escape(str(value)) for name, value in values.items()})


@cache
def languages() -> tuple[str, ...]:
    """Give the codes of the languages that have a file, the fallback first."""
    codes = sorted(path.stem for path in LOCALES.glob("*.po"))
    return (FALLBACK, *(code for code in codes if code != FALLBACK))


def known_language(code: str | None, otherwise: str) -> str:
    """Give the language of a Telegram code (`pt-br`) if it has a file, else the other one."""
    base = (code or "").split("-")[0].lower()
    return base if base in languages() else otherwise


@cache
def speech(code: str | None) -> Speech:
    """Give the texts for a Telegram language code (`de`, `pt-br`), or those of the fallback."""
    return Speech(known_language(code, FALLBACK))


def pick(texts: Mapping[str, str], code: str) -> str:
    """Choose the text of a language out of a question's texts, not escaped; else the first, its set's fallback."""
    return texts.get(code) or next(iter(texts.values()), "")


def escape(text: str) -> str:
    """Make a text safe to stand in Telegram HTML."""
    return html.escape(text, quote=False)
