"""Files of past scores for tests, and what stands around them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.practice import BUILT_IN
from conversations.model import QuestionSetVersion
from conversations.past_scores import Client, PastScores, check
from conversations.question_sets import read_file, read_question_set
from conversations.score_faults import PastScoresFault
from conversations.score_files import read_rows

SETS = Path(__file__).parent / "sets"
TODAY = date(2026, 11, 4)
USUAL = read_question_set(read_file(BUILT_IN.read_bytes()), 1)
SINK = read_question_set(read_file((SETS / "kitchen_sink.yaml").read_bytes()), 2)
PHQ = read_question_set(read_file((SETS / "phq8.json").read_bytes()), 3)
EVERY: Mapping[str, QuestionSetVersion] = {one.name: one for one in (USUAL, SINK, PHQ)}
CLIENTS: Mapping[str, Sequence[Client]] = {
    "K-17": [Client(17, TODAY, "Dr. Kim Lee", {date(2026, 3, 2): frozenset({"session_checkin"})})],
    "K-18": [Client(18, TODAY, "Dr. Kim Lee"), Client(28, TODAY, "Thea Holm")],
}
Told = tuple[int, str, str]


def read(
    text: str | bytes,
    clients: Mapping[str, Sequence[Client]] = CLIENTS,
    versions: Mapping[tuple[str, str], QuestionSetVersion] | None = None,
) -> PastScores:
    """Read a file as the bot does."""
    raw = text if isinstance(text, bytes) else text.encode()
    return check(read_rows(raw), clients=clients, sets=EVERY, standard="session_checkin", versions=versions or {})


def rows(*lines: str, header: str = "code,date,question,value") -> PastScores:
    """Read lines below a header."""
    return read("\n".join((header, *lines)))


def faults_of(text: str | bytes) -> list[Told]:
    """Give the faults of a file: line, column, sort."""
    try:
        read(text)
    except PastScoresFault as fault:
        return [(one.line, one.column, one.problem.wrong.name) for one in fault.faults]
    return []


def faults_in(*lines: str, header: str = "code,date,question,value") -> list[Told]:
    """Give the faults of lines below a header."""
    return faults_of("\n".join((header, *lines)))
