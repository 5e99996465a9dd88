"""Codes and labels are written by people; a chart shows them letter by letter."""

import dataclasses

import pytest

from bot.charts import Charts
from bot.drawing.look import WIDTH, Paper, plain_matplotlib
from bot.drawing.orders import plain
from tests.charts.histories import DIGEST_WORDS, panels, usual, weekly, with_goals, words
from tests.charts.pixels import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRANGE = [
    r"$\frac{1}{0}$",
    "$x^2$",
    "$",
    r"\unknown{command}",
    "$ unbalanced",
    "two\nlines\tand\x00control\x1bcodes",
    "\ud800 half a letter",
    "\u202eright to left",
    "日本語 ひらがな",
    "😀",
    "W" * 500,
    " ",
]


@pytest.mark.parametrize("text", STRANGE)
async def test_any_text_can_stand_in_any_place(charts: Charts, text: str) -> None:
    trend = weekly(usual(3))
    named = {field.name: text for field in dataclasses.fields(words(trend)) if field.name != "dates"}
    everywhere = dataclasses.replace(words(trend), **named, dates=(text,) * 3)
    assert opened(await charts.trend(trend, everywhere)).size == (1000, 625)
    assert opened(await charts.multiples([(text, trend)], DIGEST_WORDS)).width == 1000
    goals = with_goals(weekly(usual(8)), 2, text)
    assert opened(await charts.trend(goals, words(goals))).size == (1000, 885)


async def test_dollars_are_drawn_as_dollars(charts: Charts) -> None:
    """As mathtext, the two titles would be the same x."""
    trend = weekly(usual(3))
    with_dollars = await charts.trend(trend, words(trend, title="$x$"))
    assert with_dollars != await charts.trend(trend, words(trend, title="x"))
    plain_matplotlib()
    paper = Paper(WIDTH, 100)
    assert paper.text_width("$x$") > 2.5 * paper.text_width("x")


async def test_long_words_are_cut_to_the_picture() -> None:
    plain_matplotlib()
    paper = Paper(WIDTH, 100)
    cut = paper.cut("W" * 100, 300)
    assert cut.endswith("…")
    assert paper.text_width(cut) <= 300
    assert paper.cut("short", 300) == "short"


async def test_texts_are_one_line_of_printable_characters() -> None:
    assert plain("a\n\tb\x00c\u202ed") == "a b c d"
    assert len(plain("x" * 1000)) == 120


async def test_many_clients_with_long_codes_fit(charts: Charts) -> None:
    long = [(f"{code} with a very long code", trend) for code, trend in panels(50)]
    assert opened(await charts.multiples(long, DIGEST_WORDS)).width == 1000
