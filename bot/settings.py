"""What the operator decides before the start: names in the environment or in `.env`, where the environment wins.

The practice settings among them (name, time zone, language, crisis card, delays, quiet hours) only seed the database;
once the bot runs, `/practice` wins. Every fault is found in one go, in sentences that never show a secret.
"""

import os
import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.crypto import KeyRing
from bot.environment import Given, gather
from bot.rule_values import (
    duration_between,
    parse_quiet_hours,
    read_check_in_delay,
    read_language,
    read_practice_name,
    read_questions_a_week,
    read_take_back,
    read_zone_name,
)
from conversations.schedule import QuietHours

FROM_FILE = ("TELEGRAM_BOT_TOKEN", "DATABASE_URL", "DATA_KEYS")
REQUIRED = {
    "TELEGRAM_BOT_TOKEN": "BotFather in Telegram gives you one",
    "DATA_KEYS": "`attune setup` makes one, or write `k1:` and the output of `openssl rand -base64 32`",
}

_TOKEN = re.compile(r"[0-9]{3,20}:(TEST[A-Za-z0-9_-]*|[A-Za-z0-9_-]{30,64})")


class SettingsFault(Exception):
    """The settings cannot be used.

    Attributes:
        faults: one sentence a fault, `NAME: what is wrong; what to do`, without any secret value.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _token(text: str) -> SecretStr:
    if not _TOKEN.fullmatch(text):
        raise ValueError(
            "it does not look like a bot token (digits, a colon, 35 characters); copy it from BotFather again"
        )
    return SecretStr(text)


def _data_keys(text: str) -> KeyRing:
    try:
        return KeyRing.parse(text)
    except ValueError as fault:
        raise ValueError(f"{fault}; write NAME:BASE64 with commas between, 32 random bytes each") from None


def _api_url(text: str) -> str:
    url = _split(text)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError("it is not a web address; write one like https://api.telegram.org")
    if url.username or url.password:
        raise ValueError("it holds a user name or password; leave them out")
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise ValueError("it is plain http to another machine, which would show the bot token; use https")
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database_url(text: str) -> SecretStr:
    url = _split(text)
    if url.scheme == "sqlite":
        _require_file(text)
    elif url.scheme == "postgresql":
        _require_database(url)
    else:
        raise ValueError(
            "it starts with neither sqlite:/// nor postgresql://; write one of these, without a driver name"
        )
    return SecretStr(text)


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # raises on a port that is none, the usual sign of a password with a bare : @ / ? or #
    except ValueError:
        raise ValueError(
            "it cannot be read; write special characters in a password as %XX (@ is %40, / is %2F)"
        ) from None
    return url


def _require_file(text: str) -> None:
    path = text.removeprefix("sqlite://").partition("?")[0]
    if not re.fullmatch(r"/.*[^/]", path) or path == "/:memory:":
        raise ValueError("it names no file; write sqlite:///data/attune.db, or four slashes for an absolute path")


def _require_database(url: SplitResult) -> None:
    if len(url.path) < 2:
        raise ValueError("it names no database; write postgresql://USER:PASSWORD@HOST/DATABASE")


def _telegram_ids(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for position, part in enumerate(parts, start=1):
        # Telegram promises at most 52 significant bits. The part itself is personal, so only its place is named.
        if not re.fullmatch(r"[0-9]{1,16}", part) or not 0 < int(part) < 2**52:
            raise ValueError(f"entry {position} is not a Telegram id; write numbers, not names, with commas between")
    return tuple(dict.fromkeys(map(int, parts)))


def _one_of(*choices: str, change: Callable[[str], str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if change(text) not in choices:
            raise ValueError(f"it is not one of {', '.join(choices)}; write one of them")
        return change(text)

    return parse


def _text(parse: Callable[[str], Any]) -> BeforeValidator:
    """Parse what comes as text; a value that is already of its type, as in a test, passes."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _on_or_off(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise ValueError("it is neither on nor off; write one of them")
    return text.lower() == "on"


_TICK = duration_between(timedelta(milliseconds=10), timedelta(minutes=5), "10ms to 5m, usually 15s")


class Settings(BaseModel):
    """Everything the operator decides. The fields are named in capitals outside: `take_back` is `TAKE_BACK`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    telegram_bot_token: Annotated[SecretStr, _text(_token)]
    telegram_api_url: Annotated[str, _text(_api_url)] = "https://api.telegram.org"
    database_url: Annotated[SecretStr, _text(_database_url)] = SecretStr("sqlite:///data/attune.db")
    data_keys: Annotated[KeyRing, _text(_data_keys)]
    admin_telegram_ids: Annotated[tuple[int, ...], _text(_telegram_ids)] = Field(default=(), repr=False)
    practice_name: Annotated[str, _text(read_practice_name)] = "Our practice"
    practice_timezone: Annotated[str, _text(read_zone_name)] = "UTC"
    practice_language: Annotated[str, _text(read_language)] = "en"
    crisis_card_text: str | None = Field(default=None, max_length=1000)  # it ends longer messages
    check_in_delay: Annotated[timedelta, _text(read_check_in_delay)] = timedelta(hours=2)
    take_back: Annotated[timedelta, _text(read_take_back)] = timedelta(minutes=15)
    quiet_hours: Annotated[QuietHours | None, _text(parse_quiet_hours)] = QuietHours(time(21), time(8))
    questions_a_week: Annotated[int | None, _text(read_questions_a_week)] = 60
    calendar_feeds: Annotated[bool, _text(_on_or_off)] = False
    tick: Annotated[timedelta, _text(_TICK)] = timedelta(seconds=15)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        _text(_one_of("DEBUG", "INFO", "WARNING", "ERROR", change=str.upper)),
    ] = "INFO"
    log_format: Annotated[Literal["console", "json"], _text(_one_of("console", "json", change=str.lower))] = "console"

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return ZoneInfo(self.practice_timezone)

    def redactions(self) -> tuple[str, ...]:
        """Return every text a log must never show: token, keys, database password. For `logs.configure` only."""
        token = self.telegram_bot_token.get_secret_value()
        url = urlsplit(self.database_url.get_secret_value())
        password, *others = [url.password or "", *parse_qs(url.query).get("password", [])]
        own = (token, quote(token, safe=""), token.partition(":")[2], password, unquote(password), *others)
        return tuple(secret for secret in (*own, *self.data_keys.redactions()) if secret)


NAMES = tuple(name.upper() for name in Settings.model_fields)


def load_settings(env: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """Read the settings from the environment and, below it, a `.env` file in the working directory if there is one.

    An empty value counts as not set. `TELEGRAM_BOT_TOKEN`, `DATABASE_URL` and `DATA_KEYS` may come from a file named by
    `NAME_FILE` instead.

    Args:
        env: stands in for `os.environ`.
        dotenv: another place for `.env`; none is read if this is None.

    Raises:
        SettingsFault: with every fault at once.
    """
    # The values never become local variables here: a traceback that shows locals must not show secrets.
    settings, faults = _settle(gather(os.environ if env is None else env, dotenv, NAMES, FROM_FILE))
    if settings is None:
        raise SettingsFault(faults)
    return settings


def _settle(given: Given) -> tuple[Settings | None, list[str]]:
    values = {name.lower(): value for name, value in given.values.items()}
    faults = dict(given.faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            faults.setdefault(name := str(detail["loc"][0]).upper(), f"{name}: {_sentence(name, detail)}")
        settings = None
    return (None if faults else settings), list(faults.values())


def _sentence(name: str, detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return f"it is not set; {REQUIRED[name]}"
    return str(detail["ctx"]["error"]) if "ctx" in detail and "error" in detail["ctx"] else detail["msg"]
