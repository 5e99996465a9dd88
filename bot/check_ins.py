"""Check-ins in the world: load, let the reducer decide, save, and queue what must be said. All in one transaction.

A batch of presses costs a fixed number of statements, not a number per press: everyone concerned is loaded at once,
every press is applied in memory in its order, and what changed is saved at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_in_messages import about_text, copy, nudge_key, summary_deliveries
from bot.crypto import KeyRing, new_id
from bot.desk import Desk, Work
from bot.due import Due
from bot.holding import hold
from bot.practice import Practice
from bot.store import check_ins as store
from bot.store import deliveries as outbox
from bot.store import episodes, sessions
from bot.store.check_ins import Change, Kept
from bot.store.deliveries import Delivery, Lane
from bot.store.persons import Person
from conversations import events as ev
from conversations.events import Refusal
from conversations.model import CheckIn, QuestionSetVersion, Session, State, Step, Terms
from conversations.occasions import Occasion
from conversations.promises import why_not_asked
from conversations.schedule import ANSWER_WINDOW, due_at

__all__ = ["CheckIns", "Kept", "Press", "Work", "nudge_key", "summary_deliveries"]


class Press(NamedTuple):
    """One press on a check-in's button. `message_id` is the message the button was on."""

    update_id: int
    person: Person
    check_in_id: int
    event: ev.Event
    message_id: int


class CheckIns:
    """The use cases around check-ins. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice) -> None:
        self._ring = ring
        self._practice = practice
        self._due = Due(ring, practice)
        self._waiting: dict[int, int] = {}

    async def press(self, tx: AsyncConnection, presses: Sequence[Press], now: datetime) -> Work:
        """Apply presses in their order. One on somebody else's check-in changes nothing and tells nothing."""
        loaded = await store.load(tx, self._ring, now, ids={press.check_in_id for press in presses})
        desk = Desk(self._practice, loaded)
        work = Work()
        for press in presses:
            work.verdicts[press.update_id] = self._press_one(desk, press, now)
        return await self._save(tx, desk, work, now)

    def _press_one(self, desk: Desk, press: Press, now: datetime) -> Refusal | None:
        kept = desk.now_kept.get(press.check_in_id)
        if kept is None or kept.client_id != press.person.id or not kept.running:
            return Refusal.CLOSED
        outcome = desk.advance(press.check_in_id, press.event, now)
        desk.adopt(press.check_in_id, press.message_id, again=outcome.refusal is not None)
        return outcome.refusal

    async def event(self, tx: AsyncConnection, number: int, event: ev.Event, now: datetime) -> Work:
        """Apply one event that did not come from a check-in's own button."""
        desk = Desk(self._practice, await store.load(tx, self._ring, now, ids=[number]))
        work = Work(verdicts={0: desk.advance(number, event, now).refusal})
        return await self._save(tx, desk, work, now)

    async def type_text(
        self, tx: AsyncConnection, kept: Kept, event: ev.Typed | ev.NoteAdded, message_id: int, now: datetime
    ) -> Work:
        """Apply a text the client wrote while a check-in was open; `message_id` is that text's message."""
        desk = Desk(self._practice, {kept.check_in.id: kept})
        outcome = desk.advance(kept.check_in.id, event, now)
        said = about_text(outcome, desk.now_kept[kept.check_in.id], event.text, message_id, now)
        desk.deliveries = [*said, *desk.deliveries]
        return await self._save(tx, desk, Work(verdicts={0: outcome.refusal}), now)

    async def show_at_bottom(self, tx: AsyncConnection, kept: Kept, now: datetime) -> Work:
        """Show what is open in a new message; one that was left goes on."""
        goes_on = ev.Started() if kept.check_in.step is Step.LEFT else None
        return await self._at_bottom(tx, kept, goes_on, now)

    async def leave(self, tx: AsyncConnection, kept: Kept, now: datetime) -> Work:
        """Leave what is open, and say in a new message how to go on."""
        return await self._at_bottom(tx, kept, ev.Left(), now)

    async def _at_bottom(self, tx: AsyncConnection, kept: Kept, event: ev.Event | None, now: datetime) -> Work:
        desk = Desk(self._practice, {kept.check_in.id: kept})
        if event is not None:
            desk.advance(kept.check_in.id, event, now)
        desk.deliveries.append(copy("screen", Lane.REPLY, desk.now_kept[kept.check_in.id], now))
        desk.move(kept.check_in.id)
        return await self._save(tx, desk, Work(), now)

    async def danger_unkept(self, tx: AsyncConnection, client: Person, message_id: int, now: datetime) -> None:
        """Show the crisis card for a text that was not kept, and ask the therapist to get in touch."""
        episode_id = client.episode_id
        if episode_id is not None:
            key = f"{episode_id}:{message_id}"
            card = outbox.new(client.id, "crisis", Lane.REPLY, now, dedupe_key=f"crisis:{key}")
            await outbox.queue(tx, [card, *await self._warning(tx, episode_id, key, now)], now)

    async def _warning(self, tx: AsyncConnection, episode_id: int, key: str, now: datetime) -> list[Delivery]:
        episode = (await episodes.by_ids(tx, self._ring, [episode_id]))[episode_id]
        told = outbox.new(
            episode.therapist_id, "risk_unkept", Lane.ALERT, now, about_id=episode_id, dedupe_key=f"risk:{key}"
        )
        return [told]

    async def tick(self, tx: AsyncConnection, now: datetime, limit: int = 200) -> Work:
        """Let time pass for check-ins something has fallen due for, at most `limit` of them."""
        desk = await self._due.let_time_pass(tx, await store.due(tx, self._ring, now, limit), now)
        await store.add(tx, *desk.successors)
        work = await self._save(tx, desk, Work(), now)
        self._waiting |= desk.waiting
        return work

    async def _save(self, tx: AsyncConnection, desk: Desk, work: Work, now: datetime) -> Work:
        changes = desk.changes()
        await store.save(tx, self._ring, changes)
        await outbox.queue(tx, desk.deliveries, now)
        if self._waiting:
            await self._wake(tx, changes, now)
        if desk.held:
            await hold(tx, desk.held, now)
        work.screens |= {change.after.check_in.id: change.after for change in changes}
        work.queued |= bool(desk.deliveries or desk.held)
        return work

    async def _wake(self, tx: AsyncConnection, changes: Sequence[Change], now: datetime) -> None:
        """Let what waits for its turn have it once the other one is closed; after a restart it has it a bit later."""
        gone = {one.after.check_in.episode_id for one in changes if _is_closed(one)}
        woken = [number for number, episode_id in self._waiting.items() if episode_id in gone]
        if woken:
            await store.wake(tx, woken, now)
            self._waiting = {number: episode for number, episode in self._waiting.items() if number not in woken}

    async def open_one(self, tx: AsyncConnection, episode_id: int, now: datetime) -> Kept | None:
        """Give the client's open check-in."""
        found = await store.load(tx, self._ring, now, open_for=[episode_id])
        return next(iter(found.values()), None)

    async def being_answered(self, tx: AsyncConnection, client: Person, now: datetime) -> Kept | None:
        """Give the check-in somebody is in the middle of: begun, and neither left nor closed."""
        kept = None if client.episode_id is None else await self.open_one(tx, client.episode_id, now)
        begun = kept is not None and kept.check_in.started_at is not None and kept.check_in.step is not Step.LEFT
        return kept if begun else None

    async def get(self, tx: AsyncConnection, number: int, now: datetime) -> Kept | None:
        """Load one check-in."""
        return (await store.load(tx, self._ring, now, ids=[number])).get(number)

    async def coming(self, tx: AsyncConnection, episode_id: int, now: datetime) -> datetime | None:
        """When a client is asked next, if nothing has to happen before; None where that is after their next session."""
        unfinished = await store.unfinished(tx, self._ring, now, episode_id)
        waiting = [kept for kept in unfinished.values() if kept.check_in.state is State.SCHEDULED]
        held = await sessions.by_ids(tx, [kept.check_in.session_id for kept in waiting if kept.check_in.session_id])
        for kept in sorted(waiting, key=lambda kept: kept.check_in.due_at):
            if await self._will_be_asked(tx, kept, now):
                about = held.get(kept.check_in.session_id or 0)
                is_after = kept.check_in.occasion is Occasion.AFTER
                return None if is_after and about and about.starts_at > now else kept.check_in.due_at
        return None

    async def _will_be_asked(self, tx: AsyncConnection, kept: Kept, now: datetime) -> bool:
        """Say whether nothing is known to stand against a check-in that waits."""
        check_in = kept.check_in
        is_after = check_in.occasion is Occasion.AFTER
        follows = await sessions.next_start(tx, check_in.episode_id, check_in.due_at) if is_after else None
        hindered = why_not_asked(check_in, kept.pause, follows, now)
        return hindered is None and Desk(self._practice, {}).is_asked(kept)

    def terms(self, kept: Kept) -> Terms:
        """What holds for a stored check-in."""
        return self._practice.terms(kept.check_in.version_id, kept.zone, kept.next_session_at, kept.preferences)

    def version(self, version_id: int | None) -> QuestionSetVersion:
        """Give the questions of a version; None means those that everybody is asked after a session."""
        return self._practice.version(version_id)

    async def plan(self, tx: AsyncConnection, client: Person, session: Session, now: datetime) -> CheckIn | None:
        """Plan the check-in of a session; None where its window is already over."""
        planned = await self.plan_all(tx, client, [session], now)
        return planned.get(session.id)

    async def plan_all(
        self, tx: AsyncConnection, client: Person, sessions: Sequence[Session], now: datetime
    ) -> dict[int, CheckIn]:
        """Plan the check-ins of a client's sessions, by the session's id; those whose window is over are absent."""
        planned = {}
        for session in sessions:
            due = self._due_at(session, client)
            if due + ANSWER_WINDOW > now:
                planned[session.id] = CheckIn(
                    id=new_id(), episode_id=session.episode_id, session_id=session.id, due_at=max(due, now)
                )
        await store.add(tx, *planned.values())
        return planned

    def _due_at(self, session: Session, client: Person) -> datetime:
        rules = self._practice.rules
        quiet = client.preferences.quiet_hours_or(rules.quiet_hours)
        return due_at(session.starts_at, session.length, rules.check_in_delay, client.zone, quiet)

    async def call_off_all(self, tx: AsyncConnection, episode_id: int, now: datetime) -> Work:
        """Call off whatever is planned or open in an episode that ends."""
        desk = Desk(self._practice, await store.unfinished(tx, self._ring, now, episode_id))
        for number in desk.now_kept:
            desk.advance(number, ev.CalledOff(even_if_started=True), now)
        return await self._save(tx, desk, Work(), now)


def _is_closed(change: Change) -> bool:
    """Say whether a check-in was open and is no more."""
    return change.before.check_in.state is State.OPEN is not change.after.check_in.state
