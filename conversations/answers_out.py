"""What a client has told their therapist, as a CSV file; what was asked after sessions can be imported again."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from conversations.answers import every_question, values_of
from conversations.model import Answers, Question, QuestionSetVersion
from conversations.occasions import Occasion
from conversations.score_files import harmless
from conversations.score_values import write_value
from conversations.show_if import Value

HEADER = ("code", "date", "question", "value", "set", "version", "occasion")


@dataclass(frozen=True, slots=True)
class Round:
    """One check-in as it leaves: only what its therapist may read. The repr shows no answer.

    Attributes:
        day: the session's where it was asked after one, else the one it was asked on; on the therapist's wall.
        closed_at: when it was sent, aware UTC.
        version: the questions.
        answers: as they are kept.
        words: answers in words, and numbers.
        note: the client's note, None where there is none or it is not shared.
        talk: whether the client wishes to talk about it.
        complete: False where its time ran out before the client sent it.
        occasion: what it was asked about.
    """

    day: date
    closed_at: datetime
    version: QuestionSetVersion
    answers: Answers = field(repr=False)
    words: dict[str, str] = field(repr=False)
    note: str | None = field(default=None, repr=False)
    talk: bool = False
    complete: bool = True
    occasion: Occasion = Occasion.AFTER

    @property
    def asked(self) -> Iterator[Question]:
        """The questions that were answered or skipped."""
        every = every_question(self.version)
        return (question for question in every if question.id in self.words or question.id in self.answers)

    @property
    def beside(self) -> dict[str, str | bool]:
        """The note and the wish to talk, by the ids they have in the set."""
        found: dict[str, str | bool] = {}
        if self.version.note is not None and self.note is not None:
            found[self.version.note.id] = self.note
        if self.version.talk is not None and self.talk:
            found[self.version.talk.id] = True
        return found

    def values(self) -> dict[str, Value | None]:
        """Give every answer as exports see it."""
        return {**values_of(self.asked, self.answers, self.words), **self.beside}


def csv_file(code: str, rounds: Iterable[Round]) -> str:
    """Write check-ins of one client, one answer a line."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADER)
    for one in rounds:
        for question, value in _answers(one):
            asked = one.version.name, str(one.version.number), one.occasion.value
            writer.writerow([harmless(cell) for cell in (code, one.day.isoformat(), question, value, *asked)])
    return target.getvalue()


def _answers(one: Round) -> Iterator[tuple[str, str]]:
    for question in one.asked:
        yield question.id, write_value(question, one.answers, one.words.get(question.id))
    for name, value in one.beside.items():
        yield name, value if isinstance(value, str) else "yes"
