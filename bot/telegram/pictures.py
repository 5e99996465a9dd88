"""The words of charts, in their reader's language."""

from bot.charts import Charts, ChartWords
from bot.reports import Trend
from bot.texts import Speech


async def trend_picture(charts: Charts, trend: Trend | None, say: Speech, *, own: bool = False) -> bytes | None:
    """Draw a client's chart as PNG; None where there is too little to show or it could not be drawn.

    `own` says that its client looks at it: then the parts have the names that clients know.
    """
    return None if trend is None else await charts.trend(trend, trend_words(trend, say, own=own))


def trend_words(trend: Trend, say: Speech, *, own: bool = False) -> ChartWords:
    """Write what stands in and around a chart."""
    parts = (
        ("chart.own.bond", "chart.own.goals", "chart.own.tasks")
        if own
        else ("chart.bond", "chart.goals", "chart.tasks")
    )
    bond, goals, tasks = (say(part) for part in parts)
    return ChartWords(
        dates=tuple(say.short_day(point.day) for point in trend.points),
        score=say("chart.score"),
        usual=say("chart.usual"),
        bond=bond,
        goals=goals,
        tasks=tasks,
        flagged=say("chart.flagged"),
        missed=say("chart.missed"),
        partial=say("chart.partial"),
        nothing=say("chart.nothing"),
        note=say("summary.footer"),
    )
