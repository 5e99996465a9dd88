from itertools import repeat
from pathlib import Path

import pytest

from conversations.answers import values_of
from conversations.model import Kind, Option, Question, QuestionSetVersion
from conversations.question_sets import read_file, read_question_set
from conversations.scales import Band, Direction, Method, Missing, Scale, Threshold
from conversations.scoring import Score, ranges_of, scores
from conversations.show_if import Value

SETS = Path(__file__).parent / "sets"
NOTHING, SOME_DAYS, MOST_DAYS, EVERY_DAY = "not-at-all", "several-days", "more-than-half", "nearly-every-day"
CODES = (NOTHING, SOME_DAYS, MOST_DAYS, EVERY_DAY)


def instrument(name: str) -> QuestionSetVersion:
    return read_question_set(read_file((SETS / f"{name}.json").read_bytes()), 1)


def total(name: str, points: str) -> Score:
    """Score a filled-in form: one digit an item, a dash where it was skipped."""
    version = instrument(name)
    given: dict[str, Value | None] = {
        question.id: None if digit == "-" else CODES[int(digit)]
        for question, digit in zip(version.questions, points, strict=True)
    }
    return scores(version.scales, version.questions, given)["total"]


@pytest.mark.parametrize(
    ("points", "total_points", "band"),
    [
        ("00000000", 0, "None or minimal"),
        ("11110000", 4, "None or minimal"),
        ("11111000", 5, "Mild"),
        ("22221000", 9, "Mild"),
        ("22221100", 10, "Moderate"),
        ("31212220", 13, "Moderate"),
        ("22222221", 15, "Moderately severe"),
        ("33333321", 21, "Severe"),
        ("33333333", 24, "Severe"),
    ],
)
def test_phq8_totals_and_bands_are_right(points: str, total_points: int, band: str) -> None:
    score = total("phq8", points)
    assert (score.points, score.band and score.band.label["en"]) == (total_points, band)
    assert score.flagged == (total_points >= 10)


@pytest.mark.parametrize(
    ("points", "total_points", "band"),
    [
        ("0000000", 0, "Minimal"),
        ("1111000", 4, "Minimal"),
        ("1111100", 5, "Mild"),
        ("2222110", 10, "Moderate"),
        ("3222222", 15, "Severe"),
        ("3333333", 21, "Severe"),
    ],
)
def test_gad7_totals_and_bands_are_right(points: str, total_points: int, band: str) -> None:
    score = total("gad7", points)
    assert (score.points, score.band and score.band.label["en"]) == (total_points, band)


def test_one_missing_answer_counts_as_the_others_and_two_give_no_total() -> None:
    one = total("phq8", "2222222-")
    assert (one.points, one.answered, one.items) == (16, 7, 8)
    two = total("phq8", "222222--")
    assert (two.points, two.band, two.flagged) == (None, None, False)
    assert total("phq8", "--------").points is None


def test_every_question_of_an_instrument_says_what_it_is_about_and_keeps_its_name() -> None:
    version = instrument("phq8")
    assert version.questions[0].text["en"].startswith("Over the last 2 weeks")
    assert version.questions[0].text["en"].endswith("Little interest or pleasure in doing things")
    assert [question.id for question in version.questions] == [f"phq8_{number}" for number in range(1, 9)]


# ---- the rules, one by one ----

RATINGS = tuple(Question(name, Kind.RATING, {}) for name in ("good", "bad", "rest"))


def score(scale: Scale, answers: dict[str, Value | None], *others: Scale) -> float | None:
    return scores((scale, *others), RATINGS, answers)[scale.id].points


def test_a_reversed_item_counts_from_the_other_end() -> None:
    scale = Scale("s", ("good", "bad"), reversed_items=frozenset({"bad"}))
    assert score(scale, {"good": 8, "bad": 3}) == 15


def test_a_mean_is_of_the_answers_there_are() -> None:
    scale = Scale("s", ("good", "bad", "rest"), method=Method.MEAN, missing_allowed=1)
    assert score(scale, {"good": 8, "bad": 5, "rest": None}) == 6.5
    assert score(scale, {"good": 8}) is None


def test_a_missing_answer_may_count_as_the_lowest_there_is() -> None:
    lowest = Scale("s", ("good", "bad"), missing_allowed=1, missing=Missing.AS_LOWEST)
    assert score(lowest, {"good": 8}) == 8
    mean = Scale("s", ("good", "bad"), method=Method.MEAN, missing_allowed=1, missing=Missing.AS_LOWEST)
    assert score(mean, {"good": 8}) == 4


def test_a_scale_counts_in_another_with_its_score_whatever_their_order() -> None:
    whole = Scale("whole", ("part", "rest"), reversed_items=frozenset({"part"}))
    part = Scale("part", ("good", "bad"), method=Method.MEAN)
    assert score(whole, {"good": 8, "bad": 4, "rest": 1}, part) == 5
    assert score(whole, {"rest": 1}, part) is None


def test_yes_numbers_and_several_options_have_points() -> None:
    options = tuple(Option(name, {}, points) for name, points in (("a", 1), ("b", 2), ("c", 4)))
    questions = (
        Question("slept", Kind.YES_NO, {}),
        Question("nights", Kind.NUMBER, {}, maximum=7),
        Question("what", Kind.CHOICE, {}, options=options, several=True),
    )
    scale = Scale("s", ("slept", "nights", "what"))
    answers: dict[str, Value | None] = {"slept": 1, "nights": 2.5, "what": ("a", "c")}
    assert scores((scale,), questions, answers)["s"].points == 8.5
    assert ranges_of((scale,), questions)["s"] == (0, 15)


@pytest.mark.parametrize(("points", "name"), [(0, "low"), (4.9, "low"), (5, "high"), (10, "high")])
def test_a_band_reaches_up_to_the_next(points: float, name: str) -> None:
    bands = (Band(0, {"en": "low"}), Band(5, {"en": "high"}))
    given = scores((Scale("s", ("good",), bands=bands),), RATINGS, {"good": points})["s"]
    assert given.band is not None
    assert given.band.label["en"] == name


def test_a_threshold_is_reached_from_the_side_that_is_worse() -> None:
    low = Scale("s", ("good",), direction=Direction.HIGHER_IS_BETTER, threshold=Threshold(at_most=3))
    assert [scores((low,), RATINGS, {"good": one})["s"].flagged for one in (3, 4)] == [True, False]


def test_answers_as_they_are_kept_are_read_as_conditions_see_them() -> None:
    options = tuple(Option(name, {}) for name in "abc")
    questions = (
        Question("one", Kind.CHOICE, {}, options=options),
        Question("more", Kind.CHOICE, {}, options=options, several=True),
        Question("kilos", Kind.NUMBER, {}, decimals=1),
        Question("said", Kind.TEXT, {}),
        Question("skipped", Kind.RATING, {}),
        Question("later", Kind.RATING, {}),
    )
    kept = {"one": 2, "more": 0b101, "skipped": None}
    assert values_of(questions, kept, {"kilos": "72.5", "said": "x"}) == {
        "one": "c", "more": ("a", "c"), "kilos": 72.5, "said": "x", "skipped": None,
    }  # fmt: skip


def test_a_scale_in_a_circle_has_no_score() -> None:
    circle = (Scale("a", ("b",)), Scale("b", ("a",)))
    assert scores(circle, RATINGS, dict(zip("ab", repeat(1), strict=False))) == {}
