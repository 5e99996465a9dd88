"""The desk: the check-ins one transaction works on. Nothing here waits for anything."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.check_in_messages import MOVING, of_effect
from bot.practice import NOTHING, Practice
from bot.store import check_ins as store
from bot.store.check_ins import Change, Kept
from bot.store.deliveries import Delivery
from conversations import events as ev
from conversations.check_in import advance
from conversations.events import Effect, Outcome, Refusal
from conversations.model import AskedGoal, CheckIn, Past, State, Terms
from conversations.occasions import Occasion
from conversations.two_sided import is_held


@dataclass(slots=True)
class Work:
    """What a transaction did: the refusal per update (None: it counted) and the check-ins whose screens moved."""

    verdicts: dict[int, Refusal | None] = field(default_factory=dict)
    screens: dict[int, Kept] = field(default_factory=dict)
    queued: bool = False


Ahead = tuple[AskedGoal | None, Past]
"""What a check-in that is about to be prompted will ask about, and what it looks back on."""
_NOTHING_AHEAD: Ahead = (None, NOTHING)


class Desk:
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
        self.waiting: dict[int, int] = {}
        """Check-ins that wait until another one of their client is closed, with their episodes."""
        self.successors: list[CheckIn] = []
        """Check-ins that take the place of one that gave way unanswered."""

    def terms(self, kept: Kept) -> Terms:
        """What holds for a check-in, also for one that is about to be prompted."""
        goal, past = self._ahead.get(kept.check_in.episode_id, _NOTHING_AHEAD)
        goal = goal if kept.check_in.occasion is Occasion.AFTER else None
        version, zone, coming = self._version(kept, past), kept.zone, kept.next_session_at
        return self._practice.terms(version, zone, coming, kept.preferences, past, goal)

    def _version(self, kept: Kept, past: Past) -> int | None:
        """Give the version a check-in has, or the one it would take if it were prompted now."""
        if kept.check_in.version_id is not None:
            waits = kept.check_in.state is State.SCHEDULED
            return self._practice.newest(kept.check_in.version_id) if waits else kept.check_in.version_id
        episode_id, occasion = kept.check_in.episode_id, kept.check_in.occasion
        if occasion is not Occasion.AFTER:
            return self._practice.version_on(occasion, episode_id, kept.therapist_id)
        taken = {name for number, name in self._taken if number == episode_id}
        return self._practice.version_for(episode_id, kept.therapist_id, past.completed, taken)

    def is_asked(self, kept: Kept) -> bool:
        """Say whether there still is something to ask in a check-in that waits."""
        return kept.check_in.occasion is Occasion.AFTER or self._version(kept, NOTHING) is not None

    def advance(self, number: int, event: ev.Event, now: datetime) -> Outcome:
        """Let something happen to a check-in, and note what is to be said."""
        kept = self.now_kept[number]
        outcome = advance(kept.check_in, event, now, terms := self.terms(kept))
        self.now_kept[number] = after = store.with_check_in(kept, outcome.check_in)
        for effect in outcome.effects:
            if effect is Effect.FORWARD_SUMMARY and _is_held(after, terms):
                self.held.append(after)
            else:
                self.deliveries += of_effect(effect, after, now)
        if not MOVING.isdisjoint(outcome.effects):
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
        """Give what is different from what was loaded."""
        pairs = ((self._before[number], after) for number, after in self.now_kept.items())
        return [Change(before, after) for before, after in pairs if before != after]


def _is_held(kept: Kept, terms: Terms) -> bool:
    """Say whether it waits for the therapist's own view, which there is of sessions that were."""
    is_after = kept.check_in.occasion is Occasion.AFTER
    return is_after and kept.therapist.two_sided and is_held(kept.check_in, terms.version)
