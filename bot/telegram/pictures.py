"""The words of charts, in their reader's language."""

from bot.charts import Charts, ChartWords
from bot.reports import Trend
from bot.texts import Speech


async def trend_picture(charts: Charts, trend: Trend | None, say: Speech, title: str = "") -> bytes | None:
    """Draw a client's chart as PNG; None where there is too little to show or it could not be drawn."""
    return None if trend is None else await charts.trend(trend, trend_words(trend, say, title))


def trend_words(trend: Trend, say: Speech, title: str = "") -> ChartWords:
    """Write what stands in and around a chart."""
    return ChartWords(
        dates=tuple(say.short_day(point.day) for point in trend.points),
        score=say("chart.score"),
        usual=say("chart.usual"),
        bond=say("chart.bond"),
        goals=say("chart.goals"),
        tasks=say("chart.tasks"),
        flagged=say("chart.flagged"),
        missed=say("chart.missed"),
        partial=say("chart.partial"),
        nothing=say("chart.nothing"),
        title=title,
        note=say("summary.footer"),
    )
