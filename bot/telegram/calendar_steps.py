"""Bringing a therapist's sessions in line with a calendar, in small transactions, so that a long one holds nobody up.

First what changes, then what is new. Reading a calendar again changes nothing, so a crash half-way is mended by the
errand that repeats it.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calendars import Applied, Change, Comparison, Count, Source, Unknown
from bot.check_ins import Work
from bot.ics.slots import LeftOut, Reading
from bot.plans import joined
from bot.roster import Person
from bot.use_cases import UseCases

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AT_ONCE, _NEW_AT_ONCE = 5, 50
"""Steps in one transaction: it must be over before anybody who presses notices."""
_Do = Callable[[AsyncConnection, Change], Awaitable[Applied | None]]


@dataclass(slots=True)
class Outcome:
    """What became of a calendar."""

    counts: Counter[Count] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    unknown: list[Unknown] = field(default_factory=list)
    missing: int = 0
    work: Work = field(default_factory=Work)


@dataclass(frozen=True, slots=True)
class How:
    """How a calendar is applied.

    `prune` calls off what came from a file before and is not in this one. `passed_over` only calls off what the
    therapist has said is no session. `unasked` leaves word of what was called off, with the calling off itself.
    """

    prune: bool = False
    passed_over: bool = False
    unasked: bool = False

    def steps(self, found: Comparison) -> list[Change]:
        """Choose what is done of what a reading means."""
        if self.passed_over:
            return [step for step in found.changes if step.slot is None and step.index in found.passed_over]
        return found.changes + (found.missing if self.prune else [])

    def begun(self, found: Comparison) -> Outcome:
        """Give what there is to tell before anything is done."""
        counts = Counter({Count.KEPT: found.kept, Count.IGNORED: found.ignored})
        return Outcome(counts, Counter(found.left_out), found.unknown, 0 if self.prune else len(found.missing))


PLAINLY = How()


async def apply(
    cases: UseCases, therapist: Person, reading: Reading, source: Source, now: datetime, how: How = PLAINLY
) -> Outcome:
    """Bring a therapist's sessions in line with a calendar."""
    async with cases.reading() as tx:
        found = await cases.calendars.compare(tx, therapist, reading, source, now)
    steps, outcome = how.steps(found), how.begun(found)
    applying = _Applying(cases, therapist, now, outcome, unasked=how.unasked)
    await applying.change([step for step in steps if step.known is not None])
    await applying.enter([step for step in steps if step.known is None])
    log.info("calendar_read", person_id=therapist.id, kind=source.value, count=len(steps))
    return outcome


@dataclass(slots=True)
class _Applying:
    cases: UseCases
    therapist: Person
    now: datetime
    outcome: Outcome
    unasked: bool
    waiting: set[bytes] = field(default_factory=set)
    """The events still to be changed."""

    async def change(self, steps: Sequence[Change]) -> None:
        """Change what came from calendars before, until each is settled."""
        self.waiting = {index for step in steps for index in _indexes(step)}
        left = await self._in_turn(steps)
        while left:
            before = len(left)
            left = await self._in_turn(await self._each(left, partial(self._make_way, self.waiting)))
            if len(left) == before:
                left = await self._in_turn(await self._each(left, self._step_aside))
                left = await self._each(left, partial(self._make_way, ()))

    async def _in_turn(self, steps: Sequence[Change]) -> list[Change]:
        """Make changes as long as some make room for others; give those left. Forth and back: a row is two turns."""
        left = await self._each(steps, self._apply)
        while left and len(left) < len(steps):
            steps, left = left, await self._each(left[::-1], self._apply)
        return left

    async def _each(self, steps: Sequence[Change], do: _Do) -> list[Change]:
        """Do something about each change, a few in a transaction; give those it did not settle."""
        left = []
        for some in _portions(steps, _AT_ONCE):
            async with self.cases.writing() as tx:
                for step in some:
                    applied = await do(tx, step)
                    if applied is None:
                        left.append(step)
                    else:
                        await self._settled(tx, step, applied)
        return left

    async def _apply(self, tx: AsyncConnection, step: Change) -> Applied | None:
        return await self.cases.calendars.changes.apply(tx, self.therapist, step, self.now)

    async def _make_way(self, waiting: Collection[bytes], tx: AsyncConnection, step: Change) -> Applied | None:
        return await self.cases.calendars.changes.make_way(tx, self.therapist, step, waiting, self.now)

    async def _step_aside(self, tx: AsyncConnection, step: Change) -> None:
        """Call a session off that another waits for; its appointment is entered anew where it belongs."""
        await self._count(tx, await self.cases.calendars.changes.step_aside(tx, self.therapist, step, self.now))

    async def _settled(self, tx: AsyncConnection, step: Change, applied: Applied) -> None:
        self.waiting.difference_update(_indexes(step))
        await self._count(tx, applied)

    async def _count(self, tx: AsyncConnection, applied: Applied) -> None:
        self.outcome.counts.update(applied.counts)
        self.outcome.work = joined(self.outcome.work, applied.work)
        if self.unasked and Count.CANCELLED in applied.counts:
            await self.cases.feeds.called_off(tx, self.therapist, self.now)

    async def enter(self, steps: Sequence[Change]) -> None:
        """Enter what is new, client by client."""
        new: dict[int, list[Change]] = defaultdict(list)
        for step in steps:
            if step.episode is not None:
                new[step.episode.id].append(step)
        for some in (some for mine in new.values() for some in _portions(mine, _NEW_AT_ONCE)):
            assert some[0].episode is not None  # noqa: S101 - chosen above
            async with self.cases.writing() as tx:
                entered = await self.cases.calendars.changes.enter(tx, self.therapist, some[0].episode, some, self.now)
                await self._count(tx, Applied(entered))


def _indexes(step: Change) -> set[bytes]:
    return {step.index, step.known.event_index} if step.known else {step.index}


def _portions(steps: Sequence[Change], most: int) -> Iterator[Sequence[Change]]:
    yield from (steps[at : at + most] for at in range(0, len(steps), most))
