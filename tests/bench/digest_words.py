"""How much a therapist with 50 clients has to read: `python -m tests.bench.digest_words` counts the digest's words.

A word is what stands between spaces and is not only a sign. People read about 240 words of prose in a minute (Brysbaert
2019: 238); a digest is shorter lines of codes and numbers, which the eye takes in faster or skips.
"""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.telegram.digest_views import digest_view
from bot.texts import languages, speech
from conversations.alliance import Course
from conversations.digest import Client, Digest, digest
from conversations.judging import Judged, judge
from conversations.milestones import milestones
from tests.caseload import Ratings, caseload

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 11, 9, 7, tzinfo=UTC)
WEEK = timedelta(weeks=1)
A_MINUTE = 240


def of(clients: Sequence[tuple[str, Sequence[Ratings]]]) -> Digest:
    """Put together the digest of clients who answer once a week."""
    made = (Client(number, code, _judged(past)) for number, (code, past) in enumerate(clients))
    return digest(list(made), UNTIL - WEEK, UNTIL)


def _judged(past: Sequence[Ratings]) -> tuple[Judged, ...]:
    course, found = Course(), list[Judged]()
    for number, ratings in enumerate(past):
        closed = UNTIL - timedelta(days=1) - (len(past) - 1 - number) * WEEK
        course, verdict = judge(course, ratings)
        reached = milestones(1 + sum(one.answered for one in found)) if ratings else ()
        found.append(
            Judged(
                check_in_id=number,
                prompted_at=closed - timedelta(hours=1),
                closed_at=closed,
                session_at=closed - timedelta(hours=4),
                answered=ratings is not None,
                score=verdict.score,
                change=verdict.change,
                flags=verdict.flags,
                levels=verdict.levels,
                milestones=reached,
            )
        )
    return tuple(found)


def pages(found: Digest, code: str = "en") -> list[str]:
    """Give what stands on each page, as it is read."""
    texts: list[str] = []
    while not texts or digest_view(found, len(texts), BERLIN, speech(code)).text not in texts:
        texts.append(digest_view(found, len(texts), BERLIN, speech(code)).text)
    return [re.sub(r"</?\w+>", "", text) for text in texts]


def words(text: str) -> int:
    """Count words."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def everybody_falls(count: int) -> Sequence[tuple[str, Sequence[Ratings]]]:
    """Make up the worst week there can be."""
    return [(f"K-{number:02}", [(9, 9, 9, 9)] * 4 + [(5, 6, 5, 6)]) for number in range(1, count + 1)]


def main() -> None:
    """Print the words of each page, and a digest of 50 clients whole."""
    usual: list[tuple[str, Sequence[tuple[str, Sequence[Ratings]]]]]
    usual = [(f"{count} clients, a usual week", caseload(count)) for count in (6, 20, 50)]
    for name, clients in [*usual, ("50 clients, all of whom fall", everybody_falls(50))]:
        for code in languages():
            counted = [words(page) for page in pages(of(clients), code)]
            sys.stdout.write(f"{name} ({code}): {sum(counted)} words on {len(counted)} page(s) {counted}\n")
    sys.stdout.write("\n" + "\n\n---- More ----\n\n".join(pages(of(caseload(50)))) + "\n")


if __name__ == "__main__":
    main()
