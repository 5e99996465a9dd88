"""`attune demo --headless`: a fixed story of a practice, played on a moved clock against the real bot.

The local Bot API server and the bot run in processes of their own, on a temporary database. What is left in the
directory: `chat-*.txt`, the pictures the bot sent, each digest as `digest-*.txt` and `.png`, and `figures.json` (see
`story_figures` for what each figure means).
"""

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.crypto import KeyRing
from bot.playground.bot_process import BotEnded, BotProcess, running_bot
from bot.playground.phones import Telegram
from bot.playground.process import running_server
from bot.playground.sights import Trouble
from bot.playground.story_figures import counted, figures
from bot.playground.story_files import clear, leave_chat, leave_digests
from bot.playground.story_plan import (
    ADMIN,
    CODES,
    CRISIS_CARD,
    LIND,
    NAMES,
    PRACTICE,
    SOLE,
    STRANGER,
    WEEKS,
    ZONE,
    ends,
    first_monday,
    scenes,
)
from bot.playground.story_stage import StoryStage

_TOKEN = "123456:TEST-nobody-outside-this-machine"  # noqa: S105 - the local server takes any
_ADMIN_ID = 70_001
_LOG_TAIL = 15
_STOPPED = 130  # as shells say it of Ctrl-C
Say = Callable[[str], None]


class StoryBroke(RuntimeError):
    """The story could not be played to its end; the text is for people, with the end of the bot's log."""


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played: its figures, the server's journal and the Telegram ids of the people by their keys."""

    figures: dict[str, int | float]
    journal: list[dict[str, Any]]
    people: dict[str, int]


def run(out: Path, say: Say, language: str = "en") -> int:
    """Play the story in a language; returns the exit code."""
    try:
        asyncio.run(_until_stopped(out, say, language))
    except StoryBroke as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"The story cannot be left in {out}: {error.strerror}. Try another place with --out.")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Stopped. Nothing is left running.")
        return _STOPPED
    return 0


async def _until_stopped(out: Path, say: Say, language: str) -> None:
    """Play, and let SIGTERM end it as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await play(out, say, language)


async def play(out: Path, say: Say, language: str = "en") -> Played:
    """Play the story and leave its files.

    Args:
        out: the directory for them.
        say: takes each line of progress.
        language: what everybody has set; what people write themselves stays English.

    Raises:
        StoryBroke: the bot or the server ended, or somebody waited in vain.
        OSError: the directory cannot be written.
    """
    started = time.monotonic()
    await asyncio.to_thread(clear, out)
    say(f"A made-up practice, {WEEKS} weeks: 2 therapists, {len(CODES)} clients, the real bot, no Telegram account.")
    with tempfile.TemporaryDirectory(prefix="attune-demo-") as directory:
        log = Path(directory, "bot.log")
        try:
            played = await _play(out, say, Path(directory, "attune.db"), log, started, language)
        except (BotEnded, Trouble, TimeoutError, RuntimeError, aiohttp.ClientError) as error:
            raise StoryBroke(await asyncio.to_thread(_what_happened, error, log)) from error
    await asyncio.to_thread(
        (out / "figures.json").write_text, json.dumps(played.figures, indent=2) + "\n", encoding="utf-8"
    )
    say(f"Done in {played.figures['seconds']} seconds. Read {out}/chat-K-03.txt first, then {out}/chat-{LIND}.txt.")
    return played


async def _play(out: Path, say: Say, database: Path, log: Path, started: float, language: str) -> Played:
    async with running_server(_TOKEN) as telegram:
        async with running_bot(_environment(telegram.url, database, language), log, _apart) as bot:
            stage = StoryStage(telegram, bot, await _people(telegram, language), language)
            await _while_it_lives(bot, _weeks(stage, database, say))
            for key, phone in stage.phones.items():
                await leave_chat(out, key, phone)
            for key in (LIND, SOLE):
                await leave_digests(out, key, stage.phones[key], language)
            await bot.stop()
        journal, server = await telegram.journal(), await telegram.figures()
        await telegram.reset()  # ends the poll that the bot has left behind
        counts = await asyncio.to_thread(figures, database, journal, server, time.monotonic() - started)
        return Played(counts, journal, {key: phone.user_id for key, phone in stage.phones.items()})


async def _apart(*command: str, **how: Any) -> asyncio.subprocess.Process:
    """Start a process that Ctrl-C in the terminal does not reach: this module ends it."""
    return await asyncio.create_subprocess_exec(*command, **how, start_new_session=True)


def _environment(url: str, database: Path, language: str) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": _TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_KEYS": KeyRing.generate_entry("k1"),
        "ADMIN_TELEGRAM_IDS": str(_ADMIN_ID),
        "PRACTICE_NAME": PRACTICE,
        "PRACTICE_TIMEZONE": ZONE.key,
        "PRACTICE_LANGUAGE": language,
        "CRISIS_CARD_TEXT": CRISIS_CARD,
        "TICK": "5m",  # the story says when time passes
    }


async def _people(telegram: Telegram, language: str) -> dict[str, Any]:
    keys = (ADMIN, LIND, SOLE, *CODES, STRANGER)
    return {
        key: await telegram.person(_ADMIN_ID + at, NAMES.get(key, key), language_code=language)
        for at, key in enumerate(keys)
    }


async def _while_it_lives(bot: BotProcess, story: Any) -> None:
    """Play, but not longer than the bot runs."""
    playing, ending = asyncio.create_task(story), asyncio.create_task(bot.wait())
    try:
        await asyncio.wait({playing, ending}, return_when=asyncio.FIRST_COMPLETED)
        if ending.done() and not (playing.done() and playing.exception() is None):
            raise BotEnded(f"the bot ended by itself with {ending.result()}")
        await playing
    finally:
        playing.cancel()
        ending.cancel()
        await asyncio.gather(playing, ending, return_exceptions=True)


async def _weeks(stage: StoryStage, database: Path, say: Say) -> None:
    monday = first_monday(datetime.now(UTC).date())
    told = dict.fromkeys(await asyncio.to_thread(counted, database), 0)
    ahead = scenes(monday)
    for week in range(WEEKS + 1):
        over = _midnight(monday, week + 1)
        while ahead and ahead[0].at < over:
            await stage.play(ahead.pop(0))
        if week < WEEKS:
            await stage.go_to(over)
            now = await asyncio.to_thread(counted, database)
            say(_progress(week, {name: now[name] - told[name] for name in now}))
            told = now
    await stage.go_to(ends(monday))


def _midnight(monday: date, week: int) -> datetime:
    return datetime.combine(monday + timedelta(weeks=week), datetime.min.time(), ZONE)


def _progress(week: int, counts: dict[str, int]) -> str:
    late = f", {counts['expired']} ran out of time" if counts["expired"] else ""
    return (
        f"Week {week + 1} of {WEEKS}: {counts['sessions']} sessions, {counts['asked']} times asked, "
        f"{counts['answered']} answered{late}."
    )


def _what_happened(error: Exception, log: Path) -> str:
    """Say in one sentence what went wrong, with the end of the bot's log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    tail = "\n".join(lines[-_LOG_TAIL:]) or "(nothing)"
    return f"The story broke off: {str(error) or type(error).__name__}.\n\nThe end of the bot's log:\n{tail}"
