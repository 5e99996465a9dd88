"""Everything Attune can do, in one bundle, and the transactions it is done in."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import agendas, before_sessions, digests, mornings, repeats, transfers
from bot.agendas import Agendas
from bot.authoring import Authoring
from bot.awaited_texts import AwaitedTexts
from bot.calendars import Calendars
from bot.charts import Charts
from bot.check_ins import CheckIns, Work
from bot.crypto import KeyRing
from bot.digests import Digests
from bot.discussions import Discussions
from bot.errands import Errands
from bot.exports import Exports
from bot.feeds import KIND as FEED
from bot.feeds import Feeds
from bot.goals import Goals
from bot.holding import OWN_VIEW
from bot.holidays import Holidays
from bot.leaving import Leaving
from bot.mornings import Mornings
from bot.nudges import Nudges
from bot.occasions import Occasions
from bot.outbox import Outbox
from bot.past_scores import ScoreImports
from bot.pauses import Pauses
from bot.plans import REPLAN, Plans
from bot.practice import Practice, Rules
from bot.practice_rules import PracticeRules, rules_kept
from bot.question_sets import QuestionSets
from bot.readings import Readings
from bot.reflections import Reflections
from bot.repeats import Repeats
from bot.reports import Reports
from bot.roster import Person, Roster
from bot.sessions import Sessions
from bot.store import check_ins as check_in_store
from bot.store import practice as values
from bot.store import reflections, retention, schema, updates
from bot.store.database import Database
from bot.taking_back import TakingBack
from bot.timers import Timer, Timers
from bot.transfers import Transfers
from bot.two_sided import TwoSided

LAST_POLL = "last_poll_at"
RATINGS_KEPT = timedelta(days=30)
"""How long everything else of an episode is kept after the care has ended. The consent text says so."""

_JUDGED_AT_ONCE = 50
"""Clients whose check-ins are judged in one transaction."""


class UseCases:
    """The use cases of every noun, around one database."""

    def __init__(self, database: Database, ring: KeyRing, practice: Practice, *, calendar_feeds: bool = False) -> None:
        self._database = database
        self.practice = practice
        self.timers = Timers()
        self.check_ins = CheckIns(ring, practice)
        self.reports = Reports(ring, self.check_ins)
        self.mornings = Mornings(ring, self.timers)
        self.agendas = Agendas(ring, self.timers, self.reports, Readings(practice))
        self.plans = Plans(ring, practice, self.check_ins, self.timers, self.mornings, self.agendas)
        self.sessions = Sessions(ring, self.plans)
        self.repeats = Repeats(self.plans, self.sessions, self.timers)
        self.taking_back = TakingBack(self.plans, self.sessions, self.repeats)
        self.holidays = Holidays(self.plans, self.sessions)
        self.digests = Digests(ring, practice, self.timers)
        self.occasions = Occasions(practice, self.check_ins)
        self.transfers = Transfers(ring, self.check_ins, self.timers, self.occasions)
        self.leaving = Leaving(ring, practice, self.transfers)
        self.roster = Roster(ring, practice, self.check_ins, self.digests, self.occasions)
        self.question_sets = QuestionSets(practice)
        self.score_imports = ScoreImports(ring, practice)
        self.exports = Exports(ring, practice)
        self.authoring = Authoring(self.question_sets)
        self.outbox = Outbox(ring)
        self.pauses = Pauses(self.check_ins, self.outbox)
        self.discussions = Discussions()
        self.charts = Charts()
        self.practice_rules = PracticeRules(practice)
        self.nudges = Nudges(self.check_ins)
        self.two_sided = TwoSided(self.check_ins)
        self.errands = Errands(ring)
        self.calendars = Calendars(ring, self.sessions)
        self.feeds = Feeds(ring, self.timers, self.errands, allowed=calendar_feeds)
        self.awaited_texts = AwaitedTexts()
        self.goals = Goals(ring, self.check_ins)
        self.reflections = Reflections(ring, self.check_ins)
        self._answer_timers()

    def _answer_timers(self) -> None:
        self.timers.answer(
            {
                transfers.KIND: self.transfers.go_off,
                transfers.LEAVING: self.leaving.go_off,
                OWN_VIEW: self.two_sided.lapse,
                REPLAN: self.plans.go_off,
                before_sessions.KIND: self.plans.before.go_off,
                FEED: self.feeds.go_off,
                mornings.KIND: self.mornings.go_off,
                agendas.KIND: self.agendas.go_off,
                digests.TIMER: self.digests.go_off,
                repeats.KIND: self.repeats.go_off,
            }
        )

    async def open(self, now: datetime) -> None:
        """Bring the schema up to date and read the published versions."""
        async with self._database.writing() as tx:
            await schema.upgrade(tx)
        async with self._database.writing() as tx:
            await self.practice.load(tx, now)
            self.practice.rules = await self.rules_soon(tx)
            await self.digests.arrange_all(tx, now)

    async def close(self) -> None:
        """End the chart worker and close the database."""
        await self.charts.close()
        await self._database.close()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may change things; committed when the block ends well."""
        try:
            async with self._database.writing() as tx:
                yield tx
        finally:
            if self.practice.is_stale:
                await self._read_again()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent look."""
        async with self._database.reading() as tx:
            yield tx

    async def replan(self, tx: AsyncConnection, before: Person, person: Person, now: datetime) -> Work:
        """Plan anew what is pending and hangs on somebody's settings, after they have changed them."""
        await self.outbox.look_again(tx, person, now)
        if person.is_therapist and not person.preferences.two_sided:
            await self.two_sided.let_go(tx, person, now)
        if person.is_therapist and person.zone != before.zone:
            await self.repeats.rezone(tx, person, before.zone, now)
            await self.mornings.again(tx, person, now)
        if person.is_therapist and person.preferences.agenda_minutes != before.preferences.agenda_minutes:
            await self.agendas.again(tx, person, now)
        return await self.plans.again(tx, person.episode_id, "settings", now) if person.episode_id else Work()

    async def _read_again(self) -> None:
        """Let hold what a transaction has changed of the practice, or nothing of it where the transaction failed."""
        self.practice.is_stale = False
        async with self._database.reading() as tx:
            await self.practice.read(tx)
            self.practice.rules = await self.rules_soon(tx)

    async def rules_soon(self, tx: AsyncConnection) -> Rules:
        """Give the rules as they stand in this transaction."""
        return await rules_kept(tx, self.practice.given)

    # ---- updates ----

    async def claim(self, tx: AsyncConnection, update_ids: Sequence[int], now: datetime) -> set[int]:
        """Mark updates as seen, in the transaction of their effects; give those that are new."""
        return await updates.claim(tx, update_ids, now)

    async def park(self, update_id: int, fault: str, now: datetime) -> None:
        """Set a poison update aside, in a transaction of its own, so that it is not tried for ever."""
        async with self._database.writing() as tx:
            await updates.claim(tx, [update_id], now)
            await updates.park(tx, update_id, fault, now)

    # ---- time ----

    async def polled(self, now: datetime) -> None:
        """Remember when Telegram was last heard."""
        async with self._database.writing() as tx:
            await values.set_value(tx, LAST_POLL, now.isoformat())

    async def last_poll(self) -> datetime | None:
        """When Telegram was last heard, also before a restart."""
        async with self._database.reading() as tx:
            kept = await values.value(tx, LAST_POLL)
        return None if kept is None else datetime.fromisoformat(kept)

    async def next_at(self, now: datetime) -> datetime | None:
        """When the next thing falls due: a check-in's moment, a timer, an errand or a waiting delivery."""
        async with self._database.reading() as tx:
            moments = [
                await check_in_store.next_at(tx),
                await self.timers.next_at(tx),
                await self.errands.next_at(tx),
                await self.outbox.next_at(tx, now),
            ]
        return min((moment for moment in moments if moment is not None), default=None)

    async def due_timers(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Give the timers that have to go off by now."""
        async with self._database.reading() as tx:
            return await self.timers.due(tx, now, limit)

    async def tidy(self, now: datetime) -> None:
        """Forget what has served its time: what the consent text promises, seen updates, finished deliveries."""
        async with self._database.writing() as tx:
            await retention.delete_notes(tx, now - retention.NOTES_KEPT, self.practice.numbers)
            await reflections.delete_words(tx, now - retention.NOTES_KEPT)
            await retention.delete_episodes(tx, now - RATINGS_KEPT)
            await retention.delete_forgotten_people(tx)
            await self.score_imports.forget(tx, now)
            await updates.forget(tx, now)
            await self.outbox.tidy(tx, now)
        await self._keep_up(now)

    async def _keep_up(self, now: datetime) -> None:
        """Judge what has closed, a few clients a transaction, so that nobody who presses has to wait."""
        judged = 1
        while judged:
            async with self._database.writing() as tx:
                judged = await self.digests.readings.keep_up(tx, now, _JUDGED_AT_ONCE)
