"""Check-ins in the world: load, let the reducer decide, save, and queue what must be said. All in one transaction.

A batch of presses costs a fixed number of statements, not a number per press: everyone concerned is loaded at once,
every press is applied in memory in its order, and what changed is saved at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import due
from bot.crypto import KeyRing, new_id
from bot.holding import hold
from bot.practice import NOTHING, Practice
from bot.readings import Readings
from bot.store import check_ins as store
from bot.store import deliveries as outbox
from bot.store import episodes, goals, pasts, question_sets
from bot.store.check_ins import Change, Kept
from bot.store.deliveries import Delivery, Lane
from bot.store.persons import Person
from conversations import events as ev
from conversations.check_in import advance
from conversations.events import Effect, Outcome, Refusal
from conversations.goal_findings import ask
from conversations.model import AskedGoal, CheckIn, Past, QuestionSetVersion, Session, State, Step, Terms, Visibility
from conversations.preferences import before_session
from conversations.risk import may_point_to_danger
from conversations.schedule import ANSWER_WINDOW, due_at
from conversations.two_sided import is_held

__all__ = ["CheckIns", "Kept", "Press", "Work"]


class Press(NamedTuple):
    """One press on a check-in's button. `message_id` is the message the button was on."""

    update_id: int
    person: Person
    check_in_id: int
    event: ev.Event
    message_id: int


@dataclass(slots=True)
class Work:
    """What a transaction did: the refusal per update (None: it counted) and the check-ins whose screens moved."""

    verdicts: dict[int, Refusal | None] = field(default_factory=dict)
    screens: dict[int, Kept] = field(default_factory=dict)
    queued: bool = False


Ahead = tuple[AskedGoal | None, Past]
"""What a check-in that is about to be prompted will ask about, and what it looks back on."""
_NOTHING_AHEAD: Ahead = (None, NOTHING)


class _Desk:
    """The check-ins of one transaction: as they were, as they are now, and what is to be said."""

    def __init__(
        self,
        practice: Practice,
        loaded: dict[int, Kept],
        ahead: Mapping[int, Ahead] | None = None,
        taken: Collection[tuple[int, str]] = (),
    ) -> None:
        self._practice = practice
        self._ahead = ahead or {}
        self._taken = taken
        self._before = dict(loaded)
        self.now_kept = dict(loaded)
        self.deliveries: list[Delivery] = []
        self.held: list[Kept] = []

    def terms(self, kept: Kept) -> Terms:
        goal, past = self._ahead.get(kept.check_in.episode_id, _NOTHING_AHEAD)
        version, zone, coming = self._version(kept, past), kept.zone, kept.next_session_at
        return self._practice.terms(version, zone, coming, kept.preferences, past, goal)

    def _version(self, kept: Kept, past: Past) -> int:
        """Give the version a check-in has, or the one it would take if it were prompted now."""
        if kept.check_in.version_id is not None:
            return kept.check_in.version_id
        episode_id = kept.check_in.episode_id
        taken = {name for number, name in self._taken if number == episode_id}
        return self._practice.version_for(episode_id, kept.therapist_id, past.completed, taken)

    def advance(self, number: int, event: ev.Event, now: datetime) -> Outcome:
        kept = self.now_kept[number]
        outcome = advance(kept.check_in, event, now, terms := self.terms(kept))
        self.now_kept[number] = after = store.with_check_in(kept, outcome.check_in)
        for effect in outcome.effects:
            if effect is Effect.FORWARD_SUMMARY and kept.therapist.two_sided and is_held(after.check_in, terms.version):
                self.held.append(after)
            else:
                self.deliveries += _deliveries(effect, after, now)
        if not _MOVING.isdisjoint(outcome.effects):
            self.move(number)
        return outcome

    def move(self, number: int) -> None:
        """Let go of the message: a new one is on its way, and an edit now would draw on the old copy."""
        kept = self.now_kept[number]
        self.now_kept[number] = replace(kept, screen=kept.screen._replace(message_id=None))

    def adopt(self, number: int, message_id: int, *, again: bool) -> None:
        """Let the pressed message be the screen; `again` draws it anew even if nothing changed."""
        kept = self.now_kept[number]
        revision = kept.screen.wanted_rev + (1 if again or kept.screen.message_id != message_id else 0)
        screen = kept.screen._replace(message_id=message_id, wanted_rev=revision)
        if screen != kept.screen:
            self.now_kept[number] = replace(kept, screen=screen)

    def changes(self) -> list[Change]:
        pairs = ((self._before[number], after) for number, after in self.now_kept.items())
        return [Change(before, after) for before, after in pairs if before != after]


def _deliveries(effect: Effect, kept: Kept, now: datetime) -> list[Delivery]:
    """Turn an effect into rows of the outbox. Effects that need the client's text are handled where it is known."""
    number, revision = kept.check_in.id, kept.screen.wanted_rev
    if effect is Effect.SEND_PROMPT:
        return [_about(kept.client_id, "prompt", Lane.PROMPT, number, f"prompt:{number}", now)]
    if effect in (Effect.SEND_REMINDER, Effect.SEND_NUDGE):
        key = nudge_key(number) if effect is Effect.SEND_NUDGE else f"reminder:{number}:{revision}"
        return [_copy("reminder", Lane.PROMPT, kept, now, key)]
    if effect is Effect.RESEND_SCREEN:
        return [_copy("screen", Lane.REPLY, kept, now)]
    if effect is Effect.FORWARD_SUMMARY:
        return summary_deliveries(kept, now)
    if effect is Effect.TELL_SILENCE:  # looked at when it is sent: most silence says nothing that cannot wait
        return [_about(kept.therapist_id, "silence", Lane.ALERT, number, f"silence:{number}", now)]
    return []


_MOVING = frozenset({Effect.SEND_REMINDER, Effect.SEND_NUDGE, Effect.RESEND_SCREEN})


def nudge_key(check_in_id: int) -> str:
    """Name the one nudge a check-in can get, so that there is never a second."""
    return f"nudge:{check_in_id}"


def _copy(kind: str, lane: Lane, kept: Kept, now: datetime, key: str | None = None) -> Delivery:
    """Show the check-in in a new message; `detail` is the old one, which must lose its buttons."""
    old = kept.screen.message_id
    about, detail = kept.check_in.id, str(old) if old else None
    return outbox.new(kept.client_id, kind, lane, now, about_id=about, detail=detail, dedupe_key=key)


def _about(person_id: int, kind: str, lane: Lane, check_in_id: int, key: str, now: datetime) -> Delivery:
    return outbox.new(person_id, kind, lane, now, about_id=check_in_id, dedupe_key=key)


def summary_deliveries(kept: Kept, now: datetime) -> list[Delivery]:
    """Tell the therapist what a client has sent: the summary, and a note that is shared."""
    number = kept.check_in.id
    told = [_about(kept.therapist_id, "summary", Lane.ALERT, number, f"summary:{number}", now)]
    note = kept.check_in.note
    if note is None or note.visibility is Visibility.PRIVATE:
        return told
    if note.visibility is Visibility.BEFORE and _comes_later(kept, now):
        return told  # it is on the agenda of that session
    return [*told, _about(kept.therapist_id, "note", Lane.ALERT, number, f"note:{number}", now)]


def _comes_later(kept: Kept, now: datetime) -> bool:
    """Say whether the agenda of the next session is still to come."""
    return kept.next_session_at is not None and now < kept.next_session_at - before_session(kept.therapist)


class CheckIns:
    """The use cases around check-ins. Every method works inside the caller's transaction."""

    def __init__(self, ring: KeyRing, practice: Practice) -> None:
        self._ring = ring
        self._practice = practice
        self._readings = Readings(practice)

    async def press(self, tx: AsyncConnection, presses: Sequence[Press], now: datetime) -> Work:
        """Apply presses in their order. One on somebody else's check-in changes nothing and tells nothing."""
        loaded = await store.load(tx, self._ring, now, ids={press.check_in_id for press in presses})
        desk = _Desk(self._practice, loaded)
        work = Work()
        for press in presses:
            work.verdicts[press.update_id] = self._press_one(desk, press, now)
        return await self._save(tx, desk, work, now)

    def _press_one(self, desk: _Desk, press: Press, now: datetime) -> Refusal | None:
        kept = desk.now_kept.get(press.check_in_id)
        if kept is None or kept.client_id != press.person.id or not kept.running:
            return Refusal.CLOSED
        outcome = desk.advance(press.check_in_id, press.event, now)
        desk.adopt(press.check_in_id, press.message_id, again=outcome.refusal is not None)
        return outcome.refusal

    async def event(self, tx: AsyncConnection, number: int, event: ev.Event, now: datetime) -> Work:
        """Apply one event that did not come from a check-in's own button."""
        desk = _Desk(self._practice, await store.load(tx, self._ring, now, ids=[number]))
        work = Work(verdicts={0: desk.advance(number, event, now).refusal})
        return await self._save(tx, desk, work, now)

    async def type_text(
        self, tx: AsyncConnection, kept: Kept, event: ev.Typed | ev.NoteAdded, message_id: int, now: datetime
    ) -> Work:
        """Apply a text the client wrote while a check-in was open; `message_id` is that text's message."""
        desk = _Desk(self._practice, {kept.check_in.id: kept})
        outcome = desk.advance(kept.check_in.id, event, now)
        about_text = self._about_text(outcome, desk.now_kept[kept.check_in.id], event.text, message_id, now)
        desk.deliveries = [*about_text, *desk.deliveries]
        return await self._save(tx, desk, Work(verdicts={0: outcome.refusal}), now)

    async def show_at_bottom(self, tx: AsyncConnection, kept: Kept, now: datetime) -> Work:
        """Show what is open in a new message; one that was left goes on."""
        goes_on = ev.Started() if kept.check_in.step is Step.LEFT else None
        return await self._at_bottom(tx, kept, goes_on, now)

    async def leave(self, tx: AsyncConnection, kept: Kept, now: datetime) -> Work:
        """Leave what is open, and say in a new message how to go on."""
        return await self._at_bottom(tx, kept, ev.Left(), now)

    async def _at_bottom(self, tx: AsyncConnection, kept: Kept, event: ev.Event | None, now: datetime) -> Work:
        desk = _Desk(self._practice, {kept.check_in.id: kept})
        if event is not None:
            desk.advance(kept.check_in.id, event, now)
        desk.deliveries.append(_copy("screen", Lane.REPLY, desk.now_kept[kept.check_in.id], now))
        desk.move(kept.check_in.id)
        return await self._save(tx, desk, Work(), now)

    def _about_text(self, outcome: Outcome, kept: Kept, text: str, message_id: int, now: datetime) -> list[Delivery]:
        client, number, effects = kept.client_id, kept.check_in.id, outcome.effects
        wanted: list[Delivery] = []
        if Effect.CHECK_RISK in effects and may_point_to_danger(text):
            wanted += _danger(kept, message_id, now, _where(outcome))
        if Effect.OFFER_NOTE in effects:
            wanted.append(outbox.new(client, "offer_note", Lane.REPLY, now, about_id=number, detail=str(message_id)))
        if Effect.DELETE_TEXT in effects:
            wanted.append(outbox.new(client, "delete", Lane.REPLY, now, detail=str(message_id)))
        return wanted

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
        loaded = await store.due(tx, self._ring, now, limit)
        waiting = [kept for kept in loaded.values() if kept.check_in.state is State.SCHEDULED]
        rivals = await self._rivals(tx, waiting, now)
        spent = await self._spent(tx, waiting, now)
        ahead = await self._before_asking(tx, waiting, now)
        desk = _Desk(self._practice, {**rivals, **loaded}, ahead, await self._taken(tx, waiting))
        for kept in sorted(loaded.values(), key=lambda kept: kept.check_in.due_at, reverse=True):
            self._let_time_pass(desk, kept, spent, now)
        desk.deliveries = list(due.by_use(desk.deliveries, desk.now_kept))
        return await self._save(tx, desk, Work(), now)

    async def _spent(self, tx: AsyncConnection, waiting: Iterable[Kept], now: datetime) -> dict[int, int]:
        """Count the questions each episode was asked in the last week, where there is a budget."""
        episodes = {kept.check_in.episode_id for kept in waiting}
        if not episodes or self._practice.rules.questions_a_week is None:
            return {}
        asked = await store.asked_since(tx, episodes, now - due.WEEK)
        return {episode: sum(self._count(*one) for one in counts.items()) for episode, counts in asked.items()}

    def _count(self, version_id: int | None, times: int) -> int:
        return len(self._practice.version(version_id).questions) * times

    async def _before_asking(
        self, tx: AsyncConnection, waiting: Collection[Kept], now: datetime
    ) -> Mapping[int, Ahead]:
        """Find what check-ins that may be prompted now look back on, and the goals they ask about, by episode."""
        if not waiting:
            return {}
        ids = {kept.check_in.episode_id for kept in waiting}
        await self._readings.keep(tx, ids)
        past, found = await pasts.of_episodes(tx, ids), await goals.of_episodes(tx, self._ring, ids)
        return {number: ask(found.get(number, ()), past.get(number, NOTHING), now) for number in ids}

    async def _taken(self, tx: AsyncConnection, waiting: Iterable[Kept]) -> Collection[tuple[int, str]]:
        """Say which sets these clients were asked, where one is asked once only."""
        episodes = {kept.check_in.episode_id for kept in waiting}
        return await question_sets.taken(tx, episodes) if episodes and self._practice.asks_once else ()

    async def _rivals(self, tx: AsyncConnection, waiting: Iterable[Kept], now: datetime) -> dict[int, Kept]:
        episodes = {kept.check_in.episode_id for kept in waiting}
        return await store.load(tx, self._ring, now, open_for=episodes) if episodes else {}

    def _let_time_pass(self, desk: _Desk, kept: Kept, spent: Mapping[int, int], now: datetime) -> None:
        """A check-in that opens now takes the place of every older one of the same client."""
        number = kept.check_in.id
        if not kept.running:
            desk.advance(number, ev.CalledOff(even_if_started=True), now)
            return
        before = desk.now_kept[number]
        questions, budget = len(desk.terms(before).version.questions), self._practice.rules.questions_a_week
        reason = due.hindrance(before, now, spent, questions, budget)
        desk.advance(number, ev.TimePassed() if reason is None else ev.CalledOff(), now)
        after = desk.now_kept[number].check_in
        due.tell(before.check_in, after, reason, now)
        if before.check_in.state is State.SCHEDULED and after.state is State.OPEN:
            for other in _older(desk.now_kept.values(), kept):
                due.tell_replaced(desk.now_kept[other].check_in)
                desk.advance(other, ev.Superseded(), now)

    async def _save(self, tx: AsyncConnection, desk: _Desk, work: Work, now: datetime) -> Work:
        changes = desk.changes()
        await store.save(tx, self._ring, changes)
        await outbox.queue(tx, desk.deliveries, now)
        if desk.held:
            await hold(tx, desk.held, now)
        work.screens |= {change.after.check_in.id: change.after for change in changes}
        work.queued |= bool(desk.deliveries or desk.held)
        return work

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
        desk = _Desk(self._practice, await store.unfinished(tx, self._ring, now, episode_id))
        for number in desk.now_kept:
            desk.advance(number, ev.CalledOff(even_if_started=True), now)
        return await self._save(tx, desk, Work(), now)


def _older(everyone: Iterable[Kept], than: Kept) -> list[int]:
    mine = than.check_in
    return [
        kept.check_in.id
        for kept in everyone
        if kept.check_in.episode_id == mine.episode_id
        and kept.check_in.id != mine.id
        and kept.check_in.state in (State.SCHEDULED, State.OPEN)
        and kept.check_in.due_at <= mine.due_at
    ]


def _where(outcome: Outcome) -> str:
    """Say where a text went: into the note, which is private so far, into an answer, or nowhere."""
    if Effect.DELETE_TEXT not in outcome.effects:
        return "unkept"
    return "private" if outcome.check_in.step is Step.VISIBILITY else "answer"


def _danger(kept: Kept, message_id: int, now: datetime, where: str) -> list[Delivery]:
    """Show the crisis card at once, and tell the therapist in words that give nothing away."""
    number, client = kept.check_in.id, kept.client_id
    key = f"{number}:{message_id}"
    return [
        outbox.new(client, "crisis", Lane.REPLY, now, dedupe_key=f"crisis:{key}"),
        outbox.new(kept.therapist_id, "risk", Lane.ALERT, now, about_id=number, detail=where, dedupe_key=f"risk:{key}"),
    ]
