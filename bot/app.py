"""The composition root: the only file that constructs. It reads from top to bottom."""

import asyncio
import contextlib
import fcntl
import gc
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.access import Role
from bot.check_ins import Work
from bot.clock import Clock
from bot.logs import loop_exception_handler
from bot.outside import Outside
from bot.practice import Practice, Rules
from bot.settings import Settings
from bot.steering import Steering
from bot.store.database import Database
from bot.telegram.errands import Porter
from bot.telegram.intake import Intake
from bot.telegram.menus import command_list
from bot.telegram.replies import Replies
from bot.telegram.sender import Sender
from bot.telegram.transport import Telegram
from bot.texts import speech
from bot.ticker import Ticker
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_NO_DATABASE = "The database cannot be opened"
_ASK_DOCTOR = "Nothing was changed. `attune doctor` says what to do."
_TRY_AGAIN = (NetworkError, RetryAfter, InvalidToken)
"""A proxy's 404 looks like InvalidToken; `attune doctor` tells a wrong token from a wrong network."""


class CannotStart(RuntimeError):
    """Why the bot does not come up, in a sentence for the operator."""


class App:
    """Everything that lives while the bot runs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.cases = use_cases(settings)
        self.telegram = Telegram(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        self.sender: Sender
        self.porter: Porter
        self.intake: Intake
        self.ticker: Ticker

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the database and Telegram, build what needs them, and close all of it at the end."""
        with only_one(self.settings):
            await self._open_database()
            await self.telegram.open()
            try:
                await self._build()
                yield
            finally:
                await self.telegram.close()
                await self.cases.close()

    async def _open_database(self) -> None:
        try:
            await self.cases.open(self.clock.now())
        except (SQLAlchemyError, OSError) as error:
            raise CannotStart(f"{_NO_DATABASE} ({type(error).__name__}). {_ASK_DOCTOR}") from None

    async def _build(self) -> None:
        name = await self._bot_name()
        self.sender = Sender(self.cases, self.telegram, self.clock, name)
        self.porter = Porter(self.cases, self.telegram, self.sender, self.clock, Outside())
        self.intake = Intake(self.cases, self.telegram, self.sender, self.porter, self.clock)
        self.ticker = Ticker(self.cases, self._show)

    async def _bot_name(self) -> str:
        """Ask Telegram who we are, for as long as it takes: a bot that starts before its network must still come up."""
        wait = 0.5
        while True:
            try:
                await self.telegram.bot.initialize()
            except _TRY_AGAIN as error:
                log.warning("telegram_unreachable", reason=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
            else:
                return self.telegram.bot.username

    def _show(self, work: Work) -> None:
        replies = Replies()
        replies.add(work)
        self.sender.speak(replies)

    async def tick(self) -> None:
        """Let time pass once; also picks up whatever a crash or an outage left behind."""
        try:
            await self.ticker.tick(self.clock.now())
            await self.sender.screens.catch_up()
            if (heard_at := self.intake.heard_at) is not None:
                await self.cases.polled(heard_at)
        except Exception:  # the next tick tries again; the log says what happened
            log.exception("tick_failed")
        self.sender.wake()
        self.porter.wake()

    async def settle(self) -> None:
        """Wait until everything that is due has been fetched and said (for a steered clock)."""
        await self.porter.settle()
        await self.sender.settle()

    async def run(self, steering: Steering | None = None) -> None:
        """Run until SIGTERM or SIGINT, then finish what is under way and stop within seconds."""
        stopping = _stop_on_signals()
        asyncio.get_running_loop().set_exception_handler(loop_exception_handler)
        async with self.opened():
            await self._offer_commands()
            scheduler = self._scheduler()
            running = (self.sender.run(), self.intake.run(), self.porter.run())
            tasks = [asyncio.create_task(each) for each in running]
            if steering is not None:
                tasks.append(asyncio.create_task(steering.run(self)))
            rarely_collect()
            log.info("started")
            await self.tick()
            await stopping.wait()
            log.info("stopping")
            scheduler.shutdown(wait=False)
            await _end(tasks[1:])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self.sender.finish()
            await _end(tasks[:1])

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="UTC")
        seconds = self.settings.tick.total_seconds()
        scheduler.add_job(
            self.tick, "interval", seconds=seconds, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        scheduler.start()
        return scheduler

    async def _offer_commands(self) -> None:
        """Set the menu that strangers see; people get their own when they are given a role."""
        say = speech(self.settings.practice_language)
        with contextlib.suppress(*_TRY_AGAIN):
            await self.telegram.bot.set_my_commands(list(command_list([Role.STRANGER], say)))


def use_cases(settings: Settings) -> UseCases:
    """Build the use cases on the database of these settings."""
    rules = Rules(
        name=settings.practice_name,
        zone=ZoneInfo(settings.practice_timezone),
        language=settings.practice_language,
        crisis_card=settings.crisis_card_text,
        check_in_delay=settings.check_in_delay,
        take_back=settings.take_back,
        quiet_hours=settings.quiet_hours,
        admin_telegram_ids=frozenset(settings.admin_telegram_ids),
        questions_a_week=settings.questions_a_week,
    )
    database = Database(settings.database_url.get_secret_value())
    return UseCases(database, settings.data_keys, Practice(rules), calendar_feeds=settings.calendar_feeds)


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold a lock beside a SQLite database; the system lets go of it however the process ends.

    Raises:
        CannotStart: where another process holds it, or its folder cannot be written.
    """
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with _lock_file(Path(f"{url.database}.lock")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart("Another Attune is running on this database. Stop it first.") from None
        yield


def _lock_file(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w")
    except OSError as error:
        raise CannotStart(f"{_NO_DATABASE} ({type(error).__name__}). {_ASK_DOCTOR}") from None


def rarely_collect() -> None:
    """Spare Python's collector what lives as long as the process: see docs/decisions/0006.

    Modules, tables and texts are half a million objects that a full collection looks through in vain. They are set
    aside, and the rest is looked through less often: a batch of a hundred presses makes some 20,000 objects that die
    by themselves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    return stopping


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
