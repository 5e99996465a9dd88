"""Anything an admin may do in any order: nothing raises, all that is kept validates, ids never change."""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.practice import BUILT_IN, TEMPLATE
from conversations import authoring_events as ev
from conversations.authoring import advance, new_set
from conversations.authoring_asking import ids_in
from conversations.authoring_events import Around, Event
from conversations.editing import Content, Editing, Made, Step, Wanted, find, read, write
from conversations.model import Kind
from conversations.question_sets import read_file, read_question_set
from conversations.question_writing import as_yaml
from tests.conversations.test_authoring import BLANK, BUILT_IN_SET, WEEK

SETS: dict[str, Content] = {BUILT_IN.stem: BUILT_IN_SET, TEMPLATE.stem: WEEK}
NAMES = ["bond", "tasks", "overall", "mood", "homework", "hurdle", "more", "did_you", "question", "nothing"]
names = st.sampled_from(NAMES)
texts = st.one_of(
    st.sampled_from(["", "Did you?", "Yes\nNo", "Low\nHigh", "0 7", "7 0", "x" * 40, "x" * 301, "x" * 1001, "y: {#'"]),
    st.text(max_size=30),
    st.lists(st.text(max_size=12), max_size=4).map("\n".join),
)
anchors = st.dictionaries(st.sampled_from(["en", "es", "de", "fr"]), st.sampled_from(["Low", "High"]))
events: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from([ev.WentBack(), ev.AddAsked(), ev.OthersTaken(), ev.OthersLeft(), ev.PutBack()]),
    st.builds(ev.KindChosen, st.sampled_from(Kind)),
    st.builds(ev.Typed, texts),
    st.builds(ev.QuestionOpened, names),
    st.builds(ev.OptionsOpened, names),
    st.builds(ev.WordsAsked, names, st.sampled_from(Wanted), st.sampled_from(["", "time", "yes", "nothing"])),
    st.builds(ev.AnchorsChosen, anchors, anchors),
    st.builds(ev.RangeChosen, st.integers(-2, 9), st.integers(-2, 2_000_000)),
    st.builds(ev.SkippableSet, names, st.booleans()),
    st.builds(ev.SeveralSet, names, st.booleans()),
    st.builds(ev.Moved, names, st.integers(-1, 6)),
    st.builds(ev.Removed, names),
    st.builds(ev.OptionRemoved, names, st.sampled_from(["time", "yes", "nothing"])),
)


def ids_stay(before: Editing, after: Editing, made: Made, around: Around) -> None:
    """A new question has a new id; one that is removed or put back has its own; no other change touches any."""
    old, new = ([one["id"] for one in editing.questions] for editing in (before, after))
    if made in (Made.ADDED, Made.BEGUN):
        assert new[:-1] == old
        assert new[-1] not in {*around.ids, *ids_in(before.content)}
    elif made is Made.REMOVED:
        assert after.removed is not None
        assert sorted([*new, after.removed[1]["id"]]) == sorted(old)
    elif made is Made.PUT_BACK:
        assert before.removed is not None
        assert sorted([*old, before.removed[1]["id"]]) == sorted(new)
    else:
        assert sorted(old) == sorted(new)
    if made in (Made.TEXT, Made.LABEL, Made.SKIPPING, Made.MOVED):
        assert options_of(before) == options_of(after)


def options_of(editing: Editing) -> dict[str, list[str]]:
    return {one["id"]: [option["id"] for option in one.get("options", [])] for one in editing.questions}


def in_other_words(languages: list[str], kind: str) -> Content:
    texts = {"id": "mood", "kind": kind, "text": dict.fromkeys(languages, "How was it?")}
    title = dict.fromkeys(languages, "Week")
    about = {**BLANK, "name": "week", "number": 1, "languages": languages, "title": title}
    return json.loads(json.dumps({**about, "questions": [texts]}))  # type: ignore[no-any-return]


OTHERS: list[Content] = [WEEK, BUILT_IN_SET]
OTHERS += [in_other_words(*one) for one in ((["en"], "rating"), (["en"], "text"), (["es", "de", "en"], "yes_no"))]
"""What a file can bring in place of the set that is being changed."""


class Anything(RuleBasedStateMachine):
    """One admin to whom anything happens."""

    @initialize(name=st.sampled_from([None, *SETS]), language=st.sampled_from(["en", "de", "fr"]))
    def begin(self, name: str | None, language: str) -> None:
        self.editing = new_set({**BLANK, "languages": [language]}) if name is None else Editing(SETS[name])
        self.around = Around(language, ids={"did_you"}, names={"homework"})
        self.kept: Content | None = None if name is None else SETS[name]

    def happens(self, event: Event) -> None:
        before = self.editing
        outcome = advance(before, event, self.around)
        if outcome.done is None:
            assert outcome.editing.content.get("questions") == before.content.get("questions") or (
                outcome.editing.step is Step.CLOSED
            )
        else:
            assert outcome.refusal is None
            ids_stay(before, outcome.editing, outcome.done.made, self.around)
            self.kept = outcome.editing.content
        self.editing = outcome.editing

    @rule(event=events)
    def anything(self, event: Event) -> None:
        self.happens(event)

    @rule(position=st.integers(0, 5), data=st.data())
    def something_about_a_question_that_is_there(self, position: int, data: st.DataObject) -> None:
        if not self.editing.questions:
            return
        about = self.editing.questions[position % len(self.editing.questions)]
        name, options = about["id"], [one["id"] for one in about.get("options", [])]
        choices: list[Event] = [ev.QuestionOpened(name), ev.OptionsOpened(name), ev.Removed(name)]
        choices += [ev.Moved(name, place) for place in range(len(self.editing.questions))]
        choices += [ev.WordsAsked(name, wanted) for wanted in Wanted]
        choices += [ev.WordsAsked(name, Wanted.OPTION, option) for option in options]
        choices += [ev.OptionRemoved(name, option) for option in options]
        choices += [ev.SkippableSet(name, wanted) for wanted in (True, False)]
        choices += [ev.SeveralSet(name, wanted) for wanted in (True, False)]
        self.happens(data.draw(st.sampled_from(choices)))

    @rule(kind=st.sampled_from(Kind), data=st.data())
    def a_question_is_made(self, kind: Kind, data: st.DataObject) -> None:
        for event in (ev.AddAsked(), ev.KindChosen(kind)):
            self.happens(event)
        for _ in range(data.draw(st.integers(1, 5))):
            self.happens(ev.Typed(data.draw(texts)))

    @rule(other=st.sampled_from(OTHERS))
    def a_file_takes_the_place_of_the_set(self, other: Content) -> None:
        if not self.editing.is_new:
            again = read(write(self.editing), other)
            self.editing = self.editing.on(other)
            assert again == self.editing
            self.kept = other

    @invariant()
    def what_is_kept_can_be_published(self) -> None:
        if self.kept is not None:
            read_question_set(self.kept, 1)

    @invariant()
    def a_restart_changes_nothing(self) -> None:
        editing = self.editing
        if editing.step is not Step.CLOSED:
            assert read(write(editing), None if editing.is_new else editing.content) == editing

    @invariant()
    def no_id_is_there_twice(self) -> None:
        if self.kept is not None:
            assert len(ids_in(self.kept)) == len(self.kept["questions"]) + len(ids_in({**self.kept, "questions": []}))

    @invariant()
    def the_screen_is_about_something_that_is_there(self) -> None:
        editing = self.editing
        if editing.step in (Step.QUESTION, Step.OPTIONS):
            assert find(editing.content, editing.question) is not None
        assert (editing.step is Step.ASKING) == (editing.wanted is not None)

    def teardown(self) -> None:
        """What was kept can be downloaded, changed and sent back."""
        if getattr(self, "kept", None) is not None:
            assert read_file(as_yaml(self.kept or {}).encode()) == self.kept


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
