"""Two-sided rating: the therapist's own view first, then the client's answers (rules in conversations/two_sided.py)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import CheckIns, Kept, summary_deliveries
from bot.holding import OWN_VIEW
from bot.store import deliveries as outbox
from bot.store import own_views as store
from bot.store import timers
from bot.store.deliveries import Lane
from bot.store.persons import Person
from bot.timers import Timer
from conversations import two_sided
from conversations.model import Question
from conversations.two_sided import OwnView, Stand

__all__ = ["WHOLE", "OwnView", "Stand", "TwoSided"]

WHOLE = "whole"
"""The detail of a delivery that shows all, whatever the notice style: the therapist is here and waits for it."""

Move = Callable[[OwnView], OwnView | None]


class TwoSided:
    """The use cases of own views. Every method works inside the caller's transaction."""

    def __init__(self, check_ins: CheckIns) -> None:
        self._check_ins = check_ins

    async def find(self, tx: AsyncConnection, check_in_id: int) -> OwnView | None:
        """Give the therapist's own view of a check-in, if one was asked for."""
        return await store.find(tx, check_in_id)

    async def is_held(self, tx: AsyncConnection, check_in_id: int) -> bool:
        """Say whether a check-in's answers still wait for the therapist's own view."""
        view = await store.find(tx, check_in_id)
        return view is not None and view.holds

    def questions(self, kept: Kept) -> tuple[Question, ...]:
        """Give the questions a therapist rates too."""
        return two_sided.asked(self._check_ins.terms(kept).version)

    async def rate(self, tx: AsyncConnection, kept: Kept, position: int, rating: int, now: datetime) -> OwnView | None:
        """Keep a rating; the last one shows the client's answers. None where it changes nothing."""
        questions = self.questions(kept)
        return await self._move(tx, kept, lambda view: two_sided.rate(view, questions, position, rating), now)

    async def go_back(self, tx: AsyncConnection, kept: Kept, position: int, now: datetime) -> OwnView | None:
        """Open the question before."""
        return await self._move(tx, kept, lambda view: two_sided.go_back(view, position), now)

    async def skip(self, tx: AsyncConnection, kept: Kept, now: datetime) -> OwnView | None:
        """Show the client's answers without an own view."""
        return await self._move(tx, kept, two_sided.skip, now)

    async def _move(self, tx: AsyncConnection, kept: Kept, move: Move, now: datetime) -> OwnView | None:
        view = await store.find(tx, kept.check_in.id)
        after = None if view is None else move(view)
        if after is None:
            return None
        await store.save(tx, after)
        if not after.holds:
            await timers.drop(tx, OWN_VIEW, kept.therapist_id, kept.check_in.id)
            await self._show(tx, kept, Lane.REPLY, now)
        return after

    async def _show(self, tx: AsyncConnection, kept: Kept, lane: Lane, now: datetime) -> None:
        """Send what was held back. A press of the therapist is answered at once, and whole."""
        detail = WHOLE if lane is Lane.REPLY else None
        held = summary_deliveries(kept, now)
        at_once = (outbox.in_lane(one, lane, detail) if one.not_before <= now else one for one in held)
        await outbox.queue(tx, list(at_once), now)

    async def lapse(self, tx: AsyncConnection, timer: Timer, now: datetime) -> None:
        """Wait no longer: 12 hours are over. Answers to the timer."""
        await self._lapse(tx, timer.about_id, now)

    async def _lapse(self, tx: AsyncConnection, check_in_id: int, now: datetime) -> None:
        view = await store.find(tx, check_in_id)
        after = None if view is None else two_sided.lapse(view)
        kept = await self._check_ins.get(tx, check_in_id, now)
        if after is not None and kept is not None:
            await store.save(tx, after)
            await self._show(tx, kept, Lane.ALERT, now)

    async def let_go(self, tx: AsyncConnection, therapist: Person, now: datetime) -> None:
        """Show whatever is held back for a therapist who does not want to rate first any more."""
        for number in await store.waiting_of(tx, therapist.id):
            await timers.drop(tx, OWN_VIEW, therapist.id, number)
            await self._lapse(tx, number, now)
