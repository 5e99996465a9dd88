"""What may be said in a log: that something happened, to which ids, how often, how long it took, and where it broke.

Health words reach a log by accident: in an f-string, an exception's message, a library's debug line, a traceback with
locals. So nothing is let through because it looks harmless. Names are on a list, their values have a narrow shape, an
exception is its type and our own lines, a library's message is where it came from. A redactor for the token, the keys
and the database password reads each finished line last.

    log = structlog.get_logger(__name__)
    log.info("delivery_sent", delivery_id=delivery.id, attempts=2, kind="prompt")

The event is a snake_case name written in the code; anything else comes out as `unnamed_event`. A library, and whatever
else uses the standard `logging`, comes out as `library_log`.
"""

import asyncio
import inspect
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.traces import describe

# ruff: disable[SIM905]
IDS = frozenset(
    "update_id offset person_id client_id therapist_id episode_id session_id series_id check_in_id question_set_id "
    "version_id goal_id reflection_id delivery_id screen_id invite_id consent_id import_id audit_id job_id".split()
)
AMOUNTS = frozenset(
    "count total attempts attempt updates people rows due claimed sent failed queued pending parked skipped expired "
    "erased rewrapped bytes status port pid revision seconds milliseconds took_ms delay retry_after lag".split()
)
NAMES = frozenset(
    "kind lane method outcome role action step state effect reason language setting signal database mode version "
    "migration kid command screen task".split()
)
QUIET = frozenset(
    "aiogram aiohttp aiosqlite alembic apscheduler asyncio asyncpg concurrent httpcore httpx matplotlib sqlalchemy "
    "starlette telegram tzlocal urllib3 uvicorn".split()
)
# ruff: enable[SIM905]
"""Loggers that say nothing below a warning: httpx logs the bot token, aiosqlite parameters, telegram raw updates."""

_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NAME = re.compile(r"(?!.*[0-9]{6})[A-Za-z0-9][A-Za-z0-9_.:-]{0,47}")
_TOKEN = re.compile(r"(?<=/bot)[0-9]+(?::|%3A)[^/\s\"']+|[0-9]+(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_FIELDS = "attune_fields"
_SHORTEST_SECRET = 4  # a shorter one would black out half of every line and still be guessable from the rest


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that replaces these secrets, and whatever looks like a bot token, by `[redacted]`.

    Secrets are also found as they are spelled inside JSON, a repr or a URL. Those under 4 characters are ignored.
    """
    known = {spelling for secret in secrets if len(secret) >= _SHORTEST_SECRET for spelling in _spellings(secret)}
    # Longest first: a secret that begins another must not leave the rest of it standing.
    exact = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")
    return lambda line: _TOKEN.sub("[redacted]", exact.sub("[redacted]", line))


def _spellings(secret: str) -> set[str]:
    quoted = (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret))
    return {secret, quote(secret, safe=""), *(spelling[1:-1] for spelling in quoted)}


def configure(level: str, format: Literal["console", "json"], secrets: Iterable[str]) -> None:  # noqa: A002
    """Send everything that is logged, warned about or crashes to stderr, one safe line each. May be called again.

    Args:
        level: `DEBUG`, `INFO`, `WARNING` or `ERROR`; the libraries in `QUIET` stay at a warning or above.
        format: JSON lines, or text for a terminal.
        secrets: what `Settings.redactions()` returns.
    """
    _take_over_logging(level, _Line(_json if format == "json" else _console, redactor(secrets)))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.contextvars.merge_contextvars, _hand_over],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    warnings.showwarning = _on_warning
    sys.excepthook = _on_crash
    sys.unraisablehook = lambda args: _crashed("unraisable_error", args.exc_value)
    threading.excepthook = lambda args: _crashed("thread_error", args.exc_value)


def loop_exception_handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task awaited, without the future and its result. For `loop.set_exception_handler`."""
    _crashed("loop_error", context.get("exception"))


def _take_over_logging(level: str, line: "_Line") -> None:
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if type(handler) in {logging.StreamHandler, _Stderr}]:
        root.removeHandler(handler)
    root.addHandler(_Stderr(line))
    root.setLevel(level)
    for name in QUIET:
        library = logging.getLogger(name)
        library.setLevel(max(logging.WARNING, root.level))
        library.handlers.clear()
        library.propagate = True


def _hand_over(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> tuple[tuple[str], dict[str, Any]]:
    """Make safe fields of a structlog call before anything else sees it; the standard logger carries them on."""
    error = _exception(event_dict.pop("exc_info", None))
    event = event_dict.pop("event", None)
    named = isinstance(event, str) and _EVENT.fullmatch(event) is not None
    fields = allowed(event_dict) | (describe(error) if error else {}) | ({} if named else {"where": _caller()})
    return (event if named else "unnamed_event",), {"extra": {_FIELDS: fields}, "exc_info": None}


def _exception(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    found = given if isinstance(given, tuple) else sys.exc_info() if given else (None, None, None)
    return next((part for part in found if isinstance(part, BaseException)), None)


def _caller() -> str:
    frame = inspect.currentframe()
    while frame and (frame.f_globals["__name__"] == __name__ or frame.f_globals["__name__"].startswith("structlog.")):
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}:{frame.f_lineno}" if frame else "unknown"


def allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that may be logged; the names (never the values) of the others are listed under `dropped`."""
    kept = {name: value for name, value in fields.items() if _may_pass(name, value)}
    dropped = sorted(name if _EVENT.fullmatch(name) else "unnamed" for name in fields.keys() - kept.keys())
    return kept | ({"dropped": dropped} if dropped else {})


def _may_pass(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return name in IDS | AMOUNTS | NAMES
    if isinstance(value, int | float):
        return name in AMOUNTS or (name in IDS and isinstance(value, int))
    return name in NAMES and isinstance(value, str) and _NAME.fullmatch(value) is not None


def _entry(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record may say. Of one that is not ours the message is not even read: only where it came from."""
    head = {
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name if _NAME.fullmatch(record.name) else "unnamed",
    }
    fields = getattr(record, _FIELDS, None)
    if isinstance(fields, dict):
        return {**head, "event": record.msg, **fields}
    error = _exception(record.exc_info)
    where = f"{record.module}:{record.lineno}"
    return {**head, "event": "library_log", "where": where, **(describe(error) if error else {})}


def _json(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry)


def _console(entry: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in entry.items() if name not in {"timestamp", "level", "event"}}
    fields = " ".join(f"{name}={_plain(value)}" for name, value in rest.items())
    return f"{entry['timestamp']} {entry['level']:<8} {entry['event']} {fields}"


def _plain(value: object) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)


class _Line(logging.Formatter):
    """Renders a record as one line and redacts that last, whatever came before."""

    def __init__(self, render: Callable[[Mapping[str, Any]], str], redact: Callable[[str], str]) -> None:
        super().__init__()
        self._render = render
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._render(_entry(record)))


class _Stderr(logging.Handler):
    """Writes to what `sys.stderr` is at the time."""

    def __init__(self, line: _Line) -> None:
        super().__init__()
        self.setFormatter(line)
        self.addFilter(_is_loud_enough)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - a log must never break what it reports on
            self.handleError(record)

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - the standard name
        """Say only that a line is missing: the standard way prints the message and its arguments."""
        with suppress(Exception):
            sys.stderr.write("a log line was lost\n")


def _is_loud_enough(record: logging.LogRecord) -> bool:
    # The level of a library's own child logger can be lowered behind our back, as SQLAlchemy's `echo` does.
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in QUIET


def _on_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    warning = message if isinstance(message, Warning) else category()
    origin = (type(warning), warning, None)
    logger = logging.getLogger("py.warnings")
    logger.handle(logging.LogRecord(logger.name, logging.WARNING, filename, lineno, "", None, origin))


def _on_crash(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):  # Ctrl-C is how the bot is stopped by hand
        _crashed("unhandled_error", error)


def _crashed(event: str, error: BaseException | None) -> None:
    structlog.get_logger("bot").critical(event, exc_info=error)
