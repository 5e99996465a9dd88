"""What a therapist is told, as numbers and facts; nothing here is drawn or worded."""

from dataclasses import dataclass, field
from datetime import date

from conversations.model import Answers, CheckIn, Note, Question, QuestionSetVersion, State, Visibility


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a summary.

    `rating` is None where it was skipped or not reached; `change` is the difference to the last time this
    question was answered, None on the first time.
    """

    question: Question
    rating: int | None
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One check-in for its therapist. `note` is present only if the client shared it now."""

    code: str
    session_day: date
    items: tuple[Item, ...]
    talk: bool
    unfinished: bool
    note: Note | None = field(default=None, repr=False)

    @property
    def skipped(self) -> int:
        """How many questions have no rating."""
        return sum(item.rating is None for item in self.items)


def summary(check_in: CheckIn, version: QuestionSetVersion, previous: Answers, code: str, session_day: date) -> Summary:
    """Build the summary. `previous` holds, per question, the rating it had when last answered before."""
    shared = check_in.note if check_in.note and check_in.note.visibility is Visibility.NOW else None
    return Summary(
        code=code,
        session_day=session_day,
        items=tuple(_item(question, check_in.answers, previous) for question in version.questions),
        talk=check_in.talk,
        unfinished=check_in.state is State.EXPIRED,
        note=shared,
    )


def _item(question: Question, answers: Answers, previous: Answers) -> Item:
    rating, before = answers.get(question.id), previous.get(question.id)
    change = None if rating is None or before is None else rating - before
    return Item(question, rating, change)
