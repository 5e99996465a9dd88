r"""The attachment reflection: four short stories that a client rates, looks at, and shares or not.

`advance(stories, event, now)` is the whole of it, pure like the check-in's reducer. The way through:

    story 1 .. 4  ->  what would help (a text, optional)  ->  what the answers lean towards
                                                                |-- Share ------> SHARED
                                                                |-- Keep private > PRIVATE, Share later
    LEFT (/cancel; Go on)                                       \-- Delete -----> nothing is kept

The stories come in an order of each client's own, which is part of the state: a resumed reflection goes on where it
was. Every press names the place it was on, so one that comes late or twice is refused and changes nothing. The client
sees the outcome first, and nobody else sees it unless they share it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import permutations
from typing import Any

from conversations.attachment import Reflection, reflect
from conversations.model import NOTE_LIMIT

STORIES = ("steady", "closeness", "space", "push_pull")
"""The ids of the stories."""
ASK, OUTCOME = "ask", "outcome"
"""The places after the stories: the open question, and what the answers lean towards."""
HIGHEST = 10
AGAIN_AFTER = timedelta(days=90)
"""How long after one reflection another makes sense."""
_ORDERS = tuple(permutations(STORIES))


class State(StrEnum):
    """Where a reflection is in its life."""

    OPEN = "open"
    LEFT = "left"
    PRIVATE = "private"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Stories:
    """One client's way through the stories, with everything needed to go on after a restart.

    `order` holds the ids of the stories as this client meets them, `position` the place among them, the question after
    them, and the outcome. A story that was skipped is rated None, one not reached has no entry.
    """

    id: int
    episode_id: int
    order: tuple[str, ...]
    started_at: datetime
    state: State = State.OPEN
    position: int = 0
    ratings: Mapping[str, int | None] = field(default_factory=dict, repr=False)
    words: str = field(default="", repr=False)
    closed_at: datetime | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Every place on the way, in this client's order."""
        return (*self.order, ASK, OUTCOME)

    @property
    def place(self) -> str:
        """The place that is on the screen, or was when the client left."""
        return self.places[self.position]

    @property
    def outcome(self) -> Reflection | None:
        """What the ratings come to; None unless all four stories are rated."""
        return reflect(**{story: self.ratings.get(story) for story in STORIES})

    @property
    def can_be_shared(self) -> bool:
        """Whether there is anything in it to share."""
        return self.outcome is not None or bool(self.words)

    @property
    def again_at(self) -> datetime | None:
        """When the stories may be gone through anew; None while this time is not over."""
        return None if self.closed_at is None else self.closed_at + AGAIN_AFTER


def begin(number: int, episode_id: int, seed: int, now: datetime) -> Stories:
    """Begin; the seed, any whole number from 0, decides the order."""
    return Stories(number, episode_id, _ORDERS[seed % len(_ORDERS)], now)


# ---- what can happen ----


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating (None: skipped) for this story."""

    place: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """Skip, pressed on the question after the stories."""


@dataclass(frozen=True, slots=True)
class WentBack:
    """Back, pressed on this place."""

    place: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A text the client wrote while the reflection was open. The repr never shows it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """/cancel: leave it, keep the answers."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Go on, or /reflection after leaving."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Share, pressed on the outcome or later."""


@dataclass(frozen=True, slots=True)
class KeptPrivate:
    """Keep private, pressed on the outcome."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """Delete, pressed on the outcome or later, or after leaving."""


Event = Rated | Passed | WentBack | Typed | Left | WentOn | Shared | KeptPrivate | Deleted


class Effect(StrEnum):
    """What the shell has to do about it."""

    TELL_THERAPIST = "tell_therapist"
    CHECK_RISK = "check_risk"
    DELETE_TEXT = "delete_text"
    FORGET = "forget"


class Refusal(StrEnum):
    """Why an event changed nothing. Each has a sentence in the locale files."""

    STALE = "stale"
    SHARED = "shared"
    TOO_LONG = "too_long"
    NOT_TAKEN = "not_taken"
    NOTHING_TO_SHARE = "nothing_to_share"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reflection after an event, what to do, and the refusal if nothing changed."""

    stories: Stories
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None


def advance(stories: Stories, event: Event, now: datetime) -> Outcome:
    """Apply one event. Never raises on any event; what does not fit is refused and changes nothing."""
    handle: Callable[[Stories, Any, datetime], Outcome] = _HANDLERS[type(event)]
    return handle(stories, event, now)


def _refuse(stories: Stories, reason: Refusal = Refusal.STALE) -> Outcome:
    return Outcome(stories, refusal=reason)


def _at(stories: Stories, *places: str) -> bool:
    return stories.state is State.OPEN and stories.place in places


# ---- the way through ----


def _rated(stories: Stories, event: Rated, _now: datetime) -> Outcome:
    fits = event.rating is None or 0 <= event.rating <= HIGHEST
    if not fits or event.place not in STORIES or not _at(stories, event.place):
        return _refuse(stories)
    return Outcome(_forward(replace(stories, ratings={**stories.ratings, event.place: event.rating})))


def _forward(stories: Stories) -> Stories:
    return replace(stories, position=stories.position + 1)


def _passed(stories: Stories, _event: Passed, _now: datetime) -> Outcome:
    return Outcome(_forward(stories)) if _at(stories, ASK) else _refuse(stories)


def _went_back(stories: Stories, event: WentBack, _now: datetime) -> Outcome:
    if stories.position == 0 or not _at(stories, event.place):
        return _refuse(stories)
    return Outcome(replace(stories, position=stories.position - 1))


def _typed(stories: Stories, event: Typed, now: datetime) -> Outcome:
    """A number rates the open story, a text answers the open question; anything else is not kept."""
    if _at(stories, ASK):
        return _keep_words(stories, event.text.strip())
    word = event.text.strip()
    if _at(stories, *STORIES) and word.isascii() and word.isdigit() and len(word) <= 2 and int(word) <= HIGHEST:
        return _rated(stories, Rated(stories.place, int(word)), now)
    return Outcome(stories, (Effect.CHECK_RISK,), Refusal.NOT_TAKEN)


def _keep_words(stories: Stories, words: str) -> Outcome:
    """Keep what the client wrote; a second text takes the place of the first."""
    if len(words) > NOTE_LIMIT:
        return Outcome(stories, (Effect.CHECK_RISK,), Refusal.TOO_LONG)
    return Outcome(_forward(replace(stories, words=words)), (Effect.CHECK_RISK, Effect.DELETE_TEXT))


def _left(stories: Stories, _event: Left, _now: datetime) -> Outcome:
    return Outcome(replace(stories, state=State.LEFT)) if stories.state is State.OPEN else _refuse(stories)


def _went_on(stories: Stories, _event: WentOn, _now: datetime) -> Outcome:
    return Outcome(replace(stories, state=State.OPEN)) if stories.state is State.LEFT else _refuse(stories)


# ---- the client decides ----


def _shared(stories: Stories, _event: Shared, now: datetime) -> Outcome:
    if stories.state is State.SHARED:
        return _refuse(stories, Refusal.SHARED)
    if stories.state is not State.PRIVATE and not _at(stories, OUTCOME):
        return _refuse(stories)
    if not stories.can_be_shared:
        return _refuse(stories, Refusal.NOTHING_TO_SHARE)
    return Outcome(_closed(stories, State.SHARED, now), (Effect.TELL_THERAPIST,))


def _kept_private(stories: Stories, _event: KeptPrivate, now: datetime) -> Outcome:
    if stories.state is State.SHARED:
        return _refuse(stories, Refusal.SHARED)
    return Outcome(_closed(stories, State.PRIVATE, now)) if _at(stories, OUTCOME) else _refuse(stories)


def _closed(stories: Stories, state: State, now: datetime) -> Stories:
    return replace(stories, state=state, closed_at=stories.closed_at or now)


def _deleted(stories: Stories, _event: Deleted, _now: datetime) -> Outcome:
    if stories.state is State.OPEN and stories.place != OUTCOME:
        return _refuse(stories)
    return Outcome(replace(stories, ratings={}, words=""), (Effect.FORGET,))


_HANDLERS: dict[type, Callable[[Stories, Any, datetime], Outcome]] = {
    Rated: _rated,
    Passed: _passed,
    WentBack: _went_back,
    Typed: _typed,
    Left: _left,
    WentOn: _went_on,
    Shared: _shared,
    KeptPrivate: _kept_private,
    Deleted: _deleted,
}
