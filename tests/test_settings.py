import base64
import traceback
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.rule_values import LOCALES, parse_duration, parse_quiet_hours
from bot.settings import NAMES, Settings, SettingsFault, load_settings
from conversations.schedule import QuietHours

TOKEN = "123456789:AAHk3v9-canaryToken_x7QpLm2WnBzRtYs"
KEYS = f"k1:{base64.b64encode(bytes(range(100, 132))).decode()}"
PASSWORD = "canary%40pass"
NEEDED = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS": KEYS}
EXAMPLE = Path(__file__).parent.parent / ".env.example"


def load(**settings: str) -> Settings:
    return load_settings(NEEDED | settings, None)


def faults(**settings: str) -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        load(**settings)
    return caught.value.faults


def test_token_and_keys_are_enough() -> None:
    settings = load()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.data_keys.kids == ("k1",)
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite:///data/attune.db"
    assert settings.quiet_hours == QuietHours(time(21), time(8))
    assert (settings.check_in_delay, settings.take_back) == (timedelta(hours=2), timedelta(minutes=15))
    assert settings.admin_telegram_ids == ()
    assert settings.zone.key == "UTC"


def test_every_fault_is_named_at_once_and_in_the_order_of_the_settings() -> None:
    with pytest.raises(SettingsFault) as caught:
        load_settings({"LOG_LEVEL": "loud", "PRACTICE_TIMEZONE": "berlin", "TICK": "0s", "DATA_KEYS": "k1:short"}, None)
    names = [fault.partition(":")[0] for fault in caught.value.faults]
    assert names == ["TELEGRAM_BOT_TOKEN", "DATA_KEYS", "PRACTICE_TIMEZONE", "TICK", "LOG_LEVEL"]
    assert str(caught.value).splitlines() == caught.value.faults


BAD = {
    "TELEGRAM_BOT_TOKEN": ["AAHk3v9", "123456:short", f"bot{TOKEN}", TOKEN + "/getMe"],
    "TELEGRAM_API_URL": [
        "api.telegram.org",
        "http://example.org",
        "ftp://localhost",
        "https://u:p@localhost",
        "http://[",
    ],
    "DATABASE_URL": [
        "mysql://localhost/attune",
        "postgres://localhost/attune",
        "postgresql+asyncpg://localhost/attune",
        "postgresql://localhost",
        "postgresql://u:p#w@localhost/attune",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///data/",
    ],
    "DATA_KEYS": ["k1", f"{KEYS},{KEYS}"],
    "ADMIN_TELEGRAM_IDS": ["@someone", "1,x", "-5", "0", "99999999999999999"],
    "PRACTICE_NAME": ["x" * 65, "a\nb"],
    "PRACTICE_TIMEZONE": ["Berlin", "Europe/Berln", "../../etc/passwd", "localtime", "+01:00"],
    "PRACTICE_LANGUAGE": ["xx", "../en"],
    "CRISIS_CARD_TEXT": ["x" * 1001],
    "CHECK_IN_DELAY": ["2", "8d", "-1h", "2x"],
    "TAKE_BACK": ["15 minutes", "2d"],
    "QUIET_HOURS": ["21-8", "24:00-08:00", "08:00-08:00", "never"],
    "QUESTIONS_A_WEEK": ["0", "-5", "many", "12345"],
    "CALENDAR_FEEDS": ["yes", "1"],
    "TICK": ["0s", "1h"],
    "LOG_LEVEL": ["TRACE", "10"],
    "LOG_FORMAT": ["xml"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_gets_one_sentence_that_starts_with_its_name(name: str, value: str) -> None:
    [fault] = faults(**{name: value})
    assert fault.startswith(f"{name}: ")
    assert len(fault) > len(name) + 20


def test_every_setting_can_be_wrong() -> None:
    assert set(BAD) == set(NAMES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "123456:TEST-token"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/"),
        ("TELEGRAM_API_URL", "http://localhost:8081"),
        ("TELEGRAM_API_URL", "http://[::1]:8081"),
        ("TELEGRAM_API_URL", "https://example.org/telegram"),
        ("DATABASE_URL", "sqlite:////var/lib/attune.db"),
        ("DATABASE_URL", "postgresql://u:p%40w@localhost:5432/attune"),
        ("DATABASE_URL", "postgresql://postgres:@/attune?host=/run/postgresql"),
        ("ADMIN_TELEGRAM_IDS", " 17 , 4503599627370495,"),
        ("PRACTICE_TIMEZONE", "America/Argentina/Ushuaia"),
        ("PRACTICE_LANGUAGE", "en"),
        ("CHECK_IN_DELAY", "0s"),
        ("TAKE_BACK", "0s"),
        ("QUIET_HOURS", "off"),
        ("QUESTIONS_A_WEEK", "off"),
        ("CALENDAR_FEEDS", "On"),
        ("TICK", "200ms"),
        ("LOG_LEVEL", "debug"),
        ("LOG_FORMAT", "JSON"),
    ],
)
def test_these_are_accepted(name: str, value: str) -> None:
    assert load(**{name: value})


def test_a_url_loses_its_last_slash_and_ids_their_repeats() -> None:
    settings = load(TELEGRAM_API_URL="http://localhost:8081/", ADMIN_TELEGRAM_IDS="17, 4,17")
    assert settings.telegram_api_url == "http://localhost:8081"
    assert settings.admin_telegram_ids == (17, 4)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("new york", "America/New_York"), ("utc", "UTC")],
)
def test_a_near_miss_of_a_time_zone_is_put_right(typed: str, meant: str) -> None:
    [fault] = faults(PRACTICE_TIMEZONE=typed)
    assert meant in fault


def test_a_language_is_a_file_in_locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LOCALES.is_dir()
    monkeypatch.setattr("bot.rule_values.LOCALES", tmp_path)
    assert "one of en" in faults(PRACTICE_LANGUAGE="pt")[0]
    (tmp_path / "pt.po").touch()
    assert load(PRACTICE_LANGUAGE="pt").practice_language == "pt"


def test_an_empty_value_counts_as_not_set() -> None:
    assert load(CHECK_IN_DELAY="", CRISIS_CARD_TEXT=" ").check_in_delay == timedelta(hours=2)
    assert "TELEGRAM_BOT_TOKEN: it is not set" in faults(TELEGRAM_BOT_TOKEN="")[0]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("\ufeffPRACTICE_NAME='From the file' # yes\nTICK=5s\nexport LOG_FORMAT=json\nOTHER=1\n", "utf-8")
    settings = load_settings(NEEDED | {"TICK": "7s"}, file)
    assert (settings.practice_name, settings.tick, settings.log_format) == (
        "From the file",
        timedelta(seconds=7),
        "json",
    )


def test_the_file_lies_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PRACTICE_NAME=Here\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings(NEEDED).practice_name == "Here"


def test_a_dollar_in_the_file_stays_a_dollar(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=postgresql://u:a${HOME}b@localhost/attune\n", "utf-8")
    assert "a${HOME}b" in load_settings(NEEDED, file).database_url.get_secret_value()


def test_a_misspelled_name_in_the_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CHECKIN_DELAY=1h\nCOMPOSE_PROJECT_NAME=x\n", "utf-8")
    with pytest.raises(SettingsFault) as caught:
        load_settings(NEEDED, file)
    assert caught.value.faults == ["CHECKIN_DELAY: there is no such setting; write CHECK_IN_DELAY"]


def test_a_broken_line_of_the_file_is_named_but_not_shown(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"TICK=5s\n\n{TOKEN} oops\n", "utf-8")
    with pytest.raises(SettingsFault) as caught:
        load_settings(NEEDED, file)
    assert caught.value.faults == [".env: line 3 cannot be understood; write NAME=value"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["a directory", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / ".env"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(SettingsFault, match="cannot be read"):
        load_settings(NEEDED, file)


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "DATA_KEYS", "DATABASE_URL"])
def test_a_secret_can_come_from_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    values = NEEDED | {"DATABASE_URL": "postgresql://u:p@localhost/attune"}
    (tmp_path / "secret").write_text(values[name] + "\n", "utf-8")
    elsewhere = {key: value for key, value in values.items() if key != name}
    settings = load_settings(elsewhere | {f"{name}_FILE": str(tmp_path / "secret")}, None)
    assert settings.redactions() == load_settings(values, None).redactions()
    assert settings.database_url == load_settings(values, None).database_url


def test_a_secret_given_twice_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(TOKEN, "utf-8")
    [fault] = faults(TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "secret"))
    assert fault == "TELEGRAM_BOT_TOKEN: TELEGRAM_BOT_TOKEN_FILE is set too; keep one of the two"


@pytest.mark.parametrize("path", ["nowhere", TOKEN, "."])
def test_a_secret_file_that_cannot_be_read_is_one_fault_that_does_not_show_the_path(path: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        load_settings({"TELEGRAM_BOT_TOKEN_FILE": path, "DATA_KEYS": KEYS}, None)
    [fault] = caught.value.faults
    assert fault.startswith("TELEGRAM_BOT_TOKEN_FILE: the file it names cannot be read")
    assert TOKEN not in fault


def test_an_empty_secret_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n", "utf-8")
    with pytest.raises(SettingsFault, match="DATA_KEYS_FILE: the file it names is empty"):
        load_settings({"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS_FILE": str(tmp_path / "secret")}, None)


def test_no_secret_and_no_admin_shows_in_the_settings() -> None:
    settings = load(DATABASE_URL=f"postgresql://u:{PASSWORD}@localhost/attune", ADMIN_TELEGRAM_IDS="987654321")
    shown = repr(settings) + str(settings) + f"{settings.database_url}{settings.telegram_bot_token}"
    for secret in (TOKEN, KEYS[3:], PASSWORD, "987654321"):
        assert secret not in shown


def test_no_secret_shows_in_a_fault_or_its_traceback_even_with_locals(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {
        "TELEGRAM_BOT_TOKEN": TOKEN + "!",
        "DATA_KEYS": KEYS + "x",
        "DATABASE_URL": f"postgresql://u:{PASSWORD}#@localhost/attune",
        "ADMIN_TELEGRAM_IDS": "987654321x",
    }
    for name, value in bad.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault) as caught:
        load_settings(dotenv=None)
    inside = caught.tb.tb_next  # the outermost frame is this test, which holds the secrets itself
    report = traceback.TracebackException(SettingsFault, caught.value, inside, capture_locals=True)
    said = "".join(report.format())
    assert "dotenv = None" in said
    assert len(caught.value.faults) == len(bad)
    for secret in (TOKEN, KEYS[3:40], PASSWORD, "987654321"):
        assert secret not in said


def test_the_redactions_are_the_token_the_keys_and_the_password_as_written_and_as_meant() -> None:
    redactions = load(DATABASE_URL=f"postgresql://u:{PASSWORD}@localhost/attune").redactions()
    assert {TOKEN, TOKEN.partition(":")[2], PASSWORD, "canary@pass"} <= set(redactions)
    assert KEYS[3:].rstrip("=") in redactions
    assert "" not in load().redactions()
    assert "canary" in load(DATABASE_URL="postgresql://u@localhost/attune?password=canary").redactions()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load().take_back = timedelta()  # type: ignore[misc]


def test_the_example_names_every_setting_with_its_default(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    assert sorted(line.partition("=")[0] for line in lines if line and line[0] != "#") == sorted(NAMES)
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    assert repr(load_settings(NEEDED, tmp_path / ".env")) == repr(load())


UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


@given(st.dictionaries(st.sampled_from("dhms"), st.integers(0, 999), min_size=1))
def test_a_duration_is_the_sum_of_its_parts_in_falling_order(parts: dict[str, int]) -> None:
    text = "".join(f"{parts[unit]}{unit}" for unit in "dhms" if unit in parts)
    assert parse_duration(text) == timedelta(seconds=sum(UNITS[unit] * amount for unit, amount in parts.items()))


@given(st.text())
def test_what_has_no_unit_is_no_duration(text: str) -> None:
    assume(not any(unit in text.lower() for unit in UNITS))
    with pytest.raises(ValueError, match="not a length of time"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["", " ", "5", "1m1h", "1h1h", "1.5h", "\u0665s", "h", "1s1ms1s", "9" * 30 + "d"])
def test_these_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        parse_duration(text)


def test_small_durations_have_two_spellings() -> None:
    assert parse_duration("0.2s") == parse_duration("200ms") == timedelta(milliseconds=200)
    assert parse_duration("1H 30m") == timedelta(minutes=90)


@given(st.times(), st.times())
def test_quiet_hours_are_two_wall_clock_times_or_off(start: time, end: time) -> None:
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    text = f"{start:%H:%M}-{end:%H:%M}"
    if start == end:
        with pytest.raises(ValueError, match="starts when it ends"):
            parse_quiet_hours(text)
    else:
        assert parse_quiet_hours(text) == QuietHours(start, end)
    assert parse_quiet_hours(" Off ") is None
