"""What a therapist is told, as numbers and facts; nothing here is drawn or worded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from conversations.alliance import Reading, Response, replay
from conversations.asking import is_answered, questions_of
from conversations.model import (
    Answers,
    CheckIn,
    FollowUp,
    NextStep,
    Note,
    Question,
    QuestionSetVersion,
    State,
    Terms,
    Visibility,
)
from conversations.two_sided import Gap, OwnView, asked, gaps


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a summary.

    `rating` is None where it was skipped or not reached (then `reached` is False), or answered in `words`; `change` is
    the difference to the last time this question was answered, None on the first time. `follow_up` is the pool's part
    of a question that is not the set's own: those are not scored, so nothing of theirs is a change.
    """

    question: Question
    rating: int | None
    change: int | None = None
    reached: bool = True
    words: str | None = field(default=None, repr=False)
    follow_up: FollowUp | None = None

    @property
    def next_step(self) -> NextStep | None:
        """What might be done about it, where the answer asks for it."""
        step = self.follow_up.next_step if self.follow_up else None
        return step if step and self.rating is not None and self.rating <= step.at_most else None


@dataclass(frozen=True, slots=True)
class Summary:
    """One check-in for its therapist.

    `note` is present only if the client shared it now; `reading` is what the check-in means against those before it,
    None where the questions are not the four that flags are about. `both` are the ratings that the therapist, before
    they saw the client's, has given too (two-sided rating).
    """

    code: str
    session_day: date
    items: tuple[Item, ...]
    talk: bool
    unfinished: bool
    note: Note | None = field(default=None, repr=False)
    reading: Reading | None = None
    both: tuple[Gap, ...] = field(default=(), repr=False)

    @property
    def skipped(self) -> int:
        """How many of the set's own questions have no rating."""
        return sum(item.rating is None for item in self.items if item.follow_up is None)


CORE = ("bond", "goals", "tasks", "overall")
"""The four ratings that flags are about, in their order."""


def response(answers: Answers) -> Response:
    """Put the core ratings in their order, as `alliance.step` takes them; None for a check-in nobody answered."""
    return tuple(answers.get(name) for name in CORE) if answers else None


def read(history: Sequence[Answers], version: QuestionSetVersion) -> Reading | None:
    """Judge the last check-in of a history; None where the version does not ask the core questions."""
    asked = {question.id for question in version.questions}
    if not history or not asked.issuperset(CORE):
        return None
    return replay(response(answers) for answers in history)[1][-1]


def previous(history: Sequence[Answers]) -> Answers:
    """Give, per question, the rating it had when last answered before the last check-in of a history."""
    return {name: rating for answers in history[:-1] for name, rating in answers.items() if rating is not None}


def summary(
    check_in: CheckIn,
    terms: Terms,
    history: Sequence[Answers],
    code: str,
    session_day: date,
    own: OwnView | None = None,
) -> Summary:
    """Build the summary.

    Args:
        check_in: the closed check-in.
        terms: with the questions it asked.
        history: the answers of this client's closed check-ins, oldest first, this one last; empty for a missed one.
        code: the therapist's code for the client.
        session_day: the day of the session where the therapist is.
        own: how the therapist saw it, if they were asked.
    """
    before = previous(history)
    return Summary(
        code=code,
        session_day=session_day,
        items=tuple(_item(question, check_in, terms, before) for question in questions_of(check_in, terms)),
        talk=check_in.talk,
        unfinished=check_in.state is State.EXPIRED,
        note=check_in.note if check_in.note and check_in.note.visibility is Visibility.NOW else None,
        reading=read(history, terms.version),
        both=() if own is None else gaps(own, check_in.answers, asked(terms.version)),
    )


def _item(question: Question, check_in: CheckIn, terms: Terms, previous: Answers) -> Item:
    rating, before = check_in.answers.get(question.id), previous.get(question.id)
    follow_up = next((one for one in terms.version.follow_ups if one.question.id == question.id), None)
    change = None if rating is None or before is None or follow_up else rating - before
    words = check_in.words.get(question.id)
    return Item(question, rating, change, is_answered(check_in, question), words, follow_up)
