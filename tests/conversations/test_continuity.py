from dataclasses import replace

import pytest

from conversations import continuity, reports
from conversations.continuity import Given, agree, previous, previous_points
from conversations.core import asks_core
from conversations.model import Answers, CheckIn, Kind, Option, Question, QuestionSetVersion, State
from conversations.scales import Direction, Method, Scale
from tests.conversations.stories import IDS, NOON, VERSION, with_terms
from tests.conversations.test_reports import DAY

MOOD = Question("mood", Kind.RATING, {"en": "How was your week?"}, label={"en": "Week"})
HURDLE = Question(
    "hurdle", Kind.CHOICE, {"en": "What got in the way?"}, options=(Option("time", {}, 1), Option("courage", {}, 2))
)
LOAD = Scale("load", ("mood", "hurdle"), direction=Direction.HIGHER_IS_WORSE)


def asking(*questions: Question, scales: tuple[Scale, ...] = ()) -> QuestionSetVersion:
    return replace(VERSION, name="week", questions=questions, scales=scales)


def test_a_question_joins_its_older_self_whatever_it_is_worded_and_labelled() -> None:
    worded = replace(MOOD, text={"en": "Your week?"}, label={"de": "Woche"}, low_anchor={"en": "Bad"}, skippable=False)
    assert agree(MOOD, worded)


@pytest.mark.parametrize(
    "change",
    [{"id": "week"}, {"minimum": 1}, {"maximum": 5}, {"step": 5}, {"kind": Kind.NUMBER}, {"decimals": 1}],
    ids=str,
)
def test_a_question_does_not_join_one_of_another_id_or_scale(change: dict[str, object]) -> None:
    assert not agree(MOOD, replace(MOOD, **change))  # type: ignore[arg-type]


def test_a_choice_joins_only_where_its_options_are_the_same_and_count_the_same() -> None:
    renamed = replace(HURDLE, options=(Option("time", {"en": "No time"}, 1), Option("courage", {}, 2)))
    assert agree(HURDLE, renamed)
    assert not agree(HURDLE, replace(HURDLE, options=HURDLE.options[::-1]))
    assert not agree(HURDLE, replace(HURDLE, options=(Option("time", {}, 0), Option("courage", {}, 2))))
    assert not agree(HURDLE, replace(HURDLE, several=True))


def test_the_last_answer_counts_even_if_others_came_in_between_on_other_sets() -> None:
    history = [Given({"mood": 3}, asking(MOOD)), Given(dict.fromkeys(IDS, 9), VERSION)]
    assert previous(history, asking(MOOD, HURDLE)) == ({"mood": 3}, frozenset())


def test_a_skipped_question_leaves_the_answer_before_it_standing() -> None:
    assert previous([Given({"mood": 3}, asking(MOOD)), Given({"mood": None}, asking(MOOD))], asking(MOOD))[0] == {
        "mood": 3
    }


def test_an_answer_on_another_scale_is_not_compared_and_that_is_said() -> None:
    fives = asking(replace(MOOD, maximum=5))
    assert previous([Given({"mood": 8}, asking(MOOD)), Given({"mood": 4}, fives)], asking(MOOD)) == (
        {},
        frozenset({"mood"}),
    )


def summary(answers: Answers, version: QuestionSetVersion, *before: Given) -> reports.Summary:
    done = CheckIn(id=1, episode_id=2, session_id=3, due_at=NOON, state=State.COMPLETED, answers=answers)
    return reports.summary(done, with_terms(version=version), [*before, Given(answers, version)], "K-17", DAY)


def test_the_summary_names_what_was_asked_on_another_scale() -> None:
    fives = asking(replace(MOOD, maximum=5), HURDLE)
    told = summary({"mood": 4, "hurdle": 0}, fives, Given({"mood": 9, "hurdle": 1}, asking(MOOD, HURDLE)))
    assert [item.change for item in told.items] == [None, None]
    assert [one.id for one in told.otherwise] == ["mood"]
    assert summary({"hurdle": 0}, fives, Given({"mood": 9}, asking(MOOD, HURDLE))).otherwise == ()


def test_a_scale_is_compared_with_its_last_score() -> None:
    version = asking(MOOD, HURDLE, scales=(LOAD,))
    before = [Given({"mood": 6, "hurdle": 1}, version), Given({"mood": None, "hurdle": 1}, version)]
    [scored] = summary({"mood": 2, "hurdle": 0}, version, *before).scores
    assert (scored.score.points, scored.change) == (3, -5)
    assert [one.change for one in summary({"mood": 2, "hurdle": 0}, version).scores] == [None]
    assert [one.change for one in summary({"mood": None, "hurdle": 0}, version, *before).scores] == [None]


@pytest.mark.parametrize(
    "scale",
    [
        replace(LOAD, method=Method.MEAN),
        replace(LOAD, reversed_items=frozenset({"mood"})),
        replace(LOAD, missing_allowed=1),
        replace(LOAD, items=("mood",)),
        replace(LOAD, direction=Direction.HIGHER_IS_BETTER),
    ],
    ids=["method", "reversed", "missing", "items", "direction"],
)
def test_a_scale_by_other_rules_is_not_compared(scale: Scale) -> None:
    before = [Given({"mood": 6, "hurdle": 1}, asking(MOOD, HURDLE, scales=(scale,)))]
    assert previous_points(before, LOAD, asking(MOOD, HURDLE, scales=(LOAD,))) is None


def test_a_scale_whose_item_has_another_scale_is_not_compared_and_nothing_older_is() -> None:
    mine = asking(MOOD, HURDLE, scales=(LOAD,))
    fives = asking(replace(MOOD, maximum=5), HURDLE, scales=(LOAD,))
    before = [Given({"mood": 6, "hurdle": 1}, mine), Given({"mood": 5, "hurdle": 1}, fives)]
    assert previous_points(before, LOAD, mine) is None
    assert previous_points(before[:1], LOAD, mine) == 8


def test_a_scale_of_scales_joins_by_the_items_at_its_ends() -> None:
    whole = Scale("whole", ("load",))
    mine, theirs = (asking(one, HURDLE, scales=(LOAD, whole)) for one in (MOOD, replace(MOOD, maximum=5)))
    assert previous_points([Given({"mood": 5, "hurdle": 1}, mine)], whole, mine) == 7
    assert previous_points([Given({"mood": 5, "hurdle": 1}, theirs)], whole, mine) is None


def test_a_scale_with_a_number_in_it_is_not_compared() -> None:
    number = asking(replace(MOOD, kind=Kind.NUMBER), HURDLE, scales=(replace(LOAD, missing_allowed=1),))
    assert previous_points([Given({"hurdle": 1}, number)], number.scales[0], number) is None


def test_flags_are_about_the_four_on_their_own_scale_only() -> None:
    fives = replace(VERSION, questions=tuple(replace(one, maximum=5) for one in VERSION.questions))
    assert asks_core(VERSION)
    assert not asks_core(fives)
    assert not asks_core(replace(VERSION, questions=VERSION.questions[:3]))
    fours = Given(dict.fromkeys(IDS, 4), fives)
    assert reports.read([fours]) is None
    assert continuity.core_of([fours, Given({}, VERSION), Given({"bond": 9}, VERSION)]) == [None, (9, None, None, None)]
