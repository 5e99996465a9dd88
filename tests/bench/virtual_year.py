"""`python -m tests.bench.virtual_year`: a year of a large practice, lived through the use cases in minutes.

A real SQLite file, the real use cases and ticker, the real renderers of prompts and reminders; no Telegram and no
sender: what the outbox holds is rendered, noted and marked as sent, in steps of a virtual clock. Every virtual day the
bot is restarted between a tick and its deliveries: the database is closed and opened anew. Therapists and clients do
what they do by a seeded die: answer, leave in the middle, ignore, put off, skip, pause, move to another zone; sessions
are moved and called off. What is told is held against a book kept beside the program (`year_book`).
"""

import argparse
import asyncio
import gc
import json
import random
import sys
import tempfile
import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

from bot import logs
from bot.check_ins import Kept, Press, Work
from bot.crypto import KeyRing
from bot.outbox import Outcome, Parcel
from bot.practice import Practice, Rules
from bot.repeats import Started
from bot.roster import Notice, Person
from bot.store import episodes, persons
from bot.store.database import Database
from bot.telegram.letters import NotYet
from bot.telegram.messages import render
from bot.ticker import Ticker
from bot.use_cases import UseCases
from conversations import events as ev
from conversations.schedule import in_quiet_hours
from conversations.series import Rhythm
from conversations.wall_clock import day_of
from tests.bench.year_ages import YOUNG, copy_of, side_by_side
from tests.bench.year_book import DELAY, NIGHT, Book, reckon
from tests.bench.year_whims import ZONES, whims

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
OF_A_THERAPIST = 40
RENDERED = ("prompt", "reminder")
MONTH = 30


@dataclass(slots=True)
class Year:
    """The practice, the moment it is in, and the book."""

    path: Path
    clients: int
    rng: random.Random
    ring: KeyRing = field(default_factory=lambda: KeyRing.parse(KeyRing.generate_entry("year")))
    now: datetime = BEGIN
    book: Book = field(init=False)
    cases: UseCases = field(init=False)
    ticker: Ticker = field(init=False)
    therapists: list[int] = field(default_factory=list)
    of: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Client -> therapist, episode."""
    ticks: list[float] = field(default_factory=list)
    steps: int = 48

    def __post_init__(self) -> None:
        self.book = Book.beside(self.path)

    async def open(self) -> None:
        rules = Rules("Practice", ZoneInfo("UTC"), "en", "112", DELAY, timedelta(minutes=15), NIGHT, frozenset(), 60)
        self.cases = UseCases(Database(f"sqlite:///{self.path}"), self.ring, Practice(rules))
        await self.cases.open(self.now)
        self.ticker = Ticker(self.cases, _nothing)

    async def move_in(self) -> None:
        """Add therapists and clients, each with a weekly series; every tenth comes every two weeks."""
        async with self.cases.writing() as tx:
            for place in range(self.clients):
                if place % OF_A_THERAPIST == 0:
                    number = await self._person(tx, 9_000_000 + place)
                    await persons.change(tx, number, is_therapist=True)
                    self.therapists.append(number)
                client = await self._person(tx, 1_000_000 + place)
                therapist = self.therapists[-1]
                episode = await episodes.add(
                    tx, self.ring, client_id=client, therapist_id=therapist, code=f"K-{place}", now=self.now
                )
                self.of[client] = (therapist, episode)
        for place, client in enumerate(self.of):
            await self._series(client, place)

    async def _person(self, tx: Any, telegram_id: int) -> int:
        zone, told = self.rng.choice(ZONES), Notice.TELL.value
        return await persons.add(tx, self.ring, telegram_id, language="en", zone=zone, notice=told, now=self.now)

    async def _series(self, client: int, place: int) -> None:
        therapist_id, episode_id = self.of[client]
        day = day_of(self.now, ZoneInfo("UTC")) + timedelta(days=1 + place % 5)
        wall = time(8 + place % 11, self.rng.choice((0, 30)))
        async with self.cases.writing() as tx:
            therapist = await self.load(tx, therapist_id)
            episode = (await episodes.by_ids(tx, self.ring, [episode_id]))[episode_id]
            rhythm = Rhythm(day, wall, 50, 2 if place % 10 == 9 else 1)
            assert isinstance(await self.cases.repeats.start(tx, therapist, episode, rhythm, self.now), Started)

    async def load(self, tx: Any, number: int) -> Person:
        """Give a person as they are now."""
        return (await persons.by_ids(tx, [number]))[number]

    # ---- time ----

    async def day(self, number: int) -> None:
        """Live one day; somewhere in it the bot is restarted before it has said what it ought to."""
        restart = self.rng.randrange(self.steps)
        for step in range(self.steps):
            self.now = BEGIN + timedelta(days=number) + step * timedelta(days=1) / self.steps
            begun = clock.process_time()
            await self.ticker.tick(self.now)
            self.ticks.append(clock.process_time() - begun)
            if step == restart:
                await self.cases.close()
                await self.open()
            await self.deliver()
            if step == self.steps // 2:
                await whims(self)

    async def deliver(self) -> None:
        """Say what waits, note it in the book, and let clients react."""
        while parcels := await self._ready():
            presses: list[Press] = []
            async with self.cases.writing() as tx:
                for parcel in parcels:
                    presses += await self._say(tx, parcel)
                if presses:
                    await self.cases.check_ins.press(tx, presses, self.now)

    async def _ready(self) -> list[Parcel]:
        async with self.cases.reading() as tx:
            return await self.cases.outbox.ready(tx, self.now, 200, ())

    async def _say(self, tx: Any, parcel: Parcel) -> list[Press]:
        delivery, outbox = parcel.delivery, self.cases.outbox
        if delivery.kind not in RENDERED:
            await outbox.finish(tx, delivery, Outcome.SENT, self.now, 1)
            return []
        letter = await render(tx, self.cases, parcel, self.now, "attune_bot")
        if isinstance(letter, NotYet):
            await outbox.keep_quiet(tx, delivery, letter.until, self.now)
            return []
        await outbox.finish(tx, delivery, Outcome.SENT if letter else Outcome.DROPPED, self.now, 1)
        if letter is None or letter.screen is None:
            return []
        message = self.rng.randrange(1, 1 << 31)
        await outbox.moved_to(tx, letter.screen, message)
        self._note(parcel, letter.screen)
        return self._reaction(parcel.person, letter.screen, message)

    def _note(self, parcel: Parcel, kept: Kept) -> None:
        book, number, client = self.book, kept.check_in.id, parcel.person
        book.note(parcel.delivery.kind, number)
        book.after_answer += parcel.delivery.kind == "reminder" and book.has("answer", number)
        book.at_night += in_quiet_hours(self.now, client.zone, NIGHT)
        book.in_pause += book.paused(client.id, self.now)

    def _reaction(self, client: Person, kept: Kept, message: int) -> list[Press]:
        """Let a client answer all, answer a part, put it off, skip it or do nothing."""
        number, size = kept.check_in.id, len(self.cases.check_ins.terms(kept).version.questions)
        ratings: list[ev.Event] = [ev.Answered(at, self.rng.randint(5, 10)) for at in range(size)]
        begun: list[ev.Event] = [ev.Started()]
        events = self.rng.choices(
            ([*begun, *ratings, ev.Sent()], [*begun, *ratings[:2]], [ev.LaterAsked()], [ev.Skipped()], []),
            weights=(62, 10, 6, 4, 18),
        )[0]
        if len(events) > 1:
            self.book.note("answer", number)
        return [Press(at, client, number, event, message) for at, event in enumerate(events)]


def _nothing(_work: Work) -> None:
    return


def memory() -> float:
    """Give the memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


@dataclass(slots=True)
class Costs:
    """What each day has cost: the median and the mean tick in seconds of processor time, and the memory in MB."""

    medians: list[float] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)

    def add(self, ticks: Sequence[float]) -> None:
        """Add a day."""
        self.medians.append(median(ticks))
        self.means.append(fmean(ticks))
        self.sizes.append(memory())

    def figures(self) -> dict[str, list[float]]:
        """Give what they come to, month by month."""
        return {
            "median tick, ms of processor time": [round(1000 * median(month), 1) for month in _months(self.medians)],
            "mean tick, ms of processor time": [round(1000 * fmean(month), 1) for month in _months(self.means)],
            "memory, MB": [round(median(month), 1) for month in _months(self.sizes)],
        }


def _months(days: Sequence[float]) -> list[Sequence[float]]:
    """Put days together thirty by thirty; what is left over at the end belongs to the last ones."""
    whole = max(len(days) // MONTH, 1)
    return [days[n * MONTH : (n + 1) * MONTH if n + 1 < whole else len(days)] for n in range(whole)]


async def live(
    path: Path, clients: int, days: int, seed: int, *, steps: int = 48, limit: float = 1e9, say: Any = None
) -> dict[str, Any]:
    """Live through so many days, as far as one gets in `limit` seconds, and give the figures."""
    begun, costs, young = clock.perf_counter(), Costs(), None
    year = Year(path, clients, random.Random(seed), steps=steps)
    await year.open()
    await year.move_in()
    for number in range(days):
        if number == YOUNG:
            young = await copy_of(year)
        year.ticks.clear()
        await year.day(number)
        costs.add(year.ticks)
        if say and number % 7 == 6:
            say(f"day {number + 1}: {costs.sizes[-1]:.0f} MB, median tick {1000 * costs.medians[-1]:.1f} ms")
        if clock.perf_counter() - begun > limit:
            break
    async with year.cases.reading() as tx:
        result = await reckon(tx, year.book, year.of, year.now)
    lived = {"clients": clients, "days": len(costs.sizes), "restarts": len(costs.sizes), "sessions": result}
    seen, seconds = _seen(year.book), round(clock.perf_counter() - begun, 1)
    ages = await side_by_side(young, year, len(costs.sizes)) if young else {}
    await year.cases.close()
    return {**lived, **seen, **costs.figures(), **ages, "seconds": seconds}


def _seen(book: Book) -> dict[str, Any]:
    prompts, reminders = book.times("prompt").values(), book.times("reminder").values()
    return {
        "prompts": sum(prompts),
        "prompts sent twice": sum(count > 1 for count in prompts),
        "reminders": sum(reminders),
        "reminders sent twice": sum(count > 1 for count in reminders),
        "reminders after an answer": book.after_answer,
        "sent in quiet hours": book.at_night,
        "sent in a pause": book.in_pause,
        "done": dict(book.done),
    }


def faults(figures: dict[str, Any]) -> dict[str, int]:
    """Give what must not be, where it is."""
    none = ("prompts sent twice", "reminders after an answer", "sent in quiet hours", "sent in a pause")
    wrong = {name: count for name, count in figures["sessions"].items() if name.startswith("wrong")}
    return wrong | {name: figures[name] for name in none if figures[name]}


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    """Read the arguments, live, print the figures; leave with 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.virtual_year")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=48, help="ticks a day")
    parser.add_argument("--limit", type=float, default=1e9, help="seconds after which it stops, wherever it is")
    chosen = parser.parse_args()
    logs.configure("WARNING", "console", ())
    with tempfile.TemporaryDirectory(prefix="attune-year-") as folder:
        path, limits = Path(folder) / "attune.db", {"steps": chosen.steps, "limit": chosen.limit}
        figures = asyncio.run(live(path, chosen.clients, chosen.days, chosen.seed, **limits, say=_say))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    sys.exit(1 if faults(figures) else 0)


if __name__ == "__main__":
    main()
