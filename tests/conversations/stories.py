"""A check-in lived through step by step: between every two steps it is written to JSON and read again."""

import json
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conversations import events as ev
from conversations.check_in import advance, open_question
from conversations.events import Effect, Event, Outcome, Refusal
from conversations.model import (
    AskedGoal,
    CheckIn,
    Kind,
    Note,
    Past,
    Question,
    QuestionSetVersion,
    State,
    Step,
    Terms,
    Visibility,
)
from conversations.occasions import Occasion
from conversations.schedule import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(21), time(8))
NOON = datetime(2026, 11, 4, 11, tzinfo=UTC)
"""Wednesday 4 November, 12:00 in Berlin."""
TAKE_BACK = timedelta(minutes=15)
MOMENTS = ("due_at", "prompted_at", "started_at", "reminder_at", "auto_send_at", "expires_at", "closed_at")

IDS = ("bond", "goals", "tasks", "overall")
VERSION = QuestionSetVersion(
    id=3,
    name="session_checkin",
    number=1,
    questions=tuple(Question(name, Kind.RATING, {"en": f"{name}?"}, label={"en": name}) for name in IDS),
    note=Question("note", Kind.TEXT, {"en": "More of, less of?"}),
    talk=Question("talk", Kind.YES_NO, {"en": "Talk about it?"}),
)
TERMS = Terms(VERSION, TAKE_BACK, BERLIN, NIGHT)


def to_plain(check_in: CheckIn) -> dict[str, Any]:
    """Write a check-in as data that any store can hold."""
    plain = {field.name: getattr(check_in, field.name) for field in fields(check_in)}
    plain |= {name: plain[name].isoformat() for name in MOMENTS if plain[name]}
    plain["past"] = asdict(check_in.past)
    plain["goal"] = asdict(check_in.goal) if check_in.goal else None
    if check_in.note:
        plain["note"] = [check_in.note.text, check_in.note.visibility.value]
    return plain


def from_plain(plain: dict[str, Any]) -> CheckIn:
    """Read what `to_plain` wrote."""
    values = dict(plain, state=State(plain["state"]), step=Step(plain["step"]), extra=tuple(plain["extra"]))
    values["occasion"] = Occasion(plain["occasion"])
    values["past"] = Past(**plain["past"] | {"asked": tuple(plain["past"]["asked"])})
    values["goal"] = AskedGoal(**plain["goal"]) if plain["goal"] else None
    values |= {name: datetime.fromisoformat(plain[name]) for name in MOMENTS if plain[name]}
    if plain["note"]:
        values["note"] = Note(plain["note"][0], Visibility(plain["note"][1]))
    return CheckIn(**values)


def reread(check_in: CheckIn) -> CheckIn:
    return from_plain(json.loads(json.dumps(to_plain(check_in))))


class Story:
    """One check-in and the moment it is in."""

    def __init__(self, terms: Terms = TERMS, now: datetime = NOON) -> None:
        self.terms = terms
        self.now = now
        self.check_in = CheckIn(id=1, episode_id=2, session_id=4, due_at=now)
        self.effects: list[Effect] = []

    def do(self, event: Event) -> Outcome:
        """Let something happen."""
        outcome = advance(self.check_in, event, self.now, self.terms)
        if outcome.refusal is not None:
            assert outcome.check_in == self.check_in, "a refusal must change nothing"
        self.check_in = reread(outcome.check_in)
        assert self.check_in == outcome.check_in
        self.effects += outcome.effects
        return outcome

    def refused(self, event: Event, reason: Refusal = Refusal.STALE) -> None:
        """Let something be tried that must be refused."""
        assert self.do(event).refusal is reason

    def wait(self, **span: float) -> Outcome:
        """Let time pass without anything falling due on the way."""
        return self.at(self.now + timedelta(**span))

    def at(self, moment: datetime) -> Outcome:
        """Let a moment come."""
        self.now = moment
        return self.do(ev.TimePassed())

    # ---- where stories begin ----

    def prompted(self) -> "Story":
        assert self.do(ev.TimePassed()).effects == (Effect.SEND_PROMPT,)
        return self

    def started(self) -> "Story":
        self.prompted().do(ev.Started())
        return self

    def answered(self, *ratings: int | None) -> "Story":
        """Start and answer the first questions."""
        self.started()
        for position, rating in enumerate(ratings):
            assert self.do(ev.Answered(position, rating)).refusal is None
        return self

    def reviewed(self) -> "Story":
        return self.answered(9, 8, 8, 10)

    # ---- what is seen ----

    def state(self) -> State:
        return self.check_in.state

    def step(self) -> Step:
        return self.check_in.step

    @property
    def asked(self) -> str | None:
        """The id of the question on the screen."""
        question = open_question(self.check_in, self.terms)
        return question.id if question else None


def with_terms(**changes: Any) -> Terms:
    return replace(TERMS, **changes)
