import asyncio
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog

from bot import logs
from bot.crypto import KeyRing
from bot.settings import load_settings

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAHk3v9-canaryToken_x7QpLm2WnBzRtYs"
KEYS = KeyRing.generate_entry("k1")
PASSWORD = 'pass"word\u00e9'
ANSWER = "canary I felt unheard"
WORD = "canaryhopeless"
TELEGRAM_ID = 7216354890
SECRETS = (TOKEN, KEYS[3:], PASSWORD)
CANARIES = (*SECRETS, TOKEN[10:], KEYS[3:43], "canary", "unheard", str(TELEGRAM_ID))


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Give the process back its loggers and hooks."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    libraries = {name: logging.getLogger(name).level for name in logs.QUIET}
    with warnings.catch_warnings():
        yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    for name, was in libraries.items():
        logging.getLogger(name).setLevel(was)
    structlog.reset_defaults()


class Written:
    """What the log says, as read from stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def text(self) -> str:
        out, err = self._capsys.readouterr()
        assert not out
        return err

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]

    def line(self) -> dict[str, Any]:
        [line] = self.lines()
        return line


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Written:
    logs.configure("DEBUG", "json", SECRETS)
    return Written(capsys)


def log() -> Any:
    return structlog.get_logger("bot.test")


def raise_nested() -> None:
    try:
        try:
            raise KeyError(ANSWER)  # noqa: TRY301
        except KeyError as first:
            first.add_note(ANSWER)
            raise ValueError(TOKEN, TELEGRAM_ID) from first
    except ValueError:
        raise ExceptionGroup(ANSWER, [OSError(5, KEYS), TypeError(PASSWORD)])  # noqa: B904 - the context is wanted


def throw_everything(logger: Any, library: logging.Logger) -> None:
    for method in ("debug", "info", "warning", "error", "critical", "exception"):
        say, hear = getattr(logger, method), getattr(library, method)
        for secret in (TOKEN, KEYS, PASSWORD, ANSWER, TELEGRAM_ID, f"https://api.telegram.org/bot{TOKEN}/getMe"):
            say("thing_happened", answer=secret, kind=secret, client_id=str(secret), telegram_id=secret, chat=[secret])
            say("thing_happened %s", secret)
            say("thing_happened", secret, dropped=secret, event_id=secret, where=secret, error=secret, frames=[secret])
            say(str(secret))
            say("thing_happened", **{str(secret): 1})
            hear(str(secret))
            hear("value %s", secret, extra={"answer": secret, logs._FIELDS: str(secret)})
            hear("wrong number of arguments %s %s", secret)
    try:
        raise_nested()
    except ExceptionGroup as group:
        logger.exception("thing_failed", stack_info=True)
        logger.info("thing_failed", exc_info=group)
        logger.error("thing_failed", exc_info=(type(group), group, group.__traceback__))  # noqa: TRY400
        library.exception("it broke: %s", group, stack_info=True)
        library.error("it broke", exc_info=group)
        sys.excepthook(type(group), group, group.__traceback__)
        loop = asyncio.new_event_loop()
        logs.loop_exception_handler(loop, {"message": ANSWER, "exception": group, "future": ANSWER})
        loop.close()
    warnings.warn(ANSWER, stacklevel=1)


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize(
    "name", ["httpx", "telegram.ext.Application", "aiosqlite", "sqlalchemy.engine.Engine", "else", "bot.x"]
)
@pytest.mark.filterwarnings("always")
def test_nothing_of_a_token_a_key_an_answer_or_a_telegram_id_comes_out(
    style: Literal["json", "console"], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger().handlers.clear()  # pytest's own format whatever they get, and fail on some of this
    logs.configure("DEBUG", style, SECRETS)
    throw_everything(log(), logging.getLogger(name))
    said = Written(capsys).text()
    assert said.count("thing_happened") > 100
    assert "ExceptionGroup" in said
    for canary in CANARIES:
        assert canary not in said


def test_a_line_says_what_happened_to_which_ids_how_often_and_how_long(written: Written) -> None:
    log().info("delivery_sent", delivery_id=2**62, attempts=3, seconds=0.25, kind="prompt", retry_after=None)
    line = written.line()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "logger": "bot.test",
        "event": "delivery_sent",
        "delivery_id": 2**62,
        "attempts": 3,
        "seconds": 0.25,
        "kind": "prompt",
        "retry_after": None,
    }


def test_the_console_says_the_same_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "console", ())
    log().info("delivery_sent", attempts=3, mood="low")
    assert (
        Written(capsys).text().partition(" ")[2] == "info     delivery_sent logger=bot.test attempts=3 dropped=[mood]\n"
    )


def test_a_field_that_is_not_on_the_list_leaves_only_its_name(written: Written) -> None:
    log().info("thing_happened", username="someone", count=1)
    line = written.line()
    assert line["dropped"] == ["username"]
    assert line["count"] == 1
    assert "username" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("client_id", "K-17"), ("count", "9"), ("kind", "two words"), ("kind", 9), ("kind", "x1234567"), ("people", [1])],
)
def test_a_field_on_the_list_needs_the_shape_of_its_kind(name: str, value: object) -> None:
    assert logs.allowed({name: value}) == {"dropped": [name]}


def test_an_event_that_is_not_a_plain_name_leaves_only_its_place(written: Written) -> None:
    log().info(f"the answer was {ANSWER}")
    line = written.line()
    assert line["event"] == "unnamed_event"
    assert re.fullmatch(r".*test_logs:\d+", line["where"])


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_secret_that_passes_for_a_name_is_redacted_at_the_very_end(
    style: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", style, ["plainsecret"])
    log().info("plainsecret", kind="plainsecret")
    structlog.get_logger("plainsecret").info("thing_happened", plainsecret=1)
    said = Written(capsys).text()
    assert said.count("[redacted]") == 4
    assert "plainsecret" not in said


def test_bound_and_context_fields_are_checked_too(written: Written) -> None:
    with structlog.contextvars.bound_contextvars(update_id=7, text=ANSWER):
        log().bind(lane="alerts", note=ANSWER).info("thing_happened")
    line = written.line()
    assert (line["update_id"], line["lane"], line["dropped"]) == (7, "alerts", ["note", "text"])


def test_an_exception_is_its_type_our_own_lines_and_its_causes(written: Written) -> None:
    try:
        try:
            KeyRing.parse("x")
        except ValueError as fault:
            raise LookupError(ANSWER) from fault
    except LookupError:
        log().exception("thing_failed")
    line = written.line()
    assert line["error"] == "LookupError"
    assert line["frames"] == []  # this test is not our own code
    assert re.fullmatch(r"ValueError at bot\.crypto:\d+", line["causes"][0])


def test_frames_name_our_own_code_outermost_first(written: Written) -> None:
    try:
        load_settings({"TICK": "0s"}, None)
        KeyRing.parse("x")
    except Exception:  # noqa: BLE001
        log().exception("thing_failed")
    line = written.line()
    assert line["error"] == "bot.settings.SettingsFault"
    assert re.fullmatch(r"bot\.settings:\d+", line["frames"][0])


def test_an_exception_that_caused_itself_ends(written: Written) -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    log().error("thing_failed", exc_info=first)
    assert written.line()["causes"] == ["KeyError"]


def test_the_members_of_a_group_are_among_its_causes(written: Written) -> None:
    log().error("thing_failed", exc_info=ExceptionGroup(ANSWER, [OSError(5, KEYS), TypeError(PASSWORD)]))
    assert written.line()["causes"] == ["OSError", "TypeError"]


def test_a_library_says_where_and_what_kind_of_error_only(written: Written) -> None:
    try:
        raise RuntimeError(ANSWER)  # noqa: TRY301
    except RuntimeError:
        logging.getLogger("httpx").exception("GET %s", TOKEN)
    line = written.line()
    assert (line["event"], line["logger"], line["level"], line["error"]) == (
        "library_log",
        "httpx",
        "error",
        "RuntimeError",
    )
    assert re.fullmatch(r"test_logs:\d+", line["where"])


def test_a_loggers_odd_name_is_not_shown(written: Written) -> None:
    logging.getLogger(ANSWER).warning("hm")
    assert written.line()["logger"] == "unnamed"


@pytest.mark.parametrize("name", sorted(logs.QUIET))
def test_these_libraries_say_nothing_below_a_warning(name: str, written: Written) -> None:
    child = logging.getLogger(f"{name}.child")
    child.setLevel("DEBUG")  # as SQLAlchemy's echo does
    try:
        for logger in (logging.getLogger(name), child):
            logger.debug("hm")
            logger.info("hm")
            assert not written.text()
            logger.warning("hm")
            assert written.line()["level"] == "warning"
    finally:
        child.setLevel(logging.NOTSET)


def test_quiet_libraries_are_not_raised_above_the_level_asked_for(written: Written) -> None:
    logs.configure("ERROR", "json", ())
    logging.getLogger("httpx").warning("hm")
    log().warning("thing_happened")
    assert not written.text()
    logging.getLogger("httpx").error("hm")
    assert written.line()["level"] == "error"


def test_the_level_holds_for_us(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", ())
    log().debug("thing_happened")
    log().info("other_thing_happened")
    assert Written(capsys).line()["event"] == "other_thing_happened"


def test_configuring_twice_writes_each_line_once_and_drops_plain_handlers(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
    logging.getLogger("sqlalchemy").addHandler(logging.StreamHandler(sys.stdout))
    for _ in range(2):
        logs.configure("DEBUG", "json", SECRETS)
    logging.getLogger("sqlalchemy").warning(ANSWER)
    log().info("thing_happened")
    assert len(Written(capsys).lines()) == 2


def test_a_logger_made_before_the_configuration_obeys_it(capsys: pytest.CaptureFixture[str]) -> None:
    early = structlog.get_logger("bot.early")
    logs.configure("DEBUG", "json", SECRETS)
    early.info("thing_happened", answer=ANSWER)
    logs.configure("ERROR", "json", SECRETS)
    early.info("thing_happened")
    assert Written(capsys).line()["dropped"] == ["answer"]


@pytest.mark.filterwarnings("always")
def test_a_warning_is_its_category_and_place(written: Written) -> None:
    warnings.warn(ANSWER, DeprecationWarning, stacklevel=1)
    line = written.line()
    assert (line["logger"], line["error"]) == ("py.warnings", "DeprecationWarning")
    assert re.fullmatch(r"test_logs:\d+", line["where"])


def test_a_line_that_cannot_be_written_is_reported_without_its_content(written: Written) -> None:
    logging.getLogger("else").handle(logging.makeLogRecord({"msg": ANSWER, "created": "never", "levelno": 40}))
    assert written.text() == "a log line was lost\n"


def test_a_crash_of_the_whole_process_shows_nothing() -> None:
    script = f"""if True:
        import threading
        from bot import logs
        logs.configure("DEBUG", "json", [])
        def fail(): raise ValueError({ANSWER!r})
        class Finalised:
            def __del__(self): fail()
            def __repr__(self): return {ANSWER!r}
        thread = threading.Thread(target=fail, name={WORD!r})
        thread.start()
        thread.join()
        Finalised()
        fail()
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["thread_error", "unraisable_error", "unhandled_error"]
    assert {line["error"] for line in lines} == {"ValueError"}
    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr


async def test_what_no_task_awaited_is_logged_without_its_result(written: Written) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_exception_handler)
    loop.call_soon(lambda: int(ANSWER))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    line = written.line()
    assert (line["event"], line["error"]) == ("loop_error", "ValueError")
    loop.set_exception_handler(None)
