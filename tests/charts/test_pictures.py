import pytest

from bot.charts import Charts
from bot.drawing import look
from tests.charts.histories import CASES, DIGEST_WORDS, panels, usual, weekly, with_goals, words
from tests.charts.pixels import near, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("case", CASES)
async def test_every_history_becomes_a_picture_of_1000_by_625_pixels(charts: Charts, case: str) -> None:
    trend = weekly(CASES[case])
    picture = opened(await charts.trend(trend, words(trend)))
    assert (picture.format, picture.size) == ("PNG", (1000, 625))


@pytest.mark.parametrize("case", CASES)
async def test_the_paper_is_opaque(charts: Charts, case: str) -> None:
    trend = weekly(CASES[case])
    assert opened(await charts.trend(trend, words(trend))).getchannel("A").getextrema() == (255, 255)


async def test_the_score_is_the_strongest_line(charts: Charts) -> None:
    trend = weekly(usual(8))
    picture = opened(await charts.trend(trend, words(trend)))
    parts = [near(picture, colour) for colour in (look.BOND, look.GOALS, look.TASKS)]
    assert min(parts) > 0
    assert near(picture, look.SCORE) > 1.5 * max(parts)


async def test_all_three_parts_are_seen_where_all_ratings_are_the_same(charts: Charts) -> None:
    trend = weekly(CASES["all 10"])
    picture = opened(await charts.trend(trend, words(trend)))
    for colour in (look.BOND, look.GOALS, look.TASKS):
        assert near(picture, colour) > 500


async def test_a_part_that_is_always_skipped_is_not_named(charts: Charts) -> None:
    trend = weekly(CASES["goals always skipped"])
    picture = opened(await charts.trend(trend, words(trend)))
    assert near(picture, look.GOALS) == 0
    assert near(picture, look.BOND) > 0


async def test_no_line_runs_across_a_missed_check_in(charts: Charts) -> None:
    trend = weekly([[8] * 4, [8] * 4, None, [8] * 4, [8] * 4])
    picture = opened(await charts.trend(trend, words(trend))).convert("RGB")
    blue = tuple(int(look.SCORE[place : place + 2], 16) for place in (1, 3, 5))
    width, height = picture.size
    below_legend = range(140, height)
    middle = (look_left := 110) + (940 - look_left) // 2
    assert all(picture.getpixel((middle, y)) != blue for y in below_legend)
    assert any(picture.getpixel((width // 4, y)) == blue for y in below_legend)


async def test_flagged_check_ins_are_ringed_and_calm_ones_are_not(charts: Charts) -> None:
    calm, fell = weekly([[9] * 4] * 6), weekly([*[[9] * 4] * 5, [4] * 4])
    assert near(opened(await charts.trend(calm, words(calm))), look.FLAGGED) == 0
    assert near(opened(await charts.trend(fell, words(fell))), look.FLAGGED) > 0


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_each_goal_has_a_strip_of_its_own_under_the_chart(charts: Charts, count: int) -> None:
    plain, trend = weekly(usual(52)), with_goals(weekly(usual(52)), count)
    picture = opened(await charts.trend(trend, words(trend)))
    assert picture.size == (1000, 625 + 130 * count)
    assert near(opened(await charts.trend(plain, words(plain))), look.GOAL) == 0
    for goal in range(count):
        top = picture.height - 16 - 42 - 130 * (count - goal)
        assert near(picture.crop((0, top, 1000, top + 130)), look.GOAL) > 500


async def test_a_goal_nobody_has_rated_yet_takes_no_room(charts: Charts) -> None:
    trend = with_goals(weekly(usual(3)), 3)
    assert opened(await charts.trend(trend, words(trend))).size == (1000, 625)


async def test_a_number_at_the_right_edge_is_whole(charts: Charts) -> None:
    trend = with_goals(weekly(usual(40)), 1)
    assert trend.goals[0].progress[-1] == 10
    picture = opened(await charts.trend(trend, words(trend)))
    assert near(picture.crop((994, 0, 1000, picture.height)), look.INK) == 0


@pytest.mark.parametrize("count", [1, 2, 6, 13, 50])
async def test_small_multiples_hold_up_to_50_clients(charts: Charts, count: int) -> None:
    picture = opened(await charts.multiples(panels(count), DIGEST_WORDS))
    assert (picture.format, picture.width) == ("PNG", 1000)
    assert sum(picture.size) <= 10_000  # what Telegram takes as a photo
    assert picture.getchannel("A").getextrema() == (255, 255)


async def test_a_51st_client_is_refused(charts: Charts) -> None:
    with pytest.raises(ValueError, match="1 to 50 clients, not 51"):
        await charts.multiples(panels(51), DIGEST_WORDS)


async def test_every_check_in_needs_a_date(charts: Charts) -> None:
    with pytest.raises(ValueError, match="3 check-ins need as many dates, not 2"):
        await charts.trend(weekly(usual(3)), words(weekly(usual(2))))


async def test_the_same_trend_is_the_same_picture_whatever_was_drawn_before(charts: Charts) -> None:
    trend, other = weekly(usual(8)), weekly(CASES["a year with gaps"])
    first = await charts.trend(trend, words(trend))
    await charts.trend(other, words(other, title="Z-99", note=""))
    await charts.trend(with_goals(other, 3), words(other))
    await charts.multiples(panels(6), DIGEST_WORDS)
    assert await charts.trend(trend, words(trend)) == first


async def test_a_fresh_worker_draws_the_same_picture(charts: Charts) -> None:
    trend, fresh = weekly(usual(8)), Charts()
    try:
        assert await fresh.trend(trend, words(trend)) == await charts.trend(trend, words(trend))
    finally:
        await fresh.close()
