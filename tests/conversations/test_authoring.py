"""An admin changes a question set in the chat: what comes of each thing, told as short stories."""

from typing import Any

import pytest

from bot.practice import BUILT_IN, TEMPLATE
from conversations import authoring_events as ev
from conversations.authoring import advance, new_set
from conversations.authoring_asking import words_there
from conversations.authoring_events import Around, Event, Refusal
from conversations.authoring_words import id_for, range_in
from conversations.editing import Content, Editing, Made, Problem, Step, Wanted, Why, find, read, write
from conversations.model import Kind
from conversations.question_form import OPTIONS, QUESTIONS
from conversations.question_sets import read_file, read_question_set

BUILT_IN_SET = read_file(BUILT_IN.read_bytes())
WEEK = read_file(TEMPLATE.read_bytes())
ENGLISH = Around("en")
BLANK = {"licence": "our own", "source": "written in the chat", "languages": ["en"]}


def story(editing: Editing, *events: Event, around: Around = ENGLISH) -> Editing:
    """Let events happen, each of which must be taken; the state is written and read again in between."""
    for event in events:
        outcome = advance(editing, event, around)
        assert outcome.refusal is None, (event, outcome.editing.problems)
        again = read(write(outcome.editing), None if outcome.editing.is_new else outcome.editing.content)
        assert again == outcome.editing
        editing = again
    return editing


def problems(editing: Editing, event: Event, around: Around = ENGLISH) -> tuple[Problem, ...]:
    """Let something happen that is refused with reasons; nothing else may change."""
    outcome = advance(editing, event, around)
    assert outcome.refusal is Refusal.PROBLEMS
    assert outcome.done is None
    kept = outcome.editing
    assert (kept.content, kept.step, kept.question, kept.making, kept.given) == (
        editing.content, editing.step, editing.question, editing.making, editing.given,
    )  # fmt: skip
    return kept.problems


def ids(content: Content) -> list[str]:
    return [one["id"] for one in content["questions"]]


def question(content: Content, name: str) -> dict[str, Any]:
    found = find(content, name)
    assert found is not None
    return dict(found)


# ---- a new set ----


def homework() -> Editing:
    return story(
        new_set(BLANK), ev.Typed("Homework"), ev.KindChosen(Kind.YES_NO), ev.Typed("Did you try what we agreed on?")
    )


def test_a_new_set_needs_a_title_a_kind_and_a_question() -> None:
    made = homework()
    assert made.step is Step.LIST
    assert made.content["name"] == "homework"
    assert made.content["questions"] == [
        {"id": "did_you_try_what_we_agreed_on", "kind": "yes_no", "text": {"en": "Did you try what we agreed on?"}}
    ]
    assert read_question_set(made.content, 1).questions[0].kind is Kind.YES_NO


def test_the_first_question_makes_a_draft_and_the_next_one_is_added_to_it() -> None:
    last = advance(
        story(new_set(BLANK), ev.Typed("Homework"), ev.KindChosen(Kind.TEXT)), ev.Typed("What else?"), ENGLISH
    )
    assert last.done is not None
    assert (last.done.made, last.done.about) == (Made.BEGUN, "Homework")
    more = story(last.editing, ev.AddAsked(), ev.KindChosen(Kind.NUMBER), ev.Typed("How many nights?"))
    done = advance(more, ev.RangeChosen(0, 7), ENGLISH)
    assert done.done is not None
    assert done.done.made is Made.ADDED
    assert question(done.editing.content, "how_many_nights")["maximum"] == 7


def test_a_rating_gets_anchors_in_one_press_or_in_two_lines_or_none() -> None:
    asked = story(homework(), ev.AddAsked(), ev.KindChosen(Kind.RATING), ev.Typed("How was it?"))
    assert asked.wanted is Wanted.ANCHORS
    pressed = story(asked, ev.AnchorsChosen({"en": "Bad", "de": "Schlecht"}, {"en": "Good", "de": "Gut"}))
    assert question(pressed.content, "how_was_it")["low_anchor"] == {"en": "Bad"}
    written = story(asked, ev.Typed("Very bad\n\nVery good"))
    assert question(written.content, "how_was_it")["high_anchor"] == {"en": "Very good"}
    bare = story(asked, ev.AnchorsChosen({}, {}))
    assert "low_anchor" not in question(bare.content, "how_was_it")
    assert problems(asked, ev.Typed("only one line")) == (Problem(Why.TWO_LINES, length=1),)


def test_options_are_written_one_a_line() -> None:
    asked = story(homework(), ev.AddAsked(), ev.KindChosen(Kind.CHOICE), ev.Typed("What got in the way?"))
    made = story(asked, ev.Typed("- No time\n- I did not dare\n\n"))
    assert [one["id"] for one in question(made.content, "what_got_in_the_way")["options"]] == [
        "no_time", "i_did_not_dare",
    ]  # fmt: skip
    assert problems(asked, ev.Typed("Just one"))[0].why is Why.TOO_FEW
    assert problems(asked, ev.Typed("Yes\nNo\nyes")) == (Problem(Why.TWICE, names=("yes",)),)
    assert problems(asked, ev.Typed("\n".join(map(str, range(OPTIONS + 1)))))[0].why is Why.TOO_MANY
    assert problems(asked, ev.Typed(f"No\n{'x' * 41}"))[0].why is Why.OPTION_TOO_LONG


def test_cancel_drops_a_question_that_is_being_made_and_a_set_that_has_none() -> None:
    assert story(new_set(BLANK), ev.WentBack()).step is Step.CLOSED
    assert story(new_set(BLANK), ev.Typed("Homework"), ev.WentBack()).step is Step.CLOSED
    before = homework()
    after = story(before, ev.AddAsked(), ev.KindChosen(Kind.CHOICE), ev.Typed("What?"), ev.WentBack())
    assert (after.step, after.content) == (Step.LIST, before.content)


def test_while_a_question_is_being_made_nothing_else_happens() -> None:
    making = story(homework(), ev.AddAsked())
    name = making.questions[0]["id"]
    for event in (ev.Removed(name), ev.QuestionOpened(name), ev.Moved(name, 0), ev.AddAsked(), ev.PutBack()):
        outcome = advance(making, event, ENGLISH)
        assert outcome.refusal is Refusal.NOT_NOW
        assert outcome.editing == making


def test_a_question_takes_no_id_that_a_set_of_the_practice_ever_had() -> None:
    around = Around("en", ids={"bond", "bond_2"}, names={"homework"})
    made = story(new_set(BLANK), ev.Typed("Homework"), ev.KindChosen(Kind.TEXT), ev.Typed("Bond?"), around=around)
    assert (made.content["name"], ids(made.content)) == ("homework_2", ["bond_3"])


# ---- a set that is there ----


def test_other_words_keep_the_id() -> None:
    editing = story(
        Editing(BUILT_IN_SET), ev.QuestionOpened("goals"), ev.WordsAsked("goals", Wanted.TEXT),
        ev.Typed("Did you want the same?"), ev.OthersLeft(),
    )  # fmt: skip
    assert ids(editing.content) == ids(BUILT_IN_SET)
    texts = question(editing.content, "goals")["text"]
    assert (texts["en"], texts["de"]) == ("Did you want the same?", "Hatten Sie beide das gleiche Ziel vor Augen?")
    assert editing.step is Step.QUESTION


def test_every_language_is_asked_for_the_admins_first() -> None:
    german = Around("de")
    asked = story(Editing(BUILT_IN_SET), ev.WordsAsked("goals", Wanted.TEXT), ev.Typed("Gleiches Ziel?"), around=german)
    assert dict(asked.given) == {"de": "Gleiches Ziel?"}
    all_typed = story(asked, ev.Typed("Same aim?"), ev.Typed("¿Misma meta?"), around=german)
    assert question(all_typed.content, "goals")["text"] == {
        "en": "Same aim?", "es": "¿Misma meta?", "de": "Gleiches Ziel?",
    }  # fmt: skip


def test_languages_that_take_the_first_words_for_now_count_as_drafts() -> None:
    content = {key: value for key, value in BUILT_IN_SET.items() if key != "draft_languages"}
    editing = story(
        Editing(content), ev.AddAsked(), ev.KindChosen(Kind.YES_NO), ev.Typed("Homework done?"), ev.OthersTaken()
    )
    assert question(editing.content, "homework_done")["text"]["es"] == "Homework done?"
    assert editing.content["draft_languages"] == ["es", "de"]


def test_a_choice_in_several_languages_needs_as_many_lines_in_each() -> None:
    asked = story(
        Editing(WEEK), ev.AddAsked(), ev.KindChosen(Kind.CHOICE), ev.Typed("Which?"), ev.Typed("Welches?"),
        ev.Typed("One\nTwo\nThree"),
    )  # fmt: skip
    assert problems(asked, ev.Typed("Eins\nZwei")) == (Problem(Why.LINES, 3, 2),)
    made = story(asked, ev.Typed("Eins\nZwei\nDrei"))
    assert question(made.content, "which")["options"][2] == {"id": "three", "text": {"en": "Three", "de": "Drei"}}


def test_moving_changes_the_order_and_the_same_press_again_changes_nothing() -> None:
    moved = story(Editing(BUILT_IN_SET), ev.Moved("overall", 0))
    assert ids(moved.content) == ["overall", "bond", "goals", "tasks"]
    assert advance(moved, ev.Moved("overall", 0), ENGLISH).refusal is Refusal.NOT_NOW
    assert advance(moved, ev.Moved("overall", 4), ENGLISH).refusal is Refusal.GONE


def test_what_hangs_on_a_question_keeps_it_where_it_is() -> None:
    assert problems(Editing(BUILT_IN_SET), ev.Removed("tasks")) == (Problem(Why.NEEDED, names=("Wish for next time",)),)
    assert problems(Editing(BUILT_IN_SET), ev.Removed("bond"))[0].names == (
        "Being understood", "Speaking freely", "Feeling cared about",
    )  # fmt: skip
    assert problems(Editing(WEEK), ev.Moved("hurdle", 0)) == (Problem(Why.ORDER, names=("What got in the way?",)),)
    assert problems(Editing(WEEK), ev.Removed("hurdle"))[0].why is Why.NEEDED


def test_a_new_option_of_a_scored_question_is_told_to_need_points() -> None:
    asked = story(Editing(WEEK), ev.OptionsOpened("hurdle"), ev.WordsAsked("hurdle", Wanted.OPTION), ev.Typed("Rain"))
    assert problems(asked, ev.Typed("Regen")) == (Problem(Why.NEEDED, names=("What else?", "load")),)


def test_options_are_reworded_added_and_removed_one_by_one() -> None:
    plain = {key: value for key, value in WEEK.items() if key != "scales"}
    plain["questions"] = [one for one in WEEK["questions"] if one["id"] != "more"]
    opened = story(Editing(plain), ev.OptionsOpened("hurdle"))
    other = story(opened, ev.WordsAsked("hurdle", Wanted.OPTION, "time"), ev.Typed("Too busy"), ev.OthersLeft())
    assert question(other.content, "hurdle")["options"][0] == {
        "id": "time", "text": {"en": "Too busy", "de": "Keine Zeit"}, "points": 1,
    }  # fmt: skip
    more = story(other, ev.WordsAsked("hurdle", Wanted.OPTION), ev.Typed("Rain"), ev.OthersTaken())
    assert [one["id"] for one in question(more.content, "hurdle")["options"]] == ["time", "courage", "rain"]
    asked = story(more, ev.WordsAsked("hurdle", Wanted.OPTION))
    assert problems(asked, ev.Typed("too busy"))[0].why is Why.TWICE
    fewer = story(more, ev.OptionRemoved("hurdle", "time"))
    fewest = problems(fewer, ev.OptionRemoved("hurdle", "rain"))
    assert fewest == (Problem(Why.TOO_FEW, 2, 1),)
    last = story(fewer, ev.SeveralSet("hurdle", wanted=True))
    assert question(last.content, "hurdle")["several"] is True


def test_a_removed_question_can_be_put_back_at_its_place_as_it_was() -> None:
    gone = story(Editing(BUILT_IN_SET), ev.QuestionOpened("goals"), ev.Removed("goals"))
    assert ids(gone.content) == ["bond", "tasks", "overall"]
    back = story(gone, ev.PutBack())
    assert back.content == BUILT_IN_SET
    assert advance(back, ev.PutBack(), ENGLISH).refusal is Refusal.GONE


def test_the_only_question_stays() -> None:
    editing = homework()
    assert problems(editing, ev.Removed(editing.questions[0]["id"])) == (Problem(Why.LAST),)


def test_skipping_is_switched_by_saying_what_shall_hold() -> None:
    off = story(Editing(BUILT_IN_SET), ev.SkippableSet("bond", wanted=False))
    assert question(off.content, "bond")["skippable"] is False
    assert advance(off, ev.SkippableSet("bond", wanted=False), ENGLISH).refusal is Refusal.NOT_NOW
    assert story(off, ev.SkippableSet("bond", wanted=True)).content == BUILT_IN_SET


@pytest.mark.parametrize(("text", "why"), [("", Why.EMPTY), (" \n\t\u202e", Why.EMPTY), ("x" * 1001, Why.TOO_LONG)])
def test_words_that_cannot_be_used_are_told_and_asked_for_again(text: str, why: Why) -> None:
    asked = story(Editing(BUILT_IN_SET), ev.WordsAsked("bond", Wanted.TEXT))
    assert problems(asked, ev.Typed(text))[0].why is why
    assert story(asked, ev.Typed("x" * 1000)).given == {"en": "x" * 1000}


def test_too_many_questions_are_told_before_anything_is_typed() -> None:
    plain = {"kind": "text", "label": {"en": "Q"}, "text": {"en": "What?"}}
    many = {**homework().content, "questions": [{"id": f"q{number}", **plain} for number in range(QUESTIONS)]}
    assert problems(Editing(many), ev.AddAsked()) == (Problem(Why.QUESTIONS, QUESTIONS, QUESTIONS),)


def test_what_only_the_validator_sees_is_told_in_its_words_and_nothing_is_lost() -> None:
    long = [
        {"id": f"q{number}", "kind": "text", "text": {"en": f"{'x' * 900}?"}} for number in range(3)
    ]  # fmt: skip
    full = {**homework().content, "questions": long}
    asked = story(Editing(full), ev.AddAsked(), ev.KindChosen(Kind.TEXT))
    (problem,) = problems(asked, ev.Typed("y" * 900))
    assert problem.why is Why.FAULT
    assert "do not fit into one message" in problem.sentence


def test_another_version_under_ones_hands_leads_back_to_its_list() -> None:
    here = story(Editing(BUILT_IN_SET), ev.QuestionOpened("goals"))
    other = {**BUILT_IN_SET, "questions": [one for one in BUILT_IN_SET["questions"] if one["id"] != "goals"]}
    again = read(write(here), other)
    assert again == Editing(other)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Did you sleep?", "did_you_sleep"),
        ("¿Cómo está?", "como_esta"),
        ("Spaß & Größe", "spass_grosse"),
        ("10 Minuten", "minuten"),
        ("你好吗", "question"),
        ("x" * 50, "x" * 32),
        ("taken", "taken_3"),
    ],
)
def test_an_id_is_made_of_words(words: str, wanted: str) -> None:
    assert id_for(words, {"taken", "taken_2"}, "question") == wanted


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0 7", (0, 7)), ("0-7", (0, 7)), ("0 to 7", (0, 7)), ("-3 3", (-3, 3)), ("0, 7", (0, 7)), ("0.5", None),
     ("seven", None), ("1 2 3", None), ("0.5 7", None), ("", None)],
)  # fmt: skip
def test_two_numbers_are_read(text: str, numbers: tuple[int, int] | None) -> None:
    assert range_in(text) == numbers


def test_a_rating_with_one_anchor_only_can_be_given_both() -> None:
    one = {**question(WEEK, "mood"), "maximum": None}
    del one["high_anchor"]
    asked = story(Editing({**WEEK, "questions": [one, *WEEK["questions"][1:]]}), ev.WordsAsked("mood", Wanted.ANCHORS))
    assert words_there(asked, "en") == ""
    made = story(asked, ev.Typed("Bad\nGood"), ev.OthersTaken())
    assert question(made.content, "mood")["high_anchor"] == {"en": "Good", "de": "Good"}
    again = story(made, ev.WordsAsked("mood", Wanted.ANCHORS))
    assert words_there(again, "en") == "Bad\nGood"


# ---- the set changes under it ----


def in_three(languages: list[str], kind: str = "rating") -> Content:
    words = dict.fromkeys(languages, "Words")
    options = {"options": [{"id": name, "text": dict.fromkeys(languages, name)} for name in ("time", "fear")]}
    questions = [{"id": "mood", "kind": kind, "text": words, **(options if kind == "choice" else {})}]
    return {**BLANK, "name": "week", "number": 1, "title": words, "languages": languages, "questions": questions}


def under(editing: Editing, content: Content) -> list[Editing]:
    """Let a file take the place of the set: while the screen is there, and before it is read again."""
    again = read(write(editing), content)
    assert again is not None
    return [editing.on(content), again]


def test_a_language_that_is_asked_for_and_then_gone_leads_back_to_the_list() -> None:
    asked = story(
        Editing(in_three(["en", "de", "es"])), ev.WordsAsked("mood", Wanted.TEXT), ev.Typed("How?"), ev.Typed("Wie?")
    )
    for here in under(asked, in_three(["en", "de"])):
        assert here == Editing(in_three(["en", "de"]))
        assert advance(here, ev.Typed("Y?"), ENGLISH).refusal is Refusal.NOT_NOW
    for here in under(asked, in_three(["en", "de", "es"], "text")):
        assert here.step is Step.LIST


def test_words_for_a_new_question_are_dropped_where_the_languages_are_others() -> None:
    asked = story(Editing(in_three(["en", "de"])), ev.AddAsked(), ev.KindChosen(Kind.TEXT), ev.Typed("What else?"))
    for here in under(asked, in_three(["en"])):
        assert here == Editing(in_three(["en"]))


def test_options_of_a_question_that_is_of_another_kind_now_lead_back_to_the_list() -> None:
    options = story(Editing(in_three(["en"], "choice")), ev.OptionsOpened("mood"))
    words = story(options, ev.WordsAsked("mood", Wanted.OPTION, "time"))
    for editing in (options, words):
        for here in under(editing, in_three(["en"], "text")):
            assert here == Editing(in_three(["en"], "text"))
        same = in_three(["en"], "choice")
        for here in under(editing, {**same, "number": 2}):
            assert (here.step, here.content["number"]) == (editing.step, 2)


def test_words_for_an_option_that_is_gone_lead_back_to_the_list() -> None:
    words = story(Editing(in_three(["en"], "choice")), ev.WordsAsked("mood", Wanted.OPTION, "time"))
    other = in_three(["en"], "choice")
    (about,) = other["questions"]
    about["options"][0]["id"] = "hurry"
    for here in under(words, other):
        assert here == Editing(other)
