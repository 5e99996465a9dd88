"""Made-up histories of check-ins and the words of their charts."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from bot.charts import ChartWords, DigestWords
from conversations.trends import GoalLine, Trend

MONDAY = date(2026, 1, 5)
Ratings = Sequence[float | None] | None


def weekly(ratings: Sequence[Ratings]) -> Trend:
    return Trend.of((MONDAY + timedelta(weeks=week), given) for week, given in enumerate(ratings))


def usual(count: int, seed: int = 1) -> list[Ratings]:
    """Ratings near 8 with a fall in the middle."""
    chance = random.Random(seed)
    return [
        [min(10, max(0, round(chance.gauss(5.5 if week == count // 2 else 8.4, 0.8)))) for _ in range(4)]
        for week in range(count)
    ]


def with_gaps(count: int, seed: int = 7) -> list[Ratings]:
    """A year of which every fifth or so was not answered, and some only in part."""
    chance = random.Random(seed)
    return [
        None if chance.random() < 0.18 else [given[0], None, None, given[3]] if chance.random() < 0.06 else given
        for given in usual(count, seed)
        if given is not None
    ]


def with_goals(trend: Trend, count: int, words: str = "Sleep through most nights") -> Trend:
    """Add goals that are rated in turn at every fourth check-in."""
    checks = range(len(trend.points))

    def rated(goal: int) -> tuple[int | None, ...]:
        return tuple(min(10, 2 + at // 4) if at % 4 == 3 and at // 4 % count == goal else None for at in checks)

    return trend.with_goals(GoalLine(goal, words, rated(goal)) for goal in range(count))


CASES: dict[str, list[Ratings]] = {
    "nothing at all": [],
    "one check-in": usual(1),
    "two check-ins": usual(2),
    "eight check-ins": usual(8),
    "52 check-ins": usual(52),
    "all 10": [[10] * 4] * 8,
    "all 0": [[0] * 4] * 8,
    "goals always skipped": [[given[0], None, *given[2:]] for given in usual(10) if given],
    "a year with gaps": with_gaps(52),
    "nothing valid": [None, [7, None, None, 7], None],
    "never answered": [None] * 4,
}


def words(trend: Trend, title: str = "K-17", note: str = "A prompt to talk, not a finding.") -> ChartWords:
    return ChartWords(
        dates=tuple(f"{point.day:%d.%m.}" for point in trend.points),
        score="Average",
        usual="Your usual",
        bond="Bond",
        goals="Goals",
        tasks="Tasks",
        flagged="Worth a word",
        missed="No answer",
        partial="Too few answers",
        nothing="No ratings yet",
        title=title,
        note=note,
    )


def panels(count: int) -> list[tuple[str, Trend]]:
    return [(f"K-{number:02}", weekly(with_gaps(1 + number % 12, number))) for number in range(count)]


DIGEST_WORDS = DigestWords("Average", "Their usual", "Worth a word", "No answer", "Too few answers", "0 to 10.")
