"""How the values of the practice's rules are read, from the environment and from what an admin writes in the chat.

Every reader raises ValueError with half a sentence: what is wrong; what to write instead.
"""

import re
from collections.abc import Callable
from datetime import time, timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from conversations.schedule import QuietHours

LOCALES = Path(__file__).parent / "locales"

_DURATION = re.compile(
    r"(?:(?P<days>[0-9]{1,4})d)?(?:(?P<hours>[0-9]{1,6})h)?(?:(?P<minutes>[0-9]{1,6})m)?"
    r"(?:(?P<seconds>[0-9]{1,8}(?:\.[0-9]{1,6})?)s)?(?:(?P<milliseconds>[0-9]{1,9})ms)?"
)
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01][0-9]|2[0-3]):([0-5][0-9])")


def parse_duration(text: str) -> timedelta:
    """Read `90m`, `2h`, `1h30m`, `1d`, `0s`, `0.2s` or `200ms`; the units come in falling order.

    Raises:
        ValueError: it is none of these.
    """
    parts = _DURATION.fullmatch(text.replace(" ", "").lower())
    if not text.strip() or parts is None:
        raise ValueError("it is not a length of time; write it like 90m, 2h, 1h30m or 0s")
    return timedelta(**{unit: float(amount) for unit, amount in parts.groupdict(default="0").items()})


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Read `21:00-08:00` (wall clock, may cross midnight), or `off` as none.

    Raises:
        ValueError: it is neither, or starts when it ends.
    """
    if text.strip().lower() == "off":
        return None
    parts = _SPAN.fullmatch(text.strip())
    if parts is None:
        raise ValueError("it is not a span of the day; write it like 21:00-08:00, or off")
    start_hour, start_minute, end_hour, end_minute = map(int, parts.groups())
    if (start_hour, start_minute) == (end_hour, end_minute):
        raise ValueError("it starts when it ends; write two different times, or off")
    return QuietHours(time(start_hour, start_minute), time(end_hour, end_minute))


def duration_between(least: timedelta, most: timedelta, said: str) -> Callable[[str], timedelta]:
    """Make a reader for a duration in a range; `said` names the range."""

    def parse(text: str) -> timedelta:
        duration = parse_duration(text)
        if not least <= duration <= most:
            raise ValueError(f"it is out of range; write {said}")
        return duration

    return parse


def read_questions_a_week(text: str) -> int | None:
    """Read a number of questions, or `off` as no limit."""
    if text.strip().lower() == "off":
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()) or int(text) < 1:
        raise ValueError("it is not a number of questions; write one like 60, or off")
    return int(text)


def read_practice_name(text: str) -> str:
    """Read a name on one line."""
    name = text.strip()
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise ValueError("it is empty, too long or has line breaks; write 1 to 64 characters on one line")
    return name


def read_zone_name(text: str) -> str:
    """Read the name of a time zone; a near miss gets a hint."""
    names = available_timezones() - {"Factory", "localtime"}  # these mean whatever the machine is set to
    if text in names:
        return text
    raise ValueError(f"it is not a time zone; write one like Asia/Kolkata{_hint(_near_zones(text, names))}")


def _near_zones(text: str, names: set[str]) -> list[str]:
    # People type `berlin` or `Europe/Berln`: compare with the whole name and with the city alone.
    spellings = {spelling: name for name in sorted(names) for spelling in (name.lower(), name.lower().split("/")[-1])}
    wanted = text.strip().lower().replace(" ", "_")
    if wanted in spellings:
        return [spellings[wanted]]
    return list(dict.fromkeys(spellings[near] for near in get_close_matches(wanted, spellings, 3, 0.75)))


def read_language(text: str) -> str:
    """Read a language that has a file."""
    languages = sorted({"en"} | {file.stem for file in LOCALES.glob("*.po")})
    if text not in languages:
        raise ValueError(f"it is not a language Attune speaks; write one of {', '.join(languages)}")
    return text


def _hint(near: list[str]) -> str:
    return f" (did you mean {' or '.join(near)}?)" if near else ""


read_check_in_delay = duration_between(timedelta(), timedelta(days=7), "0s to 7d")
read_take_back = duration_between(timedelta(), timedelta(days=1), "0s to 1d")
