"""Any events in any order at any time: what must hold of a check-in whatever people and clocks do."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conversations import events as ev
from conversations.asking import questions_of
from conversations.check_in import advance
from conversations.events import Effect, Event, Refusal
from conversations.model import (
    FollowUp,
    Kind,
    Option,
    Past,
    Question,
    QuestionSetVersion,
    State,
    Step,
    Visibility,
)
from conversations.schedule import Later, QuietHours, in_quiet_hours
from conversations.show_if import Comparator, Comparison
from tests.conversations.stories import IDS, NIGHT, NOON, VERSION, Story, with_terms

FOLLOWED = replace(
    VERSION,
    follow_ups=(
        FollowUp(Question("heard", Kind.RATING, {"en": "heard?"}), trigger=Comparison("bond", Comparator.AT_MOST, 7)),
        FollowUp(Question("win", Kind.TEXT, {"en": "win?"}), needs=Comparison("overall", Comparator.AT_LEAST, 8)),
        FollowUp(Question("more", Kind.CHOICE, {"en": "more?"}, options=(Option("a", {}), Option("b", {})))),
    ),
)
FINAL = (State.COMPLETED, State.DECLINED, State.EXPIRED, State.CANCELLED)
ZONES = ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]

positions = st.integers(-1, len(IDS) + 1)
texts = st.one_of(st.sampled_from(["", "7", "10", "11", "kill", "x" * 999, "x" * 1001]), st.text(max_size=12))
events: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from([ev.Started(), ev.LaterAsked(), ev.Skipped(), ev.NoteAsked(), ev.ChangeAsked(), ev.Sent()]),
    st.sampled_from([ev.ReturnedToReview(), ev.NotSent(), ev.Left(), ev.TimePassed(), ev.Superseded()]),
    st.builds(ev.Answered, positions, st.one_of(st.none(), st.integers(-1, 11))),
    st.builds(ev.WentBack, positions),
    st.builds(ev.QuestionChosen, positions),
    st.builds(ev.Typed, texts),
    st.builds(ev.NoteAdded, texts),
    st.builds(ev.Snoozed, st.sampled_from(Later)),
    st.builds(ev.VisibilityChosen, st.sampled_from(Visibility)),
    st.builds(ev.TalkSet, st.booleans()),
    st.builds(ev.Shown, st.booleans()),
    st.builds(ev.CalledOff, st.booleans()),
    st.builds(ev.Replanned, st.integers(-100, 24 * 366).map(lambda hours: NOON + timedelta(hours=hours))),
)
spans = st.sampled_from([0, 1, 14 * 60, 15 * 60, 3600, 8 * 3600, 24 * 3600, 73 * 3600]).map(
    lambda seconds: timedelta(seconds=seconds)
)
likely: dict[Step, tuple[Event, ...]] = {
    Step.PROMPT: (ev.Started(), ev.LaterAsked()),
    Step.LATER: (ev.Snoozed(Later.HOUR), ev.Snoozed(Later.TOMORROW), ev.Started()),
    Step.SNOOZED: (ev.Started(), ev.LaterAsked()),
    Step.REVIEW: (ev.ChangeAsked(), ev.NoteAsked(), ev.TalkSet(wanted=True), ev.Left(), ev.Sent()),
    Step.CHANGE: (ev.QuestionChosen(1), ev.ReturnedToReview()),
    Step.NOTE: (ev.Typed("less homework"), ev.ReturnedToReview()),
    Step.VISIBILITY: (ev.VisibilityChosen(Visibility.NOW), ev.Typed("more")),
    Step.LEFT: (ev.Started(), ev.NoteAdded("later")),
}


class Anything(RuleBasedStateMachine):
    """One check-in to which anything happens."""

    @initialize(
        take_back=st.sampled_from([0, 15, 600]),
        zone=st.sampled_from(ZONES),
        quiet=st.sampled_from([None, NIGHT, QuietHours(time(1, 30), time(2, 30))]),
        next_session=st.sampled_from([None, 6, 13, 36, 60, 200]),
        start=st.integers(0, 24 * 365),
        version=st.sampled_from([VERSION, FOLLOWED]),
        past=st.sampled_from([Past(), Past(completed=2), Past(2, ("more",)), Past(2, ("win", "more"))]),
    )
    def begin(
        self,
        take_back: int,
        zone: str,
        quiet: QuietHours | None,
        next_session: int | None,
        start: int,
        version: QuestionSetVersion,
        past: Past,
    ) -> None:
        now = NOON + timedelta(hours=start)
        coming = None if next_session is None else now + timedelta(hours=next_session)
        terms = with_terms(
            take_back=timedelta(minutes=take_back), zone=ZoneInfo(zone), quiet_hours=quiet, next_session_at=coming
        )
        self.story = Story(replace(terms, version=version, past=past), now)
        self.asked_later = 0
        self.closed_as: State | None = None

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        self.story.now += span
        for _ in range(6):
            before = self.story.check_in
            self._do(ev.TimePassed())
            if self.story.check_in == before:
                break
        next_at = self.story.check_in.next_at
        assert next_at is None or next_at > self.story.now

    @rule(event=events)
    def anything_happens(self, event: Event) -> None:
        self._do(event)

    @rule(choice=st.integers(0, 4), rating=st.integers(0, 10))
    def something_that_fits_happens(self, choice: int, rating: int) -> None:
        if self.story.asked == "win":
            self._do(ev.Typed("I slept"))
        elif self.story.asked is not None:
            most = 1 if self.story.asked == "more" else 10
            self._do(ev.Answered(self.story.check_in.position, min(rating, most)))
        else:
            fitting = likely.get(self.story.step(), (ev.TimePassed(),))
            self._do(fitting[choice % len(fitting)])

    def _do(self, event: Event) -> None:
        before, now, terms = self.story.check_in, self.story.now, self.story.terms
        outcome = self.story.do(event)
        assert outcome == advance(before, event, now, terms), "the same must come of the same"
        self.asked_later += isinstance(event, ev.Snoozed) and outcome.refusal is None
        if outcome.refusal is Refusal.CLOSED:
            assert before.state not in (State.OPEN, State.COMPLETED)
        if {Effect.SEND_PROMPT, Effect.SEND_REMINDER} & set(outcome.effects):
            assert not in_quiet_hours(now, terms.zone, terms.quiet_hours)
            assert before.expires_at is None or now < before.expires_at
        if Effect.SEND_REMINDER in outcome.effects:
            assert not before.answers

    @invariant()
    def what_is_closed_stays_closed(self) -> None:
        state = self.story.state()
        if self.closed_as is not None:
            assert state is self.closed_as
        elif state in FINAL:
            self.closed_as = state
            assert self.story.check_in.next_at is None
            assert self.story.check_in.closed_at == self.story.now

    @invariant()
    def only_answers_a_question_takes_are_kept(self) -> None:
        taken = {question.id: question for question in questions_of(self.story.check_in, self.story.terms)}
        for name, rating in self.story.check_in.answers.items():
            assert taken[name].accepts(rating)
        assert set(self.story.check_in.words) <= set(taken)
        assert 0 <= self.story.check_in.position < len(taken)

    @invariant()
    def at_most_one_question_more_is_asked(self) -> None:
        assert len(self.story.check_in.extra) <= 1

    @invariant()
    def each_thing_is_said_once(self) -> None:
        said = self.story.effects
        assert said.count(Effect.SEND_PROMPT) <= 1
        assert said.count(Effect.SEND_REMINDER) <= 1 + self.asked_later
        passed_on = self.story.state() is State.COMPLETED or (
            self.story.state() is State.EXPIRED and self.story.check_in.shares
        )
        assert said.count(Effect.FORWARD_SUMMARY) == passed_on

    @invariant()
    def nothing_is_kept_of_what_was_held_back(self) -> None:
        check_in = self.story.check_in
        if check_in.state in (State.DECLINED, State.CANCELLED):
            kept = (dict(check_in.answers), dict(check_in.words), check_in.note, check_in.talk)
            assert kept == ({}, {}, None, False)

    @invariant()
    def an_open_check_in_always_ends(self) -> None:
        check_in = self.story.check_in
        if check_in.state is State.OPEN:
            assert check_in.expires_at is not None
            assert check_in.auto_send_at is None or check_in.auto_send_at <= check_in.expires_at


Anything.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestAnything = Anything.TestCase
