"""`attune setup`, `doctor`, `run` and `keys`, as an operator meets them in a shell."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.crypto import KeyRing
from bot.playground.process import running_server
from tests.house import TOKEN

ANSWERS = f"{TOKEN}\nElm Street\nEurope/Berlin\nen\nCall 112\n"


def attune(directory: Path, *words: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a directory of its own."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "bot", *words]
    project = str(Path(__file__).parents[1])
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=directory, env={**plain, "PYTHONPATH": project, **env}, input=given, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip


async def with_server(directory: Path, *words: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line while a local Bot API server is there."""
    async with running_server(TOKEN) as telegram:
        return await asyncio.to_thread(attune, directory, *words, given=given, TELEGRAM_API_URL=telegram.url, **env)


def test_run_without_settings_names_every_fault_at_once_and_ends_with_2(tmp_path: Path) -> None:
    done = attune(tmp_path, "run", TAKE_BACK="soon", PRACTICE_TIMEZONE="Europe/Berln")
    assert done.returncode == 2
    for name in ("TELEGRAM_BOT_TOKEN", "DATA_KEYS", "TAKE_BACK", "PRACTICE_TIMEZONE"):
        assert name in done.stderr


def test_a_new_key_is_one_that_settings_take(tmp_path: Path) -> None:
    assert KeyRing.parse(attune(tmp_path, "keys", "new", "spring").stdout.strip()).kids == ("spring",)


async def test_setup_writes_a_private_file_and_gives_the_first_admin_a_link(tmp_path: Path) -> None:
    done = await with_server(tmp_path, "setup", given=ANSWERS)
    assert done.returncode == 0, done.stderr
    assert "https://t.me/attune_bot?start=" in done.stdout
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


async def test_setup_never_overwrites_the_only_copy_of_the_keys(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATA_KEYS=old\n")
    done = await with_server(tmp_path, "setup", given=ANSWERS)
    assert done.returncode == 1
    assert (tmp_path / ".env").read_text() == "DATA_KEYS=old\n"


async def test_setup_with_a_fault_says_so_and_writes_nothing(tmp_path: Path) -> None:
    done = await with_server(tmp_path, "setup", given=ANSWERS.replace("Europe/Berlin", "Berlin"))
    assert done.returncode == 2
    assert "PRACTICE_TIMEZONE" in done.stderr
    assert not (tmp_path / ".env").exists()


async def test_doctor_finds_a_set_up_practice_in_good_order(tmp_path: Path) -> None:
    await with_server(tmp_path, "setup", given=ANSWERS)
    done = await with_server(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "fault" not in done.stdout


@pytest.mark.parametrize(
    ("broken", "advice"),
    [
        ({"TELEGRAM_BOT_TOKEN": TOKEN[:-1] + "9"}, "BotFather"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/attune.db"}, "DATABASE_URL"),
        ({"CRISIS_CARD_TEXT": ""}, "CRISIS_CARD_TEXT"),
        ({"QUESTIONS_A_WEEK": "3"}, "no client can be asked: the budget is 3, session_checkin has 4"),
    ],
)
async def test_doctor_says_what_to_do_about_each_fault(tmp_path: Path, broken: dict[str, str], advice: str) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS": KeyRing.generate_entry("k1"), "CRISIS_CARD_TEXT": "Call 112"}
    done = await with_server(tmp_path, "doctor", **{**settings, **broken})
    assert done.returncode in (1, 2)
    assert advice in done.stdout + done.stderr


async def test_a_second_bot_on_the_same_database_is_refused(tmp_path: Path) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS": KeyRing.generate_entry("k1")}
    async with running_server(TOKEN) as telegram:
        env = {**settings, "TELEGRAM_API_URL": telegram.url}
        first = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--steered", cwd=tmp_path,
            env={**os.environ, **env, "PYTHONPATH": str(Path(__file__).parents[1])},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert first.stdout is not None
        await first.stdout.readline()
        second = await asyncio.to_thread(attune, tmp_path, "run", **env)
        first.kill()
        await first.wait()
    assert second.returncode == 1
    assert "Another Attune is running" in second.stderr


def test_a_damaged_database_is_refused_with_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "attune.db").write_bytes(b"not a database at all" * 200)
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEYS": KeyRing.generate_entry("k1")}
    done = attune(tmp_path, "run", TELEGRAM_API_URL="http://127.0.0.1:9", **settings)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("The database cannot be opened")
    assert "attune doctor" in done.stderr
